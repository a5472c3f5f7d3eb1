//! The one writer per node: gathers what waits, writes it in one transaction, commits, answers all. A crowd is written as one
//! row ([`batch`](super::batch)).
//!
//! The window of a batch is the commit before it; in a crowd a moment more, until most are there of those who wait and who
//! were answered last: a commit costs nearly the same for one event as for a hundred. A few senders never wait. A full queue
//! is told at once, so that the sender hears "later" instead of waiting in a buffer without end.

use super::batch::{CROWD, set_down};
use super::{Inbox, NewEvent, State, drain_job};
use crate::args;
use crate::db::{Conn, Engine, Store, Value};
use crate::error::{Result, StoreError};
use crate::jobs::OnConflict;
use crate::trace;
use ringleader_core::id::InboxId;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// The largest batch; one statement of this size has 2,816 arguments, well below both engines' limits.
const BATCH: usize = 256;

/// Whole statements have a multiple of so many rows, so that there are few of them, each prepared once.
const ROWS: usize = 16;

/// Where so many send at once, it is waited for most of them.
const MANY: usize = 2 * CROWD;

/// The longest wait for a batch that is worth its commit.
const GATHERING: Duration = Duration::from_millis(2);

/// Where an event is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its row; of the first one where this is a repeat.
    pub id: InboxId,
    /// It was there already. Not known of what came in a crowd: that is found out when its batch is sorted.
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
        let (writer, work) = Self::idle(store, capacity);
        tokio::spawn(work);
        writer
    }

    /// A writer, and its work: nothing is written until that is polled.
    pub fn idle(store: Store, capacity: usize) -> (Self, impl Future<Output = ()> + Send) {
        let (sender, receiver) = mpsc::channel(capacity.max(1));
        (Self(sender), run(store, receiver))
    }

    /// Keeps an event, and the work to process it; returns when both are on disk.
    pub async fn put(&self, mut event: NewEvent) -> Result<Stored, PutError> {
        event.prepare();
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
    let (mut letters, mut answered) = (Vec::with_capacity(BATCH), 0);
    loop {
        let idle = Instant::now();
        if receiver.recv_many(&mut letters, BATCH).await == 0 {
            return;
        }
        if idle.elapsed() > GATHERING {
            answered = 0; // they did not come back at once: it is not waited for them
        }
        let wanted = worth_a_commit(letters.len(), answered);
        gather(&mut receiver, &mut letters, wanted).await;
        answered = letters.len();
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

/// How many events are worth a commit, where some wait and some were answered last, who may be about to send their next: a
/// commit costs as much processor time as dozens of requests, so that two half crowds are answered later than one.
fn worth_a_commit(waiting: usize, answered: usize) -> usize {
    let senders = waiting + answered;
    if senders < MANY { 0 } else { (senders * 3 / 4).min(BATCH) }
}

/// Waits until so many are there; not for long, for senders may have stopped.
async fn gather(receiver: &mut mpsc::Receiver<Letter>, letters: &mut Vec<Letter>, wanted: usize) {
    let end = Instant::now() + GATHERING;
    while letters.len() < wanted {
        let room = BATCH - letters.len();
        match timeout_at(end, receiver.recv_many(letters, room)).await {
            Ok(more) if more > 0 => {}
            _ => return,
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
    if events.len() >= CROWD {
        set_down(store, events).await?;
        return Ok(events.iter().map(|(id, _)| Stored { id: *id, duplicate: false }).collect());
    }
    let mut tx = store.begin_first().await?;
    let stored = put_rows(&mut tx, events).await?;
    tx.commit().await?;
    Ok(stored)
}

/// Gives each event its place, and leaves work for the connections that have new ones (system transactions).
pub(super) async fn put_rows(conn: &mut Conn, events: &[(InboxId, NewEvent)]) -> Result<Vec<Stored>> {
    let (mut stored, mut fresh) = (Vec::with_capacity(events.len()), BTreeMap::new());
    let mut rest = events;
    while !rest.is_empty() {
        let (part, later) = rest.split_at(if rest.len() < ROWS { rest.len() } else { rest.len() / ROWS * ROWS });
        rest = later;
        // No rows are asked for: on SQLite each would cost more than its insert.
        let sql = insert_sql(conn.engine(), part.len());
        let inserted = conn.execute_built(sql, insert_args(part)).await?;
        if inserted == part.len() as u64 {
            stored.extend(part.iter().map(|(id, _)| Stored { id: *id, duplicate: false }));
        } else {
            stored.extend(find(conn, part).await?);
        }
    }
    for ((_, event), stored) in events.iter().zip(&stored) {
        if event.state == State::Received && !stored.duplicate {
            fresh.entry((event.tenant, event.connection_id)).or_insert(&event.headers[trace::HEADER]);
        }
    }
    // In order, so that two nodes cannot wait for each other.
    let drain = |trace: &serde_json::Value, connection| drain_job(connection, trace.as_str().map(str::to_owned));
    let drains = fresh.into_iter().map(|((tenant, connection), trace)| (tenant, drain(trace, connection))).collect();
    conn.jobs().enqueue_all(drains, OnConflict::Sooner).await?;
    Ok(stored)
}

/// Where each event of a batch with repeats is kept.
async fn find(conn: &mut Conn, events: &[(InboxId, NewEvent)]) -> Result<Vec<Stored>> {
    let sql = "SELECT id FROM inbox WHERE tenant_id = $1 AND connection_id = $2 AND dedupe_key = $3";
    let mut found = Vec::with_capacity(events.len());
    for (id, event) in events {
        let args = args![event.tenant, event.connection_id, &event.dedupe_key];
        let (kept,): (InboxId,) = conn.fetch_one(sql, args).await?;
        found.push(Stored { id: kept, duplicate: kept != *id });
    }
    Ok(found)
}

impl Inbox<'_> {
    /// Keeps an event that we made ourselves, in this transaction; `false` if it was there already.
    pub async fn put(&mut self, mut event: NewEvent) -> Result<bool> {
        event.prepare();
        let trace = event.headers[trace::HEADER].as_str().map(str::to_owned);
        let (tenant, connection) = (event.tenant, event.connection_id);
        let row = [(self.0.new_id(), event)];
        let sql = insert_sql(self.0.engine(), 1);
        let new = self.0.execute_built(sql, insert_args(&row)).await? == 1;
        if new {
            self.0.jobs().of(tenant).enqueue(drain_job(connection, trace), OnConflict::Sooner).await?;
        }
        Ok(new)
    }
}

fn insert_sql(engine: Engine, rows: usize) -> String {
    let row = |n: usize| match engine {
        // SQLite looks numbered placeholders up by name, one by one: quadratic in a statement of this size.
        Engine::Sqlite => "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)".to_owned(),
        Engine::Postgres => {
            let columns: Vec<String> = (1..=11).map(|column| format!("${}", n * 11 + column)).collect();
            format!("({})", columns.join(", "))
        }
    };
    format!(
        "INSERT INTO inbox (tenant_id, id, connection_id, provider, event_key, dedupe_key, headers, body, received_at, \
         state, detail) VALUES {} ON CONFLICT (tenant_id, connection_id, dedupe_key) DO NOTHING",
        (0..rows).map(row).collect::<Vec<_>>().join(", ")
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_senders_never_wait_and_in_a_crowd_it_is_waited_for_most() {
        assert_eq!([worth_a_commit(1, 0), worth_a_commit(1, 30), worth_a_commit(15, 16)], [0; 3]);
        assert_eq!([worth_a_commit(16, 16), worth_a_commit(1, 63)], [24, 48]);
        assert_eq!(worth_a_commit(BATCH, BATCH), BATCH);
    }
}
