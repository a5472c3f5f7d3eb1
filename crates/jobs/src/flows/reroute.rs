//! A message to a customer definitely did not go (A8): SMS where there is one, a template where the window is closed, a later
//! try where the provider asked for a pause, else a task for a person. Told at once or hours later, the rule is the same.

use super::chat::{Scene, cancel_reminders};
use super::{enquiry, opener};
use crate::alerts;
use crate::ledger::{self, About, Entry, Wish};
use crate::ways::Ways;
use crate::work::{SendMessage, put, send_message, sync_templates};
use jiff::SignedDuration;
use ringleader_core::chat::Event;
use ringleader_core::conversation::{Channel, MOVED};
use ringleader_core::decision::Verdict as Word;
use ringleader_core::episode::EpisodeState;
use ringleader_core::id::ConnectionId;
use ringleader_core::message::{Audience, Content, Message, MessageStatus, SendFailure};
use ringleader_core::optout::OptWord;
use ringleader_core::policy::{Form, TemplateState};
use ringleader_core::settings::TemplateRef;
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_providers::messaging::{FailureClass, Scope};
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::{Connection, NewMessage, Template};
use ringleader_store::{Result, StoreError, Tx};
use serde_json::json;

/// A number that the provider paused is asked again after this, if it does not say when.
const TEMPLATE_PAUSE: SignedDuration = SignedDuration::from_hours(3);

/// Does what the class of the failure asks for.
pub async fn after_failure(
    tx: &mut Tx,
    tenant: &Tenant,
    message: &Message,
    failure: &SendFailure,
    class: FailureClass,
    connection: Option<ConnectionId>,
) -> Result<()> {
    if let (FailureClass::Rejected, Content::Picture { link, .. }) = (class, &message.content) {
        return as_link(tx, tenant, message, failure, link).await;
    }
    match class {
        FailureClass::Throttled(_) | FailureClass::Transient if tried_enough(tx, message).await? => {
            give_to_person(tx, tenant, message, failure, "too_many_tries", Key::WhyUnreachable).await
        }
        FailureClass::Throttled(scope) => again(tx, message, failure, connection, scope).await,
        FailureClass::Transient => again(tx, message, failure, connection, Scope::Pair).await,
        FailureClass::Unreachable => {
            if let Some(contact) = message.contact_id {
                let since = Some(tx.now());
                tx.contacts().set_unreachable(contact, message.channel, since).await?;
            }
            other_way(tx, tenant, message, failure, "unreachable", Key::WhyUnreachable).await
        }
        FailureClass::WindowClosed => {
            close_window(tx, message).await?;
            other_way(tx, tenant, message, failure, "window_closed", Key::WhyWindowClosed).await
        }
        FailureClass::Template => {
            note_template(tx, message, failure, connection).await?;
            mend_template(tx, tenant, message).await?;
            other_way(tx, tenant, message, failure, "template", Key::WhyTemplateNotApproved).await
        }
        FailureClass::OptedOut => opted_out(tx, tenant, message, failure).await,
        FailureClass::Halted | FailureClass::Rejected => {
            give_to_person(tx, tenant, message, failure, "rejected", Key::WhyUnreachable).await
        }
    }
}

/// A picture that the provider cannot fetch, or does not take, goes as its address (C11).
async fn as_link(tx: &mut Tx, tenant: &Tenant, message: &Message, failure: &SendFailure, link: &str) -> Result<()> {
    let (lead, episode) = tx.messages().belongs_to(message.id).await?;
    let wish = NewMessage {
        send_key: format!("{}:link", message.id),
        conversation_id: message.conversation_id,
        contact_id: message.contact_id,
        lead_id: lead,
        episode_id: episode,
        audience: message.audience,
        channel: message.channel,
        connection_id: message.connection_id,
        to: message.to.clone(),
        to_email: None,
        content: Content::Text { body: link.to_owned() },
        purpose: message.purpose.clone().unwrap_or_default(),
    };
    let Some(sent) = send_message::wish(tx, &wish).await? else { return Ok(()) };
    let entry = Entry {
        verdict: Word::Send,
        rule: "C11",
        reason: "link_instead".to_owned(),
        explain: Key::WhyLinkInstead,
        evidence: json!({ "failed_message_id": message.id, "code": failure.code }),
        until: None,
    };
    let about = About { contact: message.contact_id, episode, call: None, message: Some(sent) };
    ledger::record(tx, tenant, about, entry).await
}

async fn tried_enough(tx: &mut Tx, message: &Message) -> Result<bool> {
    Ok(tx.messages().attempts(message.id).await? >= send_message::TRIES)
}

