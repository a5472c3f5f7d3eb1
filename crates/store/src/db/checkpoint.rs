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

/// Who writes for longer than this has written more than a little.
const PATIENCE: Duration = Duration::from_millis(20);

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
/// waiting. Not where it would be long: a reader still needs some of the log, or somebody else writes for long.
async fn copy(writer: &SqlitePool, readers: &SqlitePool) -> sqlx::Result<()> {
    passive(readers).await?;
    if passive(readers).await?.is_some_and(|pages| pages > SHORT)
        && let Ok(alone) = tokio::time::timeout(PATIENCE, writer.acquire()).await
    {
        passive(&mut *alone?).await?;
    }
    Ok(())
}

/// How many pages the log has, if it was copied to its end.
async fn passive(with: impl sqlx::Executor<'_, Database = Sqlite>) -> sqlx::Result<Option<i64>> {
    let (busy, pages, copied): (i64, i64, i64) =
        sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(with).await?;
    Ok((busy == 0 && copied == pages).then_some(pages))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::open;
    use crate::testing::TestDb;
    use crate::{Engine, Options};

    /// A commit of so many bytes.
    async fn write(writer: &SqlitePool, bytes: usize) {
        sqlx::query("INSERT INTO some VALUES ($1)").bind(vec![0_u8; bytes]).execute(writer).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_log_that_is_always_written_to_begins_anew() {
        let db = TestDb::new(Engine::Sqlite).await; // its folder: nobody else copies the log of this one
        let Ok(Pools::Sqlite { writer, readers, .. }) =
            open::pools(&format!("{}.2", db.url), &Options::default()).await
        else {
            unreachable!("it is SQLite")
        };
        sqlx::query("CREATE TABLE some (bytes BLOB)").execute(&writer).await.unwrap();
        write(&writer, 2 * SHORT as usize * 4096).await;
        let others = writer.clone();
        let always = tokio::spawn(async move {
            loop {
                write(&others, 10_000).await;
            }
        });
        let mut long = false;
        for _ in 0..10_000 {
            if long {
                break;
            }
            long = passive(&readers).await.unwrap().is_some_and(|pages| pages > SHORT);
        }
        assert!(long);
        let mut short = false;
        for _ in 0..100 {
            copy(&writer, &readers).await.unwrap(); // in vain where the writer is busy for longer than it is waited for
            write(&writer, 10_000).await;
            short = passive(&readers).await.unwrap().is_some_and(|pages| pages < SHORT);
            if short {
                break;
            }
        }
        assert!(short);
        always.abort();
        assert!(always.await.unwrap_err().is_cancelled());
        // What a reader still needs of it stays, and the log is not taken for copied.
        let mut reading = readers.begin().await.unwrap();
        sqlx::query("SELECT * FROM some LIMIT 1").fetch_all(&mut *reading).await.unwrap();
        write(&writer, 10_000).await;
        assert_eq!(passive(&readers).await.unwrap(), None);
    }
}
