//! A reminder to someone who has not answered (A12). It always waits for quiet hours and days of rest (A7), and
//! is ruled on afresh.

use super::{chat_lane, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::flows::chat::Scene;
use crate::ledger::{self, About, Entry};
use crate::release;
use crate::spend;
use ringleader_core::chat::Event;
use ringleader_core::id::ConversationId;
use ringleader_core::policy::{self, Verdict};
use ringleader_store::Result;
use ringleader_store::jobs::{Claimed, Ending};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Sends the nth reminder of a chat.
#[derive(Debug, Serialize, Deserialize)]
pub struct Remind {
    /// Which chat.
    pub conversation: ConversationId,
    /// 1 or 2.
    pub nth: u8,
}

impl Remind {
    /// The key of the job.
    pub fn name(&self) -> String {
        format!("{}:{}", self.conversation, self.nth)
    }
}

impl Job for Remind {
    type Context = Context;
    const KIND: &'static str = "remind";
    const TIMEOUT: Duration = Duration::from_secs(30);

    fn key(&self) -> Option<String> {
        Some(self.name())
    }

    fn lane(&self) -> Option<String> {
        Some(chat_lane(self.conversation))
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.remind(cx, job).await)
    }
}

impl Remind {
    async fn remind(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let Some(mut scene) = Scene::load(&mut tx, self.conversation).await? else {
            return Ok(Outcome::Cancel("the chat is gone".into()));
        };
        let templates = &scene.tenant.settings.templates;
        let last = usize::from(self.nth) >= scene.tenant.settings.outreach.reminders.len().min(2);
        let template = if last { templates.last_reminder.clone() } else { templates.reminder.clone() };
        let template = template.or_else(|| templates.reminder.clone());
        let mut later = scene.later(&mut tx, template).await?;
        later.overtaken = scene.chat.last_inbound_at.is_some_and(|at| at >= scene.chat.opened_at);
        let ruling = policy::reminder(&later, tx.now());
        let ruling = release::gently(&mut tx, &scene.tenant, ruling).await?;
        let about = About { contact: Some(scene.contact.id), episode: scene.chat.episode_id, ..About::default() };
        if !matches!(ruling.verdict, Verdict::Go { .. }) {
            ledger::record(&mut tx, &scene.tenant, about, Entry::from(&ruling)).await?; // what goes is recorded with its message
        }
        if ruling.is_capped() {
            spend::alert(&mut tx, &scene.tenant, ruling.reason).await?;
        }
        let cause = format!("reminder{}:{}", self.nth, scene.chat.opened_at.as_second());
        match &ruling.verdict {
            Verdict::Go { form, .. } => {
                scene.step_as(&mut tx, Event::ReminderDue(self.nth), &cause, Some(form)).await?
            }
            Verdict::Wait { until } => {
                tx.jobs().finish(job, Ending::Snooze(*until)).await?;
                tx.commit().await?;
                return Ok(Outcome::Committed);
            }
            Verdict::Hold { .. } | Verdict::Skip => {
                scene.step(&mut tx, Event::ReminderSkipped(self.nth), &cause).await?
            }
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}
