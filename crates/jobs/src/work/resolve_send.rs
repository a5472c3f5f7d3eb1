//! A send whose outcome is unknown (P2): a status event may have told meanwhile, the provider may be asked, else a person is.

use super::{owner_ways, send_message, settle};
use crate::accounts;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::flows::opener;
use crate::ledger::{self, About, Entry, Wish};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::decision::Verdict;
use ringleader_core::episode::EpisodeState;
use ringleader_core::id::MessageId;
use ringleader_core::message::{Audience, Message, MessageStatus, SendFailure};
use ringleader_core::task::Urgency;
use ringleader_core::texts::Key;
use ringleader_providers::messaging::{Address, Lookup, Outgoing};
use ringleader_store::jobs::Claimed;
use ringleader_store::{Result, StoreError, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// Settles a send without an answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct ResolveSend {
    /// Which.
    pub message: MessageId,
    /// Since when its outcome is unknown.
    pub since: Timestamp,
}

/// An inbox whose oldest event is older than this is behind.
const BEHIND: SignedDuration = SignedDuration::from_secs(5);

/// Until the inbox is looked at again.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(10);

impl Job for ResolveSend {
    type Context = Context;
    const KIND: &'static str = "resolve_send";
    const TIMEOUT: Duration = Duration::from_secs(60);

    fn key(&self) -> Option<String> {
        Some(self.message.to_string())
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.resolve(cx, job).await)
    }
}

impl ResolveSend {
    async fn resolve(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let message = {
            let mut read = cx.store.read(job.tenant).await?;
            read.messages().get(self.message).await?
        };
        let Some(message) = message.filter(|m| m.status == MessageStatus::Unknown) else {
            return Ok(Outcome::Done); // a status event was faster
        };
        if self.news_waits(cx, job, &message).await? {
            return Ok(Outcome::Snooze(cx.store.clock().now() + LOOK_AGAIN));
        }
        let found = self.look_up(cx, job, &message).await?;
        match follow(cx, job, &message, found).await {
            // What was found is another message of ours: the provider cannot tell them apart.
            Err(StoreError::Conflict(_)) => follow(cx, job, &message, Lookup::NotOffered).await,
            outcome => outcome,
        }
    }

    /// Whether the connection's inbox is behind: the status that tells the outcome may be in it.
    async fn news_waits(&self, cx: &Context, job: &Claimed, message: &Message) -> Result<bool> {
        let Some(connection) = message.connection_id else { return Ok(false) };
        // One after the other: who holds a connection while waiting for another keeps it from all who do the same.
        let oldest = cx.store.read(job.tenant).await?.inbox().pending(connection, 1).await?.pop();
        let unsorted = cx.store.read_system().await?.inbox().oldest_in_batches().await?;
        let long_ago = cx.store.clock().now() - BEHIND;
        Ok(oldest.map(|event| event.received_at).into_iter().chain(unsorted).any(|received_at| received_at < long_ago))
    }

    async fn look_up(&self, cx: &Context, job: &Claimed, message: &Message) -> Result<Lookup> {
        let connection = match message.connection_id {
            Some(id) => cx.store.read(job.tenant).await?.connections().get(id).await?,
            None => None,
        };
        let Some(sender) = connection.and_then(|c| accounts::messaging(cx, &c, message.channel).ok()) else {
            return Ok(Lookup::NotOffered);
        };
        let outgoing = Outgoing {
            to: Address { phone: message.to.clone(), ..Address::default() },
            send_key: message.id.to_string(),
            content: message.content.clone(),
            link: None,
            leave: None,
            calendar: None,
        };
        Ok(sender.find_sent(&outgoing, self.since).await.unwrap_or(Lookup::NotOffered))
    }
}

/// Does what the answer of the look-up asks for.
async fn follow(cx: &Context, job: &Claimed, message: &Message, found: Lookup) -> Result<Outcome> {
    let mut tx = cx.store.begin(job.tenant).await?;
    let from = &[MessageStatus::Unknown];
    match found {
        Lookup::Sent(id) if tx.messages().advance(message.id, from, MessageStatus::Accepted).await? => {
            tx.messages().settle(message.id, MessageStatus::Accepted, Some(&id), None).await?;
        }
        // A notice is not repeated: an alert in its place (A13).
        Lookup::Absent | Lookup::NotOffered
            if message.audience == Audience::Owner
                && tx.messages().advance(message.id, from, MessageStatus::Held).await? =>
        {
            let tenant = tx.tenants().me().await?;
            owner_ways::alert_about(&mut tx, &tenant, message).await?;
        }
        Lookup::Absent if tx.messages().advance(message.id, from, MessageStatus::Wanted).await? => {
            let lane = message.conversation_id.map(|id| format!("send:{id}"));
            let now = tx.now();
            let again = send_message::SendMessage::new(message.id, lane, message.purpose.as_deref());
            super::put(&mut tx, &again, now, ringleader_store::jobs::OnConflict::Keep).await?;
        }
        Lookup::NotOffered if tx.messages().advance(message.id, from, MessageStatus::Held).await? => {
            ask_a_person(&mut tx, message).await?;
        }
        _ => {} // it moved on meanwhile
    }
    tx.jobs().complete(job).await?;
    tx.commit().await?;
    Ok(Outcome::Committed)
}

/// The key of the task that asks whether a message went.
pub fn check_task(message: MessageId) -> String {
    format!("check_send:{message}")
}

/// Nobody can tell whether it went: a person looks at the phone rather than the customer getting it twice.
async fn ask_a_person(tx: &mut Tx, message: &Message) -> Result<()> {
    let tenant = tx.tenants().me().await?;
    let failure = SendFailure {
        code: "unknown_outcome".into(),
        detail: "the provider's answer was lost and no status came".into(),
    };
    tx.messages().settle(message.id, MessageStatus::Held, None, Some(&failure)).await?;
    opener::will_not_go(tx, message, EpisodeState::Held, "unknown_outcome").await?;
    let (lead, episode) = tx.messages().belongs_to(message.id).await?;
    let contact = match message.contact_id {
        Some(id) => tx.contacts().get(id).await?,
        None => None,
    };
    let entry = Entry {
        verdict: Verdict::Hold,
        rule: "P2",
        reason: "unknown_outcome".into(),
        explain: Key::WhyUnknownOutcome,
        evidence: json!({ "message_id": message.id }),
        until: None,
    };
    let about = About { contact: message.contact_id, episode, call: None, message: Some(message.id) };
    ledger::record(tx, &tenant, about, entry).await?;
    let phone = contact.as_ref().and_then(|c| c.phone.clone());
    let wish = Wish {
        title: Key::TaskCheckSend,
        urgency: Urgency::Normal,
        key: check_task(message.id),
        because: Some(Key::WhyUnknownOutcome),
        contact: message.contact_id,
        lead,
        phone: phone.as_ref().map(|p| p.as_str().to_owned()),
        who: ledger::who(contact.as_ref().and_then(|c| c.name.as_deref()), phone.as_ref()),
    };
    ledger::add_task(tx, &tenant, wish).await.map(drop)
}
