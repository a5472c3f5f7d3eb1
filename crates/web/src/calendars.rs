//! Calendars that agents subscribe to (C7): the secret in the address is all that opens one.

use crate::problem::Result;
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header;
use ringleader_jobs::actions;

/// `/calendars/{token}`.
pub fn router() -> Router<AppState> {
    Router::new().route("/calendars/{token}", get(show))
}

async fn show(State(state): State<AppState>, Path(token): Path<String>) -> Result<Response> {
    let text = actions::feed(&state.cx, token.trim_end_matches(".ics")).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CACHE_CONTROL, "private, max-age=300"),
        (header::HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ];
    Ok((headers, text).into_response())
}
