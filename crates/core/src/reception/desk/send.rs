//! Sending information (C11): the details of what was told, on request; and what comes up later, once they agreed.
//!
//! Always true: who asks for it by the way loses nothing of what else they said; it is said to be on its way by the one who
//! knows whether it is ([`Event::says`](super::Event::says)); where an address is missing it is asked for, and they may decline.

use super::{Act, Desk, Facts, Topic};
use crate::reception::reading::TurnReading;
use crate::reception::say::Line;
use crate::reception::sending::{self, Way};
use crate::reception::words::{Intent, Question};

impl Desk {
    /// They ask to be sent what was told, or to hear of what comes up, or tell where to. True if so; there may be more in the
    /// turn ([`besides`]).
    pub(super) fn sends(&mut self, reading: &TurnReading, text: &str, acts: &mut Vec<Act>) -> bool {
        let mut any = self.declines_address(reading) || self.answers_watch(reading);
        if sending::asks_for_later(text) && self.known.criteria.fields() >= 2 {
            (self.known.watch, any) = (true, true);
        } else if let Some(way) = sending::asked(text).filter(|_| !self.told_of(reading).is_empty()) {
            (self.known.sending, any) = (Some(way), true);
        }
        any |= self.send_what_waits(reading, acts);
        if any {
            self.repairs = 0;
        }
        any
    }

    /// Asks whether they want to hear of what comes up; they must be reachable in writing.
    pub(super) fn offer_watch(&mut self, facts: &Facts, acts: &mut Vec<Act>) {
        self.topics.retain(|topic| *topic != Topic::Search);
        if self.known.phone.is_some() && self.known.criteria.fields() >= 2 && self.topics.is_empty() {
            self.asks.clear();
            self.ask(Question::Watch, acts);
        } else {
            self.go_on(facts, acts);
        }
    }

    /// What must be known before that can go which they asked for.
    pub(super) fn address_wanted(&self) -> Option<Question> {
        let known = &self.known;
        match known.sending {
            Some(Way::Email) if known.email.is_none() => Some(Question::Email),
            Some(Way::Message) if known.phone.is_none() => Some(Question::Phone),
            _ => (known.watch && known.phone.is_none()).then_some(Question::Phone),
        }
    }

    /// The question that stood before they asked for something by the way.
    pub(super) fn ask_again(&mut self, facts: &Facts, acts: &mut Vec<Act>) {
        if let Some(question) = self.address_wanted() {
            return self.ask(question, acts);
        }
        match self.asked {
            _ if self.is_cancelling() => self.ask_to_cancel(acts),
            None if self.topic() == Some(Topic::Search) && !self.known.cards.is_empty() => {
                self.asked = Some(Question::Property);
                acts.push(Act::Say(Line::Ask(Question::Property, false)));
            }
            Some(question) if self.is_open(question) => acts.push(Act::Say(Line::Ask(question, false))),
            _ => self.go_on(facts, acts),
        }
    }

    /// "No" to the question where to send it.
    fn declines_address(&mut self, reading: &TurnReading) -> bool {
        if reading.answer != Some(false) || self.asked.is_none() || self.asked != self.address_wanted() {
            return false;
        }
        (self.known.sending, self.known.watch, self.asked) = (None, false, None);
        true
    }

    /// Yes or no to hearing of what comes up.
    fn answers_watch(&mut self, reading: &TurnReading) -> bool {
        let Some(agreed) = reading.answer.filter(|_| self.asked == Some(Question::Watch)) else { return false };
        (self.known.watch, self.asked) = (agreed, None);
        true
    }

    /// The property that it is about, else those that were read out; of those the one that this turn names.
    fn told_of(&self, reading: &TurnReading) -> Vec<String> {
        let known = &self.known;
        let place = reading.place.filter(|_| self.asked == Some(Question::Property));
        match (place.and_then(|at| known.cards.get(at)), &known.property) {
            (Some(card), _) | (None, Some(card)) => vec![card.id.clone()],
            (None, None) => known.cards.iter().map(|card| card.id.clone()).collect(),
        }
    }

    /// Sends what they asked for, as soon as it is known where to.
    fn send_what_waits(&mut self, reading: &TurnReading, acts: &mut Vec<Act>) -> bool {
        let wanted = self.known.sending.is_some() || self.known.watch;
        if !wanted || self.address_wanted().is_some() {
            return false;
        }
        if let Some(way) = self.known.sending.take() {
            let told = self.told_of(reading);
            if !told.is_empty() {
                acts.push(Act::SendDetails(told, way));
            }
        }
        if std::mem::take(&mut self.known.watch) {
            acts.push(Act::Watch(self.known.criteria.clone()));
        }
        if matches!(self.asked, Some(Question::Email | Question::Phone)) {
            self.asked = None;
        }
        true
    }

    /// Whether a question still wants its answer.
    fn is_open(&self, question: Question) -> bool {
        let known = &self.known;
        let criteria = &known.criteria;
        match question {
            Question::Name => known.name.is_none(),
            Question::Email => known.email.is_none(),
            Question::Phone => known.phone.is_none(),
            Question::Deal => criteria.deal.is_none(),
            Question::Area => criteria.areas.is_empty() && criteria.street.is_none(),
            Question::Budget => criteria.price_max.is_none(),
            Question::MoveDate => known.situation.move_date.is_none(),
            Question::Bedrooms => criteria.bedrooms_min.or(criteria.bedrooms_max).is_none(),
            Question::Address => known.address.is_none(),
            Question::Fault => known.fault.is_none(),
            _ => true,
        }
    }
}

/// What a turn holds besides the request to be sent something, or the day of a move: that alone is no wish of its own, and
/// its "yes" is none to "anything else?".
pub(super) fn besides(reading: &TurnReading, asked: Option<Question>) -> TurnReading {
    let mut rest = reading.clone();
    rest.intents.retain(|it| !matches!(it, Intent::General | Intent::EnquiryRent | Intent::EnquiryBuy));
    if asked == Some(Question::MoveDate) {
        rest.intents.retain(|it| *it != Intent::TenantGeneral); // "when my lease ends"
    }
    if rest.answer == Some(true) && asked == Some(Question::More) {
        rest.answer = None;
    }
    rest
}
