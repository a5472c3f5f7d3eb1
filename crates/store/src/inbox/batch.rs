//! Events that came in a crowd: kept together as one row, sorted into the inbox soon after (D6).
//!
//! Keeping an event by itself costs a place in three indexes, one of them at random; with a hundred senders waiting for their
//! answers that is most of what they wait for. A batch is one row at the end of a table.
//!
//! Always true: a batch is on disk before its senders are answered, with the work to sort it; a batch is sorted in one
//! transaction, in which it goes; repeats are found out then, as ever by the inbox's own index.

use super::write::put_rows;
use super::{DRAIN_ATTEMPTS, Inbox, NewEvent, SORT_JOB, State, nobody};
use crate::args;
use crate::error::{Result, StoreError};
use crate::jobs::{NewJob, OnConflict};
use bytes::Bytes;
use jiff::Timestamp;
use ringleader_core::id::{ConnectionId, InboxId, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;

/// So many events at once are kept as a batch; fewer go to their places directly.
pub(super) const CROWD: usize = 32;

/// What an event is, but for its body.
#[derive(Serialize, Deserialize)]
struct Words<'a> {
    tenant: TenantId,
    id: InboxId,
    connection: ConnectionId,
    provider: Cow<'a, str>,
    event_key: Cow<'a, str>,
    dedupe_key: Cow<'a, str>,
    headers: Cow<'a, Value>,
    received_at: i64,
    state: Cow<'a, str>,
    detail: Cow<'a, Option<Value>>,
    body: usize,
}

impl<'a> Words<'a> {
    fn of((id, event): &'a (InboxId, NewEvent)) -> Self {
        Self {
            tenant: event.tenant,
            id: *id,
            connection: event.connection_id,
            provider: Cow::Borrowed(&event.provider),
            event_key: Cow::Borrowed(&event.event_key),
            dedupe_key: Cow::Borrowed(&event.dedupe_key),
            headers: Cow::Borrowed(&event.headers),
            received_at: event.received_at.as_microsecond(),
            state: Cow::Borrowed(event.state.as_str()),
            detail: Cow::Borrowed(&event.detail),
            body: event.body.len(),
        }
    }

    /// The event again, its body taken from the front of what is left of all bodies.
    fn event(self, bodies: &mut Bytes) -> Option<(InboxId, NewEvent)> {
        let event = NewEvent {
            tenant: self.tenant,
            connection_id: self.connection,
            provider: self.provider.into_owned(),
            event_key: self.event_key.into_owned(),
            dedupe_key: self.dedupe_key.into_owned(),
            headers: self.headers.into_owned(),
            body: (self.body <= bodies.len()).then(|| bodies.split_to(self.body))?,
            received_at: Timestamp::from_microsecond(self.received_at).ok()?,
            state: self.state.parse::<State>().ok()?,
            detail: self.detail.into_owned(),
        };
        Some((self.id, event))
    }
}

impl Inbox<'_> {
    /// Keeps events as a batch, and the work to sort it.
    pub(super) async fn set_down(&mut self, events: &[(InboxId, NewEvent)]) -> Result<()> {
        let Some((id, first)) = events.first() else { return Ok(()) };
        let words: Vec<Words> = events.iter().map(Words::of).collect();
        let words = serde_json::to_string(&words).map_err(|_| corrupt())?;
        let bodies: Vec<u8> = events.iter().flat_map(|(_, event)| event.body.iter().copied()).collect();
        let sql = "INSERT INTO inbox_batches (tenant_id, id, received_at, events, words, bodies)
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let args = args![nobody(), *id, first.received_at, events.len() as i64, words, bodies];
        self.0.execute(sql, args).await?;
        let job = NewJob::new(SORT_JOB, serde_json::json!({}));
        let job = NewJob { key: Some("batches".into()), max_attempts: DRAIN_ATTEMPTS, ..job };
        self.0.jobs().enqueue_all(vec![(nobody(), job)], OnConflict::Sooner).await
    }

    /// Sorts the oldest batch into the inbox (system transactions); `false` if there is none.
    pub async fn sort(&mut self) -> Result<bool> {
        let sql = "SELECT id, words, bodies FROM inbox_batches WHERE tenant_id = $1 ORDER BY id LIMIT 1";
        let batch: Option<(InboxId, String, Vec<u8>)> = self.0.fetch_optional(sql, args![nobody()]).await?;
        let Some((id, words, bodies)) = batch else { return Ok(false) };
        let sql = "DELETE FROM inbox_batches WHERE tenant_id = $1 AND id = $2";
        if self.0.execute(sql, args![nobody(), id]).await? == 0 {
            return Ok(true); // another node sorted it meanwhile
        }
        let words: Vec<Words> = serde_json::from_str(&words).map_err(|_| corrupt())?;
        let mut bodies = Bytes::from(bodies);
        let events: Option<Vec<_>> = words.into_iter().map(|words| words.event(&mut bodies)).collect();
        put_rows(self.0, &events.ok_or_else(corrupt)?).await?;
        Ok(true)
    }

    /// When the oldest event came that is in a batch still.
    pub async fn oldest_in_batches(&mut self) -> Result<Option<Timestamp>> {
        let sql = "SELECT received_at FROM inbox_batches WHERE tenant_id = $1 ORDER BY id LIMIT 1";
        let oldest: Option<(Timestamp,)> = self.0.fetch_optional(sql, args![nobody()]).await?;
        Ok(oldest.map(|(at,)| at))
    }
}

fn corrupt() -> StoreError {
    StoreError::Corrupt { column: "inbox_batches.words".to_owned(), expected: "a batch of events" }
}
