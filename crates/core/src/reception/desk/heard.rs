//! One turn of the caller: danger first, then people, then answers, then wishes; repair if nothing was understood.

use super::send::besides;
use super::{Act, Desk, Facts, MOST_REPAIRS, MOST_TURNS, Reason, Topic};
use crate::reception::complaint;
use crate::reception::criteria::Criteria;
use crate::reception::reading::{Fault, TurnReading};
use crate::reception::say::{Line, Style};
use crate::reception::trade;
use crate::reception::words::{Deal, FaultCategory, FaultUrgency, Intent, Question};
use std::borrow::Cow;

/// After looking for other slots so often a person takes over.
const MOST_OTHER_SLOTS: u8 = 3;

impl Desk {
    pub(super) fn hear(&mut self, reading: &TurnReading, text: &str, facts: &Facts, acts: &mut Vec<Act>) {
        self.turns = self.turns.saturating_add(1);
        self.silences = 0;
        self.busy = false;
        if let Some(figures) = self.code_of(reading, text) {
            self.busy = true;
            acts.push(Act::CheckCode(figures));
            return;
        }
        if self.opinion(reading, text, acts) {
            return;
        }
        let again = self.another(reading, text, acts);
        if again == Some(false) {
            return;
        }
        let mut known = self.absorb(reading, text);
        let warned = self.warn(reading, text, facts, acts);
        if !warned && self.turns > MOST_TURNS {
            return self.hand_over(Reason::TooLong, acts);
        }
        if !warned && self.wants_person(reading, text, acts) {
            return;
        }
        if reading.repeat && reading.intents.is_empty() && !warned && again.is_none() {
            acts.extend(self.last.clone().into_iter().map(Act::Say));
            return;
        }
        let sent = !warned && self.sends(reading, text, acts);
        let moving = self.asked == Some(Question::MoveDate);
        let rest = if sent || moving { Cow::Owned(besides(reading, self.asked)) } else { Cow::Borrowed(reading) };
        let reading = rest.as_ref();
        let answered = self.answer(reading, acts);
        if answered == Answer::Done {
            self.repairs = 0;
            return;
        }
        let fresh = self.take_wishes(reading, text);
        known |= self.take_address(reading, text);
        if !moving && self.topics.iter().any(|topic| topic.purpose().is_some()) {
            self.known.wished = reading.wished_from().or(self.known.wished.take());
        }
        if self.leaves(reading) && !warned && !fresh {
            acts.push(Act::Say(Line::Goodbye));
            return self.leave(acts);
        }
        match () {
            () if answered == Answer::Taken || fresh || warned || again.is_some() || known && !sent => {
                self.repairs = 0;
                self.go_on(facts, acts);
            }
            () if sent => self.ask_again(facts, acts),
            () => self.repair(acts),
        }
    }

    /// Safety words and the on-call chain, before anything else (C8).
    fn warn(&mut self, reading: &TurnReading, text: &str, facts: &Facts, acts: &mut Vec<Act>) -> bool {
        let Some(danger) = reading.danger.filter(|danger| !self.warned.contains(danger)) else { return false };
        self.warned.push(danger);
        acts.push(Act::Say(Line::Safety(danger, facts.country.clone())));
        acts.push(Act::RingOnCall(danger));
        acts.push(Act::Say(if facts.on_call { Line::OnCall } else { Line::ToldOffice(facts.country.clone()) }));
        let category = self.known.fault.map_or(FaultCategory::Other, |fault| fault.category);
        self.known.fault = Some(Fault { category, urgency: FaultUrgency::Emergency });
        self.known.report.get_or_insert_with(|| super::bounded(text));
        self.topics.retain(|topic| *topic != Topic::Repair);
        self.topics.insert(0, Topic::Repair);
        self.known.danger = Some(danger);
        self.asked = None; // whatever was asked, these words are no answer to it
        self.known.looked = None;
        self.ask_anew();
        true
    }

    fn wants_person(&mut self, reading: &TurnReading, text: &str, acts: &mut Vec<Act>) -> bool {
        let asks = reading.intents.first() == Some(&Intent::Agent) || reading.signals.wants_person;
        let reason = match () {
            () if reading.signals.abuse || complaint::is_made(text) => Reason::Complaint,
            () if asks => Reason::Asked,
            () => return false,
        };
        self.hand_over(reason, acts);
        true
    }

