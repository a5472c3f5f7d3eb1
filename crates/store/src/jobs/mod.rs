//! The job queue: durable work beside the state that it follows from (P2, P3, P12). River's states and names.
//!
//! Always true:
//! - a job is enqueued, moved, cancelled and completed inside the caller's transaction, or not at all (P3);
//! - at most one live job per (kind, key); at most one running job per lane, in order of `run_at`;
//! - a job runs at least once; only the run that holds it may finish it (the fence), so its effect is kept once;
//! - a dead worker loses nothing: leases end by themselves; attempts are counted when a job is claimed;
//! - no tenant's backlog delays another's work (P12).
//!
//! `enqueue` is what flows use, `claim` and `lease` what the engine uses, `admin` what people use.

mod admin;
mod claim;
mod enqueue;
mod finish;
mod lease;
mod relay;

pub use admin::{Count, Filter, JobRow};
pub use claim::{Batch, Claimed, Cursor, Want, claim};
pub(crate) use enqueue::statement;
pub use enqueue::{Enqueued, NewJob, OnConflict};
pub use finish::Ending;
pub use relay::relay;

use crate::db::Conn;
use crate::error::{Result, StoreError};
use ringleader_core::id::TenantId;

ringleader_core::words! {
    /// Where a job stands.
    pub enum State {
        /// Due.
        Available = "available",
        /// Due later.
        Scheduled = "scheduled",
        /// A worker holds it.
        Running = "running",
        /// Failed; will be tried again.
        Retryable = "retryable",
        /// Done.
        Completed = "completed",
        /// Not wanted any more.
        Cancelled = "cancelled",
        /// Given up: attempts exhausted, or not to be understood. A person may try again.
        Discarded = "discarded",
    }
}

/// The condition of a waiting job, spelled exactly as in the partial indexes, so that both engines use them.
macro_rules! waiting {
    () => {
        "state IN ('available', 'scheduled', 'retryable')"
    };
    ($alias:literal) => {
        concat!($alias, ".state IN ('available', 'scheduled', 'retryable')")
    };
}
/// The condition of a job that blocks its key.
macro_rules! live {
    () => {
        "state IN ('available', 'scheduled', 'retryable', 'running')"
    };
}
/// The condition of a job that is over.
macro_rules! finished {
    () => {
        "state IN ('completed', 'cancelled', 'discarded')"
    };
}
use {finished, live, waiting};

/// The queue as seen from a transaction.
pub struct Jobs<'a>(&'a mut Conn, Option<TenantId>);

impl Conn {
    /// The job queue, inside this transaction.
    pub fn jobs(&mut self) -> Jobs<'_> {
        let tenant = self.tenant().ok();
        Jobs(self, tenant)
    }
}

impl Jobs<'_> {
    /// The queue of this tenant, from a system transaction.
    pub fn of(self, tenant: TenantId) -> Self {
        Self(self.0, Some(tenant))
    }

    fn tenant(&self) -> Result<TenantId> {
        self.1.ok_or(StoreError::NoTenant)
    }
}
