//! Calls: one row per phone call, folded from the legs that providers report (A2, A3).

use crate::id::{CallId, ContactId, EpisodeId, LeadId};
use crate::phone::Phone;
use jiff::Timestamp;

crate::words! {
    /// Which way a call went, seen from the business.
    pub enum Direction {
        /// A customer called the business.
        Inbound = "inbound",
        /// The business called out.
        Outbound = "outbound",
        /// Between extensions.
        Internal = "internal",
    }
}

crate::words! {
    /// What became of a call.
    pub enum Outcome {
        /// A person spoke with the caller.
        Answered = "answered",
        /// Connected, nobody spoke.
        Silent = "silent",
        /// Only a voicemail took it.
        Voicemail = "voicemail",
        /// Only a menu or a bot of the switchboard took it.
        Menu = "menu",
        /// Nobody answered.
        Missed = "missed",
        /// Failed for technical reasons.
        Technical = "technical",
        /// The provider said something that no table knows: kept, flagged, starts nothing.
        Unknown = "unknown",
    }
}

crate::words! {
    /// The coarse state of a call.
    pub enum CallStatus {
        /// Still going on.
        InProgress = "in_progress",
        /// Over.
        Completed = "completed",
        /// Never came about.
        Failed = "failed",
        /// Given up before it was answered.
        Cancelled = "cancelled",
    }
}

/// One leg of a call as a provider reports it, in our words. Texts are raw; numbers are resolved with the tenant's country later.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LegReport {
    /// The provider's id of the physical call: the root of a chain of transfers where the provider names it.
    pub call_key: String,
    /// The provider's id of this leg's own record; differs from `call_key` for a transferred leg.
    pub own_key: String,
    /// Unique within the call: repeats of a leg have the same, other legs another.
    pub leg_key: String,
    /// Which way.
    pub direction: Direction,
    /// The number that called, as reported; `None` when withheld.
    pub from: Option<String>,
    /// The number that was called, as reported; may be an extension.
    pub to: Option<String>,
    /// The business number concerned (DID on inbound, shown caller id on outbound), as reported.
    pub line: Option<String>,
    /// The provider's own status word.
    pub status: String,
    /// What that status means by the provider's table, before the tenant's changes.
    pub outcome: Outcome,
    /// When the call began, by the provider's clock.
    pub started_at: Option<Timestamp>,
    /// When it ended, by the provider's clock.
    pub ended_at: Option<Timestamp>,
    /// Seconds of ringing.
    pub ring_seconds: Option<i64>,
    /// Seconds of waiting in a queue.
    pub wait_seconds: Option<i64>,
    /// Seconds of talk.
    pub talk_seconds: Option<i64>,
    /// Who answered, as reported (extension or name).
    pub answered_by: Option<String>,
    /// The queue's name.
    pub queue: Option<String>,
    /// Where the recording is.
    pub recording_url: Option<String>,
    /// What was said, where the provider transcribes.
    pub transcript: Vec<Turn>,
    /// Remarks for people: `unknown_status`, `time_ambiguous` …
    pub flags: Vec<String>,
}

/// One turn of a transcript.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Turn {
    /// `agent` or `customer`, or as the provider names them.
    pub role: String,
    /// What was said.
    pub text: String,
}

/// Who ended a call, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Hangup {
    /// Who, in the provider's word: `Caller`, `Callee`, `Carrier` …
    pub by: Option<String>,
    /// Why, in the provider's words.
    pub reason: Option<String>,
    /// The provider's code.
    pub code: Option<String>,
}

/// What only a voice agent's call has (B2).
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct AgentCall {
    /// The agent, by its id at the platform.
    pub agent_id: Option<String>,
    /// Which attempt of the execution, counted from 0.
    pub attempt: i64,
    /// A voicemail answered.
    pub voicemail: bool,
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
    /// What the agent said when it handed the call on.
    pub handover: Option<serde_json::Value>,
}

/// One phone call.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// The provider's name.
    pub provider: String,
    /// The provider's id of the physical call.
    pub provider_call_id: String,
    /// Which way.
    pub direction: Direction,
    /// The calling number, if shown: E.164 where it could be read, else as reported.
    pub from: Option<String>,
    /// The called number.
    pub to: Option<String>,
    /// The tenant's line.
    pub line: Option<Phone>,
    /// The other party.
    pub contact_id: Option<ContactId>,
    /// The lead it belongs to.
    pub lead_id: Option<LeadId>,
    /// The episode it opened or joined.
    pub episode_id: Option<EpisodeId>,
    /// The provider's own last word.
    pub lifecycle: String,
    /// Coarse state.
    pub status: CallStatus,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// When we first heard of it.
    pub received_at: Timestamp,
    /// Provider's times.
    pub started_at: Option<Timestamp>,
    /// When it rang, where the provider tells.
    pub ringing_at: Option<Timestamp>,
    /// When a person answered.
    pub answered_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When the provider was done with it, where it tells.
    pub completed_at: Option<Timestamp>,
    /// Seconds of ringing.
    pub ring_seconds: Option<i64>,
    /// Seconds of talk, rounded up.
    pub duration_seconds: Option<i64>,
    /// What it costs; `None` until that can be counted, and for calls that cost nothing by nature.
    pub credits: Option<i64>,
    /// Who ended it, and why.
    pub hangup: Option<Hangup>,
    /// Who answered.
    pub answered_by: Option<String>,
    /// Where the recording is.
    pub recording_url: Option<String>,
    /// What was said.
    pub transcript: Vec<Turn>,
    /// Remarks for people.
    pub flags: Vec<String>,
    /// What only a voice agent's call has.
    pub agent: Option<AgentCall>,
}

impl Call {
    /// A call of which nothing is known yet but that there is one.
    pub fn begun(id: CallId, provider: &str, its_id: &str, direction: Direction, received_at: Timestamp) -> Self {
        Self {
            id,
            provider: provider.to_owned(),
            provider_call_id: its_id.to_owned(),
            direction,
            from: None,
            to: None,
            line: None,
            contact_id: None,
            lead_id: None,
            episode_id: None,
            lifecycle: String::new(),
            status: CallStatus::InProgress,
            outcome: None,
            received_at,
            started_at: None,
            ringing_at: None,
            answered_at: None,
            ended_at: None,
            completed_at: None,
            ring_seconds: None,
            duration_seconds: None,
            credits: None,
            hangup: None,
            answered_by: None,
            recording_url: None,
            transcript: Vec::new(),
            flags: Vec::new(),
            agent: None,
        }
    }
}
