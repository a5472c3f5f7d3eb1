//! What the local brain read while the models were away is read again when one is back (P6). Words said stay said: only facts
//! change, and what follows from them.

use super::answer_burst::{by_rule, gather, reload};
use super::{chat_lane, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::flows::chat::Scene;
use crate::models;
use crate::quality;
use ringleader_core::chat::Event;
use ringleader_core::conversation::ChatState;
use ringleader_core::facts;
use ringleader_core::id::{ConversationId, MessageId};
use ringleader_store::Result;
use ringleader_store::jobs::Claimed;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Reads a burst once more, with a model.
#[derive(Debug, Serialize, Deserialize)]
pub struct ReadAgain {
    /// In which chat.
    pub conversation: ConversationId,
    /// Which messages.
    pub messages: Vec<MessageId>,
    /// What the chat waited for when they came.
    pub state: ChatState,
    /// Their words were changed since: what was read from them counts no more, whoever read it (A15).
    #[serde(default)]
    pub changed: bool,
}

impl Job for ReadAgain {
    type Context = Context;
    const KIND: &'static str = "read_again";
    const TIMEOUT: Duration = Duration::from_secs(180);

    fn key(&self) -> Option<String> {
        self.messages.last().map(ToString::to_string)
    }

    fn lane(&self) -> Option<String> {
        Some(chat_lane(self.conversation))
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.read(cx, job).await)
    }
}

impl ReadAgain {
    async fn read(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let now = cx.store.clock().now();
        let burst = {
            let mut read = cx.store.read(job.tenant).await?;
            let messages = reload(&mut read, &self.messages).await?;
            gather(&mut read, cx, self.conversation, messages).await?
        };
        let (Some(mut request), Some(last)) = (burst.request, burst.messages.last()) else {
            return Ok(Outcome::Cancel("the messages are gone".into()));
        };
        let Some(next) = models::next_try(last.at, now, cx.read_again_after) else {
            return Ok(Outcome::Cancel("no model could read it for a week".into()));
        };
        let model = burst.budget_ok && cx.chain.model_available(&burst.order, now);
        if !model && !self.changed {
            return Ok(Outcome::Snooze(next));
        }
        request.state = self.state;
        request.known = ringleader_brain::seam::Known::default(); // else the first reading would colour the second
        let outcome = cx.chain.read_message(&request, &burst.order, burst.budget_ok, now).await;
        let mut tx = cx.store.begin(job.tenant).await?;
        models::note_paid(&mut tx, &outcome.uses).await?;
        if outcome.provisional && !self.changed {
            tx.commit().await?;
            return Ok(Outcome::Snooze(next));
        }
        let Some(mut scene) = Scene::load(&mut tx, self.conversation).await? else {
            tx.commit().await?;
            return Ok(Outcome::Cancel("the chat is gone".into()));
        };
        models::note_kept(&mut tx, &outcome.uses).await?;
        let origin = last.id.to_string();
        let read_by = outcome.read_by(outcome.reading.language);
        let proposed = facts::from_reading(&outcome.reading, &origin, outcome.provisional, &read_by, last.at);
        let signals = by_rule(outcome.reading.signals, &burst.messages);
        quality::keep(&mut tx, &burst.messages, &read_by, &proposed, signals).await?;
        let stays = |_: &&facts::NewFact| !self.changed;
        let found: Vec<String> = proposed.iter().filter(stays).map(|f| f.name.clone()).collect();
        scene.retract(&mut tx, &origin, &found, self.changed).await?;
        let learned = scene.learn(&mut tx, proposed).await?;
        let cause = format!("again:{origin}");
        if signals.opt_out && scene.contact.opted_out_at.is_none() {
            scene.step(&mut tx, Event::OptOut, &cause).await?;
        } else {
            scene.step(&mut tx, Event::Corrected(learned), &cause).await?;
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}
