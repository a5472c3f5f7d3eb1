//! The one writer per node: gathers what waits, writes it in one transaction, commits, answers all.
//!
//! There is no timer: the window of a batch is the commit before it. A full queue is told at once, so that the sender
//! hears "later" instead of waiting in a buffer without end.

use super::read::drain;
use super::{NewEvent, State};
use crate::args;
use crate::db::{Store, Tx, Value};
use crate::error::{Result, StoreError};
use ringleader_core::id::{ConnectionId, InboxId, TenantId};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use tokio::sync::{mpsc, oneshot};

/// The largest batch; one statement of this size has 2,816 arguments, well below both engines' limits.
const BATCH: usize = 256;

/// Where an event is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its row; of the first one where this is a repeat.
    pub id: InboxId,
    /// It was there already.
    pub duplicate: bool,
}

/// Why an event was not taken: in both cases the sender must send it again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PutError {
    /// More is waiting than may wait.
    #[error("too many events are waiting to be written")]
    Full,
    /// The database did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes events. Cheap to clone; when the last clone is dropped, the writer ends after what it still has.
#[derive(Clone)]
pub struct InboxWriter(mpsc::Sender<Letter>);

struct Letter {
    event: NewEvent,
    answer: oneshot::Sender<Result<Stored>>,
}

impl InboxWriter {
    /// Starts the writer; at most `capacity` events wait.
    pub fn start(store: Store, capacity: usize) -> Self {
        let (sender, receiver) = mpsc::channel(capacity.max(1));
        tokio::spawn(run(store, receiver));
        Self(sender)
    }

    /// Keeps an event, and the work to process it; returns when both are on disk.
    pub async fn put(&self, event: NewEvent) -> Result<Stored, PutError> {
        let (answer, stored) = oneshot::channel();
        self.0.try_send(Letter { event, answer }).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => PutError::Full,
            mpsc::error::TrySendError::Closed(_) => stopped(),
        })?;
        Ok(stored.await.map_err(|_| stopped())??)
    }
}

fn stopped() -> PutError {
    PutError::Store(StoreError::Unavailable("the inbox writer has stopped".into()))
}

async fn run(store: Store, mut receiver: mpsc::Receiver<Letter>) {
    let mut letters = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut letters, BATCH).await > 0 {
        let (events, answers): (Vec<_>, Vec<_>) = letters.drain(..).map(|letter| (letter.event, letter.answer)).unzip();
        metrics::histogram!("ringleader_inbox_batch_size").record(events.len() as f64);
        match write(&store, events).await {
            Ok(stored) => {
                for (answer, stored) in answers.into_iter().zip(stored) {
                    let _ = answer.send(Ok(stored)); // the caller may have gone
                }
            }
            Err(error) => {
                tracing::warn!(%error, "A batch of events was not written, their senders will send them again");
                for answer in answers {
                    let _ = answer.send(Err(error.clone()));
                }
            }
        }
    }
}

/// Writes a batch and what follows from it. Busy databases get a second chance.
async fn write(store: &Store, events: Vec<NewEvent>) -> Result<Vec<Stored>> {
    let events: Vec<(InboxId, NewEvent)> = events.into_iter().map(|event| (store.ids().new_id(), event)).collect();
    match write_once(store, &events).await {
        Err(StoreError::Busy) => write_once(store, &events).await,
        other => other,
    }
}

async fn write_once(store: &Store, events: &[(InboxId, NewEvent)]) -> Result<Vec<Stored>> {
    let mut tx = store.begin_system().await?;
    let mut fresh: BTreeSet<InboxId> = BTreeSet::new();
    let mut rest = events;
    while !rest.is_empty() {
        // Powers of two: a few statements, each prepared once.
        let (part, later) = rest.split_at(1 << rest.len().ilog2());
        rest = later;
        let inserted: Vec<(InboxId,)> = tx.fetch_all_built(insert_sql(part.len()), insert_args(part)).await?;
        fresh.extend(inserted.into_iter().map(|(id,)| id));
    }
    let connections: BTreeSet<(TenantId, ConnectionId)> = events
        .iter()
        .filter(|(id, event)| event.state == State::Received && fresh.contains(id))
        .map(|(_, event)| (event.tenant, event.connection_id))
        .collect();
    for (tenant, connection) in connections {
        drain(&mut tx, tenant, connection).await?;
    }
    let first = if fresh.len() < events.len() { first_ones(&mut tx, events, &fresh).await? } else { HashMap::new() };
    tx.commit().await?;
    Ok(events
        .iter()
        .map(|(id, event)| match fresh.contains(id) {
            true => Stored { id: *id, duplicate: false },
            false => Stored { id: *first.get(&key(event)).unwrap_or(id), duplicate: true },
        })
        .collect())
}

fn insert_sql(rows: usize) -> String {
    use std::fmt::Write as _;
    let mut sql = String::with_capacity(200 + rows * 60);
    sql.push_str(
        "INSERT INTO inbox (tenant_id, id, connection_id, provider, event_key, dedupe_key, headers, body, received_at, \
         state, detail) VALUES ",
    );
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 1..=11 {
            let _ = write!(sql, "{}${}", if column == 1 { "" } else { ", " }, row * 11 + column);
        }
        sql.push(')');
    }
    sql.push_str(" ON CONFLICT (tenant_id, connection_id, dedupe_key) DO NOTHING RETURNING id");
    sql
}

fn insert_args(events: &[(InboxId, NewEvent)]) -> Vec<Value> {
    let mut args = Vec::with_capacity(events.len() * 11);
    for (id, event) in events {
        args.extend(args![
            event.tenant,
            *id,
            event.connection_id,
            &event.provider,
            &event.event_key,
            &event.dedupe_key,
            &event.headers,
            &event.body,
            event.received_at,
            event.state.as_str(),
            &event.detail,
        ]);
    }
    args
}

type Key = (TenantId, ConnectionId, String);

fn key(event: &NewEvent) -> Key {
    (event.tenant, event.connection_id, event.dedupe_key.clone())
}

/// The rows that the repeats of this batch repeat.
async fn first_ones(
    tx: &mut Tx,
    events: &[(InboxId, NewEvent)],
    fresh: &BTreeSet<InboxId>,
) -> Result<HashMap<Key, InboxId>> {
    let mut found = HashMap::new();
    for (_, event) in events.iter().filter(|(id, _)| !fresh.contains(id)) {
        if let Entry::Vacant(slot) = found.entry(key(event)) {
            let sql = "SELECT id FROM inbox WHERE tenant_id = $1 AND connection_id = $2 AND dedupe_key = $3";
            let (tenant, connection, dedupe_key) = slot.key();
            let (id,) = tx.fetch_one(sql, args![tenant, connection, dedupe_key]).await?;
            slot.insert(id);
        }
    }
    Ok(found)
}
