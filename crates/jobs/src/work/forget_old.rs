//! What was kept for long enough goes (P10): raw events, and people with whom there was nothing for long, each as the tenant's
//! settings say, with receipts. Every night, page by page and person by person, each in its own transaction.
//!
//! Always true: a person goes as if somebody had asked for it, with everything that is derived from them, and only if there still
//! was nothing with them when they are held; what waits to be worked on is not old.

use super::{put, settle};
use crate::actions;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use jiff::{SignedDuration, Timestamp, ToSpan};
use ringleader_core::settings::Retention;
use ringleader_core::tenant::Tenant;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::{Result, Tx};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Who does it, as receipts and the trail say.
const ACTOR: &str = "retention";

/// Events in one transaction.
const EVENTS: u32 = 2_000;

/// Transactions of events in one night: the rest goes in the next.
const PAGES: u32 = 500;

/// People who go in one night: everything that was ever written is looked through for as many at once.
const PEOPLE: u32 = 500;

/// Looks in one night, where something stands in the way of people: those behind the first `LOOKS * PEOPLE` of them would wait.
const LOOKS: u32 = 5;

/// Lets go of what a tenant keeps no longer.
#[derive(Debug, Serialize, Deserialize)]
pub struct ForgetOld {}

impl Job for ForgetOld {
    type Context = Context;
    const KIND: &'static str = "forget_old";
    const TIMEOUT: Duration = Duration::from_secs(3600);
    const MAX_ATTEMPTS: u32 = 25;

    fn key(&self) -> Option<String> {
        Some("nightly".to_owned())
    }

    fn priority(&self) -> u8 {
        4
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(forget(cx, job).await)
    }
}

/// Plans the next night. Called when a tenant is made.
pub async fn plan(tx: &mut Tx, tenant: &Tenant) -> Result<()> {
    let at = night(tenant, tx.now());
    put(tx, &ForgetOld {}, at, OnConflict::Keep).await.map(drop)
}

/// Twenty to four in the night that follows.
fn night(tenant: &Tenant, now: Timestamp) -> Timestamp {
    let day = now.to_zoned(tenant.time_zone.clone()).date().saturating_add(1.day());
    tenant.time_zone.to_ambiguous_zoned(day.at(3, 40, 0, 0)).compatible().map_or(now, |at| at.timestamp())
}

async fn forget(cx: &Context, job: &Claimed) -> Result<Outcome> {
    let mut read = cx.store.read(job.tenant).await?;
    let (tenant, now) = (read.tenants().me().await?, read.now());
    drop(read);
    let Retention { events_days, people_days } = tenant.settings.retention;
    if let Some(days) = events_days {
        let why = Retention::why_events(days, tenant.language());
        events(cx, job, before(now, days), &why).await?;
    }
    if let Some(days) = people_days {
        let why = Retention::why_people(days, tenant.language());
        people(cx, job, before(now, days), &why).await?;
    }
    Ok(Outcome::Snooze(night(&tenant, now)))
}

fn before(now: Timestamp, days: u32) -> Timestamp {
    now.saturating_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN)
}

async fn events(cx: &Context, job: &Claimed, before: Timestamp, why: &str) -> Result<()> {
    for _ in 0..PAGES {
        let mut tx = cx.store.begin(job.tenant).await?;
        let gone = tx.inbox().forget_before(before, EVENTS).await?;
        if gone == 0 {
            return Ok(());
        }
        tx.erasures().outlived(ACTOR, why, "inbox", gone).await?;
        tx.commit().await?;
        metrics::counter!("ringleader_outlived_total", "what" => "events").increment(gone);
    }
    Ok(())
}

async fn people(cx: &Context, job: &Claimed, since: Timestamp, why: &str) -> Result<()> {
    let (mut behind, mut gone) = (None, 0_u32);
    for _ in 0..LOOKS {
        // Whoever something stands in the way of keeps nobody behind them.
        let old = cx.store.read(job.tenant).await?.erasures().out_of_touch(since, behind, PEOPLE - gone).await?;
        let Some(last) = old.last() else { break };
        behind = Some(*last);
        gone += actions::erase_out_of_touch(cx, job.tenant, &old, since, (ACTOR, why)).await?;
        if gone >= PEOPLE {
            break;
        }
    }
    metrics::counter!("ringleader_outlived_total", "what" => "people").increment(u64::from(gone));
    Ok(())
}
