//! Taking in what was said: details whenever they come, and topics that are new.

use super::{Desk, Topic, bounded};
use crate::reception::reading::TurnReading;
use crate::reception::trade;
use crate::reception::words::Question;

impl Desk {
    /// Keeps every detail of a turn. True if there was one.
    pub(super) fn absorb(&mut self, reading: &TurnReading, text: &str) -> bool {
        let before = self.known.clone();
        let address = self.is_address(reading, text);
        let asked = self.asked;
        let known = &mut self.known;
        let sure = asked == Some(Question::Name) || known.name.is_none();
        if let Some(name) =
            reading.name.as_ref().filter(|name| sure && (name.explicit || asked == Some(Question::Name)))
        {
            known.name = Some(bounded(&name.value));
        }
        known.reference = reading.reference.clone().or(known.reference.take());
        known.email = reading.email.clone().or(known.email.take());
        if asked == Some(Question::Phone) || known.phone.is_none() {
            known.phone = reading.phone.clone().or(known.phone.take());
        }
        // An address that was asked for is no search.
        let detail = matches!(asked, Some(Question::Address | Question::Name | Question::Phone | Question::Email));
        if !reading.criteria.is_empty() && !detail {
            known.criteria = known.criteria.merged(&reading.criteria);
        }
        known.change = reading.change.or(known.change);
        if let Some(fault) = reading.fault {
            known.fault = Some(fault);
            known.report = Some(bounded(text));
        }
        if asked == Some(Question::Address) && address {
            known.address = Some(bounded(text));
        } else if known.address.is_none() {
            known.address = reading.postcode.clone().or_else(|| {
                let wanted = matches!(self.topics.first(), Some(Topic::Repair | Topic::Valuation));
                reading.criteria.street.clone().filter(|_| wanted)
            });
        }
        if asked == Some(Question::Fault) && known.report.is_none() {
            known.report = Some(bounded(text));
            known.fault = reading.fault.or(known.fault);
        }
        self.known != before
    }

    /// Whether words can answer the question for an address: another wish does not, unless it names a place as well.
    fn is_address(&self, reading: &TurnReading, text: &str) -> bool {
        let number = text.chars().any(|c| c.is_ascii_digit());
        let place = number || reading.postcode.is_some() || reading.criteria.street.is_some();
        let topics = reading.intents.iter().filter_map(|intent| trade::of(self.trade).topic(*intent));
        let wish = topics.into_iter().any(|topic| !self.topics.contains(&topic));
        text.split_whitespace().count() >= 2 && (place || !wish)
    }

    /// Puts new wishes behind the current one; a message takes the words with it. True if there was a new one.
    pub(super) fn take_wishes(&mut self, reading: &TurnReading, text: &str) -> bool {
        let mut fresh = false;
        for intent in &reading.intents {
            let Some(topic) = trade::of(self.trade).topic(*intent) else { continue };
            if topic == Topic::Message && self.known.note.is_none() {
                self.known.note = Some(bounded(text));
            }
            if !self.topics.contains(&topic) && !self.is_within(topic) {
                self.topics.push(topic);
                fresh = true;
            }
        }
        fresh
    }

    /// Details of a search that is going on are no new wish, nor is a message in the middle of a booking.
    fn is_within(&self, topic: Topic) -> bool {
        let booking = self.topics.iter().any(|known| known.purpose().is_some());
        booking && matches!(topic, Topic::Search | Topic::Message | Topic::Viewing)
            || self.topics.contains(&Topic::Repair) && matches!(topic, Topic::Message)
    }
}
