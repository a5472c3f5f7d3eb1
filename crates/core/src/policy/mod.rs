//! The last check before anything is sent: go, wait, hold or skip, each with rule, reason and evidence (A6-A8, P8, DESIGN 6).
//!
//! Always true: it is asked afresh right before the send; what is stopped by a person or by the customer never goes; whatever
//! does not go says why in a shop owner's words; evidence holds ids, times and counts, no numbers and no texts (P10).

mod caps;
mod first;
mod later;
mod route;

pub use caps::Caps;
pub use first::{Allowance, First, Repeats, UsedUp, expiry, first_message, matter};
pub use later::{Later, bot_reply, comes_between, letter, owner_notice, reminder};
pub use route::{Form, Route, TemplateState};

use crate::calendar::windows::Deferral;
use crate::conversation::Channel;
use crate::decision;
use crate::texts::Key;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// How often what an emergency stop holds back is looked at, besides the moment when the stop is lifted.
pub const STOP_LOOK: SignedDuration = SignedDuration::from_hours(1);

/// What may be done about a wish to send.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It goes.
    Go {
        /// Over which channel.
        channel: Channel,
        /// As what.
        form: Form,
    },
    /// Ask again then.
    Wait {
        /// When.
        until: Timestamp,
    },
    /// A person must act.
    Hold {
        /// The task for them: title and kind.
        task: Option<Key>,
    },
    /// Not at all.
    Skip,
}

/// What was ruled, and why: one line of the send ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// What.
    pub verdict: Verdict,
    /// The rule of PRODUCT: `A7`.
    pub rule: &'static str,
    /// A word for programs: `quiet_hours`.
    pub reason: &'static str,
    /// In a shop owner's words; its variables are `until` (a local time), `occasion` and `template`.
    pub explain: Key,
    /// What it rests on.
    pub evidence: Value,
}

impl Ruling {
    /// The word of the verdict, as stored.
    pub const fn word(&self) -> decision::Verdict {
        match self.verdict {
            Verdict::Go { .. } => decision::Verdict::Send,
            Verdict::Wait { .. } => decision::Verdict::Wait,
            Verdict::Hold { .. } => decision::Verdict::Hold,
            Verdict::Skip => decision::Verdict::Skip,
        }
    }

    /// Whether it waits for its hour: quiet hours, a day of rest, opening, the end of a stop. Such work is let go gently, and
    /// does not expire by waiting.
    pub fn waits_for_its_hour(&self) -> bool {
        self.rule == "A7" && matches!(self.verdict, Verdict::Wait { .. })
    }

    /// For `Wait`.
    pub const fn wait_until(&self) -> Option<Timestamp> {
        match self.verdict {
            Verdict::Wait { until } => Some(until),
            _ => None,
        }
    }

    fn new(verdict: Verdict, rule: &'static str, reason: &'static str, explain: Key) -> Self {
        Self { verdict, rule, reason, explain, evidence: Value::Object(serde_json::Map::new()) }
    }

    fn skip(rule: &'static str, reason: &'static str, explain: Key) -> Self {
        Self::new(Verdict::Skip, rule, reason, explain)
    }

    fn hold(rule: &'static str, reason: &'static str, explain: Key, task: Key) -> Self {
        Self::new(Verdict::Hold { task: Some(task) }, rule, reason, explain)
    }

    fn wait(rule: &'static str, reason: &'static str, explain: Key, until: Timestamp) -> Self {
        Self::new(Verdict::Wait { until }, rule, reason, explain)
    }

    fn with(mut self, evidence: Value) -> Self {
        self.evidence = evidence;
        self
    }
}

/// Who is written to, and whether anything stops that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// They take no messages (A14).
    pub opted_out: bool,
    /// Blocked by the tenant.
    pub blocked: bool,
    /// Staff or a supplier: nobody to be won (A5).
    pub insider: bool,
    /// The tenant has stopped all sending (A7, `emergency_stop`).
    pub stopped: bool,
}

impl Standing {
    fn stops(self) -> Option<Ruling> {
        if self.opted_out {
            return Some(Ruling::skip("A14", "opted_out", Key::WhyOptedOut));
        }
        if self.blocked {
            return Some(Ruling::skip("A5", "blocked", Key::WhyBlocked));
        }
        self.insider.then(|| Ruling::skip("A5", "insider", Key::WhyStaff))
    }

    /// The stop puts off, it does not end: what waits is looked at again when it is lifted, or in a while.
    fn put_off(self, now: Timestamp) -> Option<Ruling> {
        let until = now.checked_add(STOP_LOOK).unwrap_or(Timestamp::MAX);
        self.stopped.then(|| Ruling::wait("A7", "emergency_stop", Key::WhyEmergencyStop, until))
    }
}

/// A message that waits for its hour (A7).
fn waits(deferral: Option<&Deferral>, now: Timestamp) -> Option<Ruling> {
    let deferral = deferral.filter(|deferral| deferral.until > now)?;
    Some(Ruling::wait("A7", deferral.because.word(), deferral.because.text(), deferral.until).with(deferral.evidence()))
}
