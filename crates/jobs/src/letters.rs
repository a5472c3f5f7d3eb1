//! What is written to a customer without their having written just now: confirmations, reminders, news of a ticket, a talk
//! that broke off (C6, C8, C12). WhatsApp inside its window, else a text message, else a person is told.

use crate::ledger::{self, About, Entry, Wish};
use crate::standing;
use crate::ways::{Ways, connection_for};
use crate::work::send_message;
use ringleader_core::contact::Contact;
use ringleader_core::conversation::{Channel, Conversation};
use ringleader_core::message::{Audience, Content};
use ringleader_core::policy::{self, Verdict};
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::repo::NewMessage;
use ringleader_store::{Result, Tx};

/// The id of a button is this, what it belongs to (the turn of a talk, or a letter), and its place.
pub(crate) const OPTION: &str = "option:";

/// What a button of a letter belongs to: who taps it begins a talk about that letter.
pub(crate) const LETTER: &str = "letter";

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// It goes.
    Now,
    /// The same went before.
    Before,
    /// No way leads to them.
    Held,
    /// It is not to go.
    Not,
}

/// Writes to a customer. `cause` names it: the same cause writes once. `true` if it goes; a person is told if nothing reaches
/// them.
pub(crate) async fn write(tx: &mut Tx, tenant: &Tenant, contact: &Contact, words: String, cause: &str) -> Result<bool> {
    let sent = send(tx, tenant, contact, words.clone(), cause, "reception").await?;
    if sent == Sent::Held {
        by_hand(tx, tenant, contact, &words, cause).await?;
    }
    Ok(matches!(sent, Sent::Now | Sent::Before))
}

/// The same for what is nothing for a person to tell.
pub(crate) async fn send(
    tx: &mut Tx,
    tenant: &Tenant,
    contact: &Contact,
    words: String,
    cause: &str,
    purpose: &str,
) -> Result<Sent> {
    let content = |_| Content::Text { body: words };
    post(tx, tenant, contact, content, cause, purpose).await
}

/// The same with a choice of answers: buttons on WhatsApp, a numbered list elsewhere. A tap is as good as the figure.
pub(crate) async fn choose(
    tx: &mut Tx,
    tenant: &Tenant,
    contact: &Contact,
    (words, answers): (String, [&str; 3]),
    cause: &str,
    purpose: &str,
) -> Result<Sent> {
    let content = |channel| {
        let numbered = (1..).zip(answers);
        match channel {
            Channel::Whatsapp => Content::Buttons {
                body: words,
                buttons: numbered.map(|(nth, title)| (format!("{OPTION}{LETTER}:{nth}"), title.to_owned())).collect(),
            },
            _ => Content::Text {
                body: words + &numbered.map(|(nth, title)| format!("\n{nth}. {title}")).collect::<String>(),
            },
        }
    };
    post(tx, tenant, contact, content, cause, purpose).await
}

async fn post(
    tx: &mut Tx,
    tenant: &Tenant,
    contact: &Contact,
    content: impl FnOnce(Channel) -> Content,
    cause: &str,
    purpose: &str,
) -> Result<Sent> {
    let ways = Ways::to_contact(tx, tenant, contact, contact.phone.as_ref(), None, None).await?;
    let ruling = policy::letter(&standing::of(tenant, contact), &ways.route, tx.now());
    let about = About { contact: Some(contact.id), ..About::default() };
    let Verdict::Go { channel, .. } = ruling.verdict.clone() else {
        ledger::record(tx, tenant, about, Entry::from(&ruling)).await?;
        return Ok(if matches!(ruling.verdict, Verdict::Hold { .. }) { Sent::Held } else { Sent::Not });
    };
    let Some(connection) = ways.connection(channel) else { return Ok(Sent::Not) };
    let chat = chat(tx, contact, channel, connection).await?;
    let lead = tx.leads().open_of(contact.id).await?;
    let wish = NewMessage {
        send_key: format!("letter:{cause}"),
        conversation_id: Some(chat.id),
        contact_id: Some(contact.id),
        lead_id: lead.map(|lead| lead.id),
        episode_id: None,
        audience: Audience::Contact,
        channel,
        connection_id: Some(connection),
        to: chat.peer.clone().or_else(|| contact.phone.clone()),
        to_email: None,
        content: content(channel),
        purpose: purpose.to_owned(),
    };
    let Some(message) = send_message::wish(tx, &wish).await? else { return Ok(Sent::Before) };
    ledger::record(tx, tenant, About { message: Some(message), ..about }, Entry::from(&ruling)).await?;
    Ok(Sent::Now)
}

/// Writes an email to a customer, where there is a mail server.
pub(crate) async fn email(
    tx: &mut Tx,
    contact: &Contact,
    to: &str,
    words: String,
    cause: &str,
    purpose: &str,
) -> Result<Sent> {
    let Some(connection) = connection_for(tx, Channel::Email).await? else { return Ok(Sent::Held) };
    if contact.opted_out_at.is_some() {
        return Ok(Sent::Not);
    }
    let lead = tx.leads().open_of(contact.id).await?;
    let wish = NewMessage {
        send_key: format!("letter:{cause}"),
        conversation_id: None,
        contact_id: Some(contact.id),
        lead_id: lead.map(|lead| lead.id),
        episode_id: None,
        audience: Audience::Contact,
        channel: Channel::Email,
        connection_id: Some(connection.id),
        to: None,
        to_email: Some(to.to_owned()),
        content: Content::Text { body: words },
        purpose: purpose.to_owned(),
    };
    Ok(if send_message::wish(tx, &wish).await?.is_some() { Sent::Now } else { Sent::Before })
}

/// The chat that it belongs to.
async fn chat(
    tx: &mut Tx,
    contact: &Contact,
    channel: ringleader_core::conversation::Channel,
    connection: ringleader_core::id::ConnectionId,
) -> Result<Conversation> {
    let known = tx.conversations().of_contact(contact.id).await?;
    let fits = |chat: &Conversation| chat.channel == channel && chat.connection_id == connection;
    match known.into_iter().find(fits) {
        Some(chat) => Ok(chat),
        None => {
            let peer = contact.phone.as_ref();
            Ok(tx.conversations().find_or_make(contact.id, channel, connection, peer).await?.0)
        }
    }
}

/// Nothing reaches them in writing: a person tells them.
async fn by_hand(tx: &mut Tx, tenant: &Tenant, contact: &Contact, words: &str, cause: &str) -> Result<()> {
    let phone = contact.phone.as_ref();
    let wish = Wish {
        title: Key::TaskCallBack,
        urgency: Urgency::Normal,
        key: format!("letter:{cause}"),
        because: None,
        contact: Some(contact.id),
        lead: None,
        phone: phone.map(|phone| phone.as_str().to_owned()),
        who: ledger::who(contact.name.as_deref(), phone),
    };
    ledger::add_task_saying(tx, tenant, wish, words).await.map(drop)
}