    /// An answer to what was asked.
    fn answer(&mut self, reading: &TurnReading, acts: &mut Vec<Act>) -> Answer {
        match self.asked {
            Some(Question::Slot) if reading.choice.is_some() => {
                let chosen = reading.choice.and_then(|at| self.known.offers.get(at).copied());
                self.known.chosen = chosen;
                self.asked = None;
                Answer::Taken
            }
            Some(Question::Wish) => self.still_looks(reading, acts),
            Some(Question::Confirm) => self.confirm(reading, acts),
            Some(Question::Home) => self.at_home(reading),
            // It may stay open: whatever is said to it, the search goes on.
            Some(Question::MoveDate) if reading.intents.is_empty() && !reading.bye => {
                self.asked = None;
                Answer::Taken
            }
            Some(Question::Property) => self.pick(reading, acts),
            Some(Question::Appointment) => self.which(reading),
            Some(Question::More) if reading.answer == Some(false) && reading.intents.is_empty() => {
                acts.push(Act::Say(Line::Goodbye));
                self.leave(acts);
                Answer::Done
            }
            Some(Question::More) if reading.answer == Some(true) && reading.intents.is_empty() => {
                self.asks.remove(&Question::Wish);
                self.ask(Question::Wish, acts);
                Answer::Done
            }
            Some(Question::Slot) if reading.answer == Some(false) || reading.time.is_some() => {
                self.other_slots(reading, acts)
            }
            _ => Answer::None,
        }
    }

    /// Another day or time: slots from then on.
    fn other_slots(&mut self, reading: &TurnReading, acts: &mut Vec<Act>) -> Answer {
        let Some(purpose) = self.topic().and_then(Topic::purpose) else { return Answer::None };
        self.other_slots = self.other_slots.saturating_add(1);
        if self.other_slots > MOST_OTHER_SLOTS {
            self.hand_over(Reason::NotUnderstood, acts);
            return Answer::Done;
        }
        let last = self.known.offers.last().copied();
        let from = reading.wished_from().or(last.map(|at| at.saturating_add(jiff::ToSpan::hours(1))));
        let property = self.known.property.as_ref().map(|card| card.id.clone());
        self.known.offers.clear();
        self.busy = true;
        acts.push(Act::FindSlots { purpose, property, from });
        Answer::Done
    }

    fn confirm(&mut self, reading: &TurnReading, acts: &mut Vec<Act>) -> Answer {
        if self.is_cancelling() {
            return self.confirm_cancel(reading, acts);
        }
        let Some(purpose) = self.topic().and_then(Topic::purpose) else { return Answer::None };
        match reading.answer {
            Some(true) => {
                self.book(purpose, acts);
                Answer::Done
            }
            Some(false) => {
                if self.known.held {
                    acts.push(Act::Release);
                }
                let known = &mut self.known;
                (known.chosen, known.held) = (None, false);
                self.asks.remove(&Question::Slot);
                self.other_slots(reading, acts)
            }
            None => Answer::None,
        }
    }

    /// Which of the properties that were read out. A road that belongs to something else is none of them.
    fn pick(&mut self, reading: &TurnReading, acts: &mut Vec<Act>) -> Answer {
        if self.is_about_home(reading) || self.is_about_existing(reading) {
            return Answer::None;
        }
        if let Some(street) = reading.criteria.street.clone() {
            let told = self.known.cards.iter().find(|card| card.place.contains(&street)).cloned();
            return match told {
                Some(card) => self.see(card),
                None => self.look_up(Some(street), None, acts),
            };
        }
        if let Some(reference) = reading.reference.clone() {
            return self.look_up(None, Some(reference), acts);
        }
        if reading.more && !self.known.cards.is_empty() {
            return if self.asks_the_same(reading) { self.more(acts) } else { self.search_again() };
        }
        let only = (self.known.cards.len() == 1 && reading.answer == Some(true)).then_some(0);
        if let Some(card) = reading.place.or(only).and_then(|at| self.known.cards.get(at).cloned()) {
            return self.see(card);
        }
        if reading.answer == Some(false) && !self.known.cards.is_empty() && reading.intents.is_empty() {
            self.topics.retain(|topic| !matches!(topic, Topic::Search | Topic::Viewing));
            self.known.cards.clear();
            self.ask_anew();
            return Answer::Taken;
        }
        Answer::None
    }

    fn see(&mut self, card: crate::reception::say::Card) -> Answer {
        self.known.property = Some(card);
        self.topics.retain(|topic| !matches!(topic, Topic::Search | Topic::Viewing));
        self.topics.insert(0, Topic::Viewing);
        self.ask_anew();
        Answer::Taken
    }

