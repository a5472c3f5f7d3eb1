//! The answer to "we missed you: would you like another time?" (C6): the first thing that is written after the question, unless
//! it is plainly about something else.

use super::opinion::is_elsewhere;
use super::{Act, Appointment, Desk, Topic, bounded};
use crate::reception::complaint;
use crate::reception::reading::TurnReading;
use crate::reception::say::{Card, Line};
use crate::reception::words::{Change, Intent, Purpose, Question};
use serde::{Deserialize, Serialize};

/// An appointment that somebody did not come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// The appointment.
    pub appointment: Appointment,
    /// The property, if it is still to be had.
    pub property: Option<Card>,
}

impl Desk {
    /// Takes the answer: `true` if another time is looked for, `false` if none is wanted; `None` if it is no answer.
    pub(super) fn another(&mut self, reading: &TurnReading, text: &str, acts: &mut Vec<Act>) -> Option<bool> {
        let missed = self.known.missed.take()?;
        let looks = reading.intents.iter().any(|it| matches!(it, Intent::EnquiryRent | Intent::EnquiryBuy));
        let elsewhere = looks || is_elsewhere(reading) || complaint::is_made(text);
        if reading.danger.is_some() || text.is_empty() || elsewhere {
            return None;
        }
        let wanted = reading.answer != Some(false) && reading.change != Some(Change::Cancel);
        acts.push(Act::KeepFeedback(missed.appointment.id.clone(), bounded(text), None));
        self.repairs = 0;
        if wanted {
            self.book_again(*missed);
        } else {
            acts.push(Act::Say(Line::Changed(Change::Feedback)));
            self.ask(Question::More, acts);
        }
        Some(wanted)
    }

    /// The same once more: what is known of it is not asked.
    fn book_again(&mut self, Missed { appointment, property }: Missed) {
        let topic = Topic::of(appointment.purpose);
        self.topics.retain(|known| *known != topic);
        self.topics.insert(0, topic);
        self.ask_anew();
        self.asked = None;
        let known = &mut self.known;
        (known.offers, known.chosen) = (Vec::new(), None);
        match appointment.purpose {
            Purpose::Viewing => known.property = property,
            Purpose::Valuation => known.address = Some(appointment.place),
            Purpose::Visit => {}
        }
    }
}
