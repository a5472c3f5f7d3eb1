//! Keeps the tables small and true: finished jobs and remembered answers go after a while, analyses whose work ended for good
//! have failed. Plans itself anew every hour.

use super::{put, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use jiff::SignedDuration;
use ringleader_store::inbox::nobody;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::{Result, Store};
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
    super::check_loss_account::plan_missing(store).await?;
    super::recount_reports::plan_missing(store).await?;
    super::send_weekly_letter::plan_missing(store).await?;
    super::repair_calls::plan_missing(store).await
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
    super::check_loss_account::plan_missing(&cx.store).await?;
    super::recount_reports::plan_missing(&cx.store).await?;
    super::send_weekly_letter::plan_missing(&cx.store).await?;
    super::repair_calls::plan_missing(&cx.store).await?;
    Ok(Outcome::Snooze(now + EVERY))
}
