//! Sending information (C11): the details of what was told, on request; and what comes up later, once they agreed.

use super::{Act, Desk, Facts, Topic};
use crate::reception::reading::TurnReading;
use crate::reception::say::Line;
use crate::reception::sending::{self, Way};
use crate::reception::words::Question;

impl Desk {
    /// They ask to be sent what was told, or to hear of what comes up. True if there is nothing else in the turn.
    pub(super) fn sends(&mut self, reading: &TurnReading, text: &str, facts: &Facts, acts: &mut Vec<Act>) -> bool {
        if self.known.sending.is_some() && self.known.email.is_some() {
            return self.send_details(Way::Email, facts, acts);
        }
        if self.asked == Some(Question::Watch)
            && let Some(agreed) = reading.answer
        {
            self.asked = None;
            if agreed {
                self.watch(acts);
            }
            self.go_on(facts, acts);
            return true;
        }
        if sending::asks_for_later(text) && self.known.criteria.fields() >= 2 {
            self.watch(acts);
            self.ask_again(facts, acts);
            return true;
        }
        match sending::asked(text) {
            Some(way) if !self.told_of().is_empty() => self.send_details(way, facts, acts),
            _ => false,
        }
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

    /// The property that it is about, else those that were read out.
    fn told_of(&self) -> Vec<String> {
        let known = &self.known;
        match &known.property {
            Some(card) => vec![card.id.clone()],
            None => known.cards.iter().map(|card| card.id.clone()).collect(),
        }
    }

    fn send_details(&mut self, way: Way, facts: &Facts, acts: &mut Vec<Act>) -> bool {
        self.repairs = 0;
        if way == Way::Email && self.known.email.is_none() {
            self.known.sending = Some(way);
            self.ask(Question::Email, acts);
            return true;
        }
        self.known.sending = None;
        acts.push(Act::SendDetails(self.told_of(), way));
        acts.push(Act::Say(Line::Sending(way)));
        if self.asked == Some(Question::Email) {
            self.asked = None;
        }
        self.ask_again(facts, acts);
        true
    }

    fn watch(&mut self, acts: &mut Vec<Act>) {
        self.repairs = 0;
        acts.push(Act::Watch(self.known.criteria.clone()));
        acts.push(Act::Say(Line::Watching));
    }

    /// The question that stood before they asked for something by the way.
    fn ask_again(&mut self, facts: &Facts, acts: &mut Vec<Act>) {
        match self.asked {
            Some(Question::Property) if !self.known.cards.is_empty() => {
                self.asks.insert(Question::Property, 1);
                acts.push(Act::Say(Line::Ask(Question::Property, false)));
            }
            Some(question) => acts.push(Act::Say(Line::Ask(question, false))),
            None => self.go_on(facts, acts),
        }
    }
}
