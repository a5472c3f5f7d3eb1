//! One of the business's own people answered a notice with one tap: on WhatsApp, or on the page behind a link (A13, P9).

use super::call_reported::PURPOSE;
use super::chat::cancel_reminders;
use crate::actions;
use crate::engine::Job;
use crate::ledger::{self, About, Entry};
use crate::work::{ReachOut, RemindOwner};
use ringleader_core::conversation::ChatState;
use ringleader_core::decision::Verdict;
use ringleader_core::episode::EpisodeState;
use ringleader_core::id::{ContactId, LeadId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::notify::{self, Answer};
use ringleader_core::phone::Phone;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// Who answered, as far as the channel tells.
#[derive(Debug, Clone, Copy, Default)]
pub struct By<'a> {
    /// Their number.
    pub phone: Option<&'a Phone>,
    /// Their email address.
    pub email: Option<&'a str>,
}

impl By<'_> {
    fn person(&self, tenant: &Tenant) -> Option<String> {
        let is = |p: &notify::Person| {
            self.phone.is_some() && p.phone.as_ref() == self.phone
                || self.email.is_some() && p.email.as_deref() == self.email
        };
        notify::people(tenant).into_iter().find(is).map(|person| person.key)
    }
}

/// Does what the answer asks for. False if there is no such lead any more.
pub async fn handle(tx: &mut Tx, tenant: &Tenant, lead: LeadId, answer: Answer, by: By<'_>) -> Result<bool> {
    const ACTOR: &str = "owner";
    if tx.leads().get(lead).await?.is_none() {
        return Ok(false);
    }
    metrics::counter!("ringleader_owner_answers_total", "answer" => answer.as_str()).increment(1);
    match answer {
        Answer::Spoke => actions::spoke_with_lead(tx, tenant, lead, ACTOR).await,
        Answer::NotLead => not_a_lead(tx, tenant, lead, ACTOR).await,
        Answer::Remind => {
            RemindOwner::plan(tx, tenant, lead, by.person(tenant)).await?;
            tx.usage().audit(ACTOR, "lead.remind", &lead.to_string(), None, None).await?;
            Ok(true)
        }
    }
}

/// The lead is closed as lost, what was planned for it is off, and the bot lets the customer be.
async fn not_a_lead(tx: &mut Tx, tenant: &Tenant, id: LeadId, actor: &str) -> Result<bool> {
    let Some(contact) = tx.leads().get(id).await?.map(|lead| lead.contact_id) else { return Ok(false) };
    tx.contacts().lock(contact).await?;
    let Some(mut lead) = tx.leads().get(id).await? else { return Ok(false) };
    end_episode(tx, tenant, contact).await?;
    let now = tx.now();
    tx.tasks().close_call_backs(contact, now).await?;
    for mut chat in tx.conversations().of_contact(contact).await? {
        cancel_reminders(tx, chat.id).await?;
        if chat.state != ChatState::Completed {
            chat.state = ChatState::Completed;
            chat.closed_reason = Some("not_a_lead".to_owned());
            tx.conversations().save(&chat).await?;
        }
    }
    let before = lead.status;
    lead.status = LeadStatus::Lost;
    lead.closed_at = lead.closed_at.or(Some(tx.now()));
    tx.leads().save(&lead).await?;
    let (was, is) = (json!({ "status": before }), json!({ "status": lead.status, "reason": "not_a_lead" }));
    tx.usage().audit(actor, "lead.status", &id.to_string(), Some(was), Some(is)).await?;
    Ok(true)
}

async fn end_episode(tx: &mut Tx, tenant: &Tenant, contact: ContactId) -> Result<()> {
    let Some(mut episode) = tx.episodes().open_of(contact, PURPOSE).await? else { return Ok(()) };
    if episode.state.is_planned() {
        episode.state = EpisodeState::Excluded;
        tx.jobs().cancel(ReachOut::KIND, &episode.id.to_string()).await?;
    }
    episode.reason = Some("not_a_lead".to_owned());
    episode.closed_at = Some(tx.now());
    tx.episodes().save(&episode).await?;
    let entry = Entry {
        verdict: Verdict::Skip,
        rule: "A13",
        reason: "not_a_lead".to_owned(),
        explain: Key::WhyNotLead,
        evidence: json!({ "episode_id": episode.id }),
        until: None,
    };
    let about = About { contact: Some(contact), episode: Some(episode.id), ..About::default() };
    ledger::record(tx, tenant, about, entry).await
}
