//! Shows the customer that their message was seen. A courtesy: it is tried twice and then forgotten.

use super::settle;
use crate::accounts;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use ringleader_core::id::MessageId;
use ringleader_store::Result;
use ringleader_store::jobs::Claimed;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Marks an inbound message as read at the provider.
#[derive(Debug, Serialize, Deserialize)]
pub struct MarkRead {
    /// Which.
    pub message: MessageId,
}

impl Job for MarkRead {
    type Context = Context;
    const KIND: &'static str = "mark_read";
    const TIMEOUT: Duration = Duration::from_secs(30);
    const MAX_ATTEMPTS: u32 = 2;

    fn key(&self) -> Option<String> {
        Some(self.message.to_string())
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.mark(cx, job).await)
    }
}

impl MarkRead {
    async fn mark(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let (connection, channel, provider_id) = {
            let mut read = cx.store.read(job.tenant).await?;
            let Some(message) = read.messages().get(self.message).await? else {
                return Ok(Outcome::Cancel("the message is gone".into()));
            };
            let (Some(id), Some(provider_id)) = (message.connection_id, message.provider_id) else {
                return Ok(Outcome::Cancel("it did not come over a connection".into()));
            };
            (read.connections().get(id).await?, message.channel, provider_id)
        };
        let Some(sender) = connection.and_then(|c| accounts::messaging(cx, &c, channel).ok()) else {
            return Ok(Outcome::Cancel("the connection is gone".into()));
        };
        Ok(match sender.mark_read(&provider_id, false).await {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Retry(error.to_string()),
        })
    }
}
