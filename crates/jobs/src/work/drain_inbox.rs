//! Works off a connection's inbox, in the order in which it came (DESIGN 4). Each event and what follows from it are one commit.

use super::settle;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::intake;
use ringleader_core::id::ConnectionId;
use ringleader_store::Result;
use ringleader_store::inbox::{DRAIN_ATTEMPTS, DRAIN_JOB};
use ringleader_store::jobs::Claimed;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Works off the inbox of a connection. Enqueued by the inbox itself, in the transaction that keeps the events.
#[derive(Debug, Serialize, Deserialize)]
pub struct DrainInbox {
    /// Whose inbox.
    pub connection_id: ConnectionId,
}

/// Events in one go, before others have a turn. However much comes in, a run is short: it neither meets its time limit nor
/// uses up the attempts of work that goes on well.
const BATCH: u32 = 64;

impl Job for DrainInbox {
    type Context = Context;
    const KIND: &'static str = DRAIN_JOB;
    const TIMEOUT: Duration = Duration::from_secs(120);
    const MAX_ATTEMPTS: u32 = DRAIN_ATTEMPTS;

    fn key(&self) -> Option<String> {
        Some(self.connection_id.to_string())
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.drain(cx, job).await)
    }
}

impl DrainInbox {
    async fn drain(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut left = BATCH;
        while left > 0 {
            let pending = {
                let mut read = cx.store.read(job.tenant).await?;
                read.inbox().pending(self.connection_id, left).await?
            };
            if pending.is_empty() {
                return Ok(Outcome::Done); // what came meanwhile set the job to run again
            }
            for event in pending {
                intake::process(cx, job.tenant, event).await?;
                left -= 1;
            }
        }
        Ok(Outcome::Snooze(cx.store.clock().now()))
    }
}
