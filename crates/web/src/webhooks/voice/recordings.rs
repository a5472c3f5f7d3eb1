//! What is told of recordings: kept like every other event, and worked out after the answer (P1).

use super::super::{Arrival, Sort};
use super::KIND;
use super::signed;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header;
use ringleader_providers::problem::FieldError;
use ringleader_providers::twilio::{twiml, voice_inbound, voice_status};

/// A recording is stored, or its words are there.
pub(super) async fn stored(State(state): State<AppState>, request: Request) -> Result<Response> {
    let (parts, body) = super::super::split(request);
    let mut arrival = Arrival::read(KIND, &parts, body, state.settings.webhook_limit).await?;
    let form = voice_status::form(&arrival.body);
    let accounts = signed::signed_by(&state, &parts, &form).await?;
    let account = signed::whose(&state, accounts, &form).await?;
    let call = voice_status::get(&form, "CallSid").filter(|sid| voice_inbound::is_call(sid));
    let (Some(call), Some(recording)) = (call, voice_status::get(&form, "RecordingSid")) else {
        let errors = [FieldError::new("CallSid", "is missing"), FieldError::new("RecordingSid", "is missing")];
        arrival.keep(&state, account.as_ref(), Sort::Unreadable(&errors)).await?;
        return Err(Problem::invalid(errors.to_vec()));
    };
    let token = parts.headers.get("i-twilio-idempotency-token").and_then(|value| value.to_str().ok());
    arrival.event_id = token.map(str::to_owned);
    arrival.keep(&state, account.as_ref(), Sort::Good(format!("{call}|{recording}"))).await?;
    Ok(([(header::CONTENT_TYPE, twiml::CONTENT_TYPE)], twiml::NOTHING).into_response())
}
