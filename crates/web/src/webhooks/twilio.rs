//! Twilio's status callbacks of calls (A17): a caller who hung up early was missed. Signed with the account's auth token (P5).
//!
//! Always true: an event reaches a connection only if that connection's token signed it, over the address that the
//! installation is configured with; an account that nobody has is refused, since nobody can vouch for it.

use super::voice::signed;
use super::{Arrival, Sort, split};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header;
use ringleader_providers::twilio::{twiml, voice_status};

const KIND: &str = "twilio";

/// News of a call: it began, it is over, nobody answered.
pub async fn voice_status(State(state): State<AppState>, request: Request) -> Result<Response> {
    let (parts, body) = split(request);
    let mut arrival = Arrival::read(KIND, &parts, body, state.settings.webhook_limit).await?;
    let form = voice_status::form(&arrival.body);
    let accounts = signed::signed_by(&state, &parts, &form).await?;
    let account = signed::whose(&state, accounts, &form).await?;
    // The same for each try of an event.
    let token = parts.headers.get("i-twilio-idempotency-token").and_then(|value| value.to_str().ok());
    match voice_status::parse(&form, state.store.clock().now(), voice_status::HUNG_UP_WITHIN) {
        Ok(_) => {
            arrival.event_id = token.map(str::to_owned);
            arrival.keep(&state, account.as_ref(), Sort::Good(voice_status::event_key(&form))).await?;
            Ok(([(header::CONTENT_TYPE, twiml::CONTENT_TYPE)], twiml::NOTHING).into_response())
        }
        Err(errors) => {
            arrival.keep(&state, account.as_ref(), Sort::Unreadable(&errors)).await?;
            Err(Problem::invalid(errors))
        }
    }
}
