//! The inbox: raw events, committed before they are acknowledged (P1), kept once (P2), read in the order they came.
//!
//! Always true: an event that was put is on disk; the same event (tenant, connection, dedupe key) is one row, however
//! often and however parallel it comes; with an event the work to process it is committed too.

mod batch;
mod read;
mod write;

pub use batch::sort_apart;
pub use read::{Filter, Inbox};
pub use write::{InboxWriter, PutError, Stored};

use crate::db::{FromRow, Row};
use crate::error::Result;
use crate::jobs::NewJob;
use crate::trace;
use jiff::Timestamp;
use ringleader_core::id::{ConnectionId, Id, InboxId, TenantId};

/// The kind of job that processes a connection's events. Its key is the connection, its payload `{"connection_id": "con_…"}`.
pub const DRAIN_JOB: &str = "drain_inbox";

/// The kind of job that sorts batches of events into the inbox. Payload `{}`; at the reserved tenant ([`nobody`]).
pub const SORT_JOB: &str = "sort_inbox";

/// Each run gets further, and what it leaves behind is accepted events: however often its worker stops, it is not given up.
pub const DRAIN_ATTEMPTS: u32 = 100_000;

/// Keeps events that no tenant owns yet (A4).
pub fn nobody() -> TenantId {
    TenantId::from_uuid(uuid::Uuid::nil())
}

/// Keeps events that came over no known connection.
pub fn no_connection() -> ConnectionId {
    ConnectionId::from_uuid(uuid::Uuid::nil())
}

/// The work to process a connection's events, in the trace of the first of them. Enqueued with `Sooner`: at once, even where
/// a former try waits for its next time.
fn drain_job(connection: ConnectionId, trace: Option<String>) -> NewJob {
    let payload = serde_json::json!({ "connection_id": connection });
    let key = Some(connection.to_string());
    NewJob { key, max_attempts: DRAIN_ATTEMPTS, trace, ..NewJob::new(DRAIN_JOB, payload) }
}

ringleader_core::words! {
    /// Where an event stands.
    pub enum State {
        /// Waits to be processed.
        Received = "received",
        /// Its effects are committed.
        Processed = "processed",
        /// Nobody owns the number or agent it is about: in the tray (A4).
        Unroutable = "unroutable",
        /// Authentic, but cannot be read.
        Unreadable = "unreadable",
        /// Processing failed for good; may be replayed.
        Failed = "failed",
        /// Somebody decided that nothing is to come of it; may be replayed.
        Discarded = "discarded",
    }
}

impl State {
    /// Whether it waits for a person.
    pub fn is_in_tray(self) -> bool {
        matches!(self, Self::Unroutable | Self::Unreadable | Self::Failed)
    }
}

/// [`State::is_in_tray`] for statements.
pub(crate) const IN_TRAY: &str = "('unroutable', 'unreadable', 'failed')";

/// What an event is when what it told is gone (P10): the digest stays, so that it is known when it comes again.
pub(crate) const FORGOTTEN: &[(&str, &str)] =
    &[("event_key", "''"), ("headers", "'{}'"), ("body", "SUBSTR(body, 1, 0)"), ("detail", "NULL")];

/// An event that just came in.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Whose it is, or [`nobody`].
    pub tenant: TenantId,
    /// Over which connection, or [`no_connection`].
    pub connection_id: ConnectionId,
    /// The provider's name.
    pub provider: String,
    /// What it is about: the provider's id of call or message.
    pub event_key: String,
    /// Equal for repeats of the same event, and only for them.
    pub dedupe_key: String,
    /// The headers that matter.
    pub headers: serde_json::Value,
    /// The body, untouched.
    pub body: bytes::Bytes,
    /// When it came.
    pub received_at: Timestamp,
    /// Usually received; unreadable or unroutable where the webhook found that out.
    pub state: State,
    /// Why, for people: reason and fields at fault. No numbers, no texts.
    pub detail: Option<serde_json::Value>,
}

impl NewEvent {
    /// As it is kept: with where its trace goes on, and a key without the one sign that PostgreSQL takes into no text.
    fn prepare(&mut self) {
        self.event_key.retain(|c| c != '\0');
        if let (Some(trace), Some(headers)) = (trace::present(), self.headers.as_object_mut()) {
            headers.insert(trace::HEADER.to_owned(), trace.into());
        }
    }
}

/// An event as it is kept.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its id; rises with the order of arrival.
    pub id: InboxId,
    /// Whose it is, or [`nobody`].
    pub tenant: TenantId,
    /// Over which connection, or [`no_connection`].
    pub connection_id: ConnectionId,
    /// The provider's name.
    pub provider: String,
    /// What it is about.
    pub event_key: String,
    /// Equal for repeats.
    pub dedupe_key: String,
    /// The headers that matter.
    pub headers: serde_json::Value,
    /// The body, untouched.
    pub body: Vec<u8>,
    /// When it came.
    pub received_at: Timestamp,
    /// Where it stands.
    pub state: State,
    /// Why, for people.
    pub detail: Option<serde_json::Value>,
    /// When it left `received`.
    pub processed_at: Option<Timestamp>,
    /// How often processing failed.
    pub attempts: u32,
}

impl Event {
    /// Whether it could not be read when it came in, also where it was discarded since.
    pub fn is_unreadable(&self) -> bool {
        let told = self.detail.as_ref().and_then(|detail| detail["reason"].as_str());
        self.state == State::Unreadable || (self.state == State::Discarded && told == Some(State::Unreadable.as_str()))
    }

    /// Whether what it told is gone (P10): it is only known still, so that it is not taken in again.
    pub fn is_forgotten(&self) -> bool {
        self.body.is_empty()
    }
}

const COLUMNS: &str = "tenant_id, id, connection_id, provider, event_key, dedupe_key, headers, body, received_at, state, \
     detail, processed_at, attempts";

impl FromRow for Event {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            tenant: row.get("tenant_id")?,
            id: row.get("id")?,
            connection_id: row.get("connection_id")?,
            provider: row.get("provider")?,
            event_key: row.get("event_key")?,
            dedupe_key: row.get("dedupe_key")?,
            headers: row.get("headers")?,
            body: row.get("body")?,
            received_at: row.get("received_at")?,
            state: row.word("state")?,
            detail: row.get("detail")?,
            processed_at: row.get("processed_at")?,
            attempts: row.get("attempts")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_and_programs_mean_the_same_tray() {
        for state in State::ALL {
            assert_eq!(IN_TRAY.contains(&format!("'{state}'")), state.is_in_tray(), "{state}");
        }
    }
}
