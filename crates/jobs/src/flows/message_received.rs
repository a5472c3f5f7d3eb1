//! A customer wrote (A6, A9-A15): the message is kept, a planned outreach is off, and the bot reads it when the burst is over.

use super::call_reported::{PURPOSE, is_staff};
use super::chat::{Scene, cancel_reminders, end_by_writing};
use super::owner_answered;
use crate::ledger::About;
use crate::work::{AnswerBurst, put};
use jiff::Timestamp;
use ringleader_core::chat::{Event, NonText};
use ringleader_core::contact::{Contact, ContactKind};
use ringleader_core::conversation::{Channel, Conversation, Driver, SERVICE_WINDOW};
use ringleader_core::id::MessageId;
use ringleader_core::lead::LeadStatus;
use ringleader_core::message::{Content, InboundMessage};
use ringleader_core::notify::Answer;
use ringleader_core::tenant::Tenant;
use ringleader_providers::messaging::Address;
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::{Connection, Identity, Incoming};
use ringleader_store::{Result, Tx};

/// Takes in one message. A known one changes nothing.
pub async fn handle(tx: &mut Tx, tenant: &Tenant, connection: &Connection, message: InboundMessage) -> Result<()> {
    let Some(contact) = sender(tx, &message).await? else { return Ok(()) };
    let (mut chat, made) = tx.conversations().find_or_make(contact.id, Channel::Whatsapp, connection.id).await?;
    let Some(id) = keep(tx, &contact, &chat, connection, &message).await? else { return Ok(()) };
    if let Content::Edit { original, .. } | Content::Revoke { original } = &message.content {
        amend(tx, connection, original, &message.content).await?;
    }
    if made {
        chat.opened_at = chat.opened_at.min(message.at);
    }
    note_window(&mut chat, message.at);
    tx.conversations().save(&chat).await?;
    if is_staff(tenant, contact.phone.as_ref()) || contact.kind == ContactKind::Staff {
        return one_tap(tx, tenant, &message).await;
    }
    if contact.kind == ContactKind::Blocked || NonText::of(&message.content) == Some(NonText::NoTurn) {
        return Ok(());
    }
    take_up(tx, tenant, &contact, chat, id).await
}

/// Finds or makes the sender; a message without any identity can only be kept in the inbox.
async fn sender(tx: &mut Tx, message: &InboundMessage) -> Result<Option<Contact>> {
    let mut identities: Vec<Identity> = message.user_key.clone().map(Identity::WhatsappUser).into_iter().collect();
    identities.extend(message.from.clone().map(Identity::Phone));
    if identities.is_empty() {
        return Ok(None);
    }
    let contact = tx.contacts().find_or_make(&identities).await?;
    tx.contacts().lock(contact.id).await?;
    if message.profile_name.is_some() && message.profile_name != contact.profile_name {
        tx.contacts().learn(contact.id, None, message.profile_name.as_deref(), None).await?;
    }
    tx.contacts().set_unreachable(contact.id, Channel::Whatsapp, None).await?; // they are there
    Ok(Some(contact))
}

async fn keep(
    tx: &mut Tx,
    contact: &Contact,
    chat: &Conversation,
    connection: &Connection,
    message: &InboundMessage,
) -> Result<Option<MessageId>> {
    let incoming = Incoming {
        conversation_id: chat.id,
        contact_id: contact.id,
        channel: Channel::Whatsapp,
        connection_id: connection.id,
        content: message.content.clone(),
        provider_id: message.provider_id.clone(),
        at: message.at,
        to_be_read: NonText::of(&message.content) != Some(NonText::NoTurn),
    };
    tx.messages().receive(&incoming).await
}

/// The window is counted from when they wrote, not from when we heard of it.
fn note_window(chat: &mut Conversation, at: Timestamp) {
    let until = at.checked_add(SERVICE_WINDOW).unwrap_or(Timestamp::MAX);
    chat.window_until = chat.window_until.max(Some(until));
    chat.last_inbound_at = chat.last_inbound_at.max(Some(at));
}

/// An edit or deletion changes the words that are shown; it is no turn.
async fn amend(tx: &mut Tx, connection: &Connection, original: &str, change: &Content) -> Result<()> {
    let Some(message) = tx.messages().by_provider_id(connection.id, original).await? else { return Ok(()) };
    let content = match change {
        Content::Edit { body: Some(body), .. } => Content::Text { body: body.clone() },
        Content::Revoke { original } => Content::Revoke { original: original.clone() },
        _ => return Ok(()),
    };
    tx.messages().rewrite(message.id, &content).await
}

/// Ends what was planned, makes sure of a lead, and has the burst read when it is over (A11).
async fn take_up(tx: &mut Tx, tenant: &Tenant, contact: &Contact, mut chat: Conversation, id: MessageId) -> Result<()> {
    let mut source = "whatsapp";
    if let Some(episode) = tx.episodes().open_of(contact.id, PURPOSE).await? {
        source = "missed_call";
        chat.episode_id = Some(episode.id);
        let about = About { contact: Some(contact.id), message: Some(id), ..About::default() };
        end_by_writing(tx, tenant, episode, about).await?;
    }
    let lead = match chat.lead_id {
        Some(lead) => lead,
        None => {
            let (lead, _) = tx.leads().open_or_make(contact.id, LeadStatus::New, source).await?;
            if let Some(episode) = chat.episode_id {
                tx.calls().give_to_lead(episode, lead.id).await?;
            }
            lead.id
        }
    };
    chat.lead_id = Some(lead);
    tx.conversations().save(&chat).await?;
    cancel_reminders(tx, chat.id).await?;
    let at = tx.now() + tenant.settings.outreach.burst.0;
    put(tx, &AnswerBurst { conversation: chat.id }, at, OnConflict::Move).await?;
    Ok(())
}

/// One of the business's own people tapped an answer under a notice (A13).
async fn one_tap(tx: &mut Tx, tenant: &Tenant, message: &InboundMessage) -> Result<()> {
    let Content::Choice { id, .. } = &message.content else { return Ok(()) };
    let Some((answer, lead)) = Answer::of_button(id) else { return Ok(()) };
    let by = owner_answered::By { phone: message.from.as_ref(), email: None };
    owner_answered::handle(tx, tenant, lead, answer, by).await.map(drop)
}

/// A person of the business wrote from the handset (coexistence): they drive now, the bot is silent (P9).
pub async fn echo(
    tx: &mut Tx,
    _tenant: &Tenant,
    connection: &Connection,
    message: InboundMessage,
    to: Address,
) -> Result<()> {
    let mut identities: Vec<Identity> = to.user_key.map(Identity::WhatsappUser).into_iter().collect();
    identities.extend(to.phone.map(Identity::Phone));
    if identities.is_empty() {
        return Ok(());
    }
    let contact = tx.contacts().find_or_make(&identities).await?;
    tx.contacts().lock(contact.id).await?;
    let (chat, _) = tx.conversations().find_or_make(contact.id, Channel::Whatsapp, connection.id).await?;
    let incoming = Incoming {
        conversation_id: chat.id,
        contact_id: contact.id,
        channel: Channel::Whatsapp,
        connection_id: connection.id,
        content: message.content,
        provider_id: message.provider_id.clone(),
        at: message.at,
        to_be_read: false,
    };
    if !tx.messages().echo(&incoming).await? {
        return Ok(());
    }
    match Scene::load(tx, chat.id).await? {
        Some(mut scene) => scene.step(tx, Event::TakenOver(Driver::Handset), &message.provider_id).await,
        None => Ok(()),
    }
}
