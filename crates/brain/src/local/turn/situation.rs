//! What a caller tells of their own situation, by rules (C9): what stands ready, when they would move, how to reach them.
//!
//! Always true: a day is never over, and never further off than two years.

use crate::seam::TurnRequest;
use crate::times::phrase::Phrases;
use crate::times::token::Token;
use crate::times::{self, Reference, number};
use jiff::ToSpan;
use jiff::civil::Date;
use ringleader_core::reception::situation::{BestTime, MoveReason, Occupation, ReachBy, Situation};
use ringleader_core::reception::words::Question;
use std::sync::LazyLock;

/// Name and phrases; a name with a `!` before it says the contrary.
static LISTS: LazyLock<Vec<(&str, Phrases)>> = LazyLock::new(|| {
    let rows = include_str!("lists/situation.txt").lines().filter_map(|line| line.split_once(" = "));
    rows.map(|(name, phrases)| (name, Phrases::new(&phrases.replace(" ; ", "\n")))).collect()
});

/// Reads what is told.
pub(super) fn read(tokens: &[Token], text: &str, request: &TurnRequest) -> Situation {
    let says = |name: &str| LISTS.iter().any(|(known, list)| *known == name && list.occur(tokens));
    let stands = |name: &str| match (says(&format!("!{name}")), says(name)) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    };
    let slot = matches!(request.asked, Some(Question::Slot | Question::Appointment));
    Situation {
        move_date: move_date(tokens, text, request, &says),
        deposit: stands("deposit"),
        first_time_buyer: stands("first_time_buyer"),
        mortgage: stands("mortgage"),
        references: stands("references"),
        pets: stands("pets"),
        occupation: one_of(Occupation::ALL, Occupation::as_str, &says),
        reason: one_of(MoveReason::ALL, MoveReason::as_str, &says),
        reach_by: one_of(ReachBy::ALL, ReachBy::as_str, &says),
        best_time: one_of(BestTime::ALL, BestTime::as_str, &says).filter(|_| !slot),
    }
}

fn one_of<T: Copy>(all: &[T], word: fn(T) -> &'static str, says: &dyn Fn(&str) -> bool) -> Option<T> {
    all.iter().copied().find(|one| says(word(*one)))
}

/// The day that a move is told for, or that answers the question for it.
fn move_date(tokens: &[Token], text: &str, request: &TurnRequest, says: &dyn Fn(&str) -> bool) -> Option<Date> {
    let asked = request.asked == Some(Question::MoveDate);
    if !asked && !says("moves") {
        return None;
    }
    let today = request.now.to_zoned(request.zone.clone()).date();
    let day = || {
        let reference = Reference::new(request.now, request.zone.clone(), &request.country);
        let found = times::find(text, &reference).into_iter().find(|time| !time.past && !time.excluded)?;
        Some(found.from.or(found.until)?.to_zoned(request.zone.clone()).date())
    };
    let date = match () {
        () if says("next_month") => today.checked_add(1.month()).ok().map(Date::first_of_month),
        () => months(tokens).and_then(|n| today.checked_add(n.months()).ok()),
    };
    let named =
        || tokens.iter().filter(|t| t.norm != "may" || says("in_may")).find_map(|t| named_month(&t.norm, today));
    let soon = || says("at_once").then_some(today);
    let date = date.or_else(day).or_else(named).or_else(soon)?;
    (date >= today && date <= today.saturating_add(2.years())).then_some(date)
}

/// "In two months", "בעוד חודשיים".
fn months(tokens: &[Token]) -> Option<i32> {
    let is_month = |t: &Token| t.is_any(&["month", "months", "חודש", "חודשים"]);
    if tokens.iter().any(|t| t.norm == "חודשיים") {
        return Some(2);
    }
    let in_a_while = tokens.iter().any(|t| t.is_any(&["in", "within", "about", "בעוד", "תוך"]));
    let counted = (0..tokens.len()).find_map(|at| {
        let (n, end) = number::whole_at(tokens, at)?;
        tokens.get(end).filter(|t| is_month(t))?;
        i32::try_from(n).ok().filter(|n| (1..=24).contains(n))
    });
    let a_month = || {
        let at = tokens.iter().position(is_month)?;
        let before = at.checked_sub(1).and_then(|at| tokens.get(at))?;
        (in_a_while && before.is_any(&["a", "בעוד", "תוך"])).then_some(1)
    };
    counted.or_else(a_month)
}

/// The first of the next month of that name: "in May", "במאי".
fn named_month(word: &str, today: Date) -> Option<Date> {
    let bare = word.strip_prefix(['ב', 'ל', 'מ']).filter(|rest| rest.chars().count() > 2);
    let month = times::month_named(word).or_else(|| times::month_named(bare?))?;
    let year = if month < today.month() { today.year() + 1 } else { today.year() };
    Date::new(year, month, 1).ok().map(|first| first.max(today))
}
