//! The one door to the database: a store, its transactions, and the values that go in and come out.
//!
//! SQL is one text with `$1` placeholders for both engines; the few statements that must differ are in `dialect`.

mod checkpoint;
mod conn;
mod open;
mod row;
mod script;
mod value;
mod vocabulary;

pub use conn::{Conn, Read, Tx};
pub use open::Options;
pub use row::{Cell, Column, FromRow, Row};
pub(crate) use script::Script;
pub use value::{Kind, ToValue, Value};
pub use vocabulary::id_text;
pub(crate) use vocabulary::ids_from;

use crate::changes::{self, Change};
use crate::clock::Clock;
use crate::dialect;
use crate::error::{Result, StoreError};
use crate::ids::Ids;
use crate::secrets::Keys;
use conn::Raw;
use ringleader_core::id::TenantId;
use sqlx::{AssertSqlSafe, PgPool, SqlSafeStr, SqlStr, SqlitePool};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{Semaphore, broadcast, watch};

/// Which database runs below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// One file, one process.
    Sqlite,
    /// A server, any number of processes.
    Postgres,
}

/// The database. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    pools: Pools,
    clock: Clock,
    ids: Ids,
    patience: Duration,
    /// Counts wake-ups of any origin; engines wait on it.
    wake: watch::Sender<u64>,
    /// Counts commits of this process that enqueued jobs; told to other nodes.
    commits: watch::Sender<u64>,
    /// What was changed, here and elsewhere.
    changes: broadcast::Sender<Change>,
    /// Opens what only the installation may read; known as soon as there are flows.
    keys: OnceLock<Keys>,
}

enum Pools {
    /// One writer, since SQLite has one at a time anyway and a queue is fairer than retries; readers see snapshots (WAL).
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
        /// Who writes waits here first, one at a time goes on to wait for the writer: so whoever passes by this line (the
        /// inbox, a call) waits for one transaction or two, however many others want to write.
        line: Semaphore,
        /// Something was committed since the log was copied last.
        written: AtomicBool,
    },
    Postgres(PgPool),
}

impl Store {
    /// Opens `sqlite:path` (made if absent) or `postgres://…`, and brings the schema up to date if `options.migrate`.
    pub async fn open(url: &str, options: Options) -> Result<Self> {
        let pools = open::pools(url, &options).await?;
        let ids = Ids::new(options.clock.clone());
        let patience = options.patience;
        let (wake, commits) = (watch::Sender::new(0), watch::Sender::new(0));
        let (clock, changes) = (options.clock, changes::channel());
        let store =
            Self(Arc::new(Inner { pools, clock, ids, patience, wake, commits, changes, keys: OnceLock::new() }));
        checkpoint::start(&store.0);
        if options.migrate {
            crate::migrate::run(&store).await?;
        }
        Ok(store)
    }

    /// Begins a transaction that writes for one tenant.
    pub async fn begin(&self, tenant: TenantId) -> Result<Tx> {
        self.transaction(Some(tenant), Access::Write).await.map(Tx)
    }

    /// Begins a transaction that writes across tenants: claiming jobs, administration.
    pub async fn begin_system(&self) -> Result<Tx> {
        self.transaction(None, Access::Write).await.map(Tx)
    }

    /// Like [`Store::begin`], before those who wait to write: for who has someone on the telephone (C1).
    pub async fn begin_at_once(&self, tenant: TenantId) -> Result<Tx> {
        self.transaction(Some(tenant), Access::WriteFirst).await.map(Tx)
    }

    /// Like [`Store::begin_system`], before those who wait to write: for the inbox, whose senders wait for its commit.
    pub(crate) async fn begin_first(&self) -> Result<Tx> {
        self.transaction(None, Access::WriteFirst).await.map(Tx)
    }

    /// Begins a transaction that reads for one tenant.
    pub async fn read(&self, tenant: TenantId) -> Result<Read> {
        let mut conn = self.transaction(Some(tenant), Access::Read).await?;
        conn.asked = Some(Box::default());
        Ok(Read(conn))
    }

