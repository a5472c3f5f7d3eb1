//! Voicenter's call records. The unguessable key in the URL is the only proof there is (P5, voicenter sheet, section 1).

use super::{Arrival, Sort, split};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::header;
use ringleader_providers::voicenter::inbound;

const KIND: &str = "voicenter";

/// One record of a finished call.
pub async fn record(State(state): State<AppState>, Path(key): Path<String>, request: Request) -> Result<Response> {
    let Some(account) = state.directory.by_key(KIND, &key).await? else {
        return Err(Problem::not_found());
    };
    let (parts, body) = split(request);
    let arrival = Arrival::read(KIND, &parts, body, state.settings.webhook_limit).await?;
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match inbound::parse(content_type, &arrival.body, state.store.clock().now()) {
        Ok(record) => {
            arrival.keep(&state, Some(&account), Sort::Good(record.event_key)).await?;
            let (content_type, body) = inbound::answer_ok(record.format);
            Ok(([(header::CONTENT_TYPE, content_type)], body).into_response())
        }
        Err(unreadable) => {
            arrival.keep(&state, Some(&account), Sort::Unreadable(&unreadable.errors)).await?;
            Err(Problem::invalid(unreadable.errors))
        }
    }
}
