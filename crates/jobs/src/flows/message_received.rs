//! A customer wrote (A6, A9-A15): the message is kept, a planned outreach is off, and the bot reads it when the burst is over.

use super::call_reported::PURPOSE;
use super::caller::is_staff;
use super::chat::{cancel_reminders, end_by_writing};
use super::{amend, consent, enquiry, on_call, owner_answered, sender};
use crate::ledger::{self, About, Wish};
use crate::work::{AnswerBurst, put};
use jiff::Timestamp;
use ringleader_core::chat::NonText;
use ringleader_core::contact::{Contact, ContactKind};
use ringleader_core::conversation::{Channel, Conversation, SERVICE_WINDOW};
use ringleader_core::id::MessageId;
use ringleader_core::message::{Content, InboundMessage};
use ringleader_core::notify::Answer;
use ringleader_core::optout::OptWord;
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::{Connection, Incoming};
use ringleader_store::{Result, Tx};

/// Takes in one message. A known one changes nothing. `handled`: the carrier has acted upon this word by itself.
pub async fn handle(
    tx: &mut Tx,
    tenant: &Tenant,
    connection: &Connection,
    channel: Channel,
    message: InboundMessage,
    handled: Option<OptWord>,
) -> Result<()> {
    let Some(contact) = sender::of(tx, &message, channel).await? else { return Ok(()) };
    let peer = message.from.as_ref();
    let (mut chat, made) = tx.conversations().find_or_make(contact.id, channel, connection.id, peer).await?;
    // A carrier's "yes" is an answer unless they had left.
    let handled = handled.filter(|word| *word == OptWord::Stop || contact.opted_out_at.is_some());
    let Some((id, content)) = keep(tx, &contact, &chat, &message, handled.is_some()).await? else { return Ok(()) };
    let last_words = chat.last_inbound_at;
    if made {
        chat.opened_at = chat.opened_at.min(message.at);
    }
    if handled.is_none() {
        note_arrival(&mut chat, &content, message.at);
    }
    tx.conversations().save(&chat).await?;
    if is_staff(tenant, contact.phone.as_ref()) || contact.kind == ContactKind::Staff {
        if on_call::reply(tx, tenant, connection.id, channel, &message).await? {
            return Ok(());
        }
        return one_tap(tx, tenant, &message).await;
    }
    if let Some(word) = handled {
        return consent::note(tx, contact.id, word, "text message to the carrier", &id.to_string()).await;
    }
    if contact.kind == ContactKind::Blocked || NonText::of(&content) == Some(NonText::NoTurn) {
        return Ok(());
    }
    if contact.kind == ContactKind::Supplier {
        return ask_to_read(tx, tenant, &contact).await; // A5: nobody to be won
    }
    take_up(tx, tenant, &contact, chat, id, last_words).await
}

/// Keeps the message and what it changes; `None` if it is known.
async fn keep(
    tx: &mut Tx,
    contact: &Contact,
    chat: &Conversation,
    message: &InboundMessage,
    settled: bool,
) -> Result<Option<(MessageId, Content)>> {
    if tx.messages().by_provider_id(chat.connection_id, &message.provider_id).await?.is_some() {
        return Ok(None);
    }
    let content = match &message.content {
        Content::Edit { .. } | Content::Revoke { .. } => amend::apply(tx, chat, message).await?,
        _ => amend::settled(tx, chat, message).await?,
    };
    let incoming = Incoming {
        conversation_id: chat.id,
        contact_id: contact.id,
        channel: chat.channel,
        connection_id: chat.connection_id,
        content: content.clone(),
        provider_id: message.provider_id.clone(),
        at: message.at,
        to_be_read: !settled && NonText::of(&content) != Some(NonText::NoTurn),
    };
    Ok(tx.messages().receive(&incoming).await?.map(|id| (id, content)))
}

/// The window is counted from when they wrote, not from when we heard of it. Reactions, edits and news of the channel open
/// none: whether they do is not certain.
fn note_arrival(chat: &mut Conversation, content: &Content, at: Timestamp) {
    if matches!(
        content,
        Content::Reaction { .. } | Content::Edit { .. } | Content::Revoke { .. } | Content::System { .. }
    ) {
        return;
    }
    if chat.channel == Channel::Whatsapp {
        let until = at.checked_add(SERVICE_WINDOW).unwrap_or(Timestamp::MAX);
        chat.window_until = chat.window_until.max(Some(until));
    }
    chat.last_inbound_at = chat.last_inbound_at.max(Some(at));
}

/// Ends what was planned, makes sure of a lead, and has the burst read when it is over (A11).
async fn take_up(
    tx: &mut Tx,
    tenant: &Tenant,
    contact: &Contact,
    mut chat: Conversation,
    id: MessageId,
    last_words: Option<Timestamp>,
) -> Result<()> {
    let mut source = chat.channel.as_str();
    let outreach = tx.episodes().open_of(contact.id, PURPOSE).await?;
    let ended = outreach.as_ref().map(|episode| episode.id);
    if let Some(episode) = outreach {
        source = "missed_call";
        chat.episode_id = Some(episode.id);
        let about = About { contact: Some(contact.id), message: Some(id), ..About::default() };
        end_by_writing(tx, tenant, episode, about).await?;
    }
    let episode = chat.episode_id;
    let (lead, made) = enquiry::for_message(tx, contact, &mut chat, last_words, source).await?;
    if let Some(episode) = episode.filter(|_| made) {
        tx.calls().give_to_lead(episode, lead.id).await?;
    }
    chat.lead_id = Some(lead.id);
    chat.episode_id = ended.or(chat.episode_id); // also where the chat began anew
    tx.conversations().save(&chat).await?;
    cancel_reminders(tx, chat.id).await?;
    let at = tx.now() + tenant.settings.outreach.burst.0;
    put(tx, &AnswerBurst { conversation: chat.id }, at, OnConflict::Move).await?;
    Ok(())
}

/// Someone who is no customer wrote: a person reads it, once a day.
async fn ask_to_read(tx: &mut Tx, tenant: &Tenant, contact: &Contact) -> Result<()> {
    let day = tx.now().to_zoned(tenant.time_zone.clone()).date();
    let phone = contact.phone.as_ref();
    let wish = Wish {
        title: Key::TaskReview,
        urgency: Urgency::Normal,
        key: format!("wrote:{}:{day}", contact.id),
        because: None,
        contact: Some(contact.id),
        lead: None,
        phone: phone.map(|p| p.as_str().to_owned()),
        who: ledger::who(contact.name.as_deref(), phone),
    };
    ledger::add_task(tx, tenant, wish).await.map(drop)
}

/// One of the business's own people tapped an answer under a notice (A13).
async fn one_tap(tx: &mut Tx, tenant: &Tenant, message: &InboundMessage) -> Result<()> {
    let Content::Choice { id, .. } = &message.content else { return Ok(()) };
    let Some((answer, lead)) = Answer::of_button(id) else { return Ok(()) };
    let by = owner_answered::By { phone: message.from.as_ref(), email: None };
    owner_answered::handle(tx, tenant, lead, answer, by).await.map(drop)
}
