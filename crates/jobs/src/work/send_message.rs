//! Hands one message to the provider (DESIGN 6, P2): `sending` is committed before the request leaves, and a send whose
//! outcome is not known is never repeated, but resolved.

use super::door;
use super::invitation::{self, Carried};
use super::{ResolveSend, outgoing, owner_ways, pace, put, settle, tell_of_danger};
use crate::accounts;
use crate::context::Context;
use crate::engine::{Job, Outcome, URGENT};
use crate::flows::opener;
use crate::flows::reroute;
use crate::flows::status_reported;
use crate::spend;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::contact::ContactKind;
use ringleader_core::id::{ConnectionId, MessageId};
use ringleader_core::message::{Audience, Message, MessageStatus, SendFailure};
use ringleader_core::status;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_providers::messaging::{Accepted, FailureClass, Outgoing, SendError};
use ringleader_store::jobs::{Claimed, Ending, OnConflict};
use ringleader_store::repo::{Connection, NewMessage};
use ringleader_store::{Result, Tx};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Tries of one message, before a person is asked.
pub const TRIES: i64 = 6;

/// How long a connection that the provider refuses is left alone before it is tried again.
const HALT: SignedDuration = SignedDuration::from_mins(15);

/// Sends a message that was wished.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendMessage {
    /// Which.
    pub message: MessageId,
    /// Messages to one person go one after the other.
    pub lane: Option<String>,
    /// Somebody's safety may depend on it (C8).
    #[serde(default)]
    pub urgent: bool,
}

impl Job for SendMessage {
    type Context = Context;
    const KIND: &'static str = "send_message";
    const TIMEOUT: Duration = Duration::from_secs(60);
    const MAX_ATTEMPTS: u32 = 25;

    fn key(&self) -> Option<String> {
        Some(self.message.to_string())
    }

    fn lane(&self) -> Option<String> {
        self.lane.clone()
    }

    fn priority(&self) -> u8 {
        if self.urgent && self.lane.is_none() { URGENT } else { 1 }
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(Box::pin(self.send(cx, job)).await)
    }
}

/// Wishes a message and the work of sending it, in one transaction. `None`: the same wish was made before.
pub async fn wish(tx: &mut Tx, new: &NewMessage) -> Result<Option<MessageId>> {
    let Some(message) = tx.messages().want(new).await? else { return Ok(None) };
    let lane = new.conversation_id.map(|id| format!("send:{id}"));
    let now = tx.now();
    put(tx, &SendMessage::new(message, lane, Some(&new.purpose)), now, OnConflict::Keep).await?;
    spend::count(tx, new).await?;
    Ok(Some(message))
}

/// A message taken for sending.
struct Taken {
    tenant: Tenant,
    message: Message,
    connection: Connection,
    attempt: i64,
    /// As it leaves.
    outgoing: Outgoing,
}

enum Take {
    Send(Box<Taken>),
    Later(Timestamp),
    /// There is nothing to send; the job is not ended yet.
    Over,
    /// There is nothing to send, and the job was ended with what came of it.
    Settled,
}

impl SendMessage {
    /// For a message with this purpose.
    pub(crate) fn new(message: MessageId, lane: Option<String>, purpose: Option<&str>) -> Self {
        Self { message, lane, urgent: purpose == Some(tell_of_danger::PURPOSE) }
    }

    async fn send(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let taken = match Box::pin(self.take(cx, job)).await? {
            Take::Send(taken) => taken,
            Take::Later(at) => return Ok(Outcome::Snooze(at)),
            Take::Over => return Ok(Outcome::Done),
            Take::Settled => return Ok(Outcome::Committed),
        };
        let began = cx.store.clock().now();
        let result = self.hand_over(cx, &taken).await;
        let word = result.as_ref().map_or_else(|e| e.failure().code, |_| "accepted".to_owned());
        metrics::counter!("ringleader_sends_total", "channel" => taken.message.channel.as_str(), "result" => word)
            .increment(1);
        match result {
            Ok(accepted) => Box::pin(self.accepted(cx, job, &taken, accepted)).await,
            Err(error) => Box::pin(self.refused(cx, job, &taken, error, began)).await,
        }
    }

