//! The ways to one of the business's own people: tried in the tenant's order, the next at once when one fails (A13).
//!
//! Always true: a notice goes over one channel at a time; a room is told once, however many people it stands in for; when
//! nothing works, the dashboard has an alert.

use super::send_message;
use super::tell_owner::known;
use crate::ledger::{self, About, Entry, Wish};
use crate::ways::{Ways, connection_for};
use ringleader_core::conversation::Channel;
use ringleader_core::decision::Verdict as Word;
use ringleader_core::id::{ConnectionId, LeadId};
use ringleader_core::lead::Lead;
use ringleader_core::message::{Audience, Content, Message, SendFailure};
use ringleader_core::notify::{self, Answer, Card, Notice, Person, Snapshot};
use ringleader_core::phone::Phone;
use ringleader_core::policy::{self, Form, Route, Ruling, Verdict};
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::{Key, Texts};
use ringleader_providers::messaging::{FailureClass, classify};
use ringleader_store::repo::{Connection, Identity, NewMessage};
use ringleader_store::{Result, StoreError, Tx};
use serde_json::json;

/// Longest body of a message with buttons.
const MAX_BUTTON_BODY: usize = 1024;

/// The ways to one person, as they are right now.
pub(super) struct OwnerWays {
    person: Person,
    staff: Option<Ways>,
    email: Option<ConnectionId>,
    slack: Option<ConnectionId>,
    /// Connections that are paused carry nothing for people who must know now.
    sms: Option<ConnectionId>,
}

impl OwnerWays {
    pub(super) async fn of(tx: &mut Tx, tenant: &Tenant, person: &Person) -> Result<Self> {
        let staff = match &person.phone {
            Some(phone) => Some(Ways::to_staff(tx, tenant, phone).await?),
            None => None,
        };
        let now = tx.now();
        let working =
            |found: Option<Connection>| found.filter(|c| c.paused_until.is_none_or(|until| until <= now)).map(|c| c.id);
        let email = match person.email {
            Some(_) => working(connection_for(tx, Channel::Email).await?),
            None => None,
        };
        let slack = working(connection_for(tx, Channel::Slack).await?);
        let sms = match person.phone {
            Some(_) => working(connection_for(tx, Channel::Sms).await?),
            None => None,
        };
        Ok(Self { person: person.clone(), staff, email, slack, sms })
    }

    fn connection(&self, channel: Channel) -> Option<ConnectionId> {
        match channel {
            Channel::Whatsapp => self.staff.as_ref().and_then(|ways| ways.connection(channel)),
            Channel::Sms => self.sms,
            Channel::Email => self.email,
            Channel::Slack => self.slack,
        }
    }

    /// The first of these channels that can carry a notice.
    pub(super) fn first(
        &self,
        channels: &[Channel],
        now: jiff::Timestamp,
    ) -> Option<(Ruling, Channel, Form, ConnectionId)> {
        let nothing = Route::default();
        channels.iter().find_map(|channel| {
            let connection = self.connection(*channel);
            let route = self.staff.as_ref().map_or(&nothing, |ways| &ways.route);
            let ruling = policy::owner_notice(*channel, connection.is_some(), route, now);
            match ruling.verdict.clone() {
                Verdict::Go { channel, form } => Some((ruling, channel, form, connection?)),
                _ => None,
            }
        })
    }
}

/// A notice about a lead, ready to go over whatever channel works.
pub(super) struct Telling<'a> {
    tenant: &'a Tenant,
    lead: &'a Lead,
    notice: Notice,
}

impl<'a> Telling<'a> {
    /// The notice of what is known, with what is new to someone who was told `before`.
    pub(super) async fn compose(
        tx: &mut Tx,
        tenant: &'a Tenant,
        lead: &'a Lead,
        known: &Snapshot,
        before: Option<&Snapshot>,
    ) -> Result<Self> {
        let contact = tx.contacts().get(lead.contact_id).await?;
        let phone = contact.and_then(|c| c.phone);
        let line = match known.is_hot(before) {
            true => {
                tx.analyses().of_contact(lead.contact_id).await?.and_then(|row| row.notification().map(str::to_owned))
            }
            false => None,
        };
        let card = Card { known, told: before, phone: phone.as_ref(), call: line.as_deref(), link: None };
        let notice = notify::compose(&card, &Texts::with(&tenant.settings.texts), tenant.language())
            .map_err(|_| StoreError::Corrupt { column: "texts".into(), expected: "renderable" })?;
        Ok(Self { tenant, lead, notice })
    }

