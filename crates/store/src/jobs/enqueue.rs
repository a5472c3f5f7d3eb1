//! Enqueueing, moving and cancelling, by key, inside the caller's transaction.

use super::{Jobs, State, live, waiting};
use crate::args;
use crate::db::Value;
use crate::error::Result;
use crate::trace;
use jiff::Timestamp;
use ringleader_core::id::{JobId, TenantId};

/// A job to be enqueued.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// The stored name of the kind of work: `send_first_message`.
    pub kind: String,
    /// What the run needs: ids, no copies of state.
    pub payload: serde_json::Value,
    /// Unique per tenant and kind while the job lives.
    pub key: Option<String>,
    /// Jobs of one lane run one after the other.
    pub lane: Option<String>,
    /// When it is due; `None`: now.
    pub run_at: Option<Timestamp>,
    /// 1 (first) to 4 (last) among a tenant's due jobs; 0 is urgent and goes before all of everyone's, without a lane.
    pub priority: u8,
    /// After so many failed attempts it is discarded.
    pub max_attempts: u32,
    /// The trace that it goes on with: that of the span that planned it.
    pub trace: Option<String>,
}

impl NewJob {
    /// A job that is due now, without key and lane, with priority 1 and 10 attempts.
    pub fn new(kind: impl Into<String>, payload: serde_json::Value) -> Self {
        let kind = kind.into();
        let trace = trace::of_new_job(&kind);
        Self { kind, payload, key: None, lane: None, run_at: None, priority: 1, max_attempts: 10, trace }
    }
}

/// What to do if a job of this kind and key waits already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnConflict {
    /// Leave it as it is.
    Keep,
    /// It takes the new time and payload.
    Move,
    /// It takes the new time and payload if that is earlier.
    Sooner,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// A new job.
    Inserted(JobId),
    /// One waited already and stays as it is.
    Kept,
    /// The one that waited has the new time and payload.
    Moved(JobId),
    /// One is running: when it is done, it runs again at the new time.
    Again(JobId),
}

/// Followed by rows. $1 is the rule, $2 the time.
macro_rules! insert {
    () => {
        "INSERT INTO jobs (tenant_id, id, kind, key, lane, payload, state, priority, run_at, max_attempts, trace, created_at) VALUES "
    };
}

/// A running job runs again; one that waits is left alone or takes what is new.
macro_rules! on_conflict {
    () => {
        concat!(
            " ON CONFLICT (tenant_id, kind, key) WHERE key IS NOT NULL AND ",
            live!(),
            " DO UPDATE SET payload = excluded.payload, trace = excluded.trace, \
              lane = CASE WHEN jobs.state = 'running' THEN jobs.lane ELSE excluded.lane END, \
              state = CASE WHEN jobs.state = 'running' THEN jobs.state ELSE excluded.state END, \
              run_at = CASE WHEN jobs.state = 'running' THEN jobs.run_at ELSE excluded.run_at END, \
              again_at = CASE WHEN jobs.state <> 'running' THEN NULL \
                WHEN $1 = 'move' OR jobs.again_at IS NULL OR jobs.again_at > excluded.run_at THEN excluded.run_at \
                ELSE jobs.again_at END \
             WHERE jobs.state = 'running' OR $1 = 'move' OR ($1 = 'sooner' AND jobs.run_at > excluded.run_at)"
        )
    };
}

const ENQUEUE: &str =
    concat!(insert!(), "($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $2)", on_conflict!(), " RETURNING id, state");

/// The arguments of one row.
const COLUMNS: usize = 11;

/// Jobs in one statement. SQLite finds each numbered placeholder by walking through those before it: a few are quick.
const AT_ONCE: usize = 16;

impl OnConflict {
    fn word(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Move => "move",
            Self::Sooner => "sooner",
        }
    }
}

/// Enqueues so many jobs; tells no ids.
fn enqueue_sql(jobs: usize) -> String {
    let row = |n: usize| {
        let columns: Vec<String> = (1..=COLUMNS).map(|column| format!("${}", 2 + n * COLUMNS + column)).collect();
        format!("({}, $2)", columns.join(", "))
    };
    let rows: Vec<String> = (0..jobs).map(row).collect();
    format!("{}{}{}", insert!(), rows.join(", "), on_conflict!())
}

