//! Asks a provider for a call that nothing is known of but its recording (C1, P1): the program was down when it rang, and what
//! is told of a recording names neither number. What was fetched goes through the inbox like everything else; then the recording
//! is worked off again.
//!
//! Always true: a call that is known is not asked for; what cannot be found out stays in the tray, where people see it.

use super::{put_off, settle};
use crate::accounts;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::intake::FETCHED;
use crate::tokens::digest;
use jiff::SignedDuration;
use ringleader_core::id::InboxId;
use ringleader_providers::twilio::calls::CallState;
use ringleader_providers::twilio::voice_status;
use ringleader_store::inbox::{Event, NewEvent, State};
use ringleader_store::jobs::Claimed;
use ringleader_store::{Result, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// A call that goes on is asked for again after this.
const AGAIN: SignedDuration = SignedDuration::from_secs(30);

/// What was fetched is worked off by then.
const SOON: SignedDuration = SignedDuration::from_secs(5);

/// The longest pause between two looks.
const RARELY: SignedDuration = SignedDuration::from_hours(1);

/// A call that is not known after so long has a line that is nobody's.
const LONGEST: SignedDuration = SignedDuration::from_hours(6);

/// Asks for the call of a recording that waits in the tray.
#[derive(Debug, Serialize, Deserialize)]
pub struct FetchCall {
    /// What was told of the recording.
    pub event: InboxId,
}

impl Job for FetchCall {
    type Context = Context;
    const KIND: &'static str = "fetch_call";
    const TIMEOUT: Duration = Duration::from_secs(60);

    fn key(&self) -> Option<String> {
        Some(self.event.to_string())
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.fetch(cx, job).await)
    }
}

impl FetchCall {
    async fn fetch(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut read = cx.store.read(job.tenant).await?;
        let event = read.inbox().get(self.event).await?.filter(|event| event.state == State::Unroutable);
        let Some(event) = event else { return Ok(Outcome::Done) };
        let form = voice_status::form(&event.body);
        let Some(sid) = voice_status::get(&form, "CallSid") else { return Ok(Outcome::Done) };
        let known = read.calls().by_provider_id(&event.provider, sid).await?.is_some();
        let connection = read.connections().get(event.connection_id).await?;
        drop(read);
        if known {
            let mut tx = cx.store.begin(job.tenant).await?;
            tx.inbox().replay(event.id).await?;
            return done(tx, job).await;
        }
        let now = cx.store.clock().now();
        let Some(connection) = connection.filter(|_| now.duration_since(event.received_at) <= LONGEST) else {
            return Ok(Outcome::Done);
        };
        let (client, _) = match accounts::telephone(cx, &connection) {
            Ok(telephone) => telephone,
            Err(error) => return Ok(Outcome::Retry(error.to_string())),
        };
        match client.call_state(sid).await {
            Ok(call) if call.is_over() => {
                let mut tx = cx.store.begin(job.tenant).await?;
                let now = tx.now();
                let new = tx.inbox().put(told(&event, sid, &call, now)).await?;
                let next = if new { SOON } else { rarely(now.duration_since(event.received_at)) };
                put_off(tx, job, now + next).await
            }
            Ok(_) => Ok(Outcome::Snooze(now + AGAIN)),
            Err(error) => Ok(Outcome::Retry(error.to_string())),
        }
    }
}

/// What was told before has made no call: its line is nobody's yet. It is looked at again after as long as it has waited.
fn rarely(waited: SignedDuration) -> SignedDuration {
    waited.clamp(AGAIN, RARELY)
}

async fn done(mut tx: Tx, job: &Claimed) -> Result<Outcome> {
    tx.jobs().complete(job).await?;
    tx.commit().await?;
    Ok(Outcome::Committed)
}

/// What the provider says of the call, as an event of the inbox.
fn told(recording: &Event, sid: &str, call: &CallState, now: jiff::Timestamp) -> NewEvent {
    let body = call.as_callback();
    NewEvent {
        tenant: recording.tenant,
        connection_id: recording.connection_id,
        provider: recording.provider.clone(),
        event_key: sid.to_owned(),
        dedupe_key: digest(&format!("fetched:{body}")),
        headers: json!({ FETCHED: true }),
        body: body.into(),
        received_at: now,
        state: State::Received,
        detail: None,
    }
}
