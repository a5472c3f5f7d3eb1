//! SQLite's log copied into the database beside the commits, not by one of them.
//!
//! Left to itself, SQLite has the commit that makes the log too long copy all of it, and whoever waits for that commit waits
//! tens of milliseconds more: a caller on the phone, a sender of webhooks. So a connection of its own copies what is there
//! every moment in which something was written; the length at which a commit has to do it is far off
//! (`wal_autocheckpoint` in [`open`](super::open)).

use super::{Inner, Pools};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often, at most. Pages that many commits change in that time are copied once.
const EVERY: Duration = Duration::from_secs(2);

/// Copies for as long as the store is there and open.
pub(super) fn start(store: &Arc<Inner>) {
    if matches!(store.pools, Pools::Sqlite { .. }) {
        tokio::spawn(run(Arc::downgrade(store)));
    }
}

async fn run(store: Weak<Inner>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(store) = store.upgrade() else { return };
        let Pools::Sqlite { readers, written, .. } = &store.pools else { return };
        if !written.swap(false, Ordering::Relaxed) {
            continue;
        }
        // Passive: nobody waits for it, and what a reader still needs is left for the next time.
        match sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(readers).await {
            Ok(_) => {}
            Err(sqlx::Error::PoolClosed) => return,
            Err(error) => tracing::debug!(%error, "The log was not copied this time"),
        }
    }
}
