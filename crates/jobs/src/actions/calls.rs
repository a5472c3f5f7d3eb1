//! What people do with a call: they listen to its recording, and they end it while it goes on (D1).
//!
//! Always true: who listened is in the audit trail, whichever part they asked for; a recording that needs a key is fetched by us, with the key of the
//! connection that the call came over; a call is ended by its provider alone, and its row changes when the provider says so.

use super::{ActionError, Done, refused};
use crate::accounts::{self, AccountError};
use crate::context::Context;
use jiff::SignedDuration;
use ringleader_core::call::{Call, CallStatus};
use ringleader_core::id::{CallId, TenantId};
use ringleader_providers::bolna::client::{ApiError, recording_path};
use ringleader_providers::messaging::SendError;
use ringleader_providers::sound::{Sound, SoundError};
use ringleader_providers::twilio::calls::{Turn, recording_sid};
use ringleader_store::repo::Connection;

/// What the audit trail calls it.
const LISTENED: &str = "call.listen";

/// The parts that somebody hears of a call within this time are one listening.
const ONE_LISTENING: SignedDuration = SignedDuration::from_mins(10);

/// A call with the connection that it came over, if that is there still.
async fn call_of(cx: &Context, tenant: TenantId, id: CallId) -> Done<(Call, Option<Connection>)> {
    let mut read = cx.store.read(tenant).await?;
    let call = read.calls().get(id).await?.ok_or(ActionError::NotFound("call"))?;
    let connection = match read.calls().connection_of(id).await? {
        Some(connection) => read.connections().get(connection).await?,
        None => None,
    };
    Ok((call, connection))
}

/// Where the recording of a call is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard<'a> {
    /// Through us: its provider wants a key.
    Here,
    /// Where it is kept, without any key.
    There(&'a str),
    /// Nowhere: there is none, or its address is none that a browser should be led to.
    Nowhere,
}

/// Where the recording of a call is heard.
pub fn where_heard(call: &Call) -> Heard<'_> {
    where_told(&call.provider, call.recording_url.as_deref())
}

/// The same by what the provider told.
pub fn where_told<'c>(provider: &str, url: Option<&'c str>) -> Heard<'c> {
    match (provider, url) {
        ("twilio", Some(told)) if recording_sid(told).is_some() => Heard::Here,
        ("bolna", Some(told)) if recording_path(told).is_some() => Heard::Here,
        (_, Some(told)) if told.starts_with("https://") => Heard::There(told),
        _ => Heard::Nowhere,
    }
}

/// The recording of a call, or the part of it that `range` names (an HTTP range).
///
/// # Errors
/// `NotFound` for a call that has none; `Refused` as `recording-missing`, `provider` or `secrets-sealed`.
pub async fn listen(cx: &Context, tenant: TenantId, id: CallId, range: Option<&str>, actor: &str) -> Done<Sound> {
    let (call, connection) = call_of(cx, tenant, id).await?;
    let sound = match (where_heard(&call), call.recording_url.as_deref()) {
        (Heard::Here, Some(told)) => fetched(cx, connection.as_ref(), told, range).await?,
        (Heard::There(told), _) => Sound::At(told.to_owned()),
        _ => return Err(ActionError::NotFound("recording")),
    };
    let mut tx = cx.store.begin(tenant).await?;
    let since = tx.now() - ONE_LISTENING;
    // A player asks for part after part; what it asks for first is not for it to say.
    if !tx.usage().audited_since(actor, LISTENED, &id.to_string(), since).await? {
        tx.usage().audit(actor, LISTENED, &id.to_string(), None, None).await?;
        tx.commit().await?;
    }
    Ok(sound)
}

async fn fetched(cx: &Context, connection: Option<&Connection>, told: &str, range: Option<&str>) -> Done<Sound> {
    let gone = || refused("provider", "the connection that this call came over is gone, or has no key to ask with");
    let connection = connection.ok_or_else(gone)?;
    if connection.kind == "twilio" {
        let (client, _) = accounts::telephone(cx, connection).map_err(unusable)?;
        return client.recording(told, range).await.map_err(silent);
    }
    let (_, client) = accounts::voice_agents(cx, connection).map_err(unusable)?.ok_or_else(gone)?;
    client.recording(told, range).await.ok_or_else(gone)?.map_err(silent)
}

/// Whether a call can be ended from here: it goes on, and its provider ends calls when it is asked.
pub fn can_hang_up(call: &Call) -> bool {
    let waits = matches!(call.lifecycle.as_str(), "queued" | "scheduled");
    call.status == CallStatus::InProgress && (call.provider == "twilio" || call.provider == "bolna" && waits)
}

/// Ends a call that goes on, or calls off one that waits to be dialled. Its row follows when the provider tells.
///
/// # Errors
/// `NotFound`; `Conflict` for a call that is over; `Refused` as `cannot-hang-up`, `provider` or `secrets-sealed`.
pub async fn hang_up(cx: &Context, tenant: TenantId, id: CallId, actor: &str) -> Done<()> {
    let (call, connection) = call_of(cx, tenant, id).await?;
    if call.status != CallStatus::InProgress {
        return Err(over());
    }
    let connection = connection.filter(|_| can_hang_up(&call)).ok_or_else(|| {
        refused("cannot-hang-up", "the provider of this call ends none that goes on; whoever holds it has to hang up")
    })?;
    let mut tx = cx.store.begin(tenant).await?;
    tx.usage().audit(actor, "call.hang_up", &id.to_string(), None, None).await?; // it may end though no answer comes
    tx.commit().await?;
    match connection.kind.as_str() {
        "twilio" => {
            let (client, _) = accounts::telephone(cx, &connection).map_err(unusable)?;
            client.turn_call(&call.provider_call_id, &Turn::Hangup).await.map_err(|error| match error {
                SendError::Rejected(_) => over(),
                error => unknown(&error.to_string()),
            })?;
        }
        _ => {
            let client = accounts::voice_agents(cx, &connection).map_err(unusable)?.map(|(_, client)| client);
            let client = client.ok_or_else(|| refused("provider", &ApiError::NoKey.to_string()))?;
            client.stop(&call.provider_call_id).await.map_err(|error| match error {
                ApiError::Refused(_) => over(),
                error => unknown(&error.to_string()),
            })?;
        }
    }
    Ok(())
}

fn unknown(detail: &str) -> ActionError {
    refused("provider", &format!("whether the call has ended is not known, its page will show it: {detail}"))
}

fn over() -> ActionError {
    ActionError::Conflict("the call is over, or cannot be called off any more".to_owned())
}

fn unusable(error: AccountError) -> ActionError {
    match error {
        AccountError::Sealed => refused("secrets-sealed", &error.to_string()),
        error => refused("provider", &error.to_string()),
    }
}

fn silent(error: SoundError) -> ActionError {
    match error {
        SoundError::Missing => refused("recording-missing", &error.to_string()),
        error => refused("provider", &error.to_string()),
    }
}
