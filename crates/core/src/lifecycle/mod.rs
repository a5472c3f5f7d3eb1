//! A voice agent's call out of the events that its platform reports (B1, B2).
//!
//! Pure. Always true, and checked as properties:
//! - order and repeats of the events change nothing: the call is a function of the set of events;
//! - the lifecycle only moves forward; a later attempt of the same execution stands above an earlier one;
//! - of several values the one that was told last by the event's own clock stands, and nothing empty replaces anything;
//! - a status that no table knows is kept and flagged, and starts nothing.

mod fold;
mod status;

pub use fold::fold;
pub use status::{Class, class};

use crate::call::{CallStatus, Direction, Hangup, Outcome, Turn};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The flag of a call whose status no table knows.
pub const UNKNOWN_STATUS: &str = crate::legs::UNKNOWN_STATUS;

/// The status that stands for "the platform says that there is no such call". Only a look-up gives it.
pub const DISOWNED: &str = "not-at-platform";

/// What one event says. Texts are raw; numbers are resolved with the tenant's country later. Absent: not told.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// The platform's id of the execution.
    pub execution: String,
    /// Which attempt of it, counted from 0.
    pub attempt: i64,
    /// The platform's status word, normalised: lower case, hyphens.
    pub status: String,
    /// The platform will try again by itself.
    pub tried_again: bool,
    /// It was fetched from the platform, so it is true; a webhook may be anybody's (P5).
    pub fetched: bool,
    /// The event's own clock.
    pub at: Option<Timestamp>,
    /// When the execution was made; long before the call if it was scheduled.
    pub created_at: Option<Timestamp>,
    /// When dialling began.
    pub initiated_at: Option<Timestamp>,
    /// The agent.
    pub agent: Option<String>,
    /// Which way.
    pub direction: Option<Direction>,
    /// The other party's number.
    pub customer: Option<String>,
    /// The business's number.
    pub business: Option<String>,
    /// How long they talked.
    pub talk: Option<SignedDuration>,
    /// Seconds of ringing.
    pub ring_seconds: Option<i64>,
    /// A voicemail answered.
    pub voicemail: Option<bool>,
    /// What was said.
    pub transcript: Vec<Turn>,
    /// Where the recording is.
    pub recording_url: Option<String>,
    /// Who ended it, and why.
    pub hangup: Option<Hangup>,
    /// What the platform charges, in millionths of a US dollar.
    pub cost_micros: Option<i64>,
    /// The carrier's id of the call.
    pub carrier_call_id: Option<String>,
    /// What the platform itself extracted, as it came.
    pub extraction: Option<serde_json::Value>,
    /// The platform's own summary.
    pub summary: Option<String>,
    /// What went wrong, in the platform's words.
    pub error: Option<String>,
    /// What the agent said when it handed the call on: the keys of a pre-call webhook.
    pub handover: Option<serde_json::Value>,
    /// Remarks for people.
    pub flags: Vec<String>,
}

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What it says.
    pub progress: Progress,
    /// When it first came.
    pub received_at: Timestamp,
}

impl Event {
    /// When it happened: by the event's own clock, else when it came.
    fn time(&self) -> Timestamp {
        self.progress.at.unwrap_or(self.received_at)
    }
}

/// What all events together say about a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Folded {
    /// The furthest status of the last attempt.
    pub lifecycle: String,
    /// The coarse state.
    pub status: CallStatus,
    /// What became of it; `None` while that is open.
    pub outcome: Option<Outcome>,
    /// Nothing more will come but additions: the money can be counted.
    pub over: bool,
    /// The furthest status was fetched from the platform.
    pub confirmed: bool,
    /// Which attempt, counted from 0.
    pub attempt: i64,
    /// The agent.
    pub agent: Option<String>,
    /// Which way; outbound unless told.
    pub direction: Direction,
    /// The other party's number.
    pub customer: Option<String>,
    /// The business's number.
    pub business: Option<String>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it rang.
    pub ringing_at: Option<Timestamp>,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// When the line dropped.
    pub disconnected_at: Option<Timestamp>,
    /// When the platform was done with it.
    pub completed_at: Option<Timestamp>,
    /// Seconds of ringing.
    pub ring_seconds: Option<i64>,
    /// How long they talked.
    pub talk: Option<SignedDuration>,
    /// A voicemail answered.
    pub voicemail: bool,
    /// What was said.
    pub transcript: Vec<Turn>,
    /// Where the recording is.
    pub recording_url: Option<String>,
    /// Who ended it, and why.
    pub hangup: Option<Hangup>,
    /// What the platform charges, in millionths of a US dollar.
    pub cost_micros: Option<i64>,
    /// The carrier's id of the call.
    pub carrier_call_id: Option<String>,
    /// What the platform itself extracted.
    pub extraction: Option<serde_json::Value>,
    /// The platform's own summary.
    pub summary: Option<String>,
    /// What went wrong, in the platform's words.
    pub error: Option<String>,
    /// The keys of a pre-call webhook.
    pub handover: Option<serde_json::Value>,
    /// Remarks for people, sorted.
    pub flags: Vec<String>,
}
