//! The recount of the reports' sums (D2): each night things of the last days are counted afresh, once all of them; what was
//! counted wrongly is put right, and each day's sums are held against what its things add. Nothing should ever be wrong:
//! what is, is told by log and metric. On the way it is looked at whether people find too much read wrongly, and what models
//! cost is added up for the month that is over.
//!
//! It goes page by page, each in its own transaction with the job that follows, so a killed node loses no page.

use super::{put, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use ringleader_core::tenant::Tenant;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::repo::Kind;
use ringleader_store::{Result, Tx};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Things in one transaction.
const PAGE: u32 = 200;

/// What the night looks at.
const DAYS: i32 = 8;

/// Counts a page of things afresh.
#[derive(Debug, Serialize, Deserialize)]
pub struct RecountReports {
    /// The local day in whose night it began.
    pub day: Date,
    /// Only things made since then, if not all.
    pub since: Option<Timestamp>,
    /// Which kind, counted from 0; behind the last one the days are proved.
    pub kind: usize,
    /// Behind which id.
    pub after: String,
    /// So many were wrong until here.
    pub corrected: usize,
}

impl Job for RecountReports {
    type Context = Context;
    const KIND: &'static str = "recount_reports";
    const TIMEOUT: Duration = Duration::from_secs(120);
    const MAX_ATTEMPTS: u32 = 25;

    fn key(&self) -> Option<String> {
        Some(format!("{}:{}:{}", self.day, self.kind, self.after))
    }

    fn lane(&self) -> Option<String> {
        Some("recount_reports".to_owned())
    }

    fn priority(&self) -> u8 {
        4
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.recount(cx, job).await)
    }
}

/// Plans the next night's recount. Called when a tenant is made.
pub async fn plan(tx: &mut Tx, tenant: &Tenant) -> Result<()> {
    plan_from(tx, tenant, false).await
}

async fn plan_from(tx: &mut Tx, tenant: &Tenant, all: bool) -> Result<()> {
    let now = tx.now();
    let day = now.to_zoned(tenant.time_zone.clone()).date();
    let night = day.saturating_add(1.day()).at(3, 10, 0, 0);
    let at = tenant.time_zone.to_ambiguous_zoned(night).compatible().map_or(now, |at| at.timestamp());
    let (since, at) = if all { (None, now) } else { (Some(at - SignedDuration::from_hours(24 * i64::from(DAYS))), at) };
    let job = RecountReports { day, since, kind: 0, after: String::new(), corrected: 0 };
    // A count of everything takes the place of the night's.
    put(tx, &job, at, if all { OnConflict::Move } else { OnConflict::Keep }).await.map(drop)
}

/// Plans a count of everything: of a tenant that has no recount before it, or whose opening hours are others now, by which
/// first responses are measured.
pub async fn plan_all(tx: &mut Tx, tenant: &Tenant) -> Result<()> {
    plan_from(tx, tenant, true).await
}

impl RecountReports {
    async fn recount(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let Some(kind) = Kind::ALL.get(self.kind).copied() else { return self.prove(cx, job).await };
        let mut tx = cx.store.begin(job.tenant).await?;
        let after =
            if self.after.is_empty() { self.since.map(first_id).unwrap_or_default() } else { self.after.clone() };
        let page = tx.reports().recount(kind, &after, PAGE).await?;
        if page.corrected > 0 && self.since.is_some() {
            tracing::warn!(reports.corrected = page.corrected, "A recount put {} figures right", page.corrected);
            metrics::counter!("ringleader_reports_corrected_total").increment(page.corrected as u64);
        }
        let next = Self {
            kind: if page.next.is_some() { self.kind } else { self.kind + 1 },
            after: page.next.unwrap_or_default(),
            corrected: self.corrected + page.corrected,
            ..self
        };
        let now = tx.now();
        put(&mut tx, &next, now, OnConflict::Keep).await?;
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }

    /// Holds the sums of the last days against their things, and plans the next night.
    async fn prove(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut read = cx.store.read(job.tenant).await?;
        let tenant = read.tenants().me().await?;
        let today = read.now().to_zoned(tenant.time_zone.clone()).date();
        let mut wrong = 0;
        for back in 0..DAYS {
            wrong += read.reports().unequal(today.saturating_sub(back.days())).await?.len();
        }
        for day in [today, today.saturating_sub((DAYS - 1).days())] {
            wrong += read.reports().unequal_month(day).await?.len();
        }
        drop(read);
        if wrong > 0 {
            tracing::error!(reports.unequal = wrong, "{wrong} sums of the reports are not those of a count");
            metrics::counter!("ringleader_reports_unequal_total").increment(wrong as u64);
        }
        while add_up_month(cx, &tenant).await? {}
        let mut tx = cx.store.begin(job.tenant).await?;
        crate::quality::watch(&mut tx, &tenant).await?;
        plan(&mut tx, &tenant).await?;
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        metrics::counter!("ringleader_reports_recounts_total").increment(1);
        Ok(Outcome::Committed)
    }
}

/// Adds up what models cost in the next month that is over; `false` if there is none.
async fn add_up_month(cx: &Context, tenant: &Tenant) -> Result<bool> {
    let mut tx = cx.store.begin(tenant.id).await?;
    let made = tx.sums().add_up_month(&tenant.time_zone).await?;
    tx.commit().await?;
    Ok(made)
}

/// A text before every id made since then: ids begin with their milliseconds.
fn first_id(at: Timestamp) -> String {
    format!("{:012x}", at.as_millisecond().max(0))
}
