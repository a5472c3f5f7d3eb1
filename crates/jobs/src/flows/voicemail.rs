//! A message that a caller left, or the recording of a call (A2, C1). Told of by the provider when it is stored, and once more
//! when its words are there; a call that nothing was known of, since we were away, is asked for and made up for.
//!
//! Always true: whoever left a message was not answered by a person, whatever the call's status says.

use super::Handled;
use super::call_reported::{self, Report};
use crate::ledger::{self, Wish};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::{Direction, LegReport, Outcome, Turn};
use ringleader_core::id::ConnectionId;
use ringleader_core::task::Urgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};

/// Why a recording waits: nothing is known of its call yet.
pub const UNKNOWN_CALL: &str = "unknown_call";

/// What was told of a recording.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The provider's id of the call.
    pub provider_call_id: String,
    /// It is a message, not the recording of a whole call.
    pub message: bool,
    /// Where it is.
    pub url: Option<String>,
    /// Its length in seconds.
    pub seconds: i64,
    /// Its words.
    pub words: Option<String>,
    /// Who called, where the event tells.
    pub from: Option<String>,
    /// Whom, where the event tells.
    pub to: Option<String>,
}

/// Keeps it with its call.
pub async fn handle(
    tx: &mut Tx,
    tenant: &Tenant,
    connection: ConnectionId,
    provider: &'static str,
    stored: Stored,
    received_at: Timestamp,
) -> Result<Handled> {
    let known = tx.calls().by_provider_id(provider, &stored.provider_call_id).await?;
    if !stored.message {
        let Some(mut call) = known else { return Ok(Handled::Unroutable(UNKNOWN_CALL)) };
        call.recording_url = stored.url.or(call.recording_url);
        tx.calls().save(&call).await?;
        return Ok(Handled::Done);
    }
    let from = stored.from.or_else(|| known.as_ref().and_then(|call| call.from.clone()));
    let to = stored.to.or_else(|| known.as_ref().and_then(|call| call.to.clone()));
    if to.is_none() {
        return Ok(Handled::Unroutable(UNKNOWN_CALL)); // a recording tells neither number: they are asked for
    }
    let key = stored.provider_call_id.clone();
    let began = received_at.checked_sub(SignedDuration::from_secs(stored.seconds)).ok();
    let leg = LegReport {
        call_key: key.clone(),
        own_key: key.clone(),
        leg_key: format!("{key}:message"),
        direction: Direction::Inbound,
        line: to.clone(),
        from: from.clone(),
        to,
        status: "voicemail".to_owned(),
        outcome: Outcome::Voicemail,
        started_at: known.as_ref().map_or(began, |call| call.started_at),
        ended_at: Some(received_at),
        ring_seconds: None,
        wait_seconds: None,
        talk_seconds: Some(0),
        answered_by: None,
        queue: None,
        recording_url: stored.url,
        transcript: stored.words.map(|text| Turn { role: "customer".to_owned(), text }).into_iter().collect(),
        flags: vec!["voicemail".to_owned()],
    };
    let report = Report { tenant, connection, provider, leg, received_at, reported_late: false };
    let handled = call_reported::handle(tx, report).await?;
    if matches!(handled, Handled::Done) {
        let wish = Wish {
            title: Key::TaskCallBack,
            urgency: Urgency::Urgent,
            key: format!("voicemail:{key}"),
            because: None,
            contact: tx.calls().by_provider_id(provider, &key).await?.and_then(|call| call.contact_id),
            lead: None,
            phone: from.clone(),
            who: from.unwrap_or_default(),
        };
        ledger::add_task(tx, tenant, wish).await?;
    }
    Ok(handled)
}
