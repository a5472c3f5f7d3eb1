//! Sorts events that came in a crowd into the inbox, from where they are processed (DESIGN 4). Each batch is one commit.

use super::settle;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use ringleader_store::Result;
use ringleader_store::inbox::{DRAIN_ATTEMPTS, SORT_JOB, sort_apart};
use ringleader_store::jobs::Claimed;
use serde::{Deserialize, Serialize};

/// Sorts batches of events. Enqueued by the inbox itself, in the transaction that keeps a batch.
#[derive(Debug, Serialize, Deserialize)]
pub struct SortInbox {}

/// Batches in one go.
const BATCHES: usize = 64;

impl Job for SortInbox {
    type Context = Context;
    const KIND: &'static str = SORT_JOB;
    const MAX_ATTEMPTS: u32 = DRAIN_ATTEMPTS;

    fn key(&self) -> Option<String> {
        Some("batches".to_owned())
    }

    async fn run(self, cx: &Context, _job: &Claimed) -> Outcome {
        settle(sort(cx).await)
    }
}

async fn sort(cx: &Context) -> Result<Outcome> {
    for _ in 0..BATCHES {
        let mut tx = cx.store.begin_system().await?;
        match tx.inbox().sort().await {
            Ok(true) => tx.commit().await?,
            Ok(false) => return Ok(Outcome::Done), // what came meanwhile set the job to run again
            Err(error) if error.may_pass() => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "A batch of events cannot be sorted as one");
                drop(tx);
                sort_apart(&cx.store).await?;
            }
        }
    }
    Ok(Outcome::Snooze(cx.store.clock().now()))
}
