//! How a run ends. Each way passes the fence: the row must still be running under the claim that the run began with.

use super::{Claimed, Jobs, State};
use crate::args;
use crate::db::{Engine, Value};
use crate::error::{Result, StoreError};
use jiff::Timestamp;
use ringleader_core::id::JobId;

/// How a run ended, other than well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Nothing to do before this time; uses up no attempt.
    Snooze(Timestamp),
    /// Failed: tried again at this time, or discarded when the attempts are used up.
    Retry(Timestamp, String),
    /// Not wanted any more.
    Cancel(String),
    /// Will never succeed: parked for a person to look at.
    Discard(String),
}

/// A final state, unless the key was enqueued again meanwhile: then the row waits once more, with all its attempts.
const END: &str = "\
    UPDATE jobs SET worker = NULL, lease_until = NULL, last_error = COALESCE($6, last_error), again_at = NULL, \
     state = CASE WHEN again_at IS NULL THEN $4 WHEN again_at <= $5 THEN 'available' ELSE 'scheduled' END, \
     run_at = COALESCE(again_at, run_at), \
     attempt = CASE WHEN again_at IS NULL THEN attempt ELSE 0 END, \
     finished_at = CASE WHEN again_at IS NULL THEN $5 ELSE NULL END \
    WHERE tenant_id = $1 AND id = $2 AND claims = $3 AND state = 'running' RETURNING state";

/// Waits again; a sooner wish (`again_at`) wins over a snooze, a later one is kept for afterwards.
const SNOOZE: &str = "\
    UPDATE jobs SET worker = NULL, lease_until = NULL, state = 'scheduled', attempt = attempt - 1, \
     run_at = CASE WHEN again_at < $4 THEN again_at ELSE $4 END, \
     again_at = CASE WHEN again_at > $4 THEN again_at ELSE NULL END \
    WHERE tenant_id = $1 AND id = $2 AND claims = $3 AND state = 'running' RETURNING state";

const RETRY: &str = "\
    UPDATE jobs SET worker = NULL, lease_until = NULL, state = 'retryable', run_at = $4, last_error = $5 \
    WHERE tenant_id = $1 AND id = $2 AND claims = $3 AND state = 'running' RETURNING state";

/// The longest error text that is kept.
const ERROR_LIMIT: usize = 2000;

impl Jobs<'_> {
    /// Marks a run as done, in the transaction of what it did. [`StoreError::Fenced`] if another run holds the job or a
    /// person ended it: then nothing of this transaction may be kept.
    pub async fn complete(&mut self, job: &Claimed) -> Result<()> {
        self.end(job, State::Completed, None).await
    }

    /// Ends a run that did not go well. [`StoreError::Fenced`] as with [`Jobs::complete`].
    pub async fn finish(&mut self, job: &Claimed, ending: Ending) -> Result<()> {
        match ending {
            Ending::Snooze(until) => self.fenced(SNOOZE, args![job.tenant, job.id, job.claims, until]).await,
            Ending::Retry(at, why) if job.attempt < job.max_attempts => {
                self.fenced(RETRY, args![job.tenant, job.id, job.claims, at, cut(why)]).await
            }
            Ending::Retry(_, why) | Ending::Discard(why) => self.end(job, State::Discarded, Some(why)).await,
            Ending::Cancel(why) => self.end(job, State::Cancelled, Some(why)).await,
        }
    }

    async fn end(&mut self, job: &Claimed, state: State, why: Option<String>) -> Result<()> {
        let now = self.0.now();
        let args = args![job.tenant, job.id, job.claims, state.as_str(), now, why.map(cut)];
        self.fenced(END, args).await
    }

    async fn fenced(&mut self, sql: &'static str, args: Vec<Value>) -> Result<()> {
        let row: Option<(String,)> = self.0.fetch_optional(sql, args).await?;
        let (state,) = row.ok_or(StoreError::Fenced)?;
        self.0.wakes |= matches!(state.as_str(), "available" | "scheduled" | "retryable");
        Ok(())
    }

    /// Locks the rows of these runs by tenant, kind and key, before many of them are ended in one transaction. Whoever
    /// enqueues many takes them in the same order: otherwise each could wait for a row that the other one holds. SQLite has
    /// one writer.
    pub async fn hold(&mut self, jobs: &[&Claimed]) -> Result<()> {
        if self.0.engine() == Engine::Sqlite || jobs.len() < 2 {
            return Ok(());
        }
        for part in jobs.chunks(64) {
            let rows: Vec<String> = (0..part.len()).map(|i| format!("(${}, ${})", 2 * i + 1, 2 * i + 2)).collect();
            let sql = format!(
                "SELECT id FROM jobs WHERE (tenant_id, id) IN (VALUES {}) ORDER BY tenant_id, kind, key, id FOR UPDATE",
                rows.join(", ")
            );
            let args = part.iter().flat_map(|job| args![job.tenant, job.id]).collect();
            self.0.fetch_all_built::<(JobId,)>(sql, args).await?;
        }
        Ok(())
    }

    /// Marks many runs as done in few statements (system transactions); how many still held their job.
    pub async fn complete_all(&mut self, jobs: &[Claimed]) -> Result<u64> {
        let mut kept = 0;
        let mut rest = jobs;
        while !rest.is_empty() {
            let (part, later) = rest.split_at(1 << rest.len().min(64).ilog2());
            rest = later;
            let done = self.complete_plain(part).await?;
            kept += done;
            if done < part.len() as u64 {
                kept += self.complete_rest(part).await?;
            }
        }
        Ok(kept)
    }

    /// Those that nobody enqueued again meanwhile. Asks for no rows back: on SQLite each would cost more than its update.
    async fn complete_plain(&mut self, jobs: &[Claimed]) -> Result<u64> {
        let now = self.0.now();
        let mut args = args![now];
        let row = |i: usize| format!("(${}, ${}, ${})", 3 * i + 2, 3 * i + 3, 3 * i + 4);
        let rows: Vec<String> = (0..jobs.len()).map(row).collect();
        for job in jobs {
            args.extend(args![job.tenant, job.id, job.claims]);
        }
        let sql = format!(
            "UPDATE jobs SET worker = NULL, lease_until = NULL, state = 'completed', finished_at = $1 \
             FROM (VALUES {}) AS done \
             WHERE jobs.tenant_id = done.column1 AND jobs.id = done.column2 AND jobs.claims = done.column3 \
             AND jobs.state = 'running' AND jobs.again_at IS NULL",
            rows.join(", ")
        );
        self.0.execute_built(sql, args).await
    }

    /// One by one: those that run again. Those that are completed or lost do not pass the fence.
    async fn complete_rest(&mut self, jobs: &[Claimed]) -> Result<u64> {
        let mut kept = 0;
        for job in jobs {
            match self.complete(job).await {
                Ok(()) => kept += 1,
                Err(StoreError::Fenced) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(kept)
    }
}

fn cut(mut why: String) -> String {
    if why.len() > ERROR_LIMIT {
        let end = (0..=ERROR_LIMIT).rev().find(|&end| why.is_char_boundary(end)).unwrap_or(0);
        why.truncate(end);
    }
    why
}
