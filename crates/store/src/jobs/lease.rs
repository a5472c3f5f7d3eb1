//! Leases: how a worker shows that it lives, and how its jobs come back when it does not.

use crate::args;
use crate::db::{Engine, Store};
use crate::error::Result;
use jiff::{SignedDuration, Timestamp};

/// A job comes back. Its attempt was used up (it may be what killed the worker), so it may be over.
const EXPIRE: &str = "\
    worker = NULL, lease_until = NULL, \
     state = CASE WHEN attempt >= max_attempts THEN 'discarded' ELSE 'available' END, \
     finished_at = CASE WHEN attempt >= max_attempts THEN $2 ELSE NULL END, \
     last_error = 'the worker stopped before the job was done'";
const EXPIRED: &str = "state = 'running' AND lease_until < $1";

const RENEW: &str = "lease_until = $1";
const MINE: &str = "state = 'running' AND worker = $2";

/// Given back unharmed: the attempt does not count.
const RELEASE: &str = "\
    UPDATE jobs SET worker = NULL, lease_until = NULL, state = 'available', attempt = attempt - 1 \
    WHERE state = 'running' AND worker = $1";

/// Changes many rows, in whatever order they are found. A row that another transaction works on is left for the next
/// time: waiting for one while holding others would end in a deadlock.
fn change(engine: Engine, what: &str, which: &str) -> String {
    match engine {
        Engine::Sqlite => format!("UPDATE jobs SET {what} WHERE {which}"),
        Engine::Postgres => format!(
            "WITH free AS MATERIALIZED (SELECT tenant_id, id FROM jobs WHERE {which} FOR UPDATE SKIP LOCKED) \
             UPDATE jobs SET {what} FROM free WHERE jobs.tenant_id = free.tenant_id AND jobs.id = free.id"
        ),
    }
}

impl Store {
    /// Renews the leases of everything that this worker runs; how many.
    pub async fn renew_leases(&self, worker: &str, lease: SignedDuration) -> Result<u64> {
        let mut tx = self.begin_system().await?;
        // Counted from here: the wait for the writer may have taken longer than the lease.
        let until = self.clock().wall().saturating_add(lease).unwrap_or(Timestamp::MAX);
        let renewed = tx.execute_built(change(self.engine(), RENEW, MINE), args![until, worker]).await?;
        tx.commit().await?;
        Ok(renewed)
    }

    /// Puts jobs of dead workers back, or parks them if that was their last attempt; how many.
    pub async fn expire_leases(&self) -> Result<u64> {
        self.expire(self.clock().wall()).await
    }

    /// Ends every lease at once, whoever holds it; how many. For the start of a single process on SQLite: whoever held
    /// them is dead.
    pub async fn expire_all_leases(&self) -> Result<u64> {
        self.expire(Timestamp::MAX).await
    }

    async fn expire(&self, before: Timestamp) -> Result<u64> {
        let mut tx = self.begin_system().await?;
        let now = tx.now();
        let expired = tx.execute_built(change(self.engine(), EXPIRE, EXPIRED), args![before, now]).await?;
        tx.wakes |= expired > 0;
        tx.commit().await?;
        Ok(expired)
    }

    /// Gives back everything that this worker runs, without using up an attempt; how many. For a graceful stop.
    pub async fn release_leases(&self, worker: &str) -> Result<u64> {
        let mut tx = self.begin_system().await?;
        let released = tx.execute(RELEASE, args![worker]).await?;
        tx.wakes |= released > 0;
        tx.commit().await?;
        Ok(released)
    }
}
