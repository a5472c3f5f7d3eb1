//! What a brain understood from one turn of a caller (C4-C8). Brains propose this, rules decide what follows (P7).

use super::criteria::Criteria;
use super::danger::Danger;
use super::situation::Situation;
use super::words::{Change, FaultCategory, FaultUrgency, Intent};
use crate::reading::{Found, Language, Preference, Signals};
use jiff::civil::DateTime;

/// A fault that was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fault {
    /// What is broken.
    pub category: FaultCategory,
    /// How soon.
    pub urgency: FaultUrgency,
}

/// What one turn tells. Everything is absent unless it was said.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnReading {
    /// What is wanted, the surest first; empty when nothing was understood.
    pub intents: Vec<Intent>,
    /// What is looked for.
    pub criteria: Criteria,
    /// What is told of their own situation.
    pub situation: Situation,
    /// What is broken.
    pub fault: Option<Fault>,
    /// What is wanted about a viewing that is booked.
    pub change: Option<Change>,
    /// Danger by rule, whatever a brain thinks.
    pub danger: Option<Danger>,
    /// Which of the offers was chosen, from 0.
    pub choice: Option<usize>,
    /// Which of the things that were read out ("the second one"), from 0.
    pub place: Option<usize>,
    /// Yes or no.
    pub answer: Option<bool>,
    /// The caller's name.
    pub name: Option<Found>,
    /// An email address.
    pub email: Option<String>,
    /// A phone number, in E.164.
    pub phone: Option<String>,
    /// A postcode, `W9 2AB`.
    pub postcode: Option<String>,
    /// A property's reference, letters and digits together.
    pub reference: Option<String>,
    /// A time that was named.
    pub time: Option<Preference>,
    /// Its beginning, in local time.
    pub time_local: Option<DateTime>,
    /// Asks what else there is.
    pub more: bool,
    /// Asks to hear it again.
    pub repeat: bool,
    /// Takes leave.
    pub bye: bool,
    /// Spoken in.
    pub language: Language,
    /// The rest: wants a person, leaves, abuses.
    pub signals: Signals,
}

impl TurnReading {
    /// When something else is wished for, in local time.
    pub fn wished_from(&self) -> Option<DateTime> {
        self.time_local
    }

    /// Nothing understood.
    pub fn nothing() -> Self {
        Self {
            intents: Vec::new(),
            criteria: Criteria::default(),
            situation: Situation::default(),
            fault: None,
            change: None,
            danger: None,
            choice: None,
            place: None,
            answer: None,
            name: None,
            email: None,
            phone: None,
            postcode: None,
            reference: None,
            time: None,
            time_local: None,
            more: false,
            repeat: false,
            bye: false,
            language: Language::Unknown,
            signals: Signals::default(),
        }
    }
}
