//! Waiting until all work is done: nothing waits in the inbox, no job is due within minutes, no webhook is on its way.

use super::progress::Progress;
use jiff::SignedDuration;
use ringleader_jobs::engine::Job as _;
use ringleader_jobs::work::{FoldReports, RepairCalls};
use ringleader_providers::whatsapp_cloud::fake::WhatsappFake;
use ringleader_store::{Clock, Result, Store, args};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Between two looks.
const LOOK: Duration = Duration::from_millis(500);

/// So many quiet looks one after the other are quiet.
const LOOKS: u32 = 3;

/// Without any progress for so many looks, what is left will not be done. Longer than the wait for unknown outcomes.
const PATIENCE: u32 = 300;

/// Jobs that are due later than this (reminders, giving up, housekeeping) are not waited for.
pub const HORIZON: SignedDuration = SignedDuration::from_mins(10);

/// Work that comes again every few minutes, whatever there is to do.
pub const ENDLESS: [&str; 2] = [FoldReports::KIND, RepairCalls::KIND];

/// How much there is left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left {
    events: i64,
    jobs: i64,
    finished: i64,
    webhooks: u64,
    accepted: u64,
}

/// Waits for quiet; whether it came.
///
/// # Errors
/// The database or the provider's books cannot be read.
pub async fn wait(
    store: &Store,
    whatsapp: &WhatsappFake,
    progress: &Progress,
    http: &reqwest::Client,
) -> anyhow::Result<bool> {
    let (mut quiet, mut last, mut same) = (0, None, 0);
    while quiet < LOOKS {
        tokio::time::sleep(LOOK).await;
        let left = look(store, whatsapp, http).await?;
        let caught_up = progress.seen.load(Ordering::Relaxed) >= left.accepted;
        quiet = if left.events + left.jobs == 0 && left.webhooks == 0 && caught_up { quiet + 1 } else { 0 };
        let now = Some((left, progress.pulse()));
        same = if now == last { same + 1 } else { 0 };
        last = now;
        if same > PATIENCE {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn look(store: &Store, whatsapp: &WhatsappFake, http: &reqwest::Client) -> anyhow::Result<Left> {
    let state: serde_json::Value = http.get(format!("{}/state", whatsapp.control_url())).send().await?.json().await?;
    let (events, jobs, finished) = counts(store).await?;
    let webhooks = state["pending"].as_u64().unwrap_or_default();
    Ok(Left { events, jobs, finished, webhooks, accepted: whatsapp.counts().accepted })
}

async fn counts(store: &Store) -> Result<(i64, i64, i64)> {
    let horizon = Clock::system().now() + HORIZON;
    let mut read = store.read_system().await?;
    let (events,): (i64,) = read
        .fetch_one(
            "SELECT (SELECT count(*) FROM inbox WHERE state = 'received') + (SELECT count(*) FROM inbox_batches)",
            args![],
        )
        .await?;
    let (jobs,): (i64,) = read
        .fetch_one(
            "SELECT count(*) FROM jobs WHERE state IN ('available', 'scheduled', 'retryable', 'running') AND run_at <= $1
             AND kind NOT IN ($2, $3)",
            args![horizon, ENDLESS[0], ENDLESS[1]],
        )
        .await?;
    let (finished,): (i64,) = read
        .fetch_one("SELECT count(*) FROM jobs WHERE state IN ('completed', 'cancelled', 'discarded')", args![])
        .await?;
    Ok((events, jobs, finished))
}