    /// Begins a transaction that reads across tenants.
    pub async fn read_system(&self) -> Result<Read> {
        self.transaction(None, Access::Read).await.map(Read)
    }

    /// The clock that this store's times come from.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The source of new ids.
    pub fn ids(&self) -> &Ids {
        &self.0.ids
    }

    /// Lets the store recognise who was erased and had opted out (P10); the first keys that are given stay.
    pub fn know(&self, keys: &Keys) {
        self.0.keys.get_or_init(|| keys.clone());
    }

    pub(crate) fn keys(&self) -> Option<&Keys> {
        self.0.keys.get()
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.0.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Changes whenever a commit of this process enqueued jobs, or another node told of some.
    pub fn wakes(&self) -> watch::Receiver<u64> {
        self.0.wake.subscribe()
    }

    /// Wakes engines here and, through the relay, on other nodes.
    pub(crate) fn wake(&self) {
        self.wake_here();
        self.0.commits.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Wakes engines of this process.
    pub(crate) fn wake_here(&self) {
        self.0.wake.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn commits(&self) -> watch::Receiver<u64> {
        self.0.commits.subscribe()
    }

    pub(crate) fn change_sender(&self) -> &broadcast::Sender<Change> {
        &self.0.changes
    }

    pub(crate) fn postgres(&self) -> Option<&PgPool> {
        if let Pools::Postgres(pool) = &self.0.pools { Some(pool) } else { None }
    }

    /// Closes all connections after the transactions that are open; SQLite tidies its statistics and its log.
    pub async fn close(&self) {
        match &self.0.pools {
            Pools::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// Begins on a task of its own, which nothing interrupts: neither a caller that stops waiting half-way nor the end of
    /// our patience may leave a connection in the pool that is still inside a transaction. One that comes too late is
    /// dropped by its task, and so rolled back.
    async fn transaction(&self, tenant: Option<TenantId>, access: Access) -> Result<Conn> {
        let store = self.clone();
        let begun = tokio::spawn(async move { store.begin_raw(tenant, access).await });
        let begun = match self.0.pools {
            Pools::Sqlite { .. } => begun.await, // the pool has its own patience
            Pools::Postgres(_) => tokio::time::timeout(self.0.patience, begun).await.map_err(late)?,
        };
        let raw = begun.map_err(|_| StoreError::Unavailable("the runtime is shutting down".into()))??;
        Ok(Conn::new(raw, self.clone(), tenant))
    }

    async fn begin_raw(&self, tenant: Option<TenantId>, access: Access) -> Result<Raw> {
        match &self.0.pools {
            Pools::Sqlite { readers, .. } if access == Access::Read => {
                Ok(Raw::Sqlite(readers.begin_with("BEGIN").await?))
            }
            Pools::Sqlite { writer, line, written, .. } => {
                written.store(true, Ordering::Relaxed);
                let _turn = match access {
                    Access::WriteFirst => None,
                    _ => Some(tokio::time::timeout(self.0.patience, line.acquire()).await.map_err(late)?),
                };
                Ok(Raw::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?))
            }
            Pools::Postgres(pool) => {
                begin_postgres(pool, dialect::postgres::begin(tenant, access != Access::Read)).await
            }
        }
    }
}

fn late(_: tokio::time::error::Elapsed) -> StoreError {
    StoreError::Unavailable("the database did not answer in time".into())
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
    /// Before the others who write.
    WriteFirst,
}

/// Begins in one round trip. Idle connections may have died with the server: each that has is thrown away, and the next
/// one is tried, until the pool makes a new one.
async fn begin_postgres(pool: &PgPool, sql: String) -> Result<Raw> {
    let sql: SqlStr = AssertSqlSafe(sql).into_sql_str();
    let mut tries = pool.size() + 1;
    loop {
        match pool.begin_with(sql.clone()).await {
            Ok(tx) => return Ok(Raw::Postgres(tx)),
            Err(sqlx::Error::Io(_)) if tries > 0 => tries -= 1,
            Err(error) => return Err(error.into()),
        }
    }
}
