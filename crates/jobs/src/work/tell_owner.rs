//! Tells the business's own people of a lead (A13): at once where it matters, else gathered; over the first channel that works.

use super::{put, send_message, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::ledger::{self, About, Entry, Wish};
use crate::ways::Ways;
use ringleader_core::chat::{HowSoon as Soon, Why};
use ringleader_core::conversation::Channel;
use ringleader_core::decision::Verdict as Word;
use ringleader_core::facts::Columns;
use ringleader_core::id::LeadId;
use ringleader_core::lead::Lead;
use ringleader_core::message::{Audience, Content, Message, SendFailure};
use ringleader_core::notify::{self, Card, Notice, Snapshot, Told, When};
use ringleader_core::phone::{Phone, parse};
use ringleader_core::policy::{self, Form, Ruling, Verdict};
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::{Key, Texts};
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::repo::NewMessage;
use ringleader_store::{Result, StoreError, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// Longest body of a message with buttons.
const MAX_BUTTON_BODY: usize = 1024;

/// Tells the owner what is new about a lead.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellOwner {
    /// Which.
    pub lead: LeadId,
}

impl Job for TellOwner {
    type Context = Context;
    const KIND: &'static str = "tell_owner";
    const TIMEOUT: Duration = Duration::from_secs(30);

    fn key(&self) -> Option<String> {
        Some(self.lead.to_string())
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.tell(cx, job).await)
    }
}

/// Plans telling the owner: now, or when the last notice is old enough (A13). What happened is noted in any case.
pub async fn notice(tx: &mut Tx, tenant: &Tenant, lead: LeadId, soon: Soon, why: Why) -> Result<()> {
    let Some(row) = tx.leads().get(lead).await? else { return Ok(()) };
    let (told, mut news) = history(tx, lead).await?;
    if why.text().is_some() {
        news.push(why);
    }
    tx.usage().add_owner_news(lead, &json!(news)).await?;
    let known = Snapshot::new(&columns(tx, &row).await?, news);
    let at = match notify::when(told.as_ref(), &known, soon, tenant.settings.notify.debounce.0, tx.now()) {
        When::Now => tx.now(),
        When::At(at) => at,
        When::Never => return Ok(()),
    };
    put(tx, &TellOwner { lead }, at, OnConflict::Sooner).await?;
    Ok(())
}

async fn history(tx: &mut Tx, lead: LeadId) -> Result<(Option<Told>, Vec<Why>)> {
    let Some(kept) = tx.usage().owner_notice(lead).await? else { return Ok((None, vec![])) };
    let news = serde_json::from_value(kept.news).unwrap_or_default();
    let told = match (kept.told_at, kept.snapshot) {
        (Some(at), Some(snapshot)) => Some(Told { at, snapshot: serde_json::from_value(snapshot).unwrap_or_default() }),
        _ => None,
    };
    Ok((told, news))
}

async fn columns(tx: &mut Tx, lead: &Lead) -> Result<Columns> {
    Ok(Columns::of(&tx.leads().facts(lead.id).await?))
}

