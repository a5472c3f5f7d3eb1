//! Enqueueing, moving and cancelling, by key, inside the caller's transaction.

use super::{Jobs, State, live, waiting};
use crate::args;
use crate::error::Result;
use jiff::Timestamp;
use ringleader_core::id::JobId;

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
    /// 1 (first) to 4 (last) among a tenant's due jobs.
    pub priority: u8,
    /// After so many failed attempts it is discarded.
    pub max_attempts: u32,
}

impl NewJob {
    /// A job that is due now, without key and lane, with priority 1 and 10 attempts.
    pub fn new(kind: impl Into<String>, payload: serde_json::Value) -> Self {
        let kind = kind.into();
        Self { kind, payload, key: None, lane: None, run_at: None, priority: 1, max_attempts: 10 }
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

const ENQUEUE: &str = concat!(
    "INSERT INTO jobs (tenant_id, id, kind, key, lane, payload, state, priority, run_at, max_attempts, created_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
     ON CONFLICT (tenant_id, kind, key) WHERE key IS NOT NULL AND ",
    live!(),
    " DO UPDATE SET payload = excluded.payload, \
      lane = CASE WHEN jobs.state = 'running' THEN jobs.lane ELSE excluded.lane END, \
      state = CASE WHEN jobs.state = 'running' THEN jobs.state ELSE excluded.state END, \
      run_at = CASE WHEN jobs.state = 'running' THEN jobs.run_at ELSE excluded.run_at END, \
      again_at = CASE WHEN jobs.state <> 'running' THEN NULL \
        WHEN $12 = 'move' OR jobs.again_at IS NULL OR jobs.again_at > excluded.run_at THEN excluded.run_at \
        ELSE jobs.again_at END \
     WHERE jobs.state = 'running' OR $12 = 'move' OR ($12 = 'sooner' AND jobs.run_at > excluded.run_at) \
     RETURNING id, state"
);

impl Jobs<'_> {
    /// Adds a job to the tenant of this transaction. The commit wakes the scheduler.
    pub async fn enqueue(&mut self, job: NewJob, on_conflict: OnConflict) -> Result<Enqueued> {
        let (now, id) = (self.0.now(), self.0.new_id::<JobId>());
        let run_at = job.run_at.unwrap_or(now);
        let state = if run_at <= now { State::Available } else { State::Scheduled };
        let rule = match on_conflict {
            OnConflict::Keep => "keep",
            OnConflict::Move => "move",
            OnConflict::Sooner => "sooner",
        };
        let tenant = self.tenant()?;
        let args = args![
            tenant,
            id,
            job.kind,
            job.key,
            job.lane,
            job.payload,
            state.as_str(),
            job.priority.clamp(1, 4),
            run_at,
            job.max_attempts,
            now,
            rule
        ];
        let row: Option<(JobId, String)> = self.0.fetch_optional(ENQUEUE, args).await?;
        let Some((found, state)) = row else { return Ok(Enqueued::Kept) };
        self.0.wakes = true;
        Ok(match found {
            _ if found == id => Enqueued::Inserted(id),
            _ if state == State::Running.as_str() => Enqueued::Again(found),
            _ => Enqueued::Moved(found),
        })
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
