//! Claiming due jobs, fairly across tenants (P12).
//!
//! What is urgent comes first, whosever it is: it waits behind no backlog and counts against no limit but its own.
//!
//! One short transaction: who has due work, how many of theirs run already, then one statement per tenant for its share.
//! The cost does not grow with what waits: each step reads a few index entries.

use super::waiting;
use crate::db::{Engine, FromRow, Row, Tx, id_text};
use crate::error::Result;
use crate::{args, dialect};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::id::{JobId, TenantId};
use std::collections::HashMap;

/// A job that this worker holds until its lease ends.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Whose it is.
    pub tenant: TenantId,
    /// Its id.
    pub id: JobId,
    /// The kind of work.
    pub kind: String,
    /// Its key.
    pub key: Option<String>,
    /// Its lane.
    pub lane: Option<String>,
    /// JSON, as it was enqueued.
    pub payload: String,
    /// 0 (urgent) to 4.
    pub priority: u8,
    /// When it was due.
    pub run_at: Timestamp,
    /// Counted from 1.
    pub attempt: u32,
    /// Failing in this attempt discards it.
    pub max_attempts: u32,
    /// How often it was ever claimed: the fence.
    pub claims: i64,
    /// The trace that it goes on with.
    pub trace: Option<String>,
}

/// What a worker wants.
#[derive(Debug, Clone)]
pub struct Want {
    /// Who claims: unique per process.
    pub worker: String,
    /// At most so many jobs.
    pub slots: usize,
    /// At most so many urgent ones, for which slots are kept beside the others.
    pub urgent: usize,
    /// At most so many running jobs per tenant, on all nodes together; so many urgent ones beside, however many others run.
    pub per_tenant: usize,
    /// How long a claim holds without a heartbeat.
    pub lease: SignedDuration,
}

/// Where the next claim goes on, so that all tenants have their turn.
#[derive(Debug, Clone, Default)]
pub struct Cursor {
    served: String,
    scanned: String,
}

/// What a claim brought.
#[derive(Debug, Default)]
pub struct Batch {
    /// The jobs, each tenant's most urgent first.
    pub jobs: Vec<Claimed>,
    /// More is due: it waits for a slot, a lane or its tenant's limit.
    pub more: bool,
    /// When to claim again at the latest: when the next job becomes due; `None`: nothing is planned.
    pub next_due: Option<Timestamp>,
}

/// Due rows that are looked at to find out whose turn it may be. With fewer due, they are all there are.
const GLANCE: i64 = 256;

const GLANCE_SQL: &str =
    concat!("SELECT tenant_id FROM jobs WHERE ", waiting!(), " AND run_at <= $1 ORDER BY run_at LIMIT $2");

const NEXT_DUE: &str = concat!("SELECT min(run_at) FROM jobs WHERE ", waiting!(), " AND run_at > $1");

/// From tenant to tenant through the index, without touching the rows between; says of each whether it has due work.
const SCAN: &str = concat!(
    "WITH RECURSIVE seen (tenant_id, n) AS ( \
       SELECT (SELECT min(tenant_id) FROM jobs WHERE ",
    waiting!(),
    " AND tenant_id > $1), CAST(1 AS BIGINT) \
       UNION ALL \
       SELECT (SELECT min(j.tenant_id) FROM jobs j WHERE ",
    waiting!("j"),
    " AND j.tenant_id > seen.tenant_id), seen.n + 1 FROM seen WHERE seen.tenant_id IS NOT NULL AND seen.n < $3) \
     SELECT seen.tenant_id, CASE WHEN EXISTS (SELECT 1 FROM jobs d WHERE d.tenant_id = seen.tenant_id AND ",
    waiting!("d"),
    " AND d.priority IN (1, 2, 3, 4) AND d.run_at <= $2) THEN 1 ELSE 0 END \
     FROM seen WHERE seen.tenant_id IS NOT NULL ORDER BY seen.tenant_id"
);

const RUNNING: &str = "SELECT tenant_id, count(*) FROM jobs WHERE state = 'running' GROUP BY tenant_id";

/// Claims what is due, in a system transaction that the caller commits (unless the batch is empty).
pub async fn claim(tx: &mut Tx, want: &Want, cursor: &mut Cursor) -> Result<Batch> {
    let now = tx.now();
    let mut batch = Batch::default();
    if want.urgent > 0 {
        batch.jobs = claim_urgent(tx, want, now).await?;
    }
    let urgent = batch.jobs.len();
    if want.slots > 0 {
        if tx.engine() == Engine::Postgres {
            // Lanes are looked at before they are taken: one node at a time.
            tx.execute(dialect::postgres::LOCK_CLAIMS, args![]).await?;
        }
        let (tenants, due) = whose_turn(tx, now, cursor).await?;
        share_out(tx, want, now, &tenants, cursor, &mut batch).await?;
        batch.more = due > batch.jobs.len() - urgent;
    }
    let (next,): (Option<Timestamp>,) = tx.fetch_one(NEXT_DUE, args![now]).await?;
    // Tenants are left to look at, and slots to fill: the next claim goes on at once.
    let go_on = batch.jobs.len() < want.slots && !cursor.scanned.is_empty();
    batch.next_due = if go_on { Some(now) } else { next };
    Ok(batch)
}

