//! A sealed talk (C2): what is the caller's own is told, moved or cancelled only after the check that the tenant wants.

use super::{Act, Desk, Facts, Topic};
use crate::reception::proof::{self, Check};
use crate::reception::reading::TurnReading;
use crate::reception::say::Line;
use crate::reception::words::Question;

impl Desk {
    /// Whether this topic would tell what is the caller's own.
    pub(super) fn is_sealed(&self, topic: Topic) -> bool {
        let theirs = topic == Topic::Change || self.known.moving.is_some() && topic.purpose().is_some();
        self.seal.is_some() && theirs
    }

    /// Sends a code, asks for it, or gives up.
    pub(super) fn prove(&mut self, facts: &Facts, acts: &mut Vec<Act>) {
        let Some(seal) = &self.seal else { return };
        match seal.check {
            Check::Code if seal.wrong < proof::MOST_WRONG && seal.sent => self.ask(Question::Code, acts),
            Check::Code if seal.wrong < proof::MOST_WRONG => {
                self.busy = true;
                acts.push(Act::SendCode);
            }
            _ => self.unproven(facts, acts),
        }
    }

    /// A code is on its way, or cannot be sent.
    pub(super) fn code_sent(&mut self, sent: bool, facts: &Facts, acts: &mut Vec<Act>) {
        let Some(seal) = &mut self.seal else { return };
        if !sent {
            seal.wrong = proof::MOST_WRONG;
            return self.unproven(facts, acts);
        }
        seal.sent = true;
        acts.push(Act::Say(Line::CodeSent));
        self.ask(Question::Code, acts);
    }

    /// The figures of a turn that answers the question for the code.
    pub(super) fn code_of(&self, reading: &TurnReading, text: &str) -> Option<String> {
        let asked = self.asked == Some(Question::Code) && self.seal.is_some() && reading.danger.is_none();
        asked.then(|| proof::figures(text)).flatten()
    }

    /// Whether the code was right.
    pub(super) fn checked(&mut self, right: bool, facts: &Facts, acts: &mut Vec<Act>) {
        let Some(seal) = &mut self.seal else { return };
        self.repairs = 0;
        if right {
            (self.seal, self.asked) = (None, None);
            return self.go_on(facts, acts);
        }
        seal.wrong += 1;
        if seal.wrong >= proof::MOST_WRONG {
            return self.unproven(facts, acts);
        }
        self.asks.remove(&Question::Code);
        acts.push(Act::Say(Line::WrongCode));
        self.ask(Question::Code, acts);
    }

    /// Nothing is told: a person rings back on the number on file.
    fn unproven(&mut self, facts: &Facts, acts: &mut Vec<Act>) {
        if self.known.held {
            acts.push(Act::Release);
        }
        let known = &mut self.known;
        (known.held, known.chosen, known.change, known.moving) = (false, None, None, None);
        known.offers.clear();
        self.forget_existing();
        self.asked = None;
        self.note_down("appointment", acts);
        acts.push(Act::Say(Line::Unproven));
        self.finish(facts, acts);
    }
}
