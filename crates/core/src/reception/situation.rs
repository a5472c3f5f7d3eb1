//! What a caller tells of their own situation (C9): when they would move, what stands ready, how to reach them.
//!
//! Only what they said of themselves, and nothing of faith, family, origin or benefits is asked for or kept (C5).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

crate::words! {
    /// What somebody lives on.
    pub enum Occupation {
        /// In a job.
        Employed = "employed",
        /// For themselves.
        SelfEmployed = "self_employed",
        /// Studies.
        Student = "student",
        /// No longer works.
        Retired = "retired",
    }
}

crate::words! {
    /// Why somebody moves.
    pub enum MoveReason {
        /// A job elsewhere.
        Work = "work",
        /// Their lease ends.
        LeaseEnds = "lease_ends",
        /// Too little room.
        MoreSpace = "more_space",
        /// Too much of it.
        Downsizing = "downsizing",
        /// To let it.
        Investment = "investment",
    }
}

crate::words! {
    /// How somebody wants to be reached.
    pub enum ReachBy {
        /// A call.
        Phone = "phone",
        /// WhatsApp.
        Whatsapp = "whatsapp",
        /// A text message.
        Sms = "sms",
        /// Email.
        Email = "email",
    }
}

crate::words! {
    /// When somebody is best reached.
    pub enum BestTime {
        /// Before noon.
        Morning = "morning",
        /// Around noon.
        Lunchtime = "lunchtime",
        /// After noon.
        Afternoon = "afternoon",
        /// After work.
        Evening = "evening",
        /// At the weekend.
        Weekend = "weekend",
    }
}

/// Everything is absent unless it was said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Situation {
    /// When they would move, the earliest day where a stretch was meant.
    pub move_date: Option<Date>,
    /// The deposit is ready, or not yet.
    pub deposit: Option<bool>,
    /// They buy for the first time.
    pub first_time_buyer: Option<bool>,
    /// A mortgage is agreed, or none is needed.
    pub mortgage: Option<bool>,
    /// References or guarantors are ready.
    pub references: Option<bool>,
    /// They have pets.
    pub pets: Option<bool>,
    /// What they live on.
    pub occupation: Option<Occupation>,
    /// Why they move.
    pub reason: Option<MoveReason>,
    /// How to reach them.
    pub reach_by: Option<ReachBy>,
    /// When to.
    pub best_time: Option<BestTime>,
}

impl Situation {
    /// What is known with what was said now: new words change, silence keeps.
    pub fn merged(&self, new: &Self) -> Self {
        Self {
            move_date: new.move_date.or(self.move_date),
            deposit: new.deposit.or(self.deposit),
            first_time_buyer: new.first_time_buyer.or(self.first_time_buyer),
            mortgage: new.mortgage.or(self.mortgage),
            references: new.references.or(self.references),
            pets: new.pets.or(self.pets),
            occupation: new.occupation.or(self.occupation),
            reason: new.reason.or(self.reason),
            reach_by: new.reach_by.or(self.reach_by),
            best_time: new.best_time.or(self.best_time),
        }
    }
}