impl TellOwner {
    async fn tell(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let Some(lead) = tx.leads().get(self.lead).await? else {
            return Ok(Outcome::Cancel("the lead is gone".into()));
        };
        let tenant = tx.tenants().me().await?;
        let (told, news) = history(&mut tx, lead.id).await?;
        let known = Snapshot::new(&columns(&mut tx, &lead).await?, news);
        if told.as_ref().is_none_or(|told| told.snapshot != known) {
            let notice = compose(&mut tx, &tenant, &lead, &known, told.as_ref().map(|t| &t.snapshot)).await?;
            let count = tx.usage().owner_notice(lead.id).await?.map_or(0, |n| n.notices);
            let mut reached = false;
            for (index, phone) in recipients(&tenant).iter().enumerate() {
                let key = format!("{}:owner:{count}:{index}", lead.id);
                reached |=
                    tell_one(&mut tx, &tenant, &lead, phone, &notice, &tenant.settings.notify.channels, key).await?;
            }
            if !reached {
                alert(&mut tx, &tenant, &lead, count).await?;
            }
            let snapshot = serde_json::to_value(&known)
                .map_err(|_| StoreError::Corrupt { column: "owner_notices.snapshot".into(), expected: "JSON" })?;
            tx.usage().set_owner_told(lead.id, &snapshot).await?;
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }

    /// A notice did not go: the next channel, else the dashboard.
    pub async fn after_failure(tx: &mut Tx, tenant: &Tenant, message: &Message, failure: &SendFailure) -> Result<()> {
        let (Some(lead), _) = tx.messages().belongs_to(message.id).await? else { return Ok(()) };
        let Some(lead) = tx.leads().get(lead).await? else { return Ok(()) };
        let channels = &tenant.settings.notify.channels;
        let next = channels.iter().position(|c| *c == message.channel).map_or(channels.len(), |i| i + 1);
        let window_closed = failure.code == "131047" && !matches!(message.content, Content::Template { .. });
        let rest =
            if window_closed { &channels[next.saturating_sub(1)..] } else { &channels[next.min(channels.len())..] };
        if let Some(phone) = &message.to {
            if window_closed {
                close_window(tx, message, phone).await?;
            }
            let (told, news) = history(tx, lead.id).await?;
            let known = Snapshot::new(&columns(tx, &lead).await?, news);
            let notice = compose(tx, tenant, &lead, &known, told.as_ref().map(|t| &t.snapshot)).await?;
            let key = format!("{}:next", message.id);
            if tell_one(tx, tenant, &lead, phone, &notice, rest, key).await? {
                return Ok(());
            }
        }
        alert(tx, tenant, &lead, message.at.as_second()).await
    }
}

/// The provider says that the owner's window is closed: its word counts.
async fn close_window(tx: &mut Tx, message: &Message, phone: &Phone) -> Result<()> {
    let identity = ringleader_store::repo::Identity::Phone(phone.clone());
    let Some(contact) = tx.contacts().by_identity(&identity).await? else { return Ok(()) };
    for mut chat in tx.conversations().of_contact(contact.id).await? {
        if Some(chat.connection_id) == message.connection_id {
            chat.window_until = None;
            tx.conversations().save(&chat).await?;
        }
    }
    Ok(())
}

/// The owner's phone and everyone else who is to be told, each once.
fn recipients(tenant: &Tenant) -> Vec<Phone> {
    let others = tenant.settings.notify.recipients.iter().filter_map(|r| r.phone.as_deref());
    let mut phones: Vec<Phone> = tenant.owner.phone.clone().into_iter().collect();
    for phone in others.filter_map(|raw| parse(raw, &tenant.country).phone) {
        if !phones.contains(&phone) {
            phones.push(phone);
        }
    }
    phones
}

async fn compose(
    tx: &mut Tx,
    tenant: &Tenant,
    lead: &Lead,
    known: &Snapshot,
    told: Option<&Snapshot>,
) -> Result<Notice> {
    let contact = tx.contacts().get(lead.contact_id).await?;
    let phone = contact.and_then(|c| c.phone);
    let card = Card { known, told, phone: phone.as_ref(), link: None };
    let texts = Texts::with(&tenant.settings.texts);
    notify::compose(&card, &texts, tenant.language())
        .map_err(|_| StoreError::Corrupt { column: "texts".into(), expected: "renderable" })
}

/// Takes the first of `channels` that can carry the notice; whether there was one.
async fn tell_one(
    tx: &mut Tx,
    tenant: &Tenant,
    lead: &Lead,
    phone: &Phone,
    notice: &Notice,
    channels: &[Channel],
    key: String,
) -> Result<bool> {
    let ways = Ways::to_staff(tx, tenant, phone).await?;
    for channel in channels {
        let connection = ways.connection(*channel);
        let ruling = policy::owner_notice(*channel, connection.is_some(), &ways.route, tx.now());
        let Verdict::Go { channel, form } = &ruling.verdict else { continue };
        let wish = NewMessage {
            send_key: key,
            conversation_id: None,
            contact_id: Some(lead.contact_id),
            lead_id: Some(lead.id),
            episode_id: None,
            audience: Audience::Owner,
            channel: *channel,
            connection_id: connection,
            to: Some(phone.clone()),
            content: content(tenant, lead, notice, *channel, form),
            purpose: Key::OwnerLead.as_str().to_owned(),
        };
        let message = send_message::wish(tx, &wish).await?;
        record(tx, tenant, lead, &ruling, message).await?;
        return Ok(true);
    }
    Ok(false)
}

/// As a template outside the owner's window; inside it with a one-tap answer (A13).
fn content(tenant: &Tenant, lead: &Lead, notice: &Notice, channel: Channel, form: &Form) -> Content {
    match form {
        Form::Template(template) => Content::Template {
            name: template.name.clone(),
            language: template.language.clone(),
            params: notice.params.clone(),
            preview: notice.text.clone(),
        },
        Form::Text if channel == Channel::Whatsapp && notice.text.chars().count() <= MAX_BUTTON_BODY => {
            let title = Texts::with(&tenant.settings.texts).plain(Key::ButtonSpoke, tenant.language());
            Content::Buttons { body: notice.text.clone(), buttons: vec![(format!("spoke:{}", lead.id), title)] }
        }
        Form::Text => Content::Text { body: notice.text.clone() },
    }
}

async fn record(
    tx: &mut Tx,
    tenant: &Tenant,
    lead: &Lead,
    ruling: &Ruling,
    message: Option<ringleader_core::id::MessageId>,
) -> Result<()> {
    let about = About { contact: Some(lead.contact_id), message, ..About::default() };
    ledger::record(tx, tenant, about, Entry::from(ruling)).await
}

/// No channel works: the dashboard shows it (A13).
async fn alert(tx: &mut Tx, tenant: &Tenant, lead: &Lead, count: i64) -> Result<()> {
    let entry = Entry {
        verdict: Word::Hold,
        rule: "A13",
        reason: "owner_not_reached".into(),
        explain: Key::WhyNoChannel,
        evidence: json!({ "lead_id": lead.id }),
        until: None,
    };
    let about = About { contact: Some(lead.contact_id), ..About::default() };
    ledger::record(tx, tenant, about, entry).await?;
    let contact = tx.contacts().get(lead.contact_id).await?;
    let phone = contact.and_then(|c| c.phone);
    let wish = Wish {
        title: Key::TaskAlert,
        urgency: Urgency::Normal,
        key: format!("alert:{}:{count}", lead.id),
        because: Some(Key::WhyNoChannel),
        contact: Some(lead.contact_id),
        lead: Some(lead.id),
        phone: phone.as_ref().map(|p| p.as_str().to_owned()),
        who: ledger::who(lead.name.as_deref(), phone.as_ref()),
    };
    ledger::add_task(tx, tenant, wish).await.map(drop)
}