fn row_args(tenant: TenantId, id: JobId, job: NewJob, now: Timestamp) -> Vec<Value> {
    let run_at = job.run_at.unwrap_or(now);
    let state = if run_at <= now { State::Available } else { State::Scheduled };
    let (priority, max_attempts) = (job.priority.min(4), job.max_attempts);
    let NewJob { kind, key, lane, payload, trace, .. } = job;
    args![tenant, id, kind, key, lane, payload, state.as_str(), priority, run_at, max_attempts, trace]
}

/// The statement that adds a job, for a [`Script`](crate::db::Script); it returns a row if the scheduler is to be woken.
pub(crate) fn statement(
    tenant: TenantId,
    id: JobId,
    job: NewJob,
    on_conflict: OnConflict,
    now: Timestamp,
) -> (&'static str, Vec<Value>) {
    let mut args = args![on_conflict.word(), now];
    args.extend(row_args(tenant, id, job, now));
    (ENQUEUE, args)
}

impl Jobs<'_> {
    /// Adds a job to the tenant of this transaction. The commit wakes the scheduler.
    pub async fn enqueue(&mut self, job: NewJob, on_conflict: OnConflict) -> Result<Enqueued> {
        let (tenant, now, id) = (self.tenant()?, self.0.now(), self.0.new_id::<JobId>());
        let (sql, args) = statement(tenant, id, job, on_conflict, now);
        let row: Option<(JobId, String)> = self.0.fetch_optional(sql, args).await?;
        let Some((found, state)) = row else { return Ok(Enqueued::Kept) };
        self.0.wakes = true;
        Ok(match found {
            _ if found == id => Enqueued::Inserted(id),
            _ if state == State::Running.as_str() => Enqueued::Again(found),
            _ => Enqueued::Moved(found),
        })
    }

    /// Adds many jobs, each to its tenant (system transactions), in few statements and in the given order. No two of them
    /// may have the same tenant, kind and key.
    pub async fn enqueue_all(&mut self, mut jobs: Vec<(TenantId, NewJob)>, on_conflict: OnConflict) -> Result<()> {
        let now = self.0.now();
        while !jobs.is_empty() {
            // Powers of two: a few statements, each prepared once.
            let part: Vec<_> = jobs.drain(..1 << jobs.len().min(AT_ONCE).ilog2()).collect();
            let (sql, mut args) = (enqueue_sql(part.len()), args![on_conflict.word(), now]);
            for (tenant, job) in part {
                args.extend(row_args(tenant, self.0.new_id(), job, now));
            }
            self.0.wakes |= self.0.execute_built(sql, args).await? > 0;
        }
        Ok(())
    }

    /// When the live job of this kind and key is due; `None`: there is none.
    pub async fn due_at(&mut self, kind: &str, key: &str) -> Result<Option<Timestamp>> {
        let tenant = self.tenant()?;
        let sql = concat!("SELECT run_at FROM jobs WHERE tenant_id = $1 AND kind = $2 AND key = $3 AND ", live!());
        Ok(self.0.fetch_optional::<(Timestamp,)>(sql, args![tenant, kind, key]).await?.map(|(at,)| at))
    }

    /// Cancels the waiting job of this kind and key; whether there was one. One that is running goes on, but not again.
    pub async fn cancel(&mut self, kind: &str, key: &str) -> Result<bool> {
        let (tenant, now) = (self.tenant()?, self.0.now());
        let sql = concat!(
            "UPDATE jobs SET again_at = NULL, \
             state = CASE WHEN state = 'running' THEN 'running' ELSE 'cancelled' END, \
             finished_at = CASE WHEN state = 'running' THEN NULL ELSE $4 END \
             WHERE tenant_id = $1 AND kind = $2 AND key = $3 AND ",
            live!(),
            " RETURNING state"
        );
        let left: Option<(String,)> = self.0.fetch_optional(sql, args![tenant, kind, key, now]).await?;
        Ok(left.is_some_and(|(state,)| state == State::Cancelled.as_str()))
    }

    /// Gives the waiting job of this kind and key another time; whether there was one.
    pub async fn reschedule(&mut self, kind: &str, key: &str, run_at: Timestamp) -> Result<bool> {
        let (tenant, now) = (self.tenant()?, self.0.now());
        let state = if run_at <= now { State::Available } else { State::Scheduled };
        let sql = concat!(
            "UPDATE jobs SET run_at = $4, state = $5, again_at = NULL \
             WHERE tenant_id = $1 AND kind = $2 AND key = $3 AND ",
            waiting!()
        );
        let moved = self.0.execute(sql, args![tenant, kind, key, run_at, state.as_str()]).await?;
        self.0.wakes |= moved > 0;
        Ok(moved > 0)
    }
}
