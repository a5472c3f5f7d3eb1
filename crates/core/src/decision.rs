//! Decisions: the send ledger (P8). Every send and every non-send has one, with rule and evidence.

use crate::id::{CallId, ContactId, DecisionId, EpisodeId, MessageId};
use jiff::Timestamp;

crate::words! {
    /// What was decided.
    pub enum Verdict {
        /// It goes.
        Send = "send",
        /// Later: `wait_until` says when.
        Wait = "wait",
        /// A person must act.
        Hold = "hold",
        /// Not at all.
        Skip = "skip",
    }
}

/// One line of the send ledger.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Its id.
    pub id: DecisionId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub verdict: Verdict,
    /// The rule of PRODUCT it follows from: `A6`.
    pub rule: String,
    /// A word for programs: `spoke`, `quiet_hours` …
    pub reason: String,
    /// In a shop owner's words, in the tenant's language.
    pub explanation: String,
    /// The text of the catalogue behind the explanation; `None` where it was written before that was kept.
    pub text_key: Option<String>,
    /// What it rests on: ids and times, no texts and no numbers.
    pub evidence: serde_json::Value,
    /// For `wait`.
    pub wait_until: Option<Timestamp>,
    /// Whom it concerns.
    pub contact_id: Option<ContactId>,
    /// The episode.
    pub episode_id: Option<EpisodeId>,
    /// The call.
    pub call_id: Option<CallId>,
    /// The message.
    pub message_id: Option<MessageId>,
}
