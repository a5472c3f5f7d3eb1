//! What people do with a call: they listen to its recording, and they end it while it goes on (D1).
//!
//! Always true: who listened is in the audit trail; a recording that needs a key is fetched by us, with the key of the
//! connection that the call came over; a call is ended by its provider alone, and its row changes when the provider says so.

use super::{ActionError, Done, refused};
use crate::accounts::{self, AccountError};
use crate::context::Context;
use ringleader_core::call::{Call, CallStatus};
use ringleader_core::id::{CallId, TenantId};
use ringleader_providers::bolna::client::ApiError;
use ringleader_providers::messaging::SendError;
use ringleader_providers::sound::{Sound, SoundError};
use ringleader_providers::twilio::calls::Turn;
use ringleader_store::repo::Connection;

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

/// The recording of a call, or the part of it that `range` names (an HTTP range).
///
/// # Errors
/// `NotFound` for a call that has none; `Refused` as `recording-missing`, `provider` or `secrets-sealed`.
pub async fn listen(cx: &Context, tenant: TenantId, id: CallId, range: Option<&str>, actor: &str) -> Done<Sound> {
    let (call, connection) = call_of(cx, tenant, id).await?;
    let told = call.recording_url.as_deref().ok_or(ActionError::NotFound("recording"))?;
    let sound = sound(cx, connection.as_ref(), told, range).await?;
    if range.is_none_or(|range| range.starts_with("bytes=0-")) {
        let mut tx = cx.store.begin(tenant).await?;
        tx.usage().audit(actor, "call.listen", &id.to_string(), None, None).await?;
        tx.commit().await?;
    }
    Ok(sound)
}

async fn sound(cx: &Context, connection: Option<&Connection>, told: &str, range: Option<&str>) -> Done<Sound> {
    let heard = match connection.map(|connection| (connection.kind.as_str(), connection)) {
        Some(("twilio", connection)) => {
            let (client, _) = accounts::telephone(cx, connection).map_err(unusable)?;
            Some(client.recording(told, range).await)
        }
        Some(("bolna", connection)) => match accounts::voice_agents(cx, connection).map_err(unusable)? {
            Some((_, client)) => client.recording(told, range).await,
            None => None,
        },
        _ => None,
    };
    match heard {
        Some(heard) => heard.map_err(silent),
        None if told.starts_with("https://") => Ok(Sound::At(told.to_owned())),
        None => Err(ActionError::NotFound("recording")), // no address that a browser should be led to
    }
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
    match connection.kind.as_str() {
        "twilio" => {
            let (client, _) = accounts::telephone(cx, &connection).map_err(unusable)?;
            client.turn_call(&call.provider_call_id, &Turn::Hangup).await.map_err(|error| match error {
                SendError::Rejected(_) => over(),
                error => refused("provider", &error.to_string()),
            })?;
        }
        _ => {
            let client = accounts::voice_agents(cx, &connection).map_err(unusable)?.map(|(_, client)| client);
            let client = client.ok_or_else(|| refused("provider", &ApiError::NoKey.to_string()))?;
            client.stop(&call.provider_call_id).await.map_err(|error| match error {
                ApiError::Refused(_) => over(),
                error => refused("provider", &error.to_string()),
            })?;
        }
    }
    let mut tx = cx.store.begin(tenant).await?;
    tx.usage().audit(actor, "call.hang_up", &id.to_string(), None, None).await?;
    tx.commit().await?;
    Ok(())
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
