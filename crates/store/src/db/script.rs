//! Statements that are one transaction and, on SQLite, one command.
//!
//! SQLite's connection lives on a thread of its own: each statement is a way there and back, and each way wakes a thread.
//! For a small transaction whose commit a crowd waits for, those ways are most of what it costs.

use super::conn::Conn;
use super::value::{Value, for_sqlite};
use super::{Pools, Store};
use crate::error::Result;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, SqlSafeStr, Sqlite, SqlitePool};
use std::fmt::Write as _;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Statements in their order, each with its arguments.
#[derive(Default)]
pub(crate) struct Script(Vec<(String, Vec<Value>)>);

impl Script {
    /// Adds a statement: only of literals and numbered placeholders, never of values.
    pub(crate) fn add(&mut self, sql: impl Into<String>, args: Vec<Value>) {
        self.0.push((sql.into(), args));
    }

    /// All of them in one text, the placeholders counted through.
    fn joined(self) -> (String, Vec<Value>) {
        let (mut sql, mut args) = ("BEGIN IMMEDIATE; ".to_owned(), Vec::new());
        for (statement, its_args) in self.0 {
            renumber(&mut sql, &statement, args.len());
            sql.push_str("; ");
            args.extend(its_args);
        }
        sql.push_str("COMMIT");
        (sql, args)
    }
}

/// Appends a statement whose `$1` is to be `$(1 + by)`.
fn renumber(sql: &mut String, statement: &str, by: usize) {
    let mut parts = statement.split('$');
    sql.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        let number = number.parse::<usize>().map_or(0, |number| number + by);
        let _ = write!(sql, "${number}{rest}"); // a String takes everything
    }
}

impl Store {
    /// Keeps what the statements write, all or nothing, before those who wait to write; across tenants. Whether any of them
    /// returned a row.
    pub(crate) async fn run_first(&self, script: Script) -> Result<bool> {
        if let Pools::Sqlite { writer, written, .. } = &self.0.pools {
            written.store(true, Ordering::Relaxed);
            return run(writer, script).await;
        }
        let mut tx = self.begin_first().await?;
        let mut any = false;
        for (sql, args) in script.0 {
            any |= tx.returns_any(sql, args).await?;
        }
        tx.commit().await?;
        Ok(any)
    }
}

async fn run(writer: &SqlitePool, script: Script) -> Result<bool> {
    let mut borrowed = Borrowed { connection: writer.acquire().await?, clean: false };
    let (sql, args) = script.joined();
    let began = Instant::now();
    let rows = sqlx::query_with(AssertSqlSafe(sql), for_sqlite(args)).fetch_all(&mut *borrowed.connection).await;
    if rows.is_ok() {
        metrics::histogram!("ringleader_commit_seconds").record(began.elapsed().as_secs_f64());
    }
    borrowed.clean = rows.is_ok() || borrowed.rolled_back().await;
    Ok(!rows?.is_empty())
}

/// The connection for a script. Where its caller gave up, it may be within a transaction: it is closed, which rolls back, and the
/// pool opens another.
struct Borrowed {
    connection: PoolConnection<Sqlite>,
    clean: bool,
}

impl Borrowed {
    /// Whether it is within no transaction any more, after a script that failed.
    async fn rolled_back(&mut self) -> bool {
        // Refused where there is none: the script did not get as far, or SQLite has rolled back by itself.
        let _ = sqlx::query("ROLLBACK").execute(&mut *self.connection).await;
        // Only then can one begin.
        sqlx::raw_sql("BEGIN; ROLLBACK").execute(&mut *self.connection).await.is_ok()
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if !self.clean {
            self.connection.close_on_drop();
        }
    }
}

impl Conn {
    async fn returns_any(&mut self, sql: String, args: Vec<Value>) -> Result<bool> {
        Ok(!self.rows(AssertSqlSafe(sql).into_sql_str(), args).await?.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

    #[test]
    fn placeholders_are_counted_through_and_keep_their_arguments() {
        let mut script = Script::default();
        script.add("INSERT INTO a VALUES ($1, $2, $1)", args![7, "x"]);
        script.add("INSERT INTO b VALUES ($2, $10) RETURNING id", vec![Value::Int(1); 10]);
        let (sql, args) = script.joined();
        assert_eq!(
            sql,
            "BEGIN IMMEDIATE; INSERT INTO a VALUES ($1, $2, $1); INSERT INTO b VALUES ($4, $12) RETURNING id; COMMIT"
        );
        assert_eq!(args.len(), 12);
    }
}
