//! Events that came in a crowd: kept together as one row, sorted into the inbox soon after (D6).
//!
//! Keeping an event by itself costs a place in three indexes, one of them at random; with a hundred senders waiting for their
//! answers that is most of what they wait for. A batch is one row at the end of a table, and packed: events of one sender are
//! much alike, and what is not written need not be flushed, copied and read again.
//!
//! Always true: a batch is on disk before its senders are answered, with the work to sort it; a batch is sorted in one
//! transaction, in which it goes, or event by event where something in it is at fault; repeats are found out then, as ever by the
//! inbox's own index.

use super::write::put_rows;
use super::{DRAIN_ATTEMPTS, Inbox, NewEvent, SORT_JOB, State, no_connection, nobody};
use crate::args;
use crate::db::{FromRow, Row, Script, Store};
use crate::error::{Result, StoreError};
use crate::jobs::{self, NewJob, OnConflict};
use bytes::Bytes;
use jiff::Timestamp;
use ringleader_core::id::{ConnectionId, InboxId, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// So many events at once are kept as a batch; fewer go to their places directly.
pub(super) const CROWD: usize = 16;

/// A byte of LZ4 stands for no more than so many.
const DENSEST: usize = 255;

/// What an event is, but for its body. Kept without the names of its parts, in this order; with them it is read too.
#[derive(Deserialize)]
struct Words {
    tenant: TenantId,
    id: InboxId,
    connection: ConnectionId,
    provider: String,
    event_key: String,
    dedupe_key: String,
    headers: Value,
    received_at: i64,
    state: String,
    detail: Option<Value>,
    body: usize,
}

fn words_of((id, event): &(InboxId, NewEvent)) -> impl Serialize {
    let NewEvent { tenant, connection_id, provider, event_key, dedupe_key, headers, detail, .. } = event;
    let (received_at, state) = (event.received_at.as_microsecond(), event.state.as_str());
    let body = event.body.len();
    (tenant, id, connection_id, provider, event_key, dedupe_key, headers, received_at, state, detail, body)
}

impl Words {
    /// The event again, its body taken from the front of what is left of all bodies.
    fn event(self, bodies: &mut Bytes) -> Option<(InboxId, NewEvent)> {
        let body = taken(bodies, self.body)?;
        let event = NewEvent {
            tenant: self.tenant,
            connection_id: self.connection,
            provider: self.provider,
            event_key: self.event_key,
            dedupe_key: self.dedupe_key,
            headers: self.headers,
            body,
            received_at: Timestamp::from_microsecond(self.received_at).ok()?,
            state: self.state.parse::<State>().ok()?,
            detail: self.detail,
        };
        Some((self.id, event))
    }
}

/// So much of the front, if it is there.
fn taken(from: &mut Bytes, length: usize) -> Option<Bytes> {
    (length <= from.len()).then(|| from.split_to(length))
}

/// A batch as it is kept.
struct Batch {
    id: InboxId,
    received_at: Timestamp,
    contents: Contents,
}

/// The events of a batch: the words of all of them, and their bodies one behind the other.
enum Contents {
    /// Both in `bodies`, by LZ4; `words` is empty.
    Packed(Vec<u8>),
    /// As versions before kept it.
    Plain { words: String, bodies: Bytes },
}

impl FromRow for Batch {
    fn from_row(row: &Row) -> Result<Self> {
        let (words, bodies): (String, Vec<u8>) = (row.get("words")?, row.get("bodies")?);
        let contents = match words.is_empty() {
            true => Contents::Packed(bodies),
            false => Contents::Plain { words, bodies: bodies.into() },
        };
        Ok(Self { id: row.get("id")?, received_at: row.get("received_at")?, contents })
    }
}

impl Contents {
    /// Events of one sender are much alike: together they take a fraction of their room.
    fn packed(events: &[(InboxId, NewEvent)]) -> Result<Vec<u8>> {
        let words = serde_json::to_vec(&events.iter().map(words_of).collect::<Vec<_>>()).map_err(|_| corrupt())?;
        let bodies = events.iter().map(|(_, event)| event.body.len()).sum::<usize>();
        let mut plain = Vec::with_capacity(4 + words.len() + bodies);
        plain.extend(u32::try_from(words.len()).map_err(|_| corrupt())?.to_le_bytes());
        plain.extend(words);
        events.iter().for_each(|(_, event)| plain.extend_from_slice(&event.body));
        Ok(lz4_flex::compress_prepend_size(&plain))
    }

    /// Words and bodies.
    fn plain(&self) -> Result<(Bytes, Bytes)> {
        match self {
            Self::Plain { words, bodies } => Ok((words.clone().into(), bodies.clone())),
            Self::Packed(packed) => {
                let mut bodies = unpacked(packed).ok_or_else(corrupt)?;
                let length = taken(&mut bodies, 4).and_then(|it| it.as_ref().try_into().ok()).map(u32::from_le_bytes);
                let words = length.and_then(|length| taken(&mut bodies, length as usize));
                Ok((words.ok_or_else(corrupt)?, bodies))
            }
        }
    }

    /// All that is there, for a person to look at.
    fn raw(self) -> Bytes {
        match (self.plain(), self) {
            (Ok((words, bodies)), _) => [words, bodies].concat().into(),
            (Err(_), Self::Packed(packed)) => packed.into(),
            (Err(_), Self::Plain { bodies, .. }) => bodies,
        }
    }
}

/// What was packed. A length that no packing of so many bytes has is not believed.
fn unpacked(packed: &[u8]) -> Option<Bytes> {
    let (length, _) = lz4_flex::block::uncompressed_size(packed).ok()?;
    let may_be = length <= packed.len().saturating_mul(DENSEST);
    may_be.then(|| lz4_flex::decompress_size_prepended(packed).ok()).flatten().map(Bytes::from)
}

impl Batch {
    fn events(&self) -> Result<Vec<(InboxId, NewEvent)>> {
        let (words, mut bodies) = self.contents.plain()?;
        let words: Vec<Words> = serde_json::from_slice(&words).map_err(|_| corrupt())?;
        words.into_iter().map(|words| words.event(&mut bodies)).collect::<Option<_>>().ok_or_else(corrupt)
    }

    /// All of it as one event that nobody owns.
    fn unreadable(self) -> NewEvent {
        NewEvent {
            tenant: nobody(),
            connection_id: no_connection(),
            provider: "ringleader".to_owned(),
            event_key: String::new(),
            dedupe_key: format!("batch:{}", self.id),
            headers: serde_json::json!({}),
            body: self.contents.raw(),
            received_at: self.received_at,
            state: State::Unreadable,
            detail: Some(serde_json::json!({"reason": "broken_batch"})),
        }
    }
}

/// Keeps events as a batch, and the work to sort it.
pub(super) async fn set_down(store: &Store, events: &[(InboxId, NewEvent)]) -> Result<()> {
    let Some((id, first)) = events.first() else { return Ok(()) };
    let packed = Contents::packed(events)?;
    let mut script = Script::default();
    script.add(
        "INSERT INTO inbox_batches (tenant_id, id, received_at, events, words, bodies) VALUES ($1, $2, $3, $4, '', $5)",
        args![nobody(), *id, first.received_at, events.len() as i64, packed],
    );
    let job = NewJob::new(SORT_JOB, serde_json::json!({}));
    let job = NewJob { key: Some("batches".into()), max_attempts: DRAIN_ATTEMPTS, ..job };
    let now = store.clock().now();
    let (sql, args) = jobs::statement(nobody(), store.ids().new_id(), job, OnConflict::Sooner, now);
    script.add(sql, args);
    if store.run_first(script).await? {
        store.wake();
    }
    Ok(())
}

impl Inbox<'_> {
    /// Sorts the oldest batch into the inbox (system transactions); `false` if there is none.
    pub async fn sort(&mut self) -> Result<bool> {
        let Some(batch) = self.oldest_batch().await? else { return Ok(false) };
        if self.take_away(batch.id).await? {
            put_rows(self.0, &batch.events()?).await?;
        }
        Ok(true)
    }

    async fn oldest_batch(&mut self) -> Result<Option<Batch>> {
        let sql = "SELECT id, received_at, words, bodies FROM inbox_batches WHERE tenant_id = $1 ORDER BY id LIMIT 1";
        self.0.fetch_optional(sql, args![nobody()]).await
    }

    /// `false` if another node sorted it meanwhile.
    async fn take_away(&mut self, batch: InboxId) -> Result<bool> {
        let sql = "DELETE FROM inbox_batches WHERE tenant_id = $1 AND id = $2";
        Ok(self.0.execute(sql, args![nobody(), batch]).await? > 0)
    }

    /// When the oldest event came that is in a batch still.
    pub async fn oldest_in_batches(&mut self) -> Result<Option<Timestamp>> {
        let sql = "SELECT received_at FROM inbox_batches WHERE tenant_id = $1 ORDER BY id LIMIT 1";
        let oldest: Option<(Timestamp,)> = self.0.fetch_optional(sql, args![nobody()]).await?;
        Ok(oldest.map(|(at,)| at))
    }
}

