//! What is known in a talk: told by the caller, found for them, and waiting for an answer.

use super::{Existing, Missed, Photos};
use crate::property::NOT;
use crate::reception::criteria::Criteria;
use crate::reception::danger::Danger;
use crate::reception::reading::Fault;
use crate::reception::say::{Card, Looked};
use crate::reception::sending::Way;
use crate::reception::situation::Situation;
use crate::reception::words::{Change, Purpose};
use crate::tenancy::Home;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// An appointment of the caller's that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Where, as it is said.
    pub place: String,
    /// When, local time.
    pub at: DateTime,
}

/// What is known in a talk.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    /// The caller's name.
    pub name: Option<String>,
    /// Where they can be reached; the caller id, unless it is withheld.
    pub phone: Option<String>,
    /// Their email address.
    pub email: Option<String>,
    /// What they look for.
    pub criteria: Criteria,
    /// What they said they can do without after all.
    pub needless: Vec<String>,
    /// What they looked for the last time, until they were asked whether they still do.
    pub looked: Option<Looked>,
    /// What they told of their own situation.
    pub situation: Situation,
    /// They were asked when they would move: once in a talk is enough.
    pub move_asked: bool,
    /// The reference of a property, as they said it.
    pub reference: Option<String>,
    /// What was read out last.
    pub cards: Vec<Card>,
    /// The search that they answer.
    pub searched: Criteria,
    /// Properties that were read out before them in the same search.
    pub told: Vec<String>,
    /// The property it is about.
    pub property: Option<Card>,
    /// The address of a property of theirs, as they said it.
    pub address: Option<String>,
    /// What they rent through the business.
    pub homes: Vec<Home>,
    /// The report is not about their home, as they said.
    pub elsewhere: bool,
    /// The one of them that a report is about: its property's id. Its address is not told on the phone (C2).
    pub home: Option<String>,
    /// A time that was wished for before anything was offered.
    pub wished: Option<DateTime>,
    /// Slots on offer.
    pub offers: Vec<DateTime>,
    /// The chosen one.
    pub chosen: Option<DateTime>,
    /// It is held for this talk.
    pub held: bool,
    /// What is broken, as they said it.
    pub report: Option<String>,
    /// A report or a message that went to people: what they need, though nothing waits for an answer any more.
    pub passed: Option<String>,
    /// Sorted.
    pub fault: Option<Fault>,
    /// The danger in it, until its ticket is open.
    pub danger: Option<Danger>,
    /// Photos that wait for their report.
    pub photos: Photos,
    /// What they want done about an appointment.
    pub change: Option<Change>,
    /// Which one.
    pub existing: Existing,
    /// Their words, for a message.
    pub note: Option<String>,
    /// The appointment that another time is looked for.
    pub moving: Option<Appointment>,
    /// Their coming appointments.
    pub appointments: Vec<Appointment>,
    /// The details wait for an address.
    pub sending: Option<Way>,
    /// They want to hear of what comes up, and it is not known where to tell them.
    pub watch: bool,
    /// The call that they were asked about: how satisfied they were.
    pub rating: Option<String>,
    /// The appointment that they were asked about: what they thought of it.
    pub feedback: Option<Appointment>,
    /// The one that they did not come to, and were asked whether they want another time.
    pub missed: Option<Box<Missed>>,
}

impl Known {
    /// Takes note of what they can do without, until they wish for it, or refuse it, again.
    pub(super) fn without(&mut self, said: &Criteria) {
        let again = |name: &String| said.must_haves.iter().any(|must| must.strip_prefix(NOT).unwrap_or(must) == name);
        self.needless.retain(|name| !again(name));
        for name in &said.needless {
            if !self.needless.contains(name) {
                self.needless.push(name.clone());
            }
        }
    }

    /// The appointments that stand in it.
    pub fn booked(&mut self) -> impl Iterator<Item = &mut Appointment> {
        let Existing { among, cancelling, .. } = &mut self.existing;
        let missed = self.missed.as_mut().map(|missed| &mut missed.appointment);
        let asked = [self.moving.as_mut(), self.feedback.as_mut(), cancelling.as_mut(), missed];
        self.appointments.iter_mut().chain(among).chain(asked.into_iter().flatten())
    }
}
