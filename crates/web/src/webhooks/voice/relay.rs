//! Calls over ConversationRelay (C1): a WebSocket on which sentences come and go, interruptible; and the document that follows
//! when the session is over.
//!
//! Always true: the handshake is signed, and the first frame names a call that this account has; what was not heard is not taken
//! as said: a "yes" to a read-back that was cut short hears it again; the last words of a call, and people who are to be rung,
//! are left to the document after the session, so that nothing of them is lost.

use super::render::socket;
use super::session::Session;
use super::signed::{Place, Signed, refused};
use super::turns::written;
use super::{KIND, document, fallback, signed};
use crate::directory::Account;
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, Request, State};
use axum::response::Response;
use http::HeaderMap;
use ringleader_jobs::reception::Heard;
use ringleader_jobs::voice;
use ringleader_providers::twilio::relay::{self, FromTwilio, Setup};
use ringleader_providers::twilio::twiml::Verb;
use ringleader_providers::twilio::voice_status::get;
use ringleader_providers::twilio::{signature, voice_inbound};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long the first frame may take.
const FIRST_FRAME: Duration = Duration::from_secs(10);

/// The largest frame, in bytes.
const LARGEST: usize = 64 * 1024;

/// Whose account opens the socket.
#[derive(Deserialize)]
pub(super) struct Whose {
    account: String,
}

/// What a session leaves to the document after it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Handoff {
    /// The turn whose words are still to be said.
    pub(super) n: u32,
}

/// Opens the socket for an account that signed the handshake.
pub(super) async fn open(
    State(state): State<AppState>,
    Query(whose): Query<Whose>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response> {
    let given = headers.get("x-twilio-signature").and_then(|value| value.to_str().ok()).ok_or_else(refused)?;
    let url = socket(&state.settings.public_url, &whose.account);
    let all = state.directory.by_account(KIND, &whose.account).await?;
    let signed = |account: &&Account| {
        let token = account.signing_secret.as_ref();
        token.is_some_and(|token| signature::verify_socket(token.reveal(), &url, given))
    };
    let accounts: Vec<Account> = all.iter().filter(signed).cloned().collect();
    if accounts.is_empty() {
        return Err(refused());
    }
    let talk = async move |socket| hold(state, accounts, whose.account, socket).await;
    Ok(upgrade.max_message_size(LARGEST).max_frame_size(LARGEST).on_upgrade(talk))
}

/// Holds a call until either side ends it.
async fn hold(state: AppState, accounts: Vec<Account>, sid: String, mut socket: WebSocket) {
    let Ok(Some(setup)) = tokio::time::timeout(FIRST_FRAME, first(&mut socket)).await else { return };
    if setup.account_sid != sid {
        return;
    }
    match signed::find(&state, &accounts, &setup.call_sid).await {
        Ok(Some(known)) => Session::new(state, known, socket).run().await,
        Ok(None) => tracing::warn!("A relay session names a call that this account does not have"),
        Err(error) => tracing::error!(?error, "A relay session could not find its call"),
    }
}

async fn first(socket: &mut WebSocket) -> Option<Setup> {
    while let Some(Ok(message)) = socket.recv().await {
        if let Message::Text(text) = message {
            return match relay::read(&text) {
                Some(FromTwilio::Setup(setup)) => Some(*setup),
                _ => None,
            };
        }
    }
    None
}

/// The session is over: what it left is said or done; one that failed goes on by TwiML.
pub(super) async fn ended(State(state): State<AppState>, request: Request) -> Result<Response> {
    let signed = Signed::read(&state, request).await?;
    let to = get(&signed.form, "To").unwrap_or_default();
    let Some(known) = signed.call(&state, "CallSid").await? else { return Ok(fallback::document_for(to)) };
    let end = voice_inbound::relay_end(&signed.form);
    let tenant = known.account.tenant;
    metrics::counter!("ringleader_voice_relay_sessions_total", "status" => end.status.clone()).increment(1);
    let left: Option<Handoff> = end.handoff.as_deref().and_then(|text| serde_json::from_str(text).ok());
    if let Some(left) = left {
        let place = Place { n: left.n, relay: true, ..Place::default() };
        return match voice::answered(&state.cx, tenant, &known.call, &place.key()).await? {
            Some(turn) => written(&state, &known, &turn, place, false).await,
            None => Ok(fallback::document_for(to)),
        };
    }
    if get(&signed.form, "CallStatus") == Some("completed") {
        return Ok(document(&[Verb::Hangup])); // they hung up
    }
    // The line to us broke: the last question comes again, by TwiML.
    match voice::turn(&state.cx, tenant, &known.call, "broken", Heard::Silence).await {
        Ok(turn) => written(&state, &known, &turn, Place::default(), false).await,
        Err(_) => Ok(fallback::document_for(to)),
    }
}
