//! Analyses as they are kept: one of each call, and one of all calls of a contact (B5-B7).

use super::complete::{Analysed, Complete};
use super::overview::Overview;
use super::{Scored, Understanding, has_talk};
use crate::call::{Call, Direction, Outcome, Turn};
use crate::id::{AnalysisId, CallId, ContactId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

crate::words! {
    /// What an analysis is of.
    pub enum Kind {
        /// One call.
        Individual = "individual",
        /// All calls of a contact.
        Complete = "complete",
    }
}

crate::words! {
    /// Where an analysis stands (B7).
    pub enum State {
        /// Asked for.
        Pending = "pending",
        /// A brain is at it.
        Running = "running",
        /// Made, as was wanted.
        Done = "done",
        /// Made by the local brain although a model was wanted: made again when one is back (P6).
        Provisional = "provisional",
        /// Given up; the words of the call are kept, and it can be asked for again.
        Failed = "failed",
    }
}

/// How an analysis was made, and what it cost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Made {
    /// `anthropic`, `openai`, `compatible` or `local`.
    pub brain: String,
    /// Name and version of the prompt, or of the rules.
    pub prompt: String,
    /// Tokens in, of all requests made for it.
    pub tokens_in: i64,
    /// Tokens out.
    pub tokens_out: i64,
    /// Money, in millionths of a US dollar, as far as prices are known.
    pub cost_micros: i64,
    /// Time that the requests took.
    pub latency_ms: i64,
}

/// What an analysis says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// Of one call.
    Call(Box<Understanding>),
    /// Of all calls of a contact.
    History(Box<Summed>),
}

/// All calls of a contact: the numbers, and the words beside them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summed {
    /// What follows from the single analyses by rules.
    pub complete: Complete,
    /// How the contact stands, in words.
    pub overview: Overview,
}

/// An analysis as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// Its id.
    pub id: AnalysisId,
    /// Of what.
    pub kind: Kind,
    /// The call; of a complete one the latest call that counts.
    pub call_id: CallId,
    /// Whose; only of a complete one. A single one belongs to whoever the call belongs to.
    pub contact_id: Option<ContactId>,
    /// Where it stands.
    pub state: State,
    /// Counts up with each new result.
    pub version: i64,
    /// When the call began.
    pub called_at: Timestamp,
    /// Fingerprint of the words that were analysed.
    pub words: Option<String>,
    /// The score, once there is one.
    pub scored: Option<Scored>,
    /// How many calls count.
    pub calls_analysed: i64,
    /// How it was made.
    pub made: Option<Made>,
    /// What it says.
    pub result: Option<Says>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was last asked for.
    pub asked_at: Timestamp,
    /// First asked for.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

impl Analysis {
    /// What was understood from the call, if this is of one and there is a result.
    pub fn understood(&self) -> Option<&Understanding> {
        match self.result.as_ref()? {
            Says::Call(understood) => Some(understood),
            Says::History(_) => None,
        }
    }

    /// What all calls say together, if this is of all of them.
    pub fn summed(&self) -> Option<&Summed> {
        match self.result.as_ref()? {
            Says::History(summed) => Some(summed),
            Says::Call(_) => None,
        }
    }

    /// One line for the owner: what to know first.
    pub fn notification(&self) -> Option<&str> {
        match self.result.as_ref()? {
            Says::Call(understood) => understood.notification.as_deref(),
            Says::History(summed) => summed.overview.notification.as_deref(),
        }
    }

    /// As the rules that add calls up want it.
    pub fn analysed(&self) -> Option<Analysed> {
        let understood = self.understood()?.clone();
        Some(Analysed { call_id: self.call_id, at: self.called_at, understood, scored: self.scored? })
    }
}

/// Whether a call is analysed by itself: a person was there and said something, and it was no call between our own people.
pub fn is_wanted(call: &Call) -> bool {
    call.outcome == Some(Outcome::Answered) && call.direction != Direction::Internal && has_talk(&call.transcript)
}

/// Tells one text from another: FNV-1a over roles and texts. Only equality with an earlier text of the same call is asked.
pub fn fingerprint(transcript: &[Turn]) -> String {
    let parts = transcript.iter().flat_map(|turn| [turn.role.as_bytes(), b"\0", turn.text.as_bytes(), b"\0"]);
    let hash = parts
        .flatten()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}
