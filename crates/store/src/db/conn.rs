//! Statements, and the transactions they run in.
//!
//! Always true: a transaction that is dropped is rolled back; one with a failed or abandoned statement cannot be
//! committed (the engines disagree on what they would keep); every statement runs under the tenant of its transaction,
//! which PostgreSQL enforces by row-level security.

use super::row::{FromRow, Raw as RawRow, Row};
use super::value::{Value, for_postgres, for_sqlite};
use super::{Engine, Store};
use crate::changes::Notes;
use crate::error::{Result, StoreError};
use crate::repo::hours::Asked;
use crate::repo::tallies::{self, Touched};
use jiff::Timestamp;
use ringleader_core::id::{Id, TenantId};
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr, SqlStr, Sqlite, Transaction};
use std::ops::{Deref, DerefMut};
use std::time::Instant;

/// A connection inside a transaction: what repositories work with. Got from a [`Tx`] or a [`Read`].
pub struct Conn {
    raw: Raw,
    store: Store,
    tenant: Option<TenantId>,
    /// A statement failed or was dropped half-way.
    poisoned: bool,
    /// Jobs were enqueued: the scheduler is woken by the commit.
    pub(crate) wakes: bool,
    /// What changed: told by the commit.
    pub(crate) notes: Notes,
    /// What reports must count again: done by the commit. Boxed, since transactions live in many futures.
    pub(crate) touched: Box<Touched>,
    /// What a snapshot was asked for already, since it cannot change; nothing in transactions that write.
    pub(crate) asked: Option<Box<Asked>>,
}

pub(super) enum Raw {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Conn {
    pub(super) fn new(raw: Raw, store: Store, tenant: Option<TenantId>) -> Self {
        Self {
            raw,
            store,
            tenant,
            poisoned: false,
            wakes: false,
            notes: Notes::default(),
            touched: Box::default(),
            asked: None,
        }
    }

    /// Runs a statement; how many rows it touched.
    pub async fn execute(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64> {
        self.run(sql.into_sql_str(), args).await
    }

    /// Runs a statement; all rows.
    pub async fn fetch_all<T: FromRow>(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Vec<T>> {
        self.rows(sql.into_sql_str(), args).await?.iter().map(T::from_row).collect()
    }

    /// Runs a statement; the first row, if there is one.
    pub async fn fetch_optional<T: FromRow>(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Option<T>> {
        self.rows(sql.into_sql_str(), args).await?.first().map(T::from_row).transpose()
    }

    /// Runs a statement; the first row, or [`StoreError::Missing`].
    pub async fn fetch_one<T: FromRow>(&mut self, sql: &'static str, args: Vec<Value>) -> Result<T> {
        self.fetch_optional(sql, args).await?.ok_or(StoreError::Missing)
    }

    /// Like [`Conn::execute`] for a text that was put together: only of literals and placeholders, never of values.
    pub async fn execute_built(&mut self, sql: String, args: Vec<Value>) -> Result<u64> {
        self.run(AssertSqlSafe(sql).into_sql_str(), args).await
    }

    /// Like [`Conn::fetch_all`] for a text that was put together: only of literals and placeholders, never of values.
    pub async fn fetch_all_built<T: FromRow>(&mut self, sql: String, args: Vec<Value>) -> Result<Vec<T>> {
        self.rows(AssertSqlSafe(sql).into_sql_str(), args).await?.iter().map(T::from_row).collect()
    }

    /// The tenant of this transaction; [`StoreError::NoTenant`] in a system transaction.
    pub fn tenant(&self) -> Result<TenantId> {
        self.tenant.ok_or(StoreError::NoTenant)
    }

    /// The time it is.
    pub fn now(&self) -> Timestamp {
        self.store.clock().now()
    }

    /// A new id.
    pub fn new_id<T: Id>(&self) -> T {
        self.store.ids().new_id()
    }

    /// Which engine this is, for the few statements that must differ.
    pub fn engine(&self) -> Engine {
        self.store.engine()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    async fn run(&mut self, sql: SqlStr, args: Vec<Value>) -> Result<u64> {
        self.guard()?;
        let touched = match &mut self.raw {
            Raw::Sqlite(tx) => {
                sqlx::query_with(sql, for_sqlite(args)).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            Raw::Postgres(tx) => {
                sqlx::query_with(sql, for_postgres(args)).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        }?;
        self.poisoned = false;
        Ok(touched)
    }

    pub(super) async fn rows(&mut self, sql: SqlStr, args: Vec<Value>) -> Result<Vec<Row>> {
        self.guard()?;
        let rows = match &mut self.raw {
            Raw::Sqlite(tx) => sqlx::query_with(sql, for_sqlite(args))
                .fetch_all(&mut **tx)
                .await
                .map(|rows| rows.into_iter().map(|row| Row(RawRow::Sqlite(row))).collect()),
            Raw::Postgres(tx) => sqlx::query_with(sql, for_postgres(args))
                .fetch_all(&mut **tx)
                .await
                .map(|rows| rows.into_iter().map(|row| Row(RawRow::Postgres(row))).collect()),
        }?;
        self.poisoned = false;
        Ok(rows)
    }

    /// Refuses a poisoned transaction. Poisons it until the statement has succeeded, so that a failure or a dropped
    /// future leaves the mark.
    fn guard(&mut self) -> Result<()> {
        if std::mem::replace(&mut self.poisoned, true) { Err(StoreError::Poisoned) } else { Ok(()) }
    }
}

/// A transaction that writes. Kept by [`Tx::commit`]; rolled back when dropped.
pub struct Tx(pub(super) Conn);

impl Tx {
    /// Counts what changed for the reports and keeps everything, then wakes the scheduler if jobs were enqueued and tells what changed. [`StoreError::Poisoned`] if any statement failed:
    /// then nothing is kept.
    pub async fn commit(mut self) -> Result<()> {
        let touched = std::mem::take(&mut self.0.touched);
        if !self.0.poisoned && !touched.is_empty() {
            Box::pin(tallies::count(&mut self.0, *touched)).await?;
        }
        let Conn { raw, store, tenant, poisoned, wakes, notes, .. } = self.0;
        if poisoned {
            return Err(StoreError::Poisoned);
        }
        let began = Instant::now();
        match raw {
            Raw::Sqlite(tx) => tx.commit().await,
            Raw::Postgres(tx) => tx.commit().await,
        }?;
        metrics::histogram!("ringleader_commit_seconds").record(began.elapsed().as_secs_f64());
        if wakes {
            store.wake();
        }
        store.tell_changes(tenant, notes);
        Ok(())
    }
}

/// A transaction that only reads: a snapshot of one moment.
pub struct Read(pub(super) Conn);

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

impl Deref for Read {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Read {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}
