//! What a kind of work looks like.

use jiff::Timestamp;
use ringleader_store::jobs::{Claimed, Enqueued, NewJob, OnConflict};
use ringleader_store::{Conn, Result};
use serde::{Serialize, de::DeserializeOwned};
use std::future::Future;
use std::time::Duration;

/// The priority of what people's safety depends on (C8): it goes before everyone's other work, and no limit of its tenant holds
/// it up. It has no lane.
pub const URGENT: u8 = 0;

/// A kind of work. The payload holds ids, no copies of state; a run looks again whether it is still wanted, and may
/// happen twice.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// What runs need: store, clients, settings.
    type Context: Send + Sync + 'static;
    /// The stored name. It stays when the type is renamed or moved.
    const KIND: &'static str;
    /// A run that takes longer is stopped and tried again.
    const TIMEOUT: Duration = Duration::from_secs(30);
    /// After so many failed attempts the job is discarded, for a person to look at. A node that dies uses one up for all that
    /// it runs, so there are enough of them for a machine that crashes again and again.
    const MAX_ATTEMPTS: u32 = 25;

    /// One live job per key.
    fn key(&self) -> Option<String> {
        None
    }

    /// Jobs of a lane run one after the other: a conversation, a contact.
    fn lane(&self) -> Option<String> {
        None
    }

    /// 1 (first) to 4 (last) among a tenant's due jobs, or [`URGENT`].
    fn priority(&self) -> u8 {
        1
    }

    /// Does the work.
    fn run(self, cx: &Self::Context, job: &Claimed) -> impl Future<Output = Outcome> + Send;
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Done; the engine marks it so.
    Done,
    /// Done, and marked so by the run itself, in the transaction of what it did: `tx.jobs().complete(job)`.
    Committed,
    /// Nothing to do before this time. Uses up no attempt.
    Snooze(Timestamp),
    /// Failed; tried again later, more and more slowly.
    Retry(String),
    /// Something that the job cannot help was in the way, as a busy database: tried again soon. Uses up no attempt.
    Hindered(String),
    /// Not wanted any more.
    Cancel(String),
}

/// A job to be enqueued, with what its type says about it. Due now unless `run_at` is set.
///
/// # Panics
/// If the payload cannot be written as JSON; payloads are ids and times.
pub fn new_job<J: Job>(job: &J) -> NewJob {
    let payload = serde_json::to_value(job).expect("payloads are ids and times");
    NewJob {
        key: job.key(),
        lane: job.lane(),
        priority: job.priority(),
        max_attempts: J::MAX_ATTEMPTS,
        ..NewJob::new(J::KIND, payload)
    }
}

/// Enqueues a job in this transaction, due at `run_at` or now.
pub async fn enqueue<J: Job>(
    conn: &mut Conn,
    job: &J,
    run_at: Option<Timestamp>,
    on_conflict: OnConflict,
) -> Result<Enqueued> {
    conn.jobs().enqueue(NewJob { run_at, ..new_job(job) }, on_conflict).await
}
