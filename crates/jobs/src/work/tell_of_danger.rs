//! Tells the business's own people of an emergency that nobody has taken, or that no lead's notice tells of (C8).
//!
//! Always true: everyone is told over every channel that carries words now, whatever the hour; once for each state of the
//! emergency; where nothing carries them there is the urgent task.

use super::owner_ways::OwnerWays;
use super::send_message;
use crate::ledger::{self, About, Entry, Wish};
use ringleader_core::conversation::Channel;
use ringleader_core::id::ConnectionId;
use ringleader_core::message::{Audience, Content};
use ringleader_core::notify::{self, Person};
use ringleader_core::phone::Phone;
use ringleader_core::policy::Form;
use ringleader_core::reception::say;
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_core::ticket::{Alarm, AlarmState};
use ringleader_store::repo::NewMessage;
use ringleader_store::{Result, Tx};

/// What such messages are for; they are urgent.
pub(super) const PURPOSE: &str = "on_call";

/// Tells everyone, over every channel.
pub(crate) async fn everywhere(tx: &mut Tx, tenant: &Tenant, alarm: &Alarm) -> Result<()> {
    let words = say::alarm::to_owner(alarm, tenant.language());
    let mut reached = 0_i64;
    for person in notify::people(tenant) {
        let ways = OwnerWays::of(tx, tenant, &person).await?;
        for channel in [Channel::Whatsapp, Channel::Sms, Channel::Email, Channel::Slack] {
            reached += i64::from(tell(tx, tenant, alarm, (&person, &ways), channel, &words).await?);
        }
    }
    let what = serde_json::json!({ "state": alarm.state, "messages": reached });
    tx.usage().audit("receptionist", "on_call.owner_told", &alarm.id.to_string(), None, Some(what)).await?;
    if alarm.state == AlarmState::Unanswered {
        task(tx, tenant, alarm).await?;
    }
    Ok(())
}

/// Tells one person over one channel; `false` if it carries no words to them now, or did before.
async fn tell(
    tx: &mut Tx,
    tenant: &Tenant,
    alarm: &Alarm,
    (person, ways): (&Person, &OwnerWays),
    channel: Channel,
    words: &str,
) -> Result<bool> {
    let Some((ruling, channel, Form::Text, connection)) = ways.first(&[channel], tx.now()) else { return Ok(false) };
    let by_phone = matches!(channel, Channel::Whatsapp | Channel::Sms);
    let who = if channel == Channel::Slack { "room" } else { &person.key };
    let send_key = format!("{}:owner:{}:{channel}:{who}", alarm.id, alarm.state);
    let phone = person.phone.clone().filter(|_| by_phone);
    let email = person.email.clone().filter(|_| channel == Channel::Email);
    let wish = notice(alarm, send_key, (channel, connection), (phone, email), words.to_owned());
    let Some(message) = send_message::wish(tx, &wish).await? else { return Ok(false) };
    let about = About { contact: alarm.contact_id, message: Some(message), ..About::default() };
    ledger::record(tx, tenant, about, Entry::from(&ruling)).await?;
    Ok(true)
}

/// Words about an emergency, to the business's own people.
pub(super) fn notice(
    alarm: &Alarm,
    send_key: String,
    (channel, connection): (Channel, ConnectionId),
    (to, to_email): (Option<Phone>, Option<String>),
    body: String,
) -> NewMessage {
    NewMessage {
        send_key,
        conversation_id: None,
        contact_id: alarm.contact_id,
        lead_id: None,
        episode_id: None,
        audience: Audience::Owner,
        channel,
        connection_id: Some(connection),
        to,
        to_email,
        content: Content::Text { body },
        purpose: PURPOSE.to_owned(),
    }
}

/// It stays on the page until somebody has done something.
async fn task(tx: &mut Tx, tenant: &Tenant, alarm: &Alarm) -> Result<()> {
    let wish = Wish {
        title: Key::TaskEmergency,
        urgency: Urgency::Urgent,
        key: format!("{}:unanswered", alarm.id),
        because: None,
        contact: alarm.contact_id,
        lead: None,
        phone: alarm.phone.clone(),
        who: alarm.phone.clone().unwrap_or_default(),
    };
    ledger::add_task_saying(tx, tenant, wish, &alarm.report).await.map(drop)
}
