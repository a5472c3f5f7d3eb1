//! What is written to a customer without their having written just now: confirmations, reminders, news of a ticket, a talk
//! that broke off (C6, C8, C12). WhatsApp inside its window, else a text message, else a person is told.

use crate::ledger::{self, About, Entry, Wish};
use crate::mail::{self, Mail, Posted};
use crate::reception::written::medium;
use crate::standing;
use crate::ways::Ways;
use crate::work::send_message;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::contact::Contact;
use ringleader_core::conversation::{Channel, Conversation};
use ringleader_core::message::{Audience, Content};
use ringleader_core::policy::{self, Verdict};
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::repo::NewMessage;
use ringleader_store::{Result, Tx};

/// The id of a button is this, what it belongs to (the turn of a talk, or a letter and what that is about), and its place.
pub(crate) const OPTION: &str = "option:";

/// What a button of a letter belongs to.
pub(crate) const LETTER: &str = "letter";

/// Letters that come by themselves and can wait, by their purpose.
const PATIENT: [&str; 3] = [SATISFACTION, FEEDBACK, MATCHES];

/// Asks how a call was.
pub(crate) const SATISFACTION: &str = "satisfaction";

/// Asks how a viewing was.
pub(crate) const FEEDBACK: &str = "feedback";

/// Tells what fits a search.
pub(crate) const MATCHES: &str = "matches";

/// A talk in writing that was left in the middle rests after this.
const RESTS: SignedDuration = SignedDuration::from_hours(1);

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
    /// Not before then.
    Later(Timestamp),
}

impl Sent {
    /// Whether they have it, or will.
    pub(crate) fn goes(self) -> bool {
        matches!(self, Self::Now | Self::Before)
    }
}

/// A question with its answers, the first is 1.
pub(crate) struct Choice {
    /// The question.
    pub words: String,
    /// The answers.
    pub answers: [&'static str; 3],
    /// What is added where there are no buttons.
    pub by_figure: &'static str,
    /// What it is about: a tap on an answer comes back with it, however late.
    pub about: String,
}

/// What a button of a letter stands for: what it is about, and which answer. `None` for every other button.
pub(crate) fn tapped(button: &str) -> Option<(&str, u8)> {
    let (about, nth) = button.strip_prefix(OPTION)?.strip_prefix(LETTER)?.strip_prefix(':')?.rsplit_once(':')?;
    let nth = nth.parse().ok().filter(|nth| (1..=3).contains(nth))?;
    Some((about, nth))
}

/// Writes to a customer. `cause` names it: the same cause writes once. `true` if it goes; a person is told if nothing reaches
/// them.
pub(crate) async fn write(tx: &mut Tx, tenant: &Tenant, contact: &Contact, words: String, cause: &str) -> Result<bool> {
    let sent = send(tx, tenant, contact, words.clone(), cause, "reception").await?;
    if matches!(sent, Sent::Held | Sent::Later(_)) {
        by_hand(tx, tenant, contact, &words, cause).await?;
    }
    Ok(sent.goes())
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
    choice: Choice,
    cause: &str,
    purpose: &str,
) -> Result<Sent> {
    let content = |channel| {
        let Choice { words, answers, by_figure, about } = choice;
        let numbered = (1..).zip(answers);
        let button = |(nth, title): (i32, &str)| (format!("{OPTION}{LETTER}:{about}:{nth}"), title.to_owned());
        match channel {
            Channel::Whatsapp => Content::Buttons { body: words, buttons: numbered.map(button).collect() },
            _ => {
                let list: String = numbered.map(|(nth, title)| format!("\n{nth}. {title}")).collect();
                Content::Text { body: format!("{words}{list}\n{by_figure}") }
            }
        }
    };
    post(tx, tenant, contact, content, cause, purpose).await
}

/// The same with content of any kind, which may depend on the channel that is taken.
pub(crate) async fn post(
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
        return Ok(match ruling.verdict {
            Verdict::Hold { .. } => Sent::Held,
            Verdict::Wait { until } => Sent::Later(until),
            _ => Sent::Not,
        });
    };
    let Some(connection) = ways.connection(channel) else { return Ok(Sent::Not) };
    let chat = chat(tx, contact, channel, connection).await?;
    if PATIENT.contains(&purpose)
        && let Some(ruling) = policy::comes_between(chat.driver, rests_at(tx, &chat).await?, tx.now())
    {
        ledger::record(tx, tenant, about, Entry::from(&ruling)).await?;
        return Ok(ruling.wait_until().map_or(Sent::Not, Sent::Later));
    }
    let lead = tx.leads().open_of(contact.id).await?;
    let wish = NewMessage {
        send_key: send_key(cause),
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

fn send_key(cause: &str) -> String {
    format!("letter:{cause}")
}

/// When a talk in this chat that stands half-way is taken for resting.
async fn rests_at(tx: &mut Tx, chat: &Conversation) -> Result<Option<Timestamp>> {
    let Some(medium) = medium(chat.channel) else { return Ok(None) };
    let since = tx.now() - RESTS;
    let open = tx.talks().open_of(chat.contact_id, medium, since).await?;
    Ok(open.filter(|talk| talk.desk.is_unfinished()).map(|talk| talk.updated_at + RESTS))
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
    if contact.opted_out_at.is_some() {
        return Ok(Sent::Not);
    }
    let lead = tx.leads().open_of(contact.id).await?;
    let mail = Mail {
        key: format!("letter:{cause}"),
        to: to.to_owned(),
        audience: Audience::Contact,
        contact: Some(contact.id),
        lead: lead.map(|lead| lead.id),
        content: Content::Text { body: words },
        purpose: purpose.to_owned(),
    };
    Ok(match mail::post(tx, mail).await? {
        Posted::Nowhere => Sent::Held,
        Posted::Before => Sent::Before,
        Posted::Now(_) => Sent::Now,
    })
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