/// Sorts the oldest batch where that fails for something in it: each event by itself, so that one keeps back no other. What
/// the database refuses is kept as failed, with its body, for a person to look at; a batch that cannot be read, in the tray.
pub async fn sort_apart(store: &Store) -> Result<()> {
    let Some(batch) = store.read_system().await?.inbox().oldest_batch().await? else { return Ok(()) };
    let id = batch.id;
    let events = match batch.events() {
        Ok(events) => events,
        Err(_) => vec![(id, batch.unreadable())],
    };
    for (event_id, event) in events {
        let row = [(event_id, event)];
        match put_alone(store, &row).await {
            Err(error) if !error.may_pass() => {
                tracing::error!(%error, event = %event_id, "The database does not take an event as it is, a person has to look at it");
                let [(_, event)] = row;
                put_alone(store, &[(event_id, event.refused(event_id))]).await?;
            }
            kept => kept?,
        }
    }
    let mut tx = store.begin_system().await?;
    tx.inbox().take_away(id).await?;
    tx.commit().await
}

async fn put_alone(store: &Store, event: &[(InboxId, NewEvent)]) -> Result<()> {
    let mut tx = store.begin_system().await?;
    put_rows(&mut tx, event).await?;
    tx.commit().await
}

impl NewEvent {
    /// With nothing of its sender's but the body.
    fn refused(self, id: InboxId) -> Self {
        Self {
            event_key: String::new(),
            dedupe_key: format!("refused:{id}"),
            headers: serde_json::json!({}),
            state: State::Failed,
            detail: Some(serde_json::json!({"reason": "refused_by_database"})),
            ..self
        }
    }
}

fn corrupt() -> StoreError {
    StoreError::Corrupt { column: "inbox_batches.words".to_owned(), expected: "a batch of events" }
}