    /// Whether a turn says nothing new of what is looked for; "flats" after a search for anything is nothing new.
    fn asks_the_same(&self, reading: &TurnReading) -> bool {
        let searched = &self.known.searched;
        let kind = searched.kind.and(reading.criteria.kind);
        searched.merged(&Criteria { kind, ..reading.criteria.clone() }) == *searched
    }

    /// What else there is under another condition: a search of its own (C5).
    fn search_again(&mut self) -> Answer {
        if self.topic() != Some(Topic::Search) {
            self.topics.retain(|topic| !matches!(topic, Topic::Search | Topic::Viewing));
            self.topics.insert(0, Topic::Search);
            self.ask_anew();
        }
        Answer::Taken
    }

    /// The next ones of the same search (C5).
    fn more(&mut self, acts: &mut Vec<Act>) -> Answer {
        let known = &mut self.known;
        let told = known.cards.iter().map(|card| card.id.clone());
        let fresh: Vec<String> = told.filter(|id| !known.told.contains(id)).collect();
        known.told.extend(fresh);
        self.busy = true;
        acts.push(Act::More(known.searched.clone(), known.told.clone()));
        Answer::Done
    }

    /// What a road is asked for is a search of its own.
    pub(super) fn searches_road(&mut self, street: Option<&String>) {
        self.known.told.clear();
        self.known.searched = Criteria { street: street.cloned(), ..Criteria::default() };
    }

    fn look_up(&mut self, street: Option<String>, reference: Option<String>, acts: &mut Vec<Act>) -> Answer {
        self.busy = true;
        self.topics.retain(|topic| !matches!(topic, Topic::Search | Topic::Viewing));
        self.topics.insert(0, Topic::Viewing);
        (self.known.criteria.street, self.known.reference) = (None, None);
        self.searches_road(street.as_ref());
        acts.push(Act::Lookup { street, reference });
        Answer::Done
    }

    fn leaves(&self, reading: &TurnReading) -> bool {
        reading.bye && self.topics.is_empty() && reading.intents.is_empty()
    }

    /// Not understood: sorry and the question again, then the keypad, then a person.
    fn repair(&mut self, acts: &mut Vec<Act>) {
        self.repairs += 1;
        match (self.repairs, self.asked) {
            (n, _) if n >= MOST_REPAIRS => self.hand_over(Reason::NotUnderstood, acts),
            (1, Some(_)) if self.is_cancelling() => {
                acts.push(Act::Say(Line::Sorry));
                self.ask_to_cancel(acts);
            }
            (1, Some(question)) => {
                acts.push(Act::Say(Line::Sorry));
                self.ask(question, acts);
            }
            _ => {
                acts.push(Act::Say(Line::Sorry));
                acts.push(Act::Say(Line::Menu));
            }
        }
    }

    /// The keypad: the menu, a slot, yes and no.
    pub(super) fn press(&mut self, key: char, facts: &Facts, acts: &mut Vec<Act>) {
        self.silences = 0;
        if self.opinion_key(key, acts) {
            return;
        }
        let mut reading = TurnReading::nothing();
        let nth = key.to_digit(10).and_then(|n| usize::try_from(n).ok()).and_then(|n| n.checked_sub(1));
        match (self.to_choose(), key) {
            (_, '0') => reading.intents = vec![Intent::Agent],
            (Some(Question::Slot | Question::Appointment), _) => {
                reading.choice = nth.filter(|at| *at < self.on_offer().len());
            }
            (Some(Question::Property), _) => reading.place = nth.filter(|at| *at < self.known.cards.len()),
            (Some(Question::Confirm | Question::More | Question::Watch | Question::Home), '1') => {
                reading.answer = Some(true)
            }
            (Some(Question::Confirm | Question::More | Question::Watch | Question::Home), '2') => {
                reading.answer = Some(false)
            }
            (Some(Question::Deal), '1') => reading.criteria.deal = Some(Deal::Rent),
            (Some(Question::Deal), '2') => reading.criteria.deal = Some(Deal::Sale),
            (Some(Question::Code), _) => {}
            _ => {
                let menu = trade::of(self.trade).menu();
                let listed = self.style == Style::Written && self.last.last() == Some(&Line::Menu);
                let person = listed && nth == Some(menu.len());
                let choice = nth.and_then(|at| menu.get(at)).map(|choice| choice.intent);
                reading.intents.extend(if person { Some(Intent::Agent) } else { choice }); // a list ends with a person
            }
        }
        self.hear(&reading, "", facts, acts);
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Not an answer.
    None,
    /// Taken in; the topic goes on.
    Taken,
    /// Acted on already.
    Done,
}
