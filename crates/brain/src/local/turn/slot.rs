//! Which of the offered slots a caller chose: "the half eleven one", "friday no sorry saturday", "not ten so the other" (C6).
//!
//! Words narrow the offers down; one left is the choice, none or several is none. Questions and stalling choose nothing.

use super::details;
use super::slot_words::{self as words, Meant};
use crate::times::token::Token;
use jiff::civil::{DateTime, Weekday};

/// The chosen offer, from 0. `now` is the local time of the call.
pub(super) fn choose(tokens: &[Token], offers: &[DateTime], now: DateTime) -> Option<usize> {
    if offers.is_empty() || words::is_stalling(tokens) {
        return None;
    }
    let said = words::after_correction(tokens);
    let (meant, refused) = words::read(said, now);
    let asks = words::is_question(said);
    let mut left: Vec<usize> = (0..offers.len()).filter(|at| !refused.iter().any(|no| no.fits(offers, *at))).collect();
    let narrowed = left.len() < offers.len();
    let mut order = None;
    for word in &meant {
        match word {
            Meant::Place(nth) => left.retain(|at| at == nth),
            Meant::Early | Meant::Late | Meant::Middle | Meant::Other => order = Some(word),
            word => left.retain(|at| word.fits(offers, *at)),
        }
    }
    if left.is_empty() || asks && meant.iter().all(|word| matches!(word, Meant::Early | Meant::Late)) {
        return None;
    }
    if let Some(order) = order {
        left = ordered(&left, order, &meant, narrowed);
    }
    match left.as_slice() {
        [only] if !meant.is_empty() || narrowed => Some(*only),
        [only] if offers.len() == 1 && details::answer(said) == Some(true) && !asks => Some(*only),
        _ => None,
    }
}

/// "The later one", "whichever is earliest", "the middle one", "the other one".
fn ordered(left: &[usize], order: &Meant, meant: &[Meant], narrowed: bool) -> Vec<usize> {
    match order {
        Meant::Early => left.first().copied().into_iter().collect(),
        Meant::Late => left.last().copied().into_iter().collect(),
        Meant::Middle if left.len() % 2 == 1 => vec![left[left.len() / 2]],
        Meant::Other if narrowed || meant.len() > 1 => left.to_vec(),
        _ => Vec::new(),
    }
}

impl Meant {
    /// Whether the offer at `at` is one of those meant.
    pub fn fits(&self, offers: &[DateTime], at: usize) -> bool {
        let offer = offers[at];
        let minutes = i32::from(offer.hour()) * 60 + i32::from(offer.minute());
        match self {
            Self::Date(date) => offer.date() == *date,
            Self::OfMonth(day) => offer.day() == *day,
            Self::Weekday(day) => offer.weekday() == *day,
            Self::WeekAfter(last) => (1..=7).contains(&(offer.date() - *last).get_days()),
            Self::Weekend => matches!(offer.weekday(), Weekday::Saturday | Weekday::Sunday),
            Self::Workday => !matches!(offer.weekday(), Weekday::Saturday | Weekday::Sunday),
            Self::Clock(clock) => clock.contains(&minutes),
            Self::Between(from, until) => (*from..*until).contains(&minutes),
            Self::Place(nth) => *nth == at,
            Self::Early => at == 0,
            Self::Late => at + 1 == offers.len(),
            Self::Middle | Self::Other => false,
        }
    }
}