    /// The same notice with other words in it.
    pub(super) fn saying(mut self, words: String) -> Self {
        self.notice.text = words;
        self
    }

    /// Words put before the notice.
    pub(super) fn headed(self, key: Key) -> Self {
        let head = Texts::with(&self.tenant.settings.texts).plain(key, self.tenant.language());
        let words = format!("{head}\n{}", self.notice.text);
        self.saying(words)
    }

    /// Wishes it over the first of `channels` that can carry it; whether there was one. `key` and, for a room that stands in
    /// for everyone, `room` make it one message however often it is wished.
    pub(super) async fn over(
        &self,
        tx: &mut Tx,
        ways: &OwnerWays,
        channels: &[Channel],
        key: &str,
        room: &str,
    ) -> Result<bool> {
        let Some((ruling, channel, form, connection)) = ways.first(channels, tx.now()) else { return Ok(false) };
        let by_phone = matches!(channel, Channel::Whatsapp | Channel::Sms);
        let wish = NewMessage {
            send_key: if channel == Channel::Slack { room } else { key }.to_owned(),
            conversation_id: None,
            contact_id: Some(self.lead.contact_id),
            lead_id: Some(self.lead.id),
            episode_id: None,
            audience: Audience::Owner,
            channel,
            connection_id: Some(connection),
            to: ways.person.phone.clone().filter(|_| by_phone),
            to_email: ways.person.email.clone().filter(|_| channel == Channel::Email),
            content: self.content(channel, &form),
            purpose: Key::OwnerLead.as_str().to_owned(),
        };
        if let Some(message) = send_message::wish(tx, &wish).await? {
            let about = About { contact: Some(self.lead.contact_id), message: Some(message), ..About::default() };
            ledger::record(tx, self.tenant, about, Entry::from(&ruling)).await?;
        }
        Ok(true)
    }

    /// As a template outside the owner's window, else with one-tap answers: buttons, or links where there are none.
    fn content(&self, channel: Channel, form: &Form) -> Content {
        let body = self.notice.text.clone();
        match form {
            Form::Template(template) => Content::Template {
                name: template.name.clone(),
                language: template.language.clone(),
                params: self.notice.params.clone(),
                preview: body,
            },
            Form::Text if channel == Channel::Whatsapp && body.chars().count() > MAX_BUTTON_BODY => {
                Content::Text { body }
            }
            Form::Text => {
                let texts = Texts::with(&self.tenant.settings.texts);
                let title = |answer: &Answer| texts.plain(answer.title(), self.tenant.language());
                let buttons = Answer::ALL.iter().map(|answer| (answer.button(self.lead.id), title(answer))).collect();
                Content::Buttons { body, buttons }
            }
        }
    }
}

/// For whom a notice was, and over which channels they can still be told.
async fn rest<'t>(
    tx: &mut Tx,
    tenant: &'t Tenant,
    message: &Message,
    code: &str,
) -> Result<(Vec<Person>, &'t [Channel])> {
    let channels = tenant.settings.notify.channels.as_slice();
    let next = channels.iter().position(|c| *c == message.channel).map_or(channels.len(), |i| i + 1);
    let window_closed =
        classify(code) == FailureClass::WindowClosed && !matches!(message.content, Content::Template { .. });
    if let (true, Some(phone)) = (window_closed, &message.to) {
        close_window(tx, message, phone).await?;
    }
    let from = if window_closed { next.saturating_sub(1) } else { next };
    let all = notify::people(tenant);
    let people = match (&message.to, &message.to_email) {
        // A room stood in for everyone.
        (None, None) => notify::rota(all, tenant, false, tx.now()).now,
        (phone, email) => {
            let is = |p: &Person| phone.is_some() && p.phone == *phone || email.is_some() && p.email == *email;
            all.into_iter().filter(is).collect()
        }
    };
    Ok((people, &channels[from.min(channels.len())..]))
}

