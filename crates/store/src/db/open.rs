//! Opening the pools, with the settings that the promises rest on (P1: a commit is on disk).

use super::Pools;
use crate::clock::Clock;
use crate::error::{Result, StoreError};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where all times come from.
    pub clock: Clock,
    /// Brings the schema up to date first.
    pub migrate: bool,
    /// SQLite: connections that read. One more writes.
    pub readers: u32,
    /// PostgreSQL: connections in all.
    pub connections: u32,
    /// How long a transaction may wait to begin before the database counts as unavailable.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { clock: Clock::system(), migrate: true, readers: 4, connections: 16, patience: Duration::from_secs(10) }
    }
}

/// Prepared statements kept per connection; more than the product has.
const STATEMENTS: usize = 500;

pub(super) async fn pools(url: &str, options: &Options) -> Result<Pools> {
    match url.split_once(':') {
        Some(("sqlite", _)) if url.contains(":memory:") => Err(StoreError::Setup(
            "the database must survive a restart: use sqlite:<path> instead of an in-memory one".into(),
        )),
        Some(("sqlite", path)) => sqlite(path.trim_start_matches("//"), options).await,
        Some(("postgres" | "postgresql", _)) => postgres(url, options).await,
        _ => Err(StoreError::Setup("the database URL begins with `sqlite:` or `postgres://`".into())),
    }
}

async fn sqlite(path: &str, options: &Options) -> Result<Pools> {
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(options.patience)
        .statement_cache_capacity(STATEMENTS)
        .optimize_on_close(true, 1000)
        .pragma("temp_store", "memory")
        // 128 MB of log: in time it is copied by others than commits (`checkpoint`).
        .pragma("wal_autocheckpoint", "32000")
        .pragma("cache_size", "-16000");
    let pool = |max| {
        SqlitePoolOptions::new()
            .max_connections(max)
            .min_connections(1)
            .acquire_timeout(options.patience)
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
    };
    let writer: SqlitePool = pool(1).connect_with(connect.clone()).await?;
    let readers = pool(options.readers).connect_with(connect.pragma("query_only", "on")).await?;
    Ok(Pools::Sqlite { writer, readers, line: Semaphore::new(1), written: AtomicBool::default() })
}

async fn postgres(url: &str, options: &Options) -> Result<Pools> {
    let connect = url
        .parse::<PgConnectOptions>()
        .map_err(|_| {
            StoreError::Setup("the database URL cannot be read: postgres://user:password@host:5432/name".into())
        })?
        .application_name("ringleader")
        .statement_cache_capacity(STATEMENTS);
    let pool: PgPool = PgPoolOptions::new()
        .max_connections(options.connections)
        .acquire_timeout(options.patience)
        .test_before_acquire(false)
        .connect_with(connect)
        .await?;
    Ok(Pools::Postgres(pool))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `.cargo/config.toml` says how SQLite is built, and cargo reads it only from within the workspace.
    #[tokio::test]
    async fn sqlite_is_built_as_the_figures_were_measured() {
        let pool = SqlitePool::connect("sqlite::memory:").await.unwrap();
        let options: Vec<(String,)> = sqlx::query_as("PRAGMA compile_options").fetch_all(&pool).await.unwrap();
        let has = |option: &str| options.iter().any(|(it,)| it == option);
        assert!(has("DEFAULT_MEMSTATUS=0") && !has("ENABLE_MEMORY_MANAGEMENT"), "{options:?}");
    }
}
