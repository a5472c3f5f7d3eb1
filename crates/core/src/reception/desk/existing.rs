//! Appointments that exist (C6): told, moved, called off, or passed on. Which one is meant is chosen by what was said of it;
//! where several fit it is asked, and none is called off without a yes.

use super::heard::Answer;
use super::{Act, Appointment, Desk, Facts, Topic};
use crate::reception::reading::TurnReading;
use crate::reception::say::Line;
use crate::reception::words::{Change, Question};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// So many are told at once.
const TOLD: usize = 5;

/// What is being done about an appointment that exists.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Existing {
    /// When it is, as they said it.
    pub at: Option<DateTime>,
    /// Where it is, as they said it: a road, or areas.
    pub places: Vec<String>,
    /// Those that were told, to choose from.
    pub among: Vec<Appointment>,
    /// The one that is called off if they say yes.
    pub cancelling: Option<Appointment>,
}

impl Existing {
    /// Those that fit what was said; all of them where nothing does.
    fn narrow(&self, known: Vec<Appointment>) -> Vec<Appointment> {
        let here = |it: &Appointment| {
            let place = it.place.to_lowercase();
            self.places.iter().any(|named| place.contains(&named.to_lowercase()))
        };
        let fits: [&dyn Fn(&Appointment) -> bool; 3] =
            [&here, &|it| self.at.is_some_and(|at| at.date() == it.at.date()), &|it| self.at == Some(it.at)];
        fits.iter().fold(known, |pool, fits| {
            let fit: Vec<Appointment> = pool.iter().filter(|it| fits(it)).cloned().collect();
            if fit.is_empty() { pool } else { fit }
        })
    }

    /// Takes in what a turn says of an appointment.
    fn hear(&mut self, reading: &TurnReading) {
        self.at = reading.time_local.or(self.at);
        let places = reading.criteria.street.iter().chain(&reading.criteria.areas).cloned();
        let places: Vec<String> = places.collect();
        if !places.is_empty() {
            self.places = places;
        }
    }
}

impl Desk {
    /// The times that can be chosen from: of slots, or of appointments that were told.
    pub fn on_offer(&self) -> Vec<DateTime> {
        match self.asked {
            Some(Question::Appointment) => self.known.existing.among.iter().map(|it| it.at).collect(),
            _ => self.known.offers.clone(),
        }
    }

    /// Keeps what is said of an appointment that exists. True if there was something.
    pub(super) fn absorb_existing(&mut self, reading: &TurnReading) -> bool {
        if !self.is_about_existing(reading) {
            return false;
        }
        let before = self.known.existing.clone();
        self.known.existing.hear(reading);
        self.known.existing != before
    }

    /// Which of the appointments that were told.
    pub(super) fn which(&mut self, reading: &TurnReading) -> Answer {
        let existing = &mut self.known.existing;
        let nth = reading.choice.or(reading.place);
        let fit = match nth.and_then(|at| existing.among.get(at)) {
            Some(one) => vec![one.clone()],
            None => existing.narrow(existing.among.clone()),
        };
        if fit.is_empty() || fit.len() == existing.among.len() {
            return Answer::None;
        }
        existing.among = fit;
        self.asked = None;
        Answer::Taken
    }

    /// Yes or no to calling one off; a no that names another goes on with that one.
    pub(super) fn confirm_cancel(&mut self, reading: &TurnReading, acts: &mut Vec<Act>) -> Answer {
        let Some(one) = self.known.existing.cancelling.clone() else { return Answer::None };
        match reading.answer {
            Some(true) => {
                self.asked = None;
                self.change_it(one.id, Change::Cancel, acts);
                Answer::Done
            }
            Some(false) => {
                let mut named = Existing::default();
                named.hear(reading);
                let others = self.known.appointments.iter().filter(|it| it.id != one.id).cloned().collect::<Vec<_>>();
                let fit = named.narrow(others.clone());
                self.asked = None;
                if fit.len() < others.len() || fit.len() == 1 && named != Existing::default() {
                    self.known.existing = Existing { among: fit, ..named };
                    self.ask_anew();
                } else {
                    acts.push(Act::Say(Line::Kept));
                    self.topics.retain(|topic| *topic != Topic::Change);
                    self.forget_existing();
                }
                Answer::Taken
            }
            None => Answer::None,
        }
    }

    /// Whether calling one off waits for a yes.
    pub(super) fn is_cancelling(&self) -> bool {
        self.asked == Some(Question::Confirm) && self.known.existing.cancelling.is_some()
    }

