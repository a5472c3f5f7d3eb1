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

    /// The answer by a figure: 1 they liked it, 2 they did not. True if it was one.
    pub(super) fn opinion_key(&mut self, key: char, acts: &mut Vec<Act>) -> bool {
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
