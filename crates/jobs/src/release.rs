//! Letting go of what waited: one after the other, each looked at afresh (A7).
//!
//! Whoever waits for the same hour gets a place in a row when put off, `limits.released_per_minute` apart; the first gets the
//! hour itself. So the end of Shabbat is no stampede, and nobody stands in the row twice.

use crate::engine::Job;
use crate::work::{ReachOut, SendMessage};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::policy::{Ruling, Verdict};
use ringleader_core::tenant::Tenant;
use ringleader_store::jobs::{Filter, State};
use ringleader_store::{Result, Tx};

/// The reason of what an emergency stop holds back.
pub const STOP: &str = "emergency_stop";

/// Messages that are released together; what is beyond is looked at within the hour.
const MANY: u32 = 10_000;

/// The ruling, with its place in the row for its end if it waits for its hour.
pub async fn gently(tx: &mut Tx, tenant: &Tenant, ruling: Ruling) -> Result<Ruling> {
    match ruling.verdict {
        Verdict::Wait { until } if ruling.waits_for_its_hour() => {
            let until = place(tx, tenant, until).await?;
            Ok(Ruling { verdict: Verdict::Wait { until }, ..ruling })
        }
        _ => Ok(ruling),
    }
}

/// The next free place from `from` on.
pub async fn place(tx: &mut Tx, tenant: &Tenant, from: Timestamp) -> Result<Timestamp> {
    let spacing =
        SignedDuration::from_secs(60) / i32::try_from(tenant.settings.limits.released_per_minute.max(1)).unwrap_or(60);
    tx.budgets().slot("release", from, spacing).await
}

/// The stop is lifted: what it held back gets places from now on, first messages to the newest callers first. Each is looked
/// at afresh when its place comes; reminders are, within the hour. How many there were.
pub async fn after_stop(tx: &mut Tx, tenant: &Tenant) -> Result<usize> {
    let now = tx.now();
    let mut released = 0;
    for episode in tx.episodes().put_off_for(STOP).await? {
        let at = place(tx, tenant, now).await?;
        released += usize::from(tx.jobs().reschedule(ReachOut::KIND, &episode.to_string(), at).await?);
    }
    let filter = Filter {
        states: vec![State::Scheduled],
        kind: Some(SendMessage::KIND.to_owned()),
        limit: MANY,
        ..Filter::default()
    };
    for job in tx.jobs().list(&filter).await? {
        let Some(key) = job.key else { continue };
        let at = place(tx, tenant, now).await?;
        released += usize::from(tx.jobs().reschedule(SendMessage::KIND, &key, at).await?);
    }
    Ok(released)
}