    /// Commits `sending`, if the message still is to go.
    async fn take(&self, cx: &Context, job: &Claimed) -> Result<Take> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let Some(message) = tx.messages().get(self.message).await? else { return Ok(Take::Over) };
        if message.status == MessageStatus::Sending {
            // The run before this one died between request and answer.
            self.unknown(&mut tx, &message).await?;
            tx.jobs().complete(job).await?;
            tx.commit().await?;
            return Ok(Take::Settled);
        }
        if !status::may_be_sent(message.status) {
            return Ok(Take::Over);
        }
        let tenant = tx.tenants().me().await?;
        if self.stopped(&mut tx, &message).await? {
            let why = SendFailure { code: "opted_out".into(), detail: "the contact takes no messages any more".into() };
            tx.messages().settle(message.id, MessageStatus::Held, None, Some(&why)).await?;
            opener::opted_out(&mut tx, &tenant, &message).await?;
            tx.jobs().complete(job).await?;
            tx.commit().await?;
            return Ok(Take::Settled);
        }
        if door::overtaken(&mut tx, &tenant, &message).await? {
            tx.jobs().complete(job).await?;
            tx.commit().await?;
            return Ok(Take::Settled);
        }
        if let Some(wait) = door::wait(&mut tx, &tenant, &message).await? {
            let at = door::put_off(&mut tx, &tenant, &message, wait).await?;
            tx.commit().await?;
            return Ok(Take::Later(at));
        }
        let connection = match message.connection_id {
            Some(id) => tx.connections().get(id).await?,
            None => None,
        };
        let Some(connection) = connection else {
            let why = SendFailure { code: "no_connection".into(), detail: "the connection was taken away".into() };
            failed(&mut tx, &tenant, &message, &why, FailureClass::Rejected, None).await?;
            tx.jobs().complete(job).await?;
            tx.commit().await?;
            return Ok(Take::Settled);
        };
        if let Some(until) = connection.paused_until.filter(|until| *until > tx.now()) {
            if !moves_on(&mut tx, &tenant, &message).await? {
                return Ok(Take::Later(until));
            }
            let why = SendFailure { code: "paused".into(), detail: "the connection is paused".into() };
            tx.messages().settle(message.id, MessageStatus::Failed, None, Some(&why)).await?;
            failed(&mut tx, &tenant, &message, &why, FailureClass::Rejected, Some(connection.id)).await?;
            tx.jobs().complete(job).await?;
            tx.commit().await?;
            return Ok(Take::Settled);
        }
        if let Some(until) = self.queued_behind(&mut tx, &tenant, &message).await? {
            return Ok(Take::Later(until));
        }
        if let Some(until) = pace::wait(&mut tx, &message, &connection, self.urgent).await? {
            tx.commit().await?;
            return Ok(Take::Later(until));
        }
        let calendar = match invitation::with(cx, &mut tx, &tenant, &message, &connection).await? {
            Carried::Nothing => None,
            Carried::Calendar(method, text) => Some((method, text)),
            Carried::Outdated => {
                let why = SendFailure { code: "outdated".into(), detail: "the appointment was changed since".into() };
                tx.messages().settle(message.id, MessageStatus::Held, None, Some(&why)).await?;
                tx.jobs().complete(job).await?;
                tx.commit().await?;
                return Ok(Take::Settled);
            }
        };
        let Some(attempt) = tx.messages().take(message.id).await? else { return Ok(Take::Over) };
        let outgoing = outgoing::of(cx, &mut tx, &tenant, &message, &connection, calendar).await?;
        tx.commit().await?;
        Ok(Take::Send(Box::new(Taken { tenant, message, connection, attempt, outgoing })))
    }

    /// What was said before goes before: a message waits while an earlier one of its chat waits for another try. Not for
    /// one whose outcome is unknown, which may take long, nor for one that came too late.
    async fn queued_behind(&self, tx: &mut Tx, tenant: &Tenant, message: &Message) -> Result<Option<Timestamp>> {
        while let Some(earlier) = tx.messages().unsent_before(message).await? {
            if earlier.status == MessageStatus::Wanted && door::overtaken(tx, tenant, &earlier).await? {
                continue;
            }
            let due = tx.jobs().due_at(Self::KIND, &earlier.id.to_string()).await?;
            let soon = tx.now() + SignedDuration::from_secs(1);
            return Ok(due.map(|due| due.max(soon))); // without a job it will never go, and nobody waits for it
        }
        Ok(None)
    }

    /// The last look before it leaves: an opt-out that came meanwhile stops everything but its own confirmation (A14), and
    /// so does a block.
    async fn stopped(&self, tx: &mut Tx, message: &Message) -> Result<bool> {
        let farewell = message.purpose.as_deref() == Some(Key::OptOutDone.as_str());
        let Some(contact) = message.contact_id.filter(|_| message.audience == Audience::Contact && !farewell) else {
            return Ok(false);
        };
        let contact = tx.contacts().get(contact).await?;
        Ok(contact.is_some_and(|c| c.opted_out_at.is_some() || c.kind == ContactKind::Blocked))
    }

    async fn hand_over(&self, cx: &Context, taken: &Taken) -> Result<Accepted, SendError> {
        let sender = accounts::messaging(cx, &taken.connection, taken.message.channel)
            .map_err(|e| SendError::Halted(SendFailure { code: "connection".into(), detail: e.to_string() }))?;
        sender.send(&taken.outgoing).await
    }

    async fn accepted(&self, cx: &Context, job: &Claimed, taken: &Taken, accepted: Accepted) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let id = taken.message.id;
        let (status, failure) = status_reported::known(&mut tx, taken.connection.id, &accepted.provider_id).await?;
        let present = tx.messages().get(id).await?.map_or(MessageStatus::Sending, |m| m.status);
        if present == MessageStatus::Wanted {
            // Its failure came before this answer, and another try is planned.
            tx.jobs().complete(job).await?;
            tx.commit().await?;
            return Ok(Outcome::Committed);
        }
        let status = status::fold(present, status);
        tx.messages().settle(id, status, Some(&accepted.provider_id), failure.as_ref()).await?;
        tx.connections().set_health(taken.connection.id, "good", None).await?;
        if let (MessageStatus::Failed, Some(failure), true) = (status, &failure, present != MessageStatus::Failed) {
            let class = ringleader_providers::messaging::classify(&failure.code);
            failed(&mut tx, &taken.tenant, &taken.message, failure, class, Some(taken.connection.id)).await?;
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }

    async fn refused(
        &self,
        cx: &Context,
        job: &Claimed,
        taken: &Taken,
        error: SendError,
        began: Timestamp,
    ) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let failure = error.failure();
        let message = &taken.message;
        tracing::warn!(message.id = %message.id, code = %failure.code, "Message {} did not go: {error}", message.id);
        let again = match &error {
            SendError::Unknown { .. } => {
                self.unknown(&mut tx, message).await?;
                tx.jobs().complete(job).await?;
                tx.commit().await?;
                return Ok(Outcome::Committed);
            }
            SendError::NotSent { .. } | SendError::Transient(_) => Some(backoff(taken.attempt)),
            SendError::Throttled { retry_after, scope, .. } => {
                let asked = retry_after.and_then(|d| SignedDuration::try_from(d).ok());
                let wait = asked.unwrap_or_else(|| backoff(taken.attempt));
                if *scope != ringleader_providers::messaging::Scope::Pair {
                    tx.connections().pause(taken.connection.id, began + wait).await?;
                }
                Some(wait)
            }
            SendError::Halted(_) => {
                halt(&mut tx, &taken.tenant, &taken.connection, &failure).await?;
                if message.audience == Audience::Owner && !moves_on(&mut tx, &taken.tenant, message).await? {
                    owner_ways::alert_about(&mut tx, &taken.tenant, message).await?;
                }
                Some(HALT)
            }
            _ => None,
        };
        let again = match again {
            Some(_) if moves_on(&mut tx, &taken.tenant, message).await? => None,
            again => again,
        };
        match again {
            Some(wait) if taken.attempt < TRIES || matches!(error, SendError::Halted(_)) => {
                tx.messages().settle(message.id, MessageStatus::Wanted, None, Some(&failure)).await?;
                let at = tx.now() + wait;
                tx.jobs().finish(job, Ending::Snooze(at)).await?;
            }
            _ => {
                tx.messages().settle(message.id, MessageStatus::Failed, None, Some(&failure)).await?;
                failed(&mut tx, &taken.tenant, message, &failure, class_of(&error), Some(taken.connection.id)).await?;
                tx.jobs().complete(job).await?;
            }
        }
        tx.commit().await?;
        Ok(Outcome::Committed)
    }

    /// Not repeated before it is known (P2): a status event may still tell, else a person is asked.
    async fn unknown(&self, tx: &mut Tx, message: &Message) -> Result<()> {
        tx.messages().advance(message.id, &[MessageStatus::Sending], MessageStatus::Unknown).await?;
        let tenant = tx.tenants().me().await?;
        if moves_on(tx, &tenant, message).await? {
            // Told twice over two channels is better than not told; over this one it is not repeated.
            let why = SendFailure { code: "unknown_outcome".into(), detail: "the answer was lost".into() };
            return owner_ways::after_failure(tx, &tenant, message, &why).await;
        }
        let at = tx.now() + tenant.settings.outreach.unknown_after.0;
        put(tx, &ResolveSend { message: message.id, since: tx.now() }, at, OnConflict::Keep).await?;
        Ok(())
    }
}

