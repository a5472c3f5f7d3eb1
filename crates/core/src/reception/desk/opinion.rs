//! The answer to "how was the viewing?" and "how was your call?" (C6, C14): the first thing that is written after the question,
//! unless it is plainly about something else.
//!
//! Always true: what they want done is never taken for an opinion; who tells both has both heard.

use super::{Act, Appointment, Desk, Facts, bounded};
use crate::reception::complaint;
use crate::reception::feedback;
use crate::reception::reading::TurnReading;
use crate::reception::say::Line;
use crate::reception::words::{Change, Intent, Question};

impl Desk {
    /// Takes the answer. True if there is nothing else in the turn.
    pub(super) fn opinion(&mut self, reading: &TurnReading, text: &str, acts: &mut Vec<Act>) -> bool {
        let (rating, seen) = (self.known.rating.take(), self.known.feedback.take());
        if reading.danger.is_some() || text.is_empty() {
            return false;
        }
        let taken = match (rating, seen) {
            (Some(call), _) => self.rated(call, text, acts),
            (None, Some(seen)) => self.reviewed(seen, reading, text, acts),
            (None, None) => false,
        };
        if !taken || wants_more(reading) || complaint::is_made(text) {
            return false;
        }
        self.repairs = 0;
        self.ask(Question::More, acts);
        true
    }

    /// A call was good, so-so or bad, in words.
    fn rated(&mut self, call: String, text: &str, acts: &mut Vec<Act>) -> bool {
        let Some(rating) = feedback::rating(text) else { return false };
        acts.push(Act::KeepRating(call, rating));
        acts.push(Act::Say(Line::Changed(Change::Feedback)));
        true
    }

    /// What they thought of a viewing. Beside a wish only plain words are an opinion.
    fn reviewed(&mut self, seen: Appointment, reading: &TurnReading, text: &str, acts: &mut Vec<Act>) -> bool {
        let liked = match wants_more(reading) {
            true if is_elsewhere(reading) => return false,
            true => feedback::liked_besides(text),
            false => feedback::liked(text).or(reading.answer),
        };
        if wants_more(reading) && liked.is_none() {
            return false;
        }
        acts.push(Act::KeepFeedback(seen.id, bounded(text), liked));
        acts.push(Act::Say(Line::Changed(Change::Feedback)));
        true
    }

    /// The answer by a tap, which names its call: it interrupts nothing, and is no answer to anything else.
    pub(super) fn rate(&mut self, call: String, rating: u8, facts: &Facts, acts: &mut Vec<Act>) {
        self.silences = 0;
        if self.known.rating.as_ref() == Some(&call) {
            self.known.rating = None;
        }
        acts.push(Act::KeepRating(call, rating));
        acts.push(Act::Say(Line::Changed(Change::Feedback)));
        match self.asked {
            None | Some(Question::Wish) if self.topics.is_empty() => self.ask(Question::More, acts),
            _ => self.ask_again(facts, acts),
        }
    }

    /// The answer by a figure: how a viewing was, 1 they liked it, 2 they did not; how a call was, 1 to 3. True if it was one.
    pub(super) fn opinion_key(&mut self, key: char, acts: &mut Vec<Act>) -> bool {
        let figure = key.to_digit(10).and_then(|n| u8::try_from(n).ok()).unwrap_or_default();
        let act = match (&self.known.rating, &self.known.feedback, figure) {
            (Some(call), _, 1..=3) => Act::KeepRating(call.clone(), figure),
            (None, Some(seen), 1 | 2) => Act::KeepFeedback(seen.id.clone(), String::new(), Some(figure == 1)),
            _ => return false,
        };
        (self.known.rating, self.known.feedback) = (None, None);
        acts.push(act);
        acts.push(Act::Say(Line::Changed(Change::Feedback)));
        self.ask(Question::More, acts);
        true
    }
}

/// Whether something is wanted in a turn, besides telling what they thought.
fn wants_more(reading: &TurnReading) -> bool {
    let wish = |intent: &Intent| !matches!(intent, Intent::General | Intent::ExistingViewing);
    let change = matches!(reading.change, Some(Change::Cancel | Change::Move | Change::Late));
    change || is_elsewhere(reading) || reading.intents.iter().any(wish) || !reading.criteria.is_empty()
}

/// Whether a turn is about something that has nothing to do with viewings.
pub(super) fn is_elsewhere(reading: &TurnReading) -> bool {
    let elsewhere = |intent: &Intent| {
        !matches!(
            intent,
            Intent::General | Intent::ExistingViewing | Intent::BookViewing | Intent::EnquiryRent | Intent::EnquiryBuy
        )
    };
    reading.signals.wants_person || reading.signals.abuse || reading.intents.iter().any(elsewhere)
}
