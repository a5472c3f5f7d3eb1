//! The answer to "how was the viewing?" (C6): the first thing that is written after the question, unless it is plainly about
//! something else.

use super::{Act, Desk, bounded};
use crate::reception::feedback;
use crate::reception::reading::TurnReading;
use crate::reception::say::Line;
use crate::reception::words::{Change, Intent, Question};

impl Desk {
    /// Takes the answer. True if there is nothing else in the turn.
    pub(super) fn opinion(&mut self, reading: &TurnReading, text: &str, acts: &mut Vec<Act>) -> bool {
        self.known.rating = None; // it is answered by a figure, or not at all
        let Some(seen) = self.known.feedback.take() else { return false };
        let elsewhere = |intent: &Intent| {
            !matches!(
                intent,
                Intent::General
                    | Intent::ExistingViewing
                    | Intent::BookViewing
                    | Intent::EnquiryRent
                    | Intent::EnquiryBuy
            )
        };
        let person = reading.signals.wants_person || reading.signals.abuse;
        if reading.danger.is_some() || person || text.is_empty() || reading.intents.iter().any(elsewhere) {
            return false;
        }
        let liked = feedback::liked(text).or(reading.answer);
        acts.push(Act::KeepFeedback(seen.id, bounded(text), liked));
        acts.push(Act::Say(Line::Changed(Change::Feedback)));
        let wishes = reading.intents.contains(&Intent::BookViewing) || !reading.criteria.is_empty();
        if !wishes {
            self.repairs = 0;
            self.ask(Question::More, acts);
        }
        !wishes
    }

    /// The answer by a figure: how a viewing was, 1 they liked it, 2 they did not; how a call was, 1 to 3. True if it was one.
    pub(super) fn opinion_key(&mut self, key: char, acts: &mut Vec<Act>) -> bool {
        if let (Some(call), 1..=3) = (&self.known.rating, key.to_digit(10).unwrap_or_default()) {
            let rating = key.to_digit(10).and_then(|n| u8::try_from(n).ok()).unwrap_or(2);
            acts.push(Act::KeepRating(call.clone(), rating));
            acts.push(Act::Say(Line::Changed(Change::Feedback)));
            self.known.rating = None;
            self.ask(Question::More, acts);
            return true;
        }
        let liked = match key {
            '1' => true,
            '2' => false,
            _ => return false,
        };
        let Some(seen) = self.known.feedback.take() else { return false };
        acts.push(Act::KeepFeedback(seen.id, String::new(), Some(liked)));
        acts.push(Act::Say(Line::Changed(Change::Feedback)));
        self.ask(Question::More, acts);
        true
    }
}