/// The provider dropped it for being too fast: it goes again, later each time (130429, 131056).
async fn again(
    tx: &mut Tx,
    message: &Message,
    failure: &SendFailure,
    connection: Option<ConnectionId>,
    scope: Scope,
) -> Result<()> {
    let failures = tx.messages().attempts(message.id).await?;
    let at = tx.now() + send_message::backoff(failures);
    if let (Some(connection), false) = (connection, scope == Scope::Pair) {
        tx.connections().pause(connection, at).await?;
    }
    tx.messages().settle(message.id, MessageStatus::Wanted, None, Some(failure)).await?;
    tx.messages().forget_provider_id(message.id).await?;
    let lane = message.conversation_id.map(|id| format!("send:{id}"));
    put(tx, &SendMessage::new(message.id, lane, message.purpose.as_deref()), at, OnConflict::Move).await?;
    Ok(())
}

async fn close_window(tx: &mut Tx, message: &Message) -> Result<()> {
    let Some(id) = message.conversation_id else { return Ok(()) };
    if let Some(mut chat) = tx.conversations().get(id).await? {
        chat.window_until = None; // the provider's word counts more than our arithmetic
        tx.conversations().save(&chat).await?;
    }
    Ok(())
}

async fn note_template(
    tx: &mut Tx,
    message: &Message,
    failure: &SendFailure,
    connection: Option<ConnectionId>,
) -> Result<()> {
    let (Content::Template { name, language, .. }, Some(connection)) = (&message.content, connection) else {
        return Ok(());
    };
    let status = match failure.code.as_str() {
        "132015" => "PAUSED",
        "132016" => "DISABLED",
        _ => "REJECTED",
    };
    let until = (status == "PAUSED").then(|| tx.now() + TEMPLATE_PAUSE);
    let news = Template {
        name: name.clone(),
        language: language.clone(),
        status: status.to_owned(),
        reason: Some(failure.code.clone()),
        paused_until: until,
        ..Template::default()
    };
    tx.templates().save(connection, &news).await?;
    sync_templates::plan(tx, connection).await // the provider may know it otherwise than we do
}

async fn mend_template(tx: &mut Tx, tenant: &Tenant, message: &Message) -> Result<()> {
    match &message.content {
        Content::Template { name, .. } => alerts::mend_template(tx, tenant, name).await,
        _ => Ok(()),
    }
}

/// The provider keeps a block of its own. Where the person has told us since that they want messages again, it is only
/// this channel that is closed; else they left (A14).
async fn opted_out(tx: &mut Tx, tenant: &Tenant, message: &Message, failure: &SendFailure) -> Result<()> {
    let Some(contact) = message.contact_id else { return Ok(()) };
    if tx.contacts().last_consent(contact).await?.is_some_and(|state| state == "granted") {
        let since = Some(tx.now());
        tx.contacts().set_unreachable(contact, message.channel, since).await?;
        return other_way(tx, tenant, message, failure, "unreachable", Key::WhyUnreachable).await;
    }
    opener::opted_out(tx, tenant, message).await?;
    super::consent::note(tx, contact, OptWord::Stop, "the provider says so", &failure.code).await
}

/// Tries the next way for an opener; anything else becomes a person's matter.
async fn other_way(
    tx: &mut Tx,
    tenant: &Tenant,
    message: &Message,
    failure: &SendFailure,
    reason: &str,
    explain: Key,
) -> Result<()> {
    let opener = message.purpose.as_deref() == Some(Key::FirstMessage.as_str());
    if !opener {
        return give_to_person(tx, tenant, message, failure, reason, explain).await;
    }
    let chat = message.conversation_id.ok_or(StoreError::Missing)?;
    let Some(scene) = Scene::load(tx, chat).await? else { return Ok(()) };
    let (_, episode) = tx.messages().belongs_to(message.id).await?;
    let words = Box::pin(opener::Words::of(tx, tenant, episode)).await?;
    let template = words.template();
    let mut ways = Ways::to_contact(tx, tenant, &scene.contact, scene.to().as_ref(), None, template.clone()).await?;
    if matches!(message.content, Content::Template { .. }) {
        ways.route.template = TemplateState::Missing; // it has just failed
    }
    match next_form(&ways, message, template) {
        Some((channel, form)) => Box::pin(resend(tx, tenant, message, scene, &ways, &words, (channel, form))).await,
        None => give_to_person(tx, tenant, message, failure, reason, explain).await,
    }
}

/// A template after a closed window, an SMS after everything else.
fn next_form(ways: &Ways, message: &Message, template: Option<TemplateRef>) -> Option<(Channel, Form)> {
    let was_text = matches!(message.content, Content::Text { .. });
    match (&ways.route.template, template) {
        (TemplateState::Usable(_), Some(template))
            if was_text && message.channel == Channel::Whatsapp && !ways.route.whatsapp_unreachable =>
        {
            Some((Channel::Whatsapp, Form::Template(template)))
        }
        _ if ways.route.sms
            && !ways.route.sms_barred
            && !ways.route.sms_unreachable
            && message.channel != Channel::Sms =>
        {
            Some((Channel::Sms, Form::Text))
        }
        _ => None,
    }
}

