//! Patience is over (A12): nobody answered at all, or the chat fell silent half-way. Core decides which, the owner is told.

use super::{chat_lane, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::flows::chat::Scene;
use ringleader_core::chat::Event;
use ringleader_core::id::ConversationId;
use ringleader_store::Result;
use ringleader_store::jobs::Claimed;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Gives up on a silent chat.
#[derive(Debug, Serialize, Deserialize)]
pub struct GiveUp {
    /// Which.
    pub conversation: ConversationId,
}

impl Job for GiveUp {
    type Context = Context;
    const KIND: &'static str = "give_up";
    const TIMEOUT: Duration = Duration::from_secs(30);

    fn key(&self) -> Option<String> {
        Some(self.conversation.to_string())
    }

    fn lane(&self) -> Option<String> {
        Some(chat_lane(self.conversation))
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.give_up(cx, job).await)
    }
}

impl GiveUp {
    async fn give_up(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let Some(mut scene) = Scene::load(&mut tx, self.conversation).await? else {
            return Ok(Outcome::Cancel("the chat is gone".into()));
        };
        scene.step(&mut tx, Event::PatienceOver, "patience").await?;
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}
