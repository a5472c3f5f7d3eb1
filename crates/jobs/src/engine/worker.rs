//! The engine at work: one loop that claims and writes, one heartbeat, one relay of wake-ups; and a stop that loses nothing.

use super::{Ended, Engine};
use jiff::{SignedDuration, Timestamp};
use ringleader_store::jobs::{Batch, Cursor, relay};
use ringleader_store::{Engine as Database, Result};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// Before a turn that failed is tried again: the database may be away.
const PAUSE: Duration = Duration::from_millis(250);

/// An engine at work. Dropping it kills it, as the death of the process would: leases end by themselves.
pub struct Running {
    stop: CancellationToken,
    grace: tokio::sync::watch::Sender<Duration>,
    work: Option<JoinHandle<()>>,
}

pub(super) async fn start<C: Send + Sync + 'static>(engine: Arc<Engine<C>>) -> Result<Running> {
    // What a dead worker left is taken up at once, not with the first heartbeat: a node that dies young would never do it.
    match engine.store.engine() {
        // There is one process: whoever held a lease is dead.
        Database::Sqlite => engine.store.expire_all_leases().await?,
        Database::Postgres => engine.store.expire_leases().await?,
    };
    let stop = CancellationToken::new();
    let grace = tokio::sync::watch::Sender::new(Duration::ZERO);
    let shift = Shift { engine, stop: stop.clone(), grace: grace.subscribe(), runs: JoinSet::new(), ended: vec![] };
    let work = tokio::spawn(shift.work());
    Ok(Running { stop, grace, work: Some(work) })
}

impl Running {
    /// Claims nothing more, waits up to `limit` for what runs, and gives the rest back to be run elsewhere or later.
    pub async fn drain(mut self, limit: Duration) {
        self.grace.send_replace(limit);
        self.stop.cancel();
        if let Some(work) = self.work.take() {
            let _ = work.await; // a panic of the loop was logged by the runtime
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(work) = &self.work {
            work.abort();
        }
    }
}

struct Shift<C> {
    engine: Arc<Engine<C>>,
    stop: CancellationToken,
    grace: tokio::sync::watch::Receiver<Duration>,
    /// Ends with this struct, so that an aborted shift leaves no runs behind.
    runs: JoinSet<Ended>,
    /// Ended, not yet written.
    ended: Vec<Ended>,
}

impl<C: Send + Sync + 'static> Shift<C> {
    async fn work(mut self) {
        let mut helpers = JoinSet::new();
        helpers.spawn(relay(self.engine.store.clone()));
        helpers.spawn(heartbeat(self.engine.clone()));
        self.claim_and_run().await;
        self.finish().await;
    }

    async fn claim_and_run(&mut self) {
        let (mut wakes, mut cursor) = (self.engine.store.wakes(), Cursor::default());
        // Whether anything may be due, and whether something urgent may, for which there is room when all else is full.
        let (mut look, mut rush, mut next_due) = (true, true, None);
        while !self.stop.is_cancelled() {
            if wakes.has_changed().unwrap_or(false) {
                (look, rush) = (true, true);
            }
            let slots = if look { self.room(0) } else { 0 };
            let urgent = if rush || slots > 0 { self.room(self.engine.config.urgent) } else { 0 };
            if slots > 0 || urgent > 0 || !self.ended.is_empty() {
                wakes.mark_unchanged();
                let Some(batch) = self.turn((slots, urgent), &mut cursor).await else {
                    (look, rush) = (true, true);
                    continue;
                };
                if slots > 0 {
                    look = batch.more;
                }
                if urgent > 0 {
                    (rush, next_due) = (false, batch.next_due);
                }
            }
            // What waits for a slot, a lane or its tenant's limit can go on when a run ends, not before.
            let full = self.room(self.engine.config.urgent) == 0;
            tokio::select! {
                () = self.stop.cancelled() => {}
                Some(ended) = self.runs.join_next(), if !self.runs.is_empty() => self.note(ended),
                _ = wakes.changed(), if !full => (look, rush) = (true, true),
                () = due(&self.engine, next_due), if !full && next_due.is_some() => (look, rush) = (true, true),
                () = tokio::time::sleep(self.engine.config.poll) => (look, rush) = (true, true),
            }
            while let Some(ended) = self.runs.try_join_next() {
                self.note(ended);
            }
        }
    }

    /// How many more can run, if there are so many slots beside the usual ones.
    fn room(&self, beside: usize) -> usize {
        (self.engine.config.slots + beside).saturating_sub(self.runs.len())
    }

    /// Writes what ended, claims, starts what was claimed; `None` if the database did not take part, after a pause.
    async fn turn(&mut self, slots: (usize, usize), cursor: &mut Cursor) -> Option<Batch> {
        match self.engine.take_turn(&mut self.ended, slots, cursor).await {
            Ok(mut batch) => {
                for job in batch.jobs.drain(..) {
                    let engine = self.engine.clone();
                    self.runs.spawn(async move { engine.run(Arc::new(job)).await });
                }
                Some(batch)
            }
            Err(error) => {
                tracing::warn!(%error, "The job queue cannot be reached, trying again");
                tokio::time::sleep(PAUSE).await;
                None
            }
        }
    }

    fn note(&mut self, ended: std::result::Result<Ended, tokio::task::JoinError>) {
        match ended {
            Ok(ended) => self.ended.push(ended),
            // Runs catch their panics; this one's lease will end.
            Err(error) => tracing::error!(%error, "A run ended without a verdict"),
        }
    }

    /// Lets runs end, writes how, gives the rest back.
    async fn finish(mut self) {
        let limit = tokio::time::sleep(*self.grace.borrow());
        tokio::pin!(limit);
        while !self.runs.is_empty() {
            tokio::select! {
                Some(ended) = self.runs.join_next() => self.note(ended),
                () = &mut limit => break,
            }
            self.turn((0, 0), &mut Cursor::default()).await;
        }
        self.runs.shutdown().await;
        self.turn((0, 0), &mut Cursor::default()).await;
        match self.engine.store.release_leases(&self.engine.worker).await {
            Ok(0) => {}
            Ok(released) => tracing::info!(jobs.released = released, "{released} jobs were given back"),
            Err(error) => tracing::warn!(%error, "Jobs could not be given back, their leases will end"),
        }
    }
}

async fn due<C>(engine: &Engine<C>, at: Option<Timestamp>) {
    match at {
        Some(at) => engine.store.clock().sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// Shows that this worker lives, and takes back what dead ones held.
async fn heartbeat<C>(engine: Arc<Engine<C>>) {
    let lease = SignedDuration::try_from(engine.config.lease).unwrap_or(SignedDuration::from_secs(15));
    loop {
        tokio::time::sleep(engine.config.lease / 3).await;
        let beat = async {
            engine.store.renew_leases(&engine.worker, lease).await?;
            engine.store.expire_leases().await
        };
        match beat.await {
            Ok(0) => {}
            Ok(expired) => tracing::warn!(jobs.expired = expired, "{expired} jobs of a stopped worker come back"),
            Err(error) => tracing::warn!(%error, "Leases could not be renewed"),
        }
    }
}
