//! The job engine: claims due jobs, runs them, writes how they ended (P2, P12; DESIGN 5).
//!
//! Always true:
//! - a run that ended is written before its slot is used again; what could not be written is tried until it can;
//! - jobs are claimed only into free slots, fairly across tenants, and never while stopping;
//! - urgent jobs have slots of their own and wait behind nobody's backlog (C8, P12);
//! - between events the engine sleeps: until a commit wakes it, the next job is due, or the poll (for work that another
//!   process enqueued).

mod backoff;
mod depth;
mod job;
mod registry;
mod settle;
mod worker;

pub use depth::Depth;
pub use job::{Job, Outcome, URGENT, enqueue, new_job};
pub use worker::Running;

use jiff::SignedDuration;
use registry::{Registry, Verdict};
use ringleader_store::jobs::{Batch, Claimed, Cursor, Want, claim};
use ringleader_store::{Result, Store, trace};
use std::sync::Arc;
use std::time::Duration;
use tracing::Span;
use tracing::field::Empty;

/// How the engine works.
#[derive(Debug, Clone)]
pub struct Config {
    /// Jobs that run at once.
    pub slots: usize,
    /// Urgent jobs that run beside them when they are full.
    pub urgent: usize,
    /// Jobs of one tenant that run at once, on all nodes together.
    pub per_tenant: usize,
    /// How long a claim holds without a sign of life; renewed three times as often.
    pub lease: Duration,
    /// The longest sleep before looking for work of other processes.
    pub poll: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self { slots: 64, urgent: 8, per_tenant: 32, lease: Duration::from_secs(15), poll: Duration::from_secs(1) }
    }
}

/// Runs jobs. `C` is what they need.
pub struct Engine<C> {
    store: Store,
    cx: Arc<C>,
    registry: Registry<C>,
    config: Config,
    worker: String,
}

/// A run that ended, not yet written.
pub(crate) struct Ended {
    job: Arc<Claimed>,
    verdict: Verdict,
}

impl<C: Send + Sync + 'static> Engine<C> {
    /// An engine that knows no kinds of work yet.
    pub fn new(store: Store, cx: Arc<C>, config: Config) -> Self {
        let worker = store.ids().new_uuid().simple().to_string();
        Self { store, cx, registry: Registry::new(), config, worker }
    }

    /// Adds a kind of work.
    ///
    /// # Panics
    /// If another kind has the same name.
    #[must_use]
    pub fn with<J: Job<Context = C>>(mut self) -> Self {
        self.registry.add::<J>();
        self
    }

    /// The kinds of work it knows, by their stored names, in order.
    pub fn kinds(&self) -> Vec<&'static str> {
        self.registry.kinds()
    }

    /// Starts working in the background.
    pub async fn start(self) -> Result<Running> {
        worker::start(Arc::new(self)).await
    }

    /// Runs everything that is due now, and what becomes due by that, one after the other in the order of claiming; how
    /// many runs there were. With a manual clock this makes flows deterministic.
    ///
    /// # Panics
    /// If work never ends: more than 100,000 runs.
    pub async fn run_due(&self) -> Result<usize> {
        let (mut cursor, mut runs) = (Cursor::default(), 0);
        loop {
            let batch = self.take_turn(&mut vec![], (1, 1), &mut cursor).await?;
            if batch.jobs.is_empty() {
                return Ok(runs);
            }
            for job in batch.jobs {
                let ended = self.run(Arc::new(job)).await;
                self.take_turn(&mut vec![ended], (0, 0), &mut cursor).await?;
                runs += 1;
                assert!(runs < 100_000, "work that never ends");
            }
        }
    }

    /// Writes what ended (and empties `ended`), then claims for so many slots and, beside them, urgent jobs: one transaction.
    async fn take_turn(
        &self,
        ended: &mut Vec<Ended>,
        (slots, urgent): (usize, usize),
        cursor: &mut Cursor,
    ) -> Result<Batch> {
        let lease = SignedDuration::try_from(self.config.lease).unwrap_or(SignedDuration::from_secs(15));
        let want = Want { worker: self.worker.clone(), slots, urgent, per_tenant: self.config.per_tenant, lease };
        let mut tx = self.store.begin_system().await?;
        let wrote = settle::settle(&mut tx, ended).await?;
        let batch = claim(&mut tx, &want, cursor).await?;
        if wrote || !batch.jobs.is_empty() {
            tx.commit().await?;
        }
        ended.clear();
        Ok(batch)
    }

    /// Runs one job to its end.
    async fn run(&self, job: Arc<Claimed>) -> Ended {
        let span = span_of(&job);
        let lag = self.store.clock().now().duration_since(job.run_at).as_secs_f64();
        metrics::histogram!("ringleader_jobs_lag_seconds", "kind" => job.kind.clone()).record(lag.max(0.0));
        let began = std::time::Instant::now();
        let verdict = trace::run(job.clone(), span.clone(), self.registry.run(self.cx.clone(), job.clone())).await;
        span.record("job.outcome", verdict.word());
        if verdict.is_failure() {
            span.record("otel.status_code", "ERROR");
        }
        metrics::histogram!("ringleader_jobs_seconds", "kind" => job.kind.clone())
            .record(began.elapsed().as_secs_f64());
        metrics::counter!("ringleader_jobs_finished_total", "kind" => job.kind.clone(), "outcome" => verdict.word())
            .increment(1);
        Ended { job, verdict }
    }
}

/// What logs and traces say of a run.
fn span_of(job: &Claimed) -> Span {
    tracing::info_span!(
        "job",
        job.kind = %job.kind,
        job.id = %job.id,
        tenant.id = %job.tenant,
        job.attempt = i64::from(job.attempt),
        job.outcome = Empty,
        otel.name = Empty,
        otel.status_code = Empty
    )
}
