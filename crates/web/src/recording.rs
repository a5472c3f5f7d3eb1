//! Recordings of calls as people and programs hear them: streamed through here where the provider wants a key, else at the
//! provider's own address (D1).
//!
//! Always true: whoever may not see the call hears nothing; parts are passed on as they are asked for, so that a player can jump.

use crate::problem::Result;
use crate::state::AppState;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use ringleader_core::id::{CallId, TenantId};
use ringleader_jobs::actions;
use ringleader_providers::sound::{Sound, Stream};

/// What of a request names the part that is wanted.
fn range(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::RANGE).and_then(|range| range.to_str().ok())
}

/// The recording of a call as a response.
pub(crate) async fn play(
    state: &AppState,
    tenant: TenantId,
    call: CallId,
    headers: &HeaderMap,
    actor: &str,
) -> Result<Response> {
    let sound = actions::listen(&state.cx, tenant, call, range(headers), actor).await?;
    let mut response = match sound {
        Sound::At(address) => Redirect::temporary(&address).into_response(),
        Sound::Stream(stream) => streamed(*stream),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

fn streamed(stream: Stream) -> Response {
    let mut response = Response::new(Body::from_stream(stream.body.bytes_stream()));
    *response.status_mut() = StatusCode::from_u16(stream.status).unwrap_or(StatusCode::OK);
    response.headers_mut().extend(stream.headers);
    response
}
