//! Conversations: taking over, answering, handing back, and "I spoke with them" (P9, A6).

use super::{ActionError, Done, refused};
use crate::context::Context;
use crate::flows::call_reported::PURPOSE;
use crate::flows::chat::{self, Scene};
use crate::flows::echo;
use crate::ledger::{self, About, Entry};
use crate::tokens;
use crate::work::send_message;
use ringleader_core::chat::Event;
use ringleader_core::conversation::{Channel, Conversation, Driver};
use ringleader_core::decision::Verdict;
use ringleader_core::id::{ConversationId, EpisodeId, LeadId, MessageId, TenantId, UserId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::message::{Audience, Content};
use ringleader_core::settings::TemplateRef;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_providers::problem::FieldError;
use ringleader_store::repo::NewMessage;
use ringleader_store::{Result, StoreError, Tx};
use serde_json::json;

/// What a person wants to say.
#[derive(Debug, Clone)]
pub enum SendBody {
    /// Free words; only inside the service window.
    Text(String),
    /// An approved template with its variables in order.
    Template(TemplateRef, Vec<String>),
}

/// Says something to the customer in a person's name. Does not take over by itself.
///
/// # Errors
/// `Refused` when the window is closed for free words, or the customer takes no messages.
pub async fn send_message(
    cx: &Context,
    tenant: TenantId,
    conversation: ConversationId,
    body: SendBody,
    actor: &str,
) -> Done<MessageId> {
    let mut tx = cx.store.begin(tenant).await?;
    let once = tx.new_id::<MessageId>().to_string();
    let message = send(&mut tx, conversation, body, &once, actor).await?.ok_or(StoreError::Missing)?;
    tx.commit().await?;
    Ok(message)
}

/// The same from the dashboard. Whoever writes leads from then on, so that bot and person never talk over each other; where a
/// person leads already, they led it too. The same words with the same `once` go out one time, however often the form is sent (P2).
///
/// # Errors
/// As [`send_message()`].
pub async fn say(
    cx: &Context,
    tenant: TenantId,
    conversation: ConversationId,
    body: SendBody,
    once: &str,
    user: UserId,
) -> Done<()> {
    let (mut tx, actor) = (cx.store.begin(tenant).await?, user.to_string());
    let once = tokens::digest(&format!("{once}\n{body:?}"));
    if send(&mut tx, conversation, body, &once, &actor).await?.is_some() {
        let chat = tx.conversations().get(conversation).await?.ok_or(StoreError::Missing)?;
        match chat.driver {
            _ if chat.lead_id.is_none() => {} // without a lead nobody leads
            Driver::Bot => {
                drive(&mut tx, conversation, Event::TakenOver(Driver::User(user)), TAKE_OVER, &actor).await?;
            }
            _ => led_too(&mut tx, conversation, user).await?,
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Notes somebody who writes where a person leads: a colleague, or they themselves since it was given to them (D2).
async fn led_too(tx: &mut Tx, conversation: ConversationId, user: UserId) -> Result<()> {
    let Some(mut scene) = Scene::load(tx, conversation).await? else { return Ok(()) };
    if scene.chat.led_by.contains(&user) {
        return Ok(());
    }
    scene.chat.led_by.push(user);
    tx.conversations().save(&scene.chat).await
}

/// Puts a person's words on their way; `None` if that was done with this `once` before.
async fn send(
    tx: &mut Tx,
    conversation: ConversationId,
    body: SendBody,
    once: &str,
    actor: &str,
) -> Done<Option<MessageId>> {
    let chat = tx.conversations().get(conversation).await?.ok_or(ActionError::NotFound("conversation"))?;
    let contact = tx.contacts().get(chat.contact_id).await?.ok_or(StoreError::Missing)?;
    if contact.opted_out_at.is_some() {
        return Err(refused("opted-out", "this customer asked not to be written to; only they can change that"));
    }
    let content = content(tx, &chat, body)?;
    let wish = NewMessage {
        send_key: format!("{conversation}:person:{once}"),
        conversation_id: Some(conversation),
        contact_id: Some(chat.contact_id),
        lead_id: chat.lead_id,
        episode_id: None,
        audience: Audience::Contact,
        channel: chat.channel,
        connection_id: Some(chat.connection_id),
        to: chat.peer.clone().or(contact.phone),
        to_email: None,
        content,
        purpose: "person".to_owned(),
    };
    let Some(message) = send_message::wish(tx, &wish).await? else { return Ok(None) };
    let business = tx.tenants().me().await?;
    echo::reached_by_person(tx, &business, chat.contact_id).await?;
    let about =
        About { contact: Some(chat.contact_id), episode: chat.episode_id, message: Some(message), ..About::default() };
    let entry = Entry {
        verdict: Verdict::Send,
        rule: "P9",
        reason: "person".to_owned(),
        explain: Key::WhyPerson,
        evidence: json!({ "actor": actor }),
        until: None,
    };
    ledger::record(tx, &business, about, entry).await?;
    tx.usage().audit(actor, "message.send", &message.to_string(), None, None).await?;
    Ok(Some(message))
}

fn content(tx: &Tx, chat: &Conversation, body: SendBody) -> Done<Content> {
    match body {
        SendBody::Text(body) if chat.channel != Channel::Whatsapp || chat.window_open(tx.now()) => {
            Ok(Content::Text { body })
        }
        SendBody::Text(_) => Err(refused(
            "window-closed",
            "the customer's last message is more than 24 hours ago, so WhatsApp lets only an approved template through",
        )),
        SendBody::Template(template, params) => Ok(Content::Template {
            preview: format!("{} ({})", template.name, params.join(", ")),
            name: template.name,
            language: template.language,
            params,
        }),
    }
}

const TAKE_OVER: &str = "conversation.take_over";

/// A person leads the chat from now on, the bot is silent (P9).
///
/// # Errors
/// `NotFound`; `Invalid`: the user is none of this business.
pub async fn take_over(cx: &Context, tenant: TenantId, id: ConversationId, driver: Driver, actor: &str) -> Done<()> {
    let mut tx = cx.store.begin(tenant).await?;
    if let Driver::User(user) = driver
        && tx.users().get(user).await?.is_none()
    {
        return Err(ActionError::Invalid(vec![FieldError::new("user_id", "must be a user of this business")]));
    }
    drive(&mut tx, id, Event::TakenOver(driver), TAKE_OVER, actor).await?;
    Ok(tx.commit().await?)
}

/// The bot leads the chat again.
///
/// # Errors
/// `NotFound`.
pub async fn hand_back(cx: &Context, tenant: TenantId, id: ConversationId, actor: &str) -> Done<()> {
    let mut tx = cx.store.begin(tenant).await?;
    drive(&mut tx, id, Event::HandedBack, "conversation.hand_back", actor).await?;
    Ok(tx.commit().await?)
}

async fn drive(tx: &mut Tx, id: ConversationId, event: Event, action: &'static str, actor: &str) -> Done<()> {
    let mut scene = Scene::load(tx, id).await?.ok_or(ActionError::NotFound("conversation"))?;
    let before = scene.chat.driver.to_string();
    let cause = tx.new_id::<MessageId>().to_string(); // each time is its own cause
    scene.step(tx, event, &cause).await?;
    let after = json!({ "driver": scene.chat.driver.to_string() });
    tx.usage().audit(actor, action, &id.to_string(), Some(json!({ "driver": before })), Some(after)).await?;
    Ok(())
}

/// "I spoke with them" about an episode (A6): nothing more is sent, and the ledger says why.
///
/// # Errors
/// `NotFound`.
pub async fn spoke(cx: &Context, tenant: TenantId, id: EpisodeId, actor: &str) -> Done<()> {
    let mut tx = cx.store.begin(tenant).await?;
    let episode = tx.episodes().get(id).await?.ok_or(ActionError::NotFound("episode"))?;
    let business = tx.tenants().me().await?;
    spoke_with(&mut tx, &business, episode.contact_id, actor).await?;
    tx.usage().audit(actor, "episode.spoke", &id.to_string(), None, None).await?;
    tx.commit().await?;
    Ok(())
}

/// The same about a lead, from its page.
///
/// # Errors
/// `NotFound`.
pub async fn lead_spoke(cx: &Context, tenant: TenantId, id: LeadId, actor: &str) -> Done<()> {
    let mut tx = cx.store.begin(tenant).await?;
    let business = tx.tenants().me().await?;
    if !Box::pin(spoke_with_lead(&mut tx, &business, id, actor)).await? {
        return Err(ActionError::NotFound("lead"));
    }
    tx.commit().await?;
    Ok(())
}

/// The same, about a lead: the one-tap answer under an owner's notice (A13). False if there is no such lead.
pub async fn spoke_with_lead(tx: &mut Tx, tenant: &Tenant, id: LeadId, actor: &str) -> Result<bool> {
    let Some(lead) = tx.leads().get(id).await? else { return Ok(false) };
    spoke_with(tx, tenant, lead.contact_id, actor).await?;
    tx.usage().audit(actor, "lead.spoke", &id.to_string(), None, None).await?;
    Ok(true)
}

async fn spoke_with(tx: &mut Tx, tenant: &Tenant, contact: ringleader_core::id::ContactId, actor: &str) -> Result<()> {
    tx.contacts().lock(contact).await?;
    if let Some(episode) = tx.episodes().open_of(contact, PURPOSE).await? {
        chat::end_by_talk(tx, tenant, episode, About::default(), json!({ "told_by": actor })).await?;
    }
    let now = tx.now();
    tx.tasks().close_call_backs(contact, now).await?;
    chat::spoke(tx, contact, now, &format!("spoke:{}", now.as_microsecond())).await?;
    if let Some(mut lead) = tx.leads().open_of(contact).await?
        && matches!(
            lead.status,
            LeadStatus::New | LeadStatus::Qualifying | LeadStatus::Qualified | LeadStatus::Unresponsive
        )
    {
        lead.status = LeadStatus::Contacted;
        tx.leads().save(&lead).await?;
    }
    Ok(())
}
