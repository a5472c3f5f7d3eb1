//! SQLite's log copied into the database beside the commits, not by one of them.
//!
//! Left to itself, SQLite has the commit that makes the log too long copy all of it, and whoever waits for that commit waits
//! tens of milliseconds more: a caller on the phone, a sender of webhooks. So a connection of its own copies what is there
//! every moment in which something was written; the length at which a commit has to do it is far off
//! (`wal_autocheckpoint` in [`open`](super::open)).
//!
//! The log begins anew only with a write that finds all of it copied. Where somebody always writes, none does, so what little
//! is left is copied while nobody may: each flush of a log that grows takes the disk a third longer than of one that is used again.

use super::{Inner, Pools};
use sqlx::{Sqlite, SqlitePool};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How often, at most. Pages that many commits change in that time are copied once.
const EVERY: Duration = Duration::from_millis(500);

/// A log of fewer pages may go on.
const SHORT: i64 = 1_000;

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
        let Pools::Sqlite { writer, readers, written, .. } = &store.pools else { return };
        if !written.swap(false, Ordering::Relaxed) {
            continue;
        }
        match copy(writer, readers).await {
            Ok(()) => {}
            Err(sqlx::Error::PoolClosed) => return,
            Err(error) => tracing::debug!(%error, "The log was not copied this time"),
        }
    }
}

/// Copies what is there, then what was written meanwhile, then the little that was written during that, with all who write
/// waiting. Never waits for readers: what one still needs is left for the next time.
async fn copy(writer: &SqlitePool, readers: &SqlitePool) -> sqlx::Result<()> {
    passive(readers).await?;
    if passive(readers).await? > SHORT {
        let mut alone = writer.acquire().await?;
        passive(&mut *alone).await?;
    }
    Ok(())
}

/// How many pages the log has.
async fn passive(with: impl sqlx::Executor<'_, Database = Sqlite>) -> sqlx::Result<i64> {
    let (_busy, pages, _copied): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(with).await?;
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestDb;
    use crate::{Engine, Store, args};

    /// A commit of so many bytes.
    async fn write(store: &Store, bytes: usize) {
        let mut tx = store.begin_system().await.unwrap();
        let id = store.ids().new_uuid().to_string();
        let sql = "INSERT INTO inbox_batches (tenant_id, id, received_at, events, words, bodies) VALUES ('', $1, 0, 0, '', $2)";
        tx.execute(sql, args![id, vec![0_u8; bytes]]).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_log_that_is_always_written_to_begins_anew() {
        let db = TestDb::new(Engine::Sqlite).await;
        let Pools::Sqlite { writer, readers, .. } = &db.store.0.pools else { unreachable!("it is SQLite") };
        write(&db.store, 2 * SHORT as usize * 4096).await;
        let store = db.store.clone();
        let always = tokio::spawn(async move {
            loop {
                write(&store, 10_000).await;
            }
        });
        for _ in 0..50 {
            write(&db.store, 10_000).await;
        }
        assert!(passive(readers).await.unwrap() > SHORT);
        copy(writer, readers).await.unwrap();
        for _ in 0..2 {
            write(&db.store, 10_000).await;
        }
        assert!(passive(readers).await.unwrap() < SHORT);
        always.abort();
    }
}
