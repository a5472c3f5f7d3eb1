//! The sums by hour, day and month (D2), and how commits add to them without waiting for each other.
//!
//! A commit appends what it changes in one row of `rollup_deltas`; whoever reads adds those rows to the sums, and a job folds
//! them in from time to time. If every commit added to the sums at once, all commits of a business would stand in one line
//! for the row of the present hour, each until the one before is on the disk. Always true: at every moment the sums and
//! what is not folded yet are together the count of all things; folding changes neither of what is read.

use super::months;
use super::tenants::json;
use crate::db::{Engine, Value};
use crate::{Conn, Result, args};
use jiff::civil::Date;
use ringleader_core::figures::Change;
use ringleader_core::id::{AuditId, Id, TenantId};
use ringleader_core::reports::Hour;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most rows of one statement.
const ROWS: usize = 100;

/// Appends what a commit changes.
pub(super) async fn add(conn: &mut Conn, changes: Vec<Change<Hour>>) -> Result<()> {
    let mut sums: BTreeMap<(Hour, String), i64> = BTreeMap::new();
    for Change { place, measure, by } in changes {
        *sums.entry((place, measure)).or_default() += by;
    }
    let changes: Vec<Change<Hour>> = sums
        .into_iter()
        .filter(|(_, by)| *by != 0)
        .map(|((place, measure), by)| Change { place, measure, by })
        .collect();
    if changes.is_empty() {
        return Ok(());
    }
    let (tenant, id) = (conn.tenant()?, conn.new_id::<AuditId>().uuid());
    let sql = "INSERT INTO rollup_deltas (tenant_id, id, changes) VALUES ($1, $2, $3)";
    conn.execute(sql, args![tenant, id.simple().to_string(), json(&changes)?]).await.map(drop)
}

/// What a snapshot was asked for already.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    unfolded: Option<Arc<[Change<Hour>]>>,
}

/// What is not folded yet. A report asks for it several times: in a snapshot it is read once.
pub(super) async fn pending(conn: &mut Conn) -> Result<Arc<[Change<Hour>]>> {
    if let Some(known) = conn.asked.as_ref().and_then(|asked| asked.unfolded.clone()) {
        return Ok(known);
    }
    let all: Arc<[Change<Hour>]> = unfolded_changes(conn).await?.into();
    if let Some(asked) = &mut conn.asked {
        asked.unfolded = Some(all.clone());
    }
    Ok(all)
}

async fn unfolded_changes(conn: &mut Conn) -> Result<Vec<Change<Hour>>> {
    let tenant = conn.tenant()?;
    let sql = "SELECT changes FROM rollup_deltas WHERE tenant_id = $1";
    let rows: Vec<(String,)> = conn.fetch_all(sql, args![tenant]).await?;
    let mut all = Vec::new();
    for (changes,) in rows {
        all.extend(read(&changes)?);
    }
    Ok(all)
}

fn read(changes: &str) -> Result<Vec<Change<Hour>>> {
    serde_json::from_str(changes).map_err(|_| super::lists::corrupt("rollup_deltas.changes"))
}

/// Tenants with something to fold. Asked by the system.
pub(super) async fn unfolded(conn: &mut Conn) -> Result<Vec<TenantId>> {
    let rows: Vec<(TenantId,)> = conn.fetch_all("SELECT DISTINCT tenant_id FROM rollup_deltas", args![]).await?;
    Ok(rows.into_iter().map(|(tenant,)| tenant).collect())
}

