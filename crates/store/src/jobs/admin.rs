//! What people do with jobs: look, count, try again, give up, forget. In a tenant's transaction its jobs, in a system
//! transaction all.

use super::{Jobs, State, finished, live, waiting};
use crate::args;
use crate::db::{FromRow, Row, ToValue, Value};
use crate::error::Result;
use jiff::Timestamp;
use ringleader_core::id::{JobId, TenantId};

/// A job as people see it.
#[derive(Debug, Clone)]
pub struct JobRow {
    /// Whose it is.
    pub tenant: TenantId,
    /// Its id.
    pub id: JobId,
    /// The kind of work.
    pub kind: String,
    /// Its key.
    pub key: Option<String>,
    /// Its lane.
    pub lane: Option<String>,
    /// JSON, as it was enqueued.
    pub payload: String,
    /// Where it stands.
    pub state: State,
    /// 1 to 4.
    pub priority: u8,
    /// When it is or was due.
    pub run_at: Timestamp,
    /// It runs again at this time after the present run.
    pub again_at: Option<Timestamp>,
    /// Attempts so far.
    pub attempt: u32,
    /// At most so many.
    pub max_attempts: u32,
    /// The process that runs it.
    pub worker: Option<String>,
    /// Why the last attempt failed, or why it was ended.
    pub last_error: Option<String>,
    /// Enqueued.
    pub created_at: Timestamp,
    /// Over.
    pub finished_at: Option<Timestamp>,
}

/// Which jobs to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only these states; empty: all.
    pub states: Vec<State>,
    /// Only this kind.
    pub kind: Option<String>,
    /// Only those made before this one, for the next page.
    pub before: Option<JobId>,
    /// At most so many.
    pub limit: u32,
}

/// How many jobs of a kind are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The kind of work.
    pub kind: String,
    /// The state.
    pub state: State,
    /// How many.
    pub count: i64,
    /// When the first of them is or was due.
    pub oldest: Timestamp,
}

const COLUMNS: &str = "tenant_id, id, kind, key, lane, payload, state, priority, run_at, again_at, attempt, max_attempts, \
     worker, last_error, created_at, finished_at";

impl Jobs<'_> {
    /// Jobs, newest first.
    pub async fn list(&mut self, filter: &Filter) -> Result<Vec<JobRow>> {
        let mut args = args![i64::from(filter.limit)];
        let mut conditions = self.mine(&mut args);
        let mut add = |condition: &str, value: Value| {
            args.push(value);
            conditions.push_str(&condition.replace('?', &format!("${}", args.len())));
        };
        if let Some(kind) = &filter.kind {
            add(" AND kind = ?", kind.to_value());
        }
        if let Some(before) = filter.before {
            add(" AND id < ?", before.to_value());
        }
        if !filter.states.is_empty() {
            // Words of our own enum: safe in the text.
            let words: Vec<String> = filter.states.iter().map(|state| format!("'{state}'")).collect();
            conditions.push_str(&format!(" AND state IN ({})", words.join(", ")));
        }
        let sql = format!("SELECT {COLUMNS} FROM jobs WHERE 1 = 1{conditions} ORDER BY id DESC LIMIT $1");
        self.0.fetch_all_built(sql, args).await
    }

    /// One job.
    pub async fn get(&mut self, id: JobId) -> Result<Option<JobRow>> {
        let mut args = args![id];
        let mine = self.mine(&mut args);
        let sql = format!("SELECT {COLUMNS} FROM jobs WHERE id = $1{mine}");
        Ok(self.0.fetch_all_built(sql, args).await?.pop())
    }

    /// The live job of this kind and key.
    pub async fn find(&mut self, kind: &str, key: &str) -> Result<Option<JobRow>> {
        let mut args = args![kind, key];
        let mine = self.mine(&mut args);
        let sql = format!("SELECT {COLUMNS} FROM jobs WHERE kind = $1 AND key = $2 AND {}{mine}", live!());
        Ok(self.0.fetch_all_built(sql, args).await?.pop())
    }

    /// Makes a job due now with all its attempts, unless it runs or its key is taken by a live job; whether it did.
    pub async fn retry(&mut self, id: JobId) -> Result<bool> {
        let now = self.0.now();
        let mut args = args![id, now];
        let mine = self.mine(&mut args);
        let sql = format!(
            "UPDATE jobs SET state = 'available', run_at = $2, attempt = 0, finished_at = NULL \
             WHERE id = $1 AND state <> 'running'{mine} AND NOT EXISTS (SELECT 1 FROM jobs other \
              WHERE other.tenant_id = jobs.tenant_id AND other.kind = jobs.kind AND other.key = jobs.key \
              AND other.id <> jobs.id AND other.{})",
            live!()
        );
        let retried = self.0.execute_built(sql, args).await? > 0;
        self.0.wakes |= retried;
        Ok(retried)
    }

    /// Gives a waiting job up; whether it waited.
    pub async fn discard(&mut self, id: JobId) -> Result<bool> {
        let now = self.0.now();
        let mut args = args![id, now];
        let mine = self.mine(&mut args);
        let sql = format!(
            "UPDATE jobs SET state = 'discarded', finished_at = $2, again_at = NULL WHERE id = $1 AND {}{mine}",
            waiting!()
        );
        Ok(self.0.execute_built(sql, args).await? > 0)
    }

    /// Live and discarded jobs by kind and state. Done ones are not counted: nobody waits for them.
    pub async fn counts(&mut self) -> Result<Vec<Count>> {
        let mut args = args![];
        let mine = self.mine(&mut args);
        let sql = format!(
            "SELECT kind, state, count(*) AS count, min(run_at) AS oldest FROM jobs \
             WHERE state IN ('available', 'scheduled', 'retryable', 'running', 'discarded'){mine} \
             GROUP BY kind, state ORDER BY kind, state"
        );
        self.0.fetch_all_built(sql, args).await
    }

    /// Forgets up to `limit` jobs that were over before `before` (system transactions); how many.
    pub async fn prune(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        let sql = concat!(
            "DELETE FROM jobs WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM jobs WHERE ",
            finished!(),
            " AND finished_at < $1 ORDER BY finished_at LIMIT $2)"
        );
        self.0.execute(sql, args![before, limit]).await
    }

    /// The condition that keeps a tenant's transaction to its own jobs; adds its argument.
    fn mine(&self, args: &mut Vec<Value>) -> String {
        match self.tenant() {
            Ok(tenant) => {
                args.extend(args![tenant]);
                format!(" AND jobs.tenant_id = ${}", args.len())
            }
            Err(_) => String::new(),
        }
    }
}

impl FromRow for JobRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            tenant: row.get("tenant_id")?,
            id: row.get("id")?,
            kind: row.get("kind")?,
            key: row.get("key")?,
            lane: row.get("lane")?,
            payload: row.get("payload")?,
            state: row.word("state")?,
            priority: row.get("priority")?,
            run_at: row.get("run_at")?,
            again_at: row.get("again_at")?,
            attempt: row.get("attempt")?,
            max_attempts: row.get("max_attempts")?,
            worker: row.get("worker")?,
            last_error: row.get("last_error")?,
            created_at: row.get("created_at")?,
            finished_at: row.get("finished_at")?,
        })
    }
}

impl FromRow for Count {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            kind: row.get("kind")?,
            state: row.word("state")?,
            count: row.get("count")?,
            oldest: row.get("oldest")?,
        })
    }
}
