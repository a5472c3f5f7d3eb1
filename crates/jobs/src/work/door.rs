//! The door: a message that was wished in time may come here late (retries, a pause of the provider, a stop), so its hour is
//! looked at once more right before it leaves (A7, DESIGN 6), and whether it still is to the point (A12, P9).

use crate::flows::opener;
use crate::ledger::{self, About, Entry};
use crate::release;
use jiff::Timestamp;
use ringleader_core::calendar::windows::{Matter, Windows};
use ringleader_core::conversation::Driver;
use ringleader_core::decision::Verdict;
use ringleader_core::episode::EpisodeState;
use ringleader_core::message::{Audience, Message, MessageStatus, SendFailure};
use ringleader_core::policy;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};
use serde_json::{Value, json};

/// Why a message does not leave yet.
pub(super) struct Wait {
    reason: &'static str,
    explain: Key,
    evidence: Value,
    until: Timestamp,
}

/// Whether an automatic message came too late: since it was wished the customer wrote, or a person took the chat (A12, P9).
/// Then it is settled, and the ledger says why it will not go.
pub(super) async fn overtaken(tx: &mut Tx, tenant: &Tenant, message: &Message) -> Result<bool> {
    let automatic = matches!(key(message), Some(Key::FirstMessage | Key::Reminder | Key::LastReminder));
    let Some(chat) = message.conversation_id.filter(|_| automatic) else { return Ok(false) };
    let Some(chat) = tx.conversations().get(chat).await? else { return Ok(false) };
    // Channels count in seconds. What was written before the wish was looked at when it was made.
    let wrote = chat.last_inbound_at.filter(|at| at.as_second() >= message.at.as_second());
    let (rule, reason, explain) = match (wrote, chat.driver) {
        (Some(_), _) => ("A12", "wrote", Key::WhyWrote),
        (None, Driver::Bot) => return Ok(false),
        (None, _) => ("P9", "taken_over", Key::WhyTakenOver),
    };
    let why = SendFailure { code: reason.into(), detail: "it came too late to be of use".into() };
    tx.messages().settle(message.id, MessageStatus::Held, None, Some(&why)).await?;
    opener::will_not_go(tx, message, EpisodeState::Cancelled, if wrote.is_some() { "wrote" } else { "person" }).await?;
    let (_, episode) = tx.messages().belongs_to(message.id).await?;
    let evidence = json!({ "message_id": message.id, "wrote_at": wrote.map(|at| at.to_string()) });
    let entry = Entry { verdict: Verdict::Skip, rule, reason: reason.to_owned(), explain, evidence, until: None };
    let about = About { contact: message.contact_id, episode, call: None, message: Some(message.id) };
    ledger::record(tx, tenant, about, entry).await?;
    Ok(true)
}

fn key(message: &Message) -> Option<Key> {
    message.purpose.as_deref().and_then(|word| word.parse().ok())
}

/// What stands in the way of a message to a customer: the emergency stop for all, their hour for openers and reminders.
pub(super) async fn wait(tx: &mut Tx, tenant: &Tenant, message: &Message) -> Result<Option<Wait>> {
    if message.audience != Audience::Contact {
        return Ok(None);
    }
    let now = tx.now();
    if tenant.settings.emergency_stop {
        let until = now + policy::STOP_LOOK;
        let explain = Key::WhyEmergencyStop;
        return Ok(Some(Wait { reason: release::STOP, explain, evidence: json!({}), until }));
    }
    let Some(matter) = matter(tx, tenant, message).await? else { return Ok(None) };
    let deferral = Windows::of(tenant, message.to.as_ref()).wait(matter, now);
    Ok(deferral.map(|it| Wait {
        reason: it.because.word(),
        explain: it.because.text(),
        evidence: it.evidence(),
        until: it.until,
    }))
}

/// How the hour matters to it; `None`: not at all, the customer is there or a person wrote it.
async fn matter(tx: &mut Tx, tenant: &Tenant, message: &Message) -> Result<Option<Matter>> {
    match key(message) {
        Some(Key::Reminder | Key::LastReminder) => Ok(Some(Matter::CanWait)),
        Some(Key::FirstMessage) => {
            let (_, id) = tx.messages().belongs_to(message.id).await?;
            let Some(id) = id else { return Ok(Some(Matter::CanWait)) };
            let episode = tx.episodes().get(id).await?;
            Ok(episode.map(|episode| policy::matter(episode.called_at, &tenant.settings.outreach)))
        }
        _ => Ok(None),
    }
}

/// The message keeps its place in the row for that moment; the ledger is told once. When it is looked at again.
pub(super) async fn put_off(tx: &mut Tx, tenant: &Tenant, message: &Message, wait: Wait) -> Result<Timestamp> {
    let at = release::place(tx, tenant, wait.until).await?;
    if message.error.as_ref().is_some_and(|error| error.code == wait.reason) {
        return Ok(at);
    }
    let why = SendFailure { code: wait.reason.into(), detail: "waits for its hour".into() };
    tx.messages().settle(message.id, MessageStatus::Wanted, None, Some(&why)).await?;
    let (_, episode) = tx.messages().belongs_to(message.id).await?;
    let entry = Entry {
        verdict: Verdict::Wait,
        rule: "A7",
        reason: wait.reason.to_owned(),
        explain: wait.explain,
        evidence: wait.evidence,
        until: Some(at),
    };
    let about = About { contact: message.contact_id, episode, call: None, message: Some(message.id) };
    ledger::record(tx, tenant, about, entry).await?;
    Ok(at)
}
