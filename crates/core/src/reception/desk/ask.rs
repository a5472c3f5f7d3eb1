//! Going on: what the current topic needs next. Each thing is asked twice at most (A11), then a person takes over.

use super::{Act, Booking, Desk, Facts, MessageDraft, Reason, TicketDraft, Topic};
use crate::reception::say::Line;
use crate::reception::trade::{self, Next};
use crate::reception::words::{Deal, Period, Purpose, Question};

impl Desk {
    /// Asks, unless it was asked twice.
    pub(super) fn ask(&mut self, question: Question, acts: &mut Vec<Act>) {
        let asked = self.asks.entry(question).or_default();
        if *asked >= 2 && question != Question::More {
            self.hand_over(Reason::NotUnderstood, acts);
            return;
        }
        let again = *asked > 0;
        self.known.move_asked |= question == Question::MoveDate;
        *asked = asked.saturating_add(1);
        self.asked = Some(question);
        acts.push(Act::Say(
            self.told_home(question).filter(|_| !again).map_or(Line::Ask(question, again), Line::AtHome),
        ));
    }

    /// A new topic: everything may be asked again.
    pub(super) fn ask_anew(&mut self) {
        self.asks.clear();
        self.other_slots = 0;
    }

    /// The next step of the current topic, or of the one behind it.
    pub(super) fn go_on(&mut self, facts: &Facts, acts: &mut Vec<Act>) {
        if self.handed {
            return;
        }
        let Some(topic) = self.topic() else {
            return self.ask(self.address_wanted().unwrap_or(Question::More), acts);
        };
        if let Some(reason) = self.is_for_people(facts) {
            return self.hand_over(reason, acts);
        }
        if self.is_sealed(topic) {
            return self.prove(facts, acts);
        }
        match trade::of(self.trade).next(self, topic) {
            Next::Ask(question) => self.ask(question, acts),
            Next::Search => {
                self.busy = true;
                self.known.told.clear();
                self.known.searched = self.known.criteria.clone();
                acts.push(Act::Search(self.known.criteria.clone()));
            }
            Next::Lookup => {
                self.busy = true;
                let (street, reference) = (self.known.criteria.street.take(), self.known.reference.take());
                self.searches_road(street.as_ref());
                acts.push(Act::Lookup { street, reference });
            }
            Next::Slots(purpose) => {
                self.busy = true;
                let property = self.known.property.as_ref().map(|card| card.id.clone());
                let from = self.known.wished.take().filter(|at| *at > facts.now);
                acts.push(Act::FindSlots { purpose, property, from });
            }
            Next::Hold(purpose) => self.with_booking(purpose, Act::Hold, acts),
            Next::ReadBack(purpose) => self.read_back(purpose, acts),
            Next::Ticket => self.open_ticket(acts),
            Next::Message => self.take_message(topic, facts, acts),
            Next::Change => self.change(facts, acts),
            Next::Hours => {
                match &facts.hours {
                    Some(hours) => acts.push(Act::Say(Line::Hours(hours.clone()))),
                    None => self.note_down("office hours", acts),
                }
                self.finish(facts, acts);
            }
        }
    }

    /// Why people see to this wish themselves (C13); a danger is reported first.
    fn is_for_people(&self, facts: &Facts) -> Option<Reason> {
        let dear = || self.deal().is_some_and(|price| facts.deal_limit > 0 && price > facts.deal_limit);
        match () {
            () if self.known.danger.is_some() => None,
            () if facts.vip => Some(Reason::Vip),
            () if dear() => Some(Reason::Deal),
            () => None,
        }
    }

    /// The price of the sale that it is about: what they would pay, or what the property costs.
    fn deal(&self) -> Option<i64> {
        let criteria = &self.known.criteria;
        let sale = criteria.deal != Some(Deal::Rent) && matches!(criteria.period, None | Some(Period::Total));
        let offered = criteria.price_max.max(criteria.price_min).filter(|_| sale);
        let card = self.known.property.as_ref().filter(|card| card.period == Period::Total);
        offered.max(card.map(|card| card.price))
    }

    /// The current topic is done; the next one, or "anything else?".
    pub(super) fn finish(&mut self, facts: &Facts, acts: &mut Vec<Act>) {
        if !self.topics.is_empty() {
            self.topics.remove(0);
        }
        self.ask_anew();
        self.known.note = None;
        self.known.moving = None;
        self.go_on(facts, acts);
    }

    pub(super) fn booking(&self, purpose: Purpose) -> Option<Booking> {
        if let Some(moving) = &self.known.moving {
            let (place, property) = (moving.place.clone(), None);
            return self.known.chosen.map(|at| Booking { purpose, property, place, at });
        }
        let property = self.known.property.as_ref().filter(|_| purpose == Purpose::Viewing);
        let place = match property {
            Some(card) => card.place.clone(),
            None => self.known.address.clone().unwrap_or_default(),
        };
        let property = property.map(|card| card.id.clone());
        self.known.chosen.map(|at| Booking { purpose, property, place, at })
    }

    fn with_booking(&mut self, purpose: Purpose, act: fn(Booking) -> Act, acts: &mut Vec<Act>) {
        if let Some(booking) = self.booking(purpose) {
            self.busy = true;
            acts.push(act(booking));
        }
    }

    fn read_back(&mut self, purpose: Purpose, acts: &mut Vec<Act>) {
        let Some(booking) = self.booking(purpose) else { return };
        self.asked = Some(Question::Confirm);
        let asked = self.asks.entry(Question::Confirm).or_default();
        *asked += 1;
        if *asked > 2 {
            self.hand_over(Reason::NotUnderstood, acts);
            return;
        }
        acts.push(Act::Say(Line::ReadBack(purpose, booking.place, booking.at)));
    }

    /// A yes to what was read back.
    pub(super) fn book(&mut self, purpose: Purpose, acts: &mut Vec<Act>) {
        self.asked = None;
        self.with_booking(purpose, Act::Book, acts);
    }

    fn open_ticket(&mut self, acts: &mut Vec<Act>) {
        let (Some(report), Some(fault)) = (self.known.report.clone(), self.known.fault) else { return };
        self.busy = true;
        self.known.passed = Some(report.clone());
        let (danger, address, property) = (self.known.danger.take(), self.known.address.clone(), self.home_meant());
        acts.push(Act::OpenTicket(TicketDraft { report, fault, danger, address, property }));
    }

    fn take_message(&mut self, topic: Topic, facts: &Facts, acts: &mut Vec<Act>) {
        self.note_down(topic.as_str(), acts);
        acts.push(Act::Say(Line::Noted));
        self.finish(facts, acts);
    }

    pub(super) fn note_down(&mut self, about: &str, acts: &mut Vec<Act>) {
        let text = self.known.note.take().unwrap_or_default();
        if text.contains(' ') {
            self.known.passed = Some(text.clone()); // in their words, not a topic's
        }
        acts.push(Act::TakeMessage(MessageDraft { text, about: about.to_owned() }));
    }
}