/// Folds up to so many commits' changes into the sums; how many it were. What another folder has in hand is left to it, and
/// sums are locked in one order, so that several may fold at once.
pub(super) async fn fold(conn: &mut Conn, limit: usize) -> Result<usize> {
    let tenant = conn.tenant()?;
    let lock = match conn.engine() {
        Engine::Postgres => " FOR UPDATE SKIP LOCKED",
        Engine::Sqlite => "",
    };
    let sql = format!("SELECT id, changes FROM rollup_deltas WHERE tenant_id = $1 ORDER BY id LIMIT {limit}{lock}");
    let rows: Vec<(String, String)> = conn.fetch_all_built(sql, args![tenant]).await?;
    let (mut changes, mut ids) = (Vec::new(), Vec::new());
    for (id, text) in rows {
        changes.extend(read(&text)?);
        ids.push(Value::Text(id));
    }
    for ids in ids.chunks(ROWS) {
        let places: Vec<String> = (2..ids.len() + 2).map(|at| format!("${at}")).collect();
        let sql = format!("DELETE FROM rollup_deltas WHERE tenant_id = $1 AND id IN ({})", places.join(", "));
        conn.execute_built(sql, [args![tenant], ids.to_vec()].concat()).await?;
    }
    sum_up(conn, changes).await?;
    Ok(ids.len())
}

/// Adds to the sums, in one order for all.
async fn sum_up(conn: &mut Conn, changes: Vec<Change<Hour>>) -> Result<()> {
    let mut hours: BTreeMap<(String, Hour), i64> = BTreeMap::new();
    let mut days: BTreeMap<(Date, String, String), i64> = BTreeMap::new();
    let mut months: BTreeMap<(String, String, String), i64> = BTreeMap::new();
    let mut slots: BTreeMap<(String, String, i64, String), i64> = BTreeMap::new();
    for Change { place, measure, by } in changes {
        let (month, line) = (months::name(place.day), place.line.clone());
        *slots
            .entry((measure.clone(), month.clone(), months::slot(place.day, place.hour), line.clone()))
            .or_default() += by;
        *months.entry((month, line.clone(), measure.clone())).or_default() += by;
        *days.entry((place.day, line, measure.clone())).or_default() += by;
        *hours.entry((measure, place)).or_default() += by;
    }
    let tenant = conn.tenant()?;
    let hours = hours
        .into_iter()
        .filter(|(_, by)| *by != 0)
        .map(|((measure, at), by)| args![tenant, measure, at.day.to_string(), i64::from(at.hour), at.line, by]);
    let days = days.into_iter().filter(|(_, by)| *by != 0);
    let days = days.map(|((day, line, measure), by)| args![tenant, day.to_string(), line, measure, by]);
    let months = months.into_iter().filter(|(_, by)| *by != 0);
    let months = months.map(|((month, line, measure), by)| args![tenant, month, line, measure, by]);
    let slots = slots.into_iter().filter(|(_, by)| *by != 0);
    let slots = slots.map(|((measure, month, slot, line), by)| args![tenant, measure, month, slot, line, by]);
    upsert(conn, "rollups_hourly", &["tenant_id", "measure", "day", "hour", "line"], hours.collect()).await?;
    upsert(conn, "rollups_daily", &["tenant_id", "day", "line", "measure"], days.collect()).await?;
    upsert(conn, "rollups_monthly", &["tenant_id", "month", "line", "measure"], months.collect()).await?;
    upsert(conn, "rollups_slots", &["tenant_id", "measure", "month", "slot", "line"], slots.collect()).await
}

/// Adds `value`, the last of each row, to the row with that key.
async fn upsert(conn: &mut Conn, table: &str, key: &[&str], rows: Vec<Vec<Value>>) -> Result<()> {
    let width = key.len() + 1;
    for rows in rows.chunks(ROWS) {
        let place = |row: usize| {
            let places: Vec<String> = (1..=width).map(|at| format!("${}", row * width + at)).collect();
            format!("({})", places.join(", "))
        };
        let (key, places) = (key.join(", "), (0..rows.len()).map(place).collect::<Vec<_>>().join(", "));
        let sql = format!(
            "INSERT INTO {table} ({key}, value) VALUES {places} ON CONFLICT ({key}) DO UPDATE SET value = {table}.value + excluded.value"
        );
        conn.execute_built(sql, rows.concat()).await?;
    }
    Ok(())
}