/// Whether someone can be told over another channel at once, instead of trying this one again.
pub(super) async fn has_next(tx: &mut Tx, tenant: &Tenant, message: &Message) -> Result<bool> {
    if let (None, _) = tx.messages().belongs_to(message.id).await? {
        return Ok(false); // a letter, not a notice: it waits for its channel
    }
    let (people, channels) = rest(tx, tenant, message, "").await?;
    for person in &people {
        if OwnerWays::of(tx, tenant, person).await?.first(channels, tx.now()).is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A notice did not go: the ledger says so, the next channel is used, else the dashboard. What is about no lead goes one way only.
pub(super) async fn after_failure(
    tx: &mut Tx,
    tenant: &Tenant,
    message: &Message,
    failure: &SendFailure,
) -> Result<()> {
    let (lead, _) = tx.messages().belongs_to(message.id).await?;
    note_failure(tx, tenant, lead, message, failure).await?;
    let Some(lead) = lead else { return have_a_look(tx, tenant, None, message).await };
    let Some(lead) = tx.leads().get(lead).await? else { return Ok(()) };
    let (people, channels) = rest(tx, tenant, message, &failure.code).await?;
    let known = known(tx, &lead).await?;
    let words = message.content.words().unwrap_or_default().to_owned();
    let telling = Telling::compose(tx, tenant, &lead, &known, None).await?.saying(words);
    let mut reached = false;
    for person in &people {
        let ways = OwnerWays::of(tx, tenant, person).await?;
        let key = format!("{}:next:{}", message.id, person.key);
        reached |= telling.over(tx, &ways, channels, &key, &format!("{}:next:room", message.id)).await?;
    }
    if reached {
        return have_a_look(tx, tenant, Some(lead.id), message).await;
    }
    alert(tx, tenant, &lead, &message.id.to_string()).await
}

async fn note_failure(
    tx: &mut Tx,
    tenant: &Tenant,
    lead: Option<LeadId>,
    message: &Message,
    failure: &SendFailure,
) -> Result<()> {
    let channel = message.channel.as_str();
    metrics::counter!("ringleader_owner_channel_failures_total", "channel" => channel, "code" => failure.code.clone())
        .increment(1);
    let entry = Entry {
        verdict: Word::Hold,
        rule: "A13",
        reason: "channel_failed".into(),
        explain: Key::WhyChannelFailed,
        evidence: json!({ "lead_id": lead, "channel": channel, "code": failure.code }),
        until: None,
    };
    let about = About { contact: message.contact_id, message: Some(message.id), ..About::default() };
    ledger::record(tx, tenant, about, entry).await
}

/// One remark a day for each connection that notices do not get through.
async fn have_a_look(tx: &mut Tx, tenant: &Tenant, lead: Option<LeadId>, message: &Message) -> Result<()> {
    let Some(id) = message.connection_id else { return Ok(()) };
    let name = tx.connections().get(id).await?.map_or_else(|| message.channel.to_string(), |c| c.name);
    let day = tx.now().to_zoned(tenant.time_zone.clone()).date();
    let wish = Wish {
        title: Key::TaskChannelFailed,
        urgency: Urgency::Normal,
        key: format!("channel:{id}:{day}"),
        because: Some(Key::WhyChannelFailed),
        contact: None,
        lead,
        phone: None,
        who: name,
    };
    ledger::add_task(tx, tenant, wish).await.map(drop)
}

/// The provider says that the owner's window is closed: its word counts.
async fn close_window(tx: &mut Tx, message: &Message, phone: &Phone) -> Result<()> {
    let identity = Identity::Phone(phone.clone());
    let Some(contact) = tx.contacts().by_identity(&identity).await? else { return Ok(()) };
    for mut chat in tx.conversations().of_contact(contact.id).await? {
        if Some(chat.connection_id) == message.connection_id {
            chat.window_until = None;
            tx.conversations().save(&chat).await?;
        }
    }
    Ok(())
}

/// No channel works: the dashboard shows it (A13). The same cause makes one alert.
pub(super) async fn alert(tx: &mut Tx, tenant: &Tenant, lead: &Lead, cause: &str) -> Result<()> {
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
        key: format!("alert:{}:{cause}", lead.id),
        because: Some(Key::WhyNoChannel),
        contact: Some(lead.contact_id),
        lead: Some(lead.id),
        phone: phone.as_ref().map(|p| p.as_str().to_owned()),
        who: ledger::who(lead.name.as_deref(), phone.as_ref()),
    };
    ledger::add_task(tx, tenant, wish).await.map(drop)
}

/// The alert about a notice that is still being tried over its only channel.
pub(super) async fn alert_about(tx: &mut Tx, tenant: &Tenant, message: &Message) -> Result<()> {
    let (Some(lead), _) = tx.messages().belongs_to(message.id).await? else {
        return have_a_look(tx, tenant, None, message).await;
    };
    match tx.leads().get(lead).await? {
        Some(lead) => alert(tx, tenant, &lead, &message.id.to_string()).await,
        None => Ok(()),
    }
}