/// What follows when a message definitely did not go: another channel, a template, a later try, or a task (A8).
pub async fn failed(
    tx: &mut Tx,
    tenant: &Tenant,
    message: &Message,
    failure: &SendFailure,
    class: FailureClass,
    connection: Option<ConnectionId>,
) -> Result<()> {
    if message.audience == Audience::Owner {
        // The next channel, or an alert on the dashboard (A13).
        return owner_ways::after_failure(tx, tenant, message, failure).await;
    }
    reroute::after_failure(tx, tenant, message, failure, class, connection).await
}

/// A notice to the business's own people does not wait for a channel that fails while another one works (A13).
async fn moves_on(tx: &mut Tx, tenant: &Tenant, message: &Message) -> Result<bool> {
    Ok(message.audience == Audience::Owner && owner_ways::has_next(tx, tenant, message).await?)
}

/// The connection is refused: told once, left alone for a while, tried again.
async fn halt(tx: &mut Tx, tenant: &Tenant, connection: &Connection, failure: &SendFailure) -> Result<()> {
    let detail = format!("{}: {}", failure.code, failure.detail);
    tx.connections().set_health(connection.id, "halted", Some(&detail)).await?;
    let until = tx.now() + HALT;
    tx.connections().pause(connection.id, until).await?;
    reroute::alert_connection(tx, tenant, connection, &detail).await
}

/// 4, 16, 64 … seconds: what the pair limit of WhatsApp asks for (error 131056).
pub fn backoff(attempt: i64) -> SignedDuration {
    SignedDuration::from_secs(4i64.saturating_pow(u32::try_from(attempt.clamp(1, 6)).unwrap_or(1)))
}

fn class_of(error: &SendError) -> FailureClass {
    match error {
        SendError::Unreachable(_) => FailureClass::Unreachable,
        SendError::WindowClosed(_) => FailureClass::WindowClosed,
        SendError::Template(_) => FailureClass::Template,
        SendError::OptedOut(_) => FailureClass::OptedOut,
        _ => FailureClass::Rejected,
    }
}
