//! `Idempotency-Key` on POST: the same request sent again gets the first answer, and happens once (P2).
//!
//! Always true: a key belongs to one tenant and one request (who asks, method, path, body); another request with it is 422, so
//! that no API key reads what another was answered; while the first is still running, a second is 409. Answers are kept sealed,
//! since some of them hold a new key in the clear. Failures of ours (5xx) and refusals of the API key are not kept, so that they
//! can be tried again.

use crate::auth::Caller;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::{body, digest};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};
use ringleader_core::id::TenantId;
use ringleader_store::inbox;
use ringleader_store::repo::Remembered;
use ringleader_store::secrets::{FIRST_ANSWER, Place};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

const HEADER: &str = "idempotency-key";

/// Keys whose first request is still running on this node.
#[derive(Default)]
pub struct InFlight(Arc<Mutex<HashSet<String>>>);

struct Running {
    all: Arc<Mutex<HashSet<String>>>,
    key: String,
}

impl InFlight {
    fn begin(&self, key: String) -> Option<Running> {
        let new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        new.then(|| Running { all: self.0.clone(), key })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// Wraps the API.
pub async fn once(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let key = request.headers().get(HEADER).filter(|_| request.method() == Method::POST).cloned();
    match key {
        None => next.run(request).await,
        Some(key) => match run_once(&state, &key, request, next).await {
            Ok(response) => response,
            Err(problem) => problem.into_response(),
        },
    }
}

async fn run_once(state: &AppState, key: &HeaderValue, request: Request, next: Next) -> Result<Response> {
    let key = key.to_str().ok().filter(|key| (1..=255).contains(&key.len()));
    let key =
        key.ok_or_else(|| Problem::malformed("The Idempotency-Key must be 1 to 255 plain characters."))?.to_owned();
    let (tenant, who) = match Caller::of(request.headers(), state).await? {
        Caller::Admin => (inbox::nobody(), "admin".to_owned()),
        Caller::Key(key) => (key.tenant, key.actor()),
    };
    let (parts, content) = request.into_parts();
    let content = body::read(&parts.headers, content, state.settings.api_limit).await?;
    let request_line = format!("{who} {} {}\n", parts.method, parts.uri.path());
    let fingerprint = digest::hex(&[request_line.as_bytes(), &content].concat());
    let Some(_running) = state.in_flight.begin(format!("{tenant} {key}")) else {
        return Err(Problem::conflict("The first request with this Idempotency-Key is still running."));
    };
    let mut tx = state.store.begin(tenant).await?;
    let known = tx.usage().recall(&key, &fingerprint).await?;
    tx.commit().await?;
    match known {
        Remembered::Done { status, body } => return replay(state, tenant, status, &body),
        Remembered::Mismatch => {
            let detail = "This Idempotency-Key was used for another request; take a new one.";
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "key-reused",
                "The key was used before",
                detail,
            ));
        }
        Remembered::New => {}
    }
    let response = next.run(Request::from_parts(parts, Body::from(content))).await;
    if response.status().is_server_error() {
        return Ok(response);
    }
    if matches!(response.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
        let mut tx = state.store.begin(tenant).await?;
        tx.usage().let_go(&key).await?;
        tx.commit().await?;
        return Ok(response);
    }
    remember(state, tenant, &key, response).await
}

/// Seals are bound to the tenant, so that a row moved elsewhere does not open.
fn place(tenant: TenantId) -> Place {
    Place { tenant, column: FIRST_ANSWER }
}

async fn remember(state: &AppState, tenant: TenantId, key: &str, response: Response) -> Result<Response> {
    let (parts, content) = response.into_parts();
    let content = axum::body::to_bytes(content, usize::MAX).await.map_err(|_| Problem::internal())?;
    let sealed = state.cx.keys.seal(place(tenant), &String::from_utf8_lossy(&content));
    let mut tx = state.store.begin(tenant).await?;
    tx.usage().remember(key, parts.status.as_u16(), &sealed).await?;
    tx.commit().await?;
    Ok(Response::from_parts(parts, Body::from(content)))
}

fn replay(state: &AppState, tenant: TenantId, status: u16, sealed: &str) -> Result<Response> {
    let content = state.cx.keys.open(place(tenant), sealed).map_err(|_| {
        Problem::conflict("The first answer to this Idempotency-Key can no longer be read; take a new key.")
    })?;
    let mut response = Response::new(Body::from(content.reveal().clone()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let kind = if status < 400 { "application/json" } else { "application/problem+json" };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    Ok(response)
}
