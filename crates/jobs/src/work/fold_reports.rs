//! Folds what commits added to the reports' figures into their sums (D2). Reading adds up both, so nothing waits for this; it
//! only keeps what must be added up small. Plans itself anew, sooner where much came in.

use super::{put, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use jiff::SignedDuration;
use ringleader_core::id::TenantId;
use ringleader_store::inbox::nobody;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::{Result, Store};
use serde::{Deserialize, Serialize};
use std::time::Duration;

const EVERY: SignedDuration = SignedDuration::from_mins(1);
/// After a run that left something.
const SOON: SignedDuration = SignedDuration::from_secs(5);
/// Commits' changes in one transaction.
const BATCH: usize = 1_000;
/// Transactions of one tenant in one run, so that a busy one keeps no other waiting.
const TURNS: usize = 20;

/// Folds every tenant's changes.
#[derive(Debug, Serialize, Deserialize)]
pub struct FoldReports {}

impl Job for FoldReports {
    type Context = Context;
    const KIND: &'static str = "fold_reports";
    const TIMEOUT: Duration = Duration::from_secs(300);
    const MAX_ATTEMPTS: u32 = 100;

    fn key(&self) -> Option<String> {
        Some("always".to_owned())
    }

    fn priority(&self) -> u8 {
        4
    }

    async fn run(self, cx: &Context, _job: &Claimed) -> Outcome {
        settle(fold_all(cx).await)
    }
}

/// Makes sure that it is planned; called at start.
pub async fn plan(store: &Store) -> Result<()> {
    let mut tx = store.begin(nobody()).await?;
    let at = tx.now() + EVERY;
    put(&mut tx, &FoldReports {}, at, OnConflict::Keep).await?;
    tx.commit().await
}

async fn fold_all(cx: &Context) -> Result<Outcome> {
    let tenants = cx.store.read_system().await?.reports().unfolded().await?;
    let (mut all, mut failed) = (true, None);
    for tenant in tenants {
        match fold(cx, tenant).await {
            Ok(done) => all &= done,
            // One business's bad data keeps no other waiting (P12).
            Err(error) => {
                tracing::error!(%error, tenant.id = %tenant, "The figures of tenant {tenant} could not be summed up");
                failed = Some(error);
            }
        }
    }
    match failed {
        Some(error) => Err(error),
        None => Ok(Outcome::Snooze(cx.store.clock().now() + if all { EVERY } else { SOON })),
    }
}

/// Folds a tenant's changes; whether nothing is left.
async fn fold(cx: &Context, tenant: TenantId) -> Result<bool> {
    for _ in 0..TURNS {
        let mut tx = cx.store.begin(tenant).await?;
        let folded = tx.reports().fold(BATCH).await?;
        tx.commit().await?;
        if folded < BATCH {
            return Ok(true);
        }
    }
    Ok(false)
}
