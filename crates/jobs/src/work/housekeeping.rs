//! Keeps the tables small and true: finished jobs and remembered answers go after a while, analyses whose work ended for good
//! have failed. Plans itself anew every hour.

use super::{CheckLossAccount, ForgetOld, RecountReports, SendWeeklyLetter};
use super::{check_loss_account, forget_old, put, recount_reports, send_weekly_letter, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use jiff::SignedDuration;
use ringleader_core::tenant::Tenant;
use ringleader_store::inbox::nobody;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::{Result, Store, Tx};
use serde::{Deserialize, Serialize};
use std::time::Duration;

const EVERY: SignedDuration = SignedDuration::from_hours(1);
const KEEP_JOBS: SignedDuration = SignedDuration::from_hours(24 * 7);
const KEEP_ANSWERS: SignedDuration = SignedDuration::from_hours(48);
const KEEP_COUNTS: SignedDuration = SignedDuration::from_hours(24 * 7);
const KEEP_ENDED: SignedDuration = SignedDuration::from_hours(24 * 7);
const BATCH: u32 = 5_000;

/// Clears away what nobody needs any more.
#[derive(Debug, Serialize, Deserialize)]
pub struct Housekeeping {}

impl Job for Housekeeping {
    type Context = Context;
    const KIND: &'static str = "housekeeping";
    const TIMEOUT: Duration = Duration::from_secs(300);
    const MAX_ATTEMPTS: u32 = 100;

    fn key(&self) -> Option<String> {
        Some("hourly".to_owned())
    }

    fn priority(&self) -> u8 {
        4
    }

    async fn run(self, cx: &Context, _job: &Claimed) -> Outcome {
        settle(tidy(cx).await)
    }
}

/// Makes sure that it is planned; called at start.
pub async fn plan(store: &Store) -> Result<()> {
    let mut tx = store.begin(nobody()).await?;
    let at = tx.now() + EVERY;
    put(&mut tx, &Housekeeping {}, at, OnConflict::Keep).await?;
    tx.commit().await?;
    super::fold_reports::plan(store).await?;
    plan_missing(store).await
}

/// Plans what has to be planned before each tenant or connection, where it is not: none stays without.
async fn plan_missing(store: &Store) -> Result<()> {
    plan_each(store, CheckLossAccount::KIND, check_loss_account::plan).await?;
    plan_each(store, RecountReports::KIND, recount_reports::plan_all).await?;
    plan_each(store, ForgetOld::KIND, forget_old::plan).await?;
    plan_each(store, SendWeeklyLetter::KIND, send_weekly_letter::plan).await?;
    super::repair_calls::plan_missing(store).await
}

/// Plans a job of a kind for every tenant that has none before it.
async fn plan_each(store: &Store, kind: &str, plan: impl AsyncFn(&mut Tx, &Tenant) -> Result<()>) -> Result<()> {
    let without = store.read_system().await?.loss().without_check(kind).await?;
    for id in without {
        let mut tx = store.begin(id).await?;
        let tenant = tx.tenants().me().await?;
        plan(&mut tx, &tenant).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn tidy(cx: &Context) -> Result<Outcome> {
    let now = cx.store.clock().now();
    let mut tx = cx.store.begin_system().await?;
    tx.jobs().prune(now - KEEP_JOBS, BATCH).await?;
    tx.usage().forget_answers(now - KEEP_ANSWERS).await?;
    tx.sessions().forget_ended(now - KEEP_ENDED).await?;
    tx.budgets().forget_spent(now - KEEP_COUNTS).await?;
    tx.analyses().end_abandoned(now - EVERY).await?;
    tx.commit().await?;
    plan_missing(&cx.store).await?;
    Ok(Outcome::Snooze(now + EVERY))
}