/// Tenants that have due work, those after the cursor first; and how many due jobs were seen.
async fn whose_turn(tx: &mut Tx, now: Timestamp, cursor: &mut Cursor) -> Result<(Vec<String>, usize)> {
    let seen: Vec<(String,)> = tx.fetch_all(GLANCE_SQL, args![now, GLANCE]).await?;
    let due = seen.len();
    let mut tenants: Vec<String> = seen.into_iter().map(|(tenant,)| tenant).collect();
    if due == GLANCE as usize {
        let from = std::mem::take(&mut cursor.scanned);
        let scanned: Vec<(String, bool)> = tx.fetch_all(SCAN, args![from, now, GLANCE]).await?;
        if scanned.len() == GLANCE as usize {
            cursor.scanned = scanned.last().map(|(tenant, _)| tenant.clone()).unwrap_or_default();
        }
        tenants.extend(scanned.into_iter().filter(|(_, has_due)| *has_due).map(|(tenant, _)| tenant));
    }
    tenants.sort_unstable();
    tenants.dedup();
    let turn = tenants.partition_point(|tenant| *tenant <= cursor.served);
    tenants.rotate_left(turn);
    Ok((tenants, due))
}

/// Gives each tenant an equal share of the slots, then what is left to those that can use more.
async fn share_out(
    tx: &mut Tx,
    want: &Want,
    now: Timestamp,
    tenants: &[String],
    cursor: &mut Cursor,
    batch: &mut Batch,
) -> Result<()> {
    let mut running: HashMap<String, i64> = HashMap::new();
    running.extend(tx.fetch_all::<(String, i64)>(RUNNING, args![]).await?);
    let mut room: Vec<(&String, usize)> = tenants
        .iter()
        .map(|tenant| (tenant, want.per_tenant.saturating_sub(*running.get(tenant).unwrap_or(&0) as usize)))
        .filter(|(_, room)| *room > 0)
        .collect();
    let mut left = want.slots.saturating_sub(batch.jobs.len());
    while left > 0 && !room.is_empty() {
        let share = (left / room.len()).max(1);
        let mut hungry = Vec::new();
        for (tenant, room) in room {
            let take = share.min(room).min(left);
            if take == 0 {
                break;
            }
            let jobs = claim_of(tx, want, now, tenant, take).await?;
            cursor.served.clone_from(tenant);
            left -= jobs.len();
            if jobs.len() == take && room > take {
                hungry.push((tenant, room - take));
            }
            batch.jobs.extend(jobs);
        }
        room = hungry;
    }
    Ok(())
}

/// What cannot wait, of all tenants (P12): a few index entries where nothing is urgent.
async fn claim_urgent(tx: &mut Tx, want: &Want, now: Timestamp) -> Result<Vec<Claimed>> {
    let sql = match tx.engine() {
        Engine::Sqlite => dialect::sqlite::URGENT,
        Engine::Postgres => dialect::postgres::URGENT,
    };
    let lease_until = tx.store().clock().wall().saturating_add(want.lease).unwrap_or(Timestamp::MAX);
    let args = args![now, want.urgent as i64, &want.worker, lease_until, want.per_tenant as i64, GLANCE];
    let mut jobs: Vec<Claimed> = tx.fetch_all(sql, args).await?;
    jobs.sort_by_cached_key(|job| (job.run_at, id_text(job.id)));
    Ok(jobs)
}

async fn claim_of(tx: &mut Tx, want: &Want, now: Timestamp, tenant: &str, take: usize) -> Result<Vec<Claimed>> {
    let sql = match tx.engine() {
        Engine::Sqlite => dialect::sqlite::CLAIM,
        Engine::Postgres => dialect::postgres::CLAIM,
    };
    let lease_until = tx.store().clock().wall().saturating_add(want.lease).unwrap_or(Timestamp::MAX);
    let args = args![tenant, now, take as i64, &want.worker, lease_until];
    let mut jobs: Vec<Claimed> = tx.fetch_all(sql, args).await?;
    jobs.sort_by_cached_key(|job| (job.priority, job.run_at, id_text(job.id)));
    Ok(jobs)
}

impl FromRow for Claimed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            tenant: row.get("tenant_id")?,
            id: row.get("id")?,
            kind: row.get("kind")?,
            key: row.get("key")?,
            lane: row.get("lane")?,
            payload: row.get("payload")?,
            priority: row.get("priority")?,
            run_at: row.get("run_at")?,
            attempt: row.get("attempt")?,
            max_attempts: row.get("max_attempts")?,
            claims: row.get("claims")?,
            trace: row.get("trace")?,
        })
    }
}
