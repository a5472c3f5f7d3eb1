//! People on call whom the program rings for an emergency (C8): what they hear, their key, how the call ended.

use super::render::Paper;
use super::signed::Signed;
use super::{ROOT, document};
use crate::directory::Account;
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::response::Response;
use ringleader_core::id::AlarmId;
use ringleader_jobs::voice::on_call::{self, Told};
use ringleader_providers::twilio::twiml::{Gather, Verb};
use ringleader_providers::twilio::voice_inbound::{self, Heard};
use ringleader_providers::twilio::voice_status::get;
use serde::Deserialize;

/// Which emergency and which place in the chain: our own query, which Twilio gives back and signs.
#[derive(Debug, Clone, Deserialize)]
struct Which {
    a: String,
    nth: i64,
}

/// The emergency that an address of ours names.
fn which(signed: &Signed) -> Option<(AlarmId, i64)> {
    let which: Which = serde_urlencoded::from_str(&signed.query).ok()?;
    Some((which.a.parse().ok()?, which.nth))
}

/// They picked up.
pub(super) async fn answered(State(state): State<AppState>, request: Request) -> Result<Response> {
    let signed = Signed::read(&state, request).await?;
    let Some((id, nth)) = which(&signed) else { return Ok(document(&[Verb::Hangup])) };
    for account in &signed.accounts {
        let call = get(&signed.form, "CallSid");
        if let Some(told) = on_call::answered(&state.cx, account.tenant, id, nth, call).await? {
            return Ok(said(&state, account, &told, id, nth));
        }
    }
    Ok(document(&[Verb::Hangup]))
}

/// They pressed something.
pub(super) async fn pressed(State(state): State<AppState>, request: Request) -> Result<Response> {
    let signed = Signed::read(&state, request).await?;
    let Some((id, nth)) = which(&signed) else { return Ok(document(&[Verb::Hangup])) };
    let Heard::Keys(keys) = voice_inbound::heard(&signed.form) else { return Ok(document(&[Verb::Hangup])) };
    for account in &signed.accounts {
        if let Some(told) = on_call::pressed(&state.cx, account.tenant, id, nth, &keys).await? {
            return Ok(said(&state, account, &told, id, nth));
        }
    }
    Ok(document(&[Verb::Hangup]))
}

/// It is over.
pub(super) async fn over(State(state): State<AppState>, request: Request) -> Result<Response> {
    let signed = Signed::read(&state, request).await?;
    if let (Some((id, nth)), Some(word)) = (which(&signed), get(&signed.form, "CallStatus")) {
        for account in &signed.accounts {
            if on_call::over(&state.cx, account.tenant, id, nth, word).await? {
                break;
            }
        }
    }
    Ok(document(&[]))
}

/// The words twice where a key is waited for: whoever picks up has to wake first.
fn said(state: &AppState, account: &Account, told: &Told, id: AlarmId, nth: i64) -> Response {
    let paper = Paper { public: &state.settings.public_url, account };
    let say = paper.say(&told.language, &told.text);
    if !told.asks {
        return document(&[Verb::Say(say), Verb::Hangup]);
    }
    let gather = Gather {
        action: format!("{}{ROOT}/alarm/key?a={id}&nth={nth}", state.settings.public_url),
        speech: false,
        language: told.language.clone(),
        hints: Vec::new(),
        timeout: 8,
        digits: Some(1),
        say: vec![say.clone(), say],
    };
    document(&[Verb::Gather(gather), Verb::Hangup])
}