    /// Asks for the yes, twice at most.
    pub(super) fn ask_to_cancel(&mut self, acts: &mut Vec<Act>) {
        let Some(Appointment { purpose, place, at, .. }) = self.known.existing.cancelling.clone() else { return };
        self.asked = Some(Question::Confirm);
        let asked = self.asks.entry(Question::Confirm).or_default();
        *asked += 1;
        if *asked > 2 {
            return self.hand_over(super::Reason::NotUnderstood, acts);
        }
        acts.push(Act::Say(Line::ConfirmCancel(purpose, place, at)));
    }

    /// Something about an appointment that exists: told, moved, called off, or passed on.
    pub(super) fn change(&mut self, facts: &Facts, acts: &mut Vec<Act>) {
        let among = self.meant(facts);
        match (self.known.change, among.as_slice()) {
            (change, []) => self.none_known(change, facts, acts),
            (Some(Change::Move), [one]) => self.find_another_time(one.clone(), facts, acts),
            (Some(Change::Cancel), [one]) => {
                self.known.existing.cancelling = Some(one.clone());
                self.ask_to_cancel(acts);
            }
            (Some(Change::Move | Change::Cancel), _) => {
                acts.extend(among.iter().take(TOLD).map(tell));
                self.known.existing.among = among;
                self.ask(Question::Appointment, acts);
            }
            (Some(change @ (Change::Late | Change::Feedback)), [next, ..]) => {
                acts.push(tell(next));
                self.note_down(change.as_str(), acts);
                self.change_it(next.id.clone(), change, acts);
            }
            (None, _) => {
                acts.extend(among.iter().take(TOLD).map(tell));
                self.changed_all(facts, acts);
            }
        }
    }

    /// The coming appointments that may be meant.
    fn meant(&self, facts: &Facts) -> Vec<Appointment> {
        let existing = &self.known.existing;
        let coming = self.known.appointments.iter().filter(|it| it.at >= facts.now);
        let chosen = |it: &&Appointment| existing.among.iter().any(|known| known.id == it.id);
        let left: Vec<Appointment> = coming.clone().filter(chosen).cloned().collect();
        if left.is_empty() { existing.narrow(coming.cloned().collect()) } else { left }
    }

    fn none_known(&mut self, change: Option<Change>, facts: &Facts, acts: &mut Vec<Act>) {
        match change {
            Some(change @ (Change::Feedback | Change::Late)) => {
                self.note_down(change.as_str(), acts);
                acts.push(Act::Say(Line::Changed(change)));
            }
            _ => self.not_there(acts),
        }
        self.changed_all(facts, acts);
    }

    /// It is not there, or not any more: people hear of it.
    fn not_there(&mut self, acts: &mut Vec<Act>) {
        acts.push(Act::Say(Line::NoAppointment));
        self.note_down("appointment", acts);
        acts.push(Act::Say(Line::Noted));
    }

    fn change_it(&mut self, id: String, change: Change, acts: &mut Vec<Act>) {
        self.known.change = Some(change);
        self.busy = true;
        acts.push(Act::Change(id, change));
    }

    /// What became of a change.
    pub(super) fn changed(&mut self, done: bool, facts: &Facts, acts: &mut Vec<Act>) {
        let cancelled = self.known.existing.cancelling.take();
        self.known.appointments.retain(|kept| cancelled.as_ref().is_none_or(|gone| gone.id != kept.id));
        match self.known.change.filter(|_| done) {
            Some(change) => acts.push(Act::Say(Line::Changed(change))),
            None => self.not_there(acts),
        }
        self.changed_all(facts, acts);
    }

    fn changed_all(&mut self, facts: &Facts, acts: &mut Vec<Act>) {
        self.forget_existing();
        self.finish(facts, acts);
    }

    pub(super) fn forget_existing(&mut self) {
        (self.known.existing, self.known.change) = (Existing::default(), None);
    }

    /// Another time for what is booked: found, held, read back and confirmed like a new one.
    fn find_another_time(&mut self, appointment: Appointment, facts: &Facts, acts: &mut Vec<Act>) {
        let topic = Topic::of(appointment.purpose);
        acts.push(tell(&appointment));
        self.topics.retain(|known| *known != Topic::Change && *known != topic);
        self.topics.insert(0, topic);
        self.ask_anew();
        let wished = self.known.existing.at.filter(|at| at.date() != appointment.at.date());
        self.forget_existing();
        let known = &mut self.known;
        known.wished = wished.or(known.wished);
        (known.offers, known.chosen, known.held, known.moving) = (Vec::new(), None, false, Some(appointment));
        self.go_on(facts, acts);
    }
}

fn tell(it: &Appointment) -> Act {
    Act::Say(Line::Appointment(it.purpose, it.place.clone(), it.at))
}
