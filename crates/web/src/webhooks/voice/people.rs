//! Colleagues who are rung for a caller (C13): the whisper, their key, and what came of it.

use super::render::{Paper, asked};
use super::signed::{Known, Place, Signed};
use super::{document, fallback, turns};
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::response::Response;
use ringleader_jobs::reception::{Heard, Turn};
use ringleader_jobs::voice::{self, hand_over};
use ringleader_providers::twilio::twiml::{Gather, Verb};
use ringleader_providers::twilio::voice_inbound;

/// The turn that wanted people rung: of a question by TwiML, or of a relay's.
async fn turn_of(state: &AppState, known: &Known, place: Place) -> Result<Option<Turn>> {
    Ok(voice::answered(&state.cx, known.account.tenant, &known.call, &place.key()).await?)
}

/// Somebody picked up: what it is about, and a key to take it. Whoever presses nothing, a voicemail too, has not taken it.
pub(super) async fn whisper(State(state): State<AppState>, request: Request) -> Result<Response> {
    let signed = Signed::read(&state, request).await?;
    let Some(known) = signed.call(&state, "ParentCallSid").await? else { return Ok(document(&[Verb::Hangup])) };
    let turn = turn_of(&state, &known, signed.place).await?;
    let told = match &turn {
        Some(turn) => hand_over::whisper(&state.cx, known.account.tenant, turn).await?,
        None => None,
    };
    let Some((text, language)) = told else { return Ok(document(&[Verb::Hangup])) };
    let paper = Paper { public: &state.settings.public_url, account: &known.account };
    let gather = Gather {
        action: paper.url(&format!("whisper/answer?{}", asked(signed.place, signed.place.i))),
        speech: false,
        language: language.clone(),
        hints: Vec::new(),
        timeout: 8,
        digits: Some(1),
        say: vec![paper.say(&language, &text)],
    };
    Ok(document(&[Verb::Gather(gather), Verb::Hangup]))
}

/// They pressed something. 1 takes the call: a document that ends puts them through.
pub(super) async fn answered(State(state): State<AppState>, request: Request) -> Result<Response> {
    let signed = Signed::read(&state, request).await?;
    let Some(known) = signed.call(&state, "ParentCallSid").await? else { return Ok(document(&[Verb::Hangup])) };
    let taken = voice_inbound::heard(&signed.form) == voice_inbound::Heard::Keys("1".to_owned());
    let Some(turn) = turn_of(&state, &known, signed.place).await?.filter(|_| taken) else {
        return Ok(document(&[Verb::Hangup]));
    };
    let has = hand_over::take(&state.cx, known.account.tenant, &known.call, &turn, signed.place.i).await?;
    Ok(document(if has { &[] } else { &[Verb::Hangup] }))
}

/// What came of ringing somebody: the two spoke, or the next one is rung, or nobody is left.
pub(super) async fn dialled(State(state): State<AppState>, request: Request) -> Result<Response> {
    let signed = Signed::read(&state, request).await?;
    let Some(known) = signed.call(&state, "CallSid").await? else { return Ok(document(&[Verb::Hangup])) };
    let (place, tenant) = (signed.place, known.account.tenant);
    let bridged = voice_inbound::bridged(&signed.form) || known.call.taken_by.is_some();
    if !bridged && let Some(turn) = turn_of(&state, &known, place).await? {
        let next = hand_over::next(&state.cx, tenant, &known.call, &turn, place.i.saturating_add(1)).await?;
        if let Some(next) = next {
            let paper = Paper { public: &state.settings.public_url, account: &known.account };
            return Ok(document(&[paper.dial(&next, place)]));
        }
    }
    let key = format!("d{}", place.n);
    match voice::turn(&state.cx, tenant, &known.call, &key, Heard::Answered(bridged)).await {
        Ok(turn) => turns::written(&state, &known, &turn, place, false).await,
        Err(error) => {
            tracing::error!(call.id = %known.call.call_id, %error, "What became of a hand-over could not be kept");
            Ok(fallback::document_for(known.call.line.as_str()))
        }
    }
}
