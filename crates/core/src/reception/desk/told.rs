//! What the data answered: what a search found, whether a slot was had, whether someone picked up.

use super::{Act, Desk, Event, Facts, Topic};
use crate::reception::say::Line;
use crate::reception::words::{Purpose, Question};

impl Desk {
    pub(super) fn told(&mut self, event: Event, facts: &Facts, acts: &mut Vec<Act>) {
        if !self.busy {
            return; // late or repeated: whoever asked has gone on
        }
        self.busy = false;
        match event {
            Event::Found { cards, more, relaxed } => {
                acts.extend(relaxed.filter(|_| !cards.is_empty()).map(|what| Act::Say(Line::Relaxed(what))));
                self.found(cards, more, facts, acts);
            }
            Event::Slots(slots) => self.offered(slots, facts, acts),
            Event::Held(true) => {
                self.known.held = true;
                self.go_on(facts, acts);
            }
            Event::Held(false) => self.taken(facts, acts),
            Event::Booked(done) => self.booked(done, facts, acts),
            Event::Ticketed(number) => {
                let urgency = self.known.fault.take().map(|fault| fault.urgency);
                (self.known.report, self.known.home, self.known.elsewhere) = (None, None, false);
                self.warned.clear();
                acts.extend(urgency.map(|urgency| Act::Say(Line::Ticket(number, urgency))));
                self.file_photos(acts);
                self.finish(facts, acts);
            }
            Event::CodeSent(sent) => self.code_sent(sent, facts, acts),
            Event::Checked(right) => self.checked(right, facts, acts),
            Event::Changed(done) => self.changed(done, facts, acts),
            Event::Answered(true) => self.close(acts),
            Event::Answered(false) => {
                acts.push(Act::PromiseCallBack(facts.call_back_by));
                acts.push(Act::Say(Line::CallBack(facts.call_back_by)));
                acts.push(Act::Say(Line::Goodbye));
                self.close(acts);
            }
            Event::Began { .. }
            | Event::Heard { .. }
            | Event::Pressed(_)
            | Event::Language
            | Event::Rated(..)
            | Event::Shown(_)
            | Event::Unheard
            | Event::Silence
            | Event::Gone
            | Event::TooLong
            | Event::Sent(_)
            | Event::Watching(_) => {}
        }
    }

    fn found(&mut self, cards: Vec<crate::reception::say::Card>, more: bool, facts: &Facts, acts: &mut Vec<Act>) {
        self.known.sending = None; // what they asked to be sent was told before
        if cards.is_empty() && !self.known.told.is_empty() {
            acts.push(Act::Say(Line::NoMore)); // those that were told last can still be chosen from
            self.asked = Some(Question::Property);
            return;
        }
        if cards.is_empty() {
            acts.push(Act::Say(Line::NothingFound));
            self.known.cards.clear();
            if self.topic() == Some(Topic::Viewing) {
                self.topics.remove(0);
                self.topics.insert(0, Topic::Message);
                self.known.note.get_or_insert("property".to_owned());
                self.go_on(facts, acts);
            } else {
                self.offer_watch(facts, acts);
            }
            return;
        }
        // The last one of several was not asked for, but for what else there is.
        let asked_for = self.topic() == Some(Topic::Viewing) && self.known.told.is_empty();
        let one = (asked_for && cards.len() == 1).then(|| cards[0].clone());
        self.known.cards = cards;
        if let Some(card) = one {
            self.known.property = Some(card);
            self.go_on(facts, acts);
            return;
        }
        acts.push(Act::Say(Line::Found(self.known.cards.clone(), more)));
        self.asked = Some(Question::Property);
        self.asks.insert(Question::Property, 1);
    }

    fn offered(&mut self, slots: Vec<jiff::civil::DateTime>, facts: &Facts, acts: &mut Vec<Act>) {
        let Some(purpose) = self.topic().and_then(Topic::purpose) else { return };
        if slots.is_empty() {
            acts.push(Act::Say(Line::NoSlots));
            acts.push(Act::PromiseCallBack(facts.call_back_by));
            self.finish(facts, acts);
            return;
        }
        self.known.offers = slots.clone();
        let place = match (&self.known.property, purpose) {
            _ if self.known.moving.is_some() => {
                self.known.moving.as_ref().map(|it| it.place.clone()).unwrap_or_default()
            }
            (Some(card), Purpose::Viewing) => card.place.clone(),
            _ => self.known.address.clone().unwrap_or_default(),
        };
        acts.push(Act::Say(Line::Offer(purpose, place, slots)));
        self.asks.remove(&Question::Slot);
        self.ask(Question::Slot, acts);
    }

    /// Someone else was quicker: what is left is offered again.
    fn taken(&mut self, facts: &Facts, acts: &mut Vec<Act>) {
        self.known.held = false;
        self.known.chosen = None;
        self.known.offers.clear();
        self.asks.remove(&Question::Slot);
        acts.push(Act::Say(Line::SlotTaken));
        self.go_on(facts, acts);
    }

    fn booked(&mut self, done: bool, facts: &Facts, acts: &mut Vec<Act>) {
        let Some((purpose, booking)) =
            self.topic().and_then(Topic::purpose).and_then(|purpose| Some((purpose, self.booking(purpose)?)))
        else {
            return;
        };
        if !done {
            self.taken(facts, acts);
            return;
        }
        if let Some(moved) = &self.known.moving {
            let id = moved.id.clone();
            self.known.appointments.iter_mut().filter(|it| it.id == id).for_each(|it| it.at = booking.at);
        }
        acts.push(Act::Say(Line::Booked(purpose, booking.place, booking.at)));
        let known = &mut self.known;
        (known.offers, known.chosen, known.held, known.property) = (Vec::new(), None, false, None);
        if purpose == Purpose::Valuation {
            known.address = None; // nobody's report is from there
        }
        self.finish(facts, acts);
    }
}