async fn resend(
    tx: &mut Tx,
    tenant: &Tenant,
    message: &Message,
    mut scene: Scene,
    ways: &Ways,
    words: &opener::Words,
    (channel, form): (Channel, Form),
) -> Result<()> {
    let connection = ways.connection(channel).ok_or(StoreError::Missing)?;
    let unanswerable = channel == Channel::Sms && !ways.route.sms_answerable;
    let content = scene.content(&[words.key(&form, unanswerable)], &form)?;
    let conversation = match channel == message.channel {
        true => scene.chat.id,
        false => move_chat(tx, &mut scene, channel, connection, unanswerable).await?,
    };
    let (_, episode) = tx.messages().belongs_to(message.id).await?;
    let wish = NewMessage {
        send_key: format!("{}:{}", message.id, channel.as_str()),
        conversation_id: Some(conversation),
        contact_id: Some(scene.contact.id),
        lead_id: Some(scene.lead.id),
        episode_id: episode,
        audience: Audience::Contact,
        channel,
        connection_id: Some(connection),
        to: message.to.clone().or_else(|| scene.to()),
        to_email: None,
        content,
        purpose: Key::FirstMessage.as_str().to_owned(),
    };
    let sent = send_message::wish(tx, &wish).await?;
    let (reason, explain) = match channel {
        Channel::Sms => ("sms_instead", Key::WhySentSms),
        _ => ("template_instead", Key::WhyTemplateInstead),
    };
    let entry = Entry {
        verdict: Word::Send,
        rule: "A8",
        reason: reason.to_owned(),
        explain,
        evidence: json!({ "failed_message_id": message.id }),
        until: None,
    };
    let about = About { contact: Some(scene.contact.id), episode, call: None, message: sent };
    ledger::record(tx, tenant, about, entry).await
}

/// The chat goes on where the customer can be reached; the old one ends without a word, and counts only if they write there.
async fn move_chat(
    tx: &mut Tx,
    scene: &mut Scene,
    channel: Channel,
    connection: ConnectionId,
    unanswerable: bool,
) -> Result<ringleader_core::id::ConversationId> {
    cancel_reminders(tx, scene.chat.id).await?;
    scene.chat.closed_reason = Some(MOVED.to_owned());
    tx.conversations().save(&scene.chat).await?;
    let peer = scene.to();
    let (mut chat, _) = tx.conversations().find_or_make(scene.contact.id, channel, connection, peer.as_ref()).await?;
    enquiry::begin_anew(&mut chat, scene.chat.episode_id, scene.chat.opened_at);
    chat.lead_id = Some(scene.lead.id);
    tx.conversations().save(&chat).await?;
    scene.chat = chat;
    scene.step(tx, Event::Opened, "opened").await?;
    if unanswerable {
        scene.keep_promise(tx).await?;
    }
    Ok(scene.chat.id)
}

/// Nothing more can be sent: someone calls back, and the ledger says why (A8, P11).
async fn give_to_person(
    tx: &mut Tx,
    tenant: &Tenant,
    message: &Message,
    failure: &SendFailure,
    reason: &str,
    explain: Key,
) -> Result<()> {
    let (lead, episode) = tx.messages().belongs_to(message.id).await?;
    let contact = match message.contact_id {
        Some(id) => tx.contacts().get(id).await?,
        None => None,
    };
    if let Some(chat) = message.conversation_id {
        cancel_reminders(tx, chat).await?;
    }
    opener::will_not_go(tx, message, EpisodeState::Held, reason).await?;
    let entry = Entry {
        verdict: Word::Hold,
        rule: "A8",
        reason: reason.to_owned(),
        explain,
        evidence: json!({ "message_id": message.id, "code": failure.code }),
        until: None,
    };
    let about = About { contact: message.contact_id, episode, call: None, message: Some(message.id) };
    ledger::record(tx, tenant, about, entry).await?;
    let phone = contact.as_ref().and_then(|c| c.phone.clone());
    let wish = Wish {
        title: Key::TaskCallBack,
        urgency: Urgency::Normal,
        key: format!("message:{}", message.id),
        because: Some(explain),
        contact: message.contact_id,
        lead,
        phone: phone.as_ref().map(|p| p.as_str().to_owned()),
        who: ledger::who(contact.as_ref().and_then(|c| c.name.as_deref()), phone.as_ref()),
    };
    ledger::add_task(tx, tenant, wish).await.map(drop)
}

/// The provider refuses a connection: one alert a day until it works again.
pub async fn alert_connection(tx: &mut Tx, tenant: &Tenant, connection: &Connection, detail: &str) -> Result<()> {
    tracing::error!(connection.id = %connection.id, kind = %connection.kind, "Connection {} is refused: {detail}", connection.id);
    let day = tx.now().to_zoned(tenant.time_zone.clone()).date();
    let wish = Wish {
        title: Key::TaskMendConnection,
        urgency: Urgency::Urgent,
        key: format!("connection:{}:{day}", connection.id),
        because: None,
        contact: None,
        lead: None,
        phone: None,
        who: connection.name.clone(),
    };
    ledger::add_task(tx, tenant, wish).await.map(drop)
}
