//! Writing how runs ended.

use super::registry::Verdict;
use super::{Ended, backoff};
use jiff::Timestamp;
use ringleader_core::id::{Id, JobId};
use ringleader_store::jobs::{Claimed, Ending};
use ringleader_store::{Result, StoreError, Tx};

/// Writes all of them; whether there was anything to write. Plain successes go in few statements.
pub(super) async fn settle(tx: &mut Tx, ended: &[Ended]) -> Result<bool> {
    let to_end = ended.iter().filter(|ended| ended.verdict != Verdict::Committed);
    tx.jobs().hold(&to_end.map(|ended| &*ended.job).collect::<Vec<_>>()).await?;
    let done: Vec<Claimed> =
        ended.iter().filter(|ended| ended.verdict == Verdict::Done).map(|ended| (*ended.job).clone()).collect();
    let mut wrote = !done.is_empty();
    let kept = tx.jobs().complete_all(&done).await?;
    if kept < done.len() as u64 {
        tracing::warn!(jobs.lost = done.len() as u64 - kept, "Some jobs were taken over before their end was written");
    }
    for Ended { job, verdict } in ended {
        let ending = match verdict {
            Verdict::Done | Verdict::Committed => continue,
            Verdict::Failed(why) => {
                let wait = backoff::after(job.attempt, chance(tx));
                Ending::Retry(tx.now().saturating_add(wait).unwrap_or(Timestamp::MAX), why.clone())
            }
            Verdict::Hindered(why) => {
                tracing::warn!(job.id = %job.id, job.kind = %job.kind, why, "Job {} was hindered and will be tried again soon", job.id);
                let wait = backoff::soon(chance(tx));
                Ending::Snooze(tx.now().saturating_add(wait).unwrap_or(Timestamp::MAX))
            }
            Verdict::Ended(ending) => ending.clone(),
        };
        tell(job, &ending);
        wrote = true;
        match tx.jobs().finish(job, ending).await {
            Err(StoreError::Fenced) => {
                tracing::warn!(job.id = %job.id, "Job {} was taken over before its end was written", job.id)
            }
            other => other?,
        }
    }
    Ok(wrote)
}

/// Anything in 0..=1.
fn chance(tx: &mut Tx) -> f64 {
    f64::from(tx.new_id::<JobId>().uuid().as_bytes()[15]) / 255.0
}

/// One line per run that did not go well; a retry that will come is no error.
fn tell(job: &Claimed, ending: &Ending) {
    match ending {
        Ending::Retry(_, why) if job.attempt < job.max_attempts => {
            tracing::warn!(job.id = %job.id, job.kind = %job.kind, job.attempt, why, "Job {} failed and will be tried again", job.id);
        }
        Ending::Retry(_, why) | Ending::Discard(why) => {
            tracing::error!(job.id = %job.id, job.kind = %job.kind, job.attempt, why, "Job {} was given up", job.id);
        }
        Ending::Snooze(_) | Ending::Cancel(_) => {}
    }
}
