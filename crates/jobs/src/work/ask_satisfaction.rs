//! Asks a caller how satisfied they were (C14): in writing, one tap, in their waking hours, at most monthly, and only where the
//! receptionist reads the answer.

use super::{put_off, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::letters::{self, Choice, Sent};
use jiff::SignedDuration;
use ringleader_core::calendar::windows::{Matter, Windows};
use ringleader_core::contact::ContactKind;
use ringleader_core::id::CallId;
use ringleader_core::reception::afterwards::Action;
use ringleader_core::reception::say;
use ringleader_core::tenant::Tenant;
use ringleader_store::Result;
use ringleader_store::jobs::Claimed;
use serde::{Deserialize, Serialize};

/// Later nobody is asked about a call any more.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// Nobody is asked again sooner.
const MONTH: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Asks how a call was.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskSatisfaction {
    /// Which.
    pub call: CallId,
}

impl Job for AskSatisfaction {
    type Context = Context;
    const KIND: &'static str = "ask_satisfaction";

    fn key(&self) -> Option<String> {
        Some(self.call.to_string())
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.ask(cx, job).await)
    }
}

impl AskSatisfaction {
    async fn ask(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let (tenant, now) = (tx.tenants().me().await?, tx.now());
        let settings = &tenant.settings.reception;
        let Some(call) = tx.voice().of_call(self.call).await? else { return Ok(Outcome::Done) };
        let danger = |done: &Action| matches!(done, Action::Warned { .. });
        let grave = call.summary.as_ref().is_none_or(|summary| summary.actions.iter().any(danger));
        let late = now > call.begun_at + FRESH;
        let Some(contact) =
            call.contact_id.filter(|_| settings.messages && settings.ask_satisfaction && !grave && !late)
        else {
            return Ok(Outcome::Done);
        };
        let contact = tx.contacts().hold(contact).await?;
        if matches!(contact.kind, ContactKind::Staff | ContactKind::Blocked | ContactKind::Supplier) {
            return Ok(Outcome::Done);
        }
        if let Some(wait) = Windows::of(&tenant, contact.phone.as_ref()).wait(Matter::CanWait, now) {
            return put_off(tx, job, wait.until).await;
        }
        if tx.satisfaction().ask(self.call, contact.id, now - MONTH).await? {
            let language = contact.language.clone().unwrap_or_else(|| call.language.clone());
            let cause = format!("{}:satisfaction", self.call);
            let question = question(&tenant, self.call, &language);
            let sent = letters::choose(&mut tx, &tenant, &contact, question, &cause, letters::SATISFACTION).await?;
            if !sent.goes() {
                tx.satisfaction().take_back(self.call).await?; // who was not asked has answered nothing
            }
            if let Sent::Later(until) = sent {
                return put_off(tx, job, until).await;
            }
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}

fn question(tenant: &Tenant, call: CallId, language: &str) -> Choice {
    let (words, answers) = say::satisfaction(&tenant.name, language);
    Choice { words, answers, by_figure: say::by_figure(language), about: call.to_string() }
}
