//! Webhooks in: authenticate, keep, answer (P1, P5, DESIGN 4). What they mean is worked out after the answer.
//!
//! Always true: an accepted event is on disk before its 200 leaves; an authentic one that cannot be read is kept once as
//! `unreadable`; what is not authentic leaves no trace; a full inbox says so and holds no memory.

pub mod bolna;
pub mod calls;
pub mod texts;
pub mod twilio;
mod voice;
pub mod voicenter;
pub mod whatsapp;

pub(crate) use voice::Waiting;

use crate::directory::Account;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::{body, digest};
use axum::Router;
use axum::extract::Request;
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderMap, header};
use ringleader_core::id::TenantId;
use ringleader_providers::problem::FieldError;
use ringleader_store::inbox::{self, NewEvent, PutError, State, Stored};
use serde_json::{Value, json};
use tracing::field;

/// The routes of all providers. Bodies are read by [`body::read`], each with its provider's limit.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/webhooks/voicenter/{key}", post(voicenter::record))
        .route("/webhooks/calls/{key}", post(calls::event))
        .route("/webhooks/twilio/voice/status", post(twilio::voice_status))
        .route("/webhooks/twilio/messages", post(texts::messages))
        .route("/webhooks/twilio/messages/status", post(texts::messages))
        .route("/webhooks/bolna/{key}", post(bolna::execution))
        .route("/webhooks/whatsapp", get(whatsapp::verify).post(whatsapp::events))
        .merge(voice::router())
}

/// The part of the API's description that other programs send events by.
#[derive(utoipa::OpenApi)]
#[openapi(paths(calls::event), components(schemas(calls::CallEvent, calls::TurnOfCall)))]
pub(crate) struct Described;

/// An event on its way into the inbox.
struct Arrival<'a> {
    provider: &'static str,
    headers: &'a HeaderMap,
    body: Bytes,
    /// The sender's own id of the event, where it has one that is the same each time it is sent.
    event_id: Option<String>,
}

/// What the inbox is told of an event besides its body.
enum Sort<'a> {
    /// It can be read; with the provider's name of what it is about.
    Good(String),
    /// It is authentic and cannot be read.
    Unreadable(&'a [FieldError]),
    /// It is authentic and nobody's; the account it names, by which it is handed over once somebody has that account.
    Unroutable(&'a str),
}

impl<'a> Arrival<'a> {
    async fn read(
        provider: &'static str,
        parts: &'a http::request::Parts,
        body: axum::body::Body,
        limit: usize,
    ) -> Result<Self> {
        let body = body::read(&parts.headers, body, limit).await?;
        Ok(Self { provider, headers: &parts.headers, body, event_id: None })
    }

    /// Puts it into the inbox of a connection, or into the tray. Returns when it is on disk.
    async fn keep(&self, state: &AppState, whose: Option<&Account>, sort: Sort<'_>) -> Result<()> {
        let tenant = whose.map_or_else(inbox::nobody, |account| account.tenant);
        let connection_id = whose.map_or_else(inbox::no_connection, |account| account.connection);
        let (sorted, event_key, detail) = match sort {
            Sort::Good(key) => (State::Received, key, None),
            Sort::Unreadable(errors) => {
                (State::Unreadable, String::new(), Some(json!({"reason": "unreadable", "errors": errors})))
            }
            Sort::Unroutable(account) => {
                let detail = json!({"reason": "unknown_number", "account": account});
                (State::Unroutable, account.to_owned(), Some(detail))
            }
        };
        let event = NewEvent {
            tenant,
            connection_id,
            provider: self.provider.to_owned(),
            dedupe_key: match sorted {
                // One body may name several accounts that nobody has.
                State::Unroutable => digest::hex(&[event_key.as_bytes(), &self.body].concat()),
                State::Received if self.event_id.is_some() => {
                    digest::hex(format!("id:{}", self.event_id.as_deref().unwrap_or_default()).as_bytes())
                }
                _ => digest::hex(&self.body),
            },
            event_key,
            headers: self.kept_headers(),
            body: self.body.clone(),
            received_at: state.store.clock().now(),
            state: sorted,
            detail,
        };
        let kept = state.inbox.put(event).await;
        let outcome = if kept.is_ok() { sorted.as_str() } else { "refused" };
        tell_trace(self.provider, tenant, kept.as_ref().ok(), outcome);
        metrics::counter!("ringleader_webhooks_total", "provider" => self.provider, "outcome" => outcome).increment(1);
        kept.map(drop).map_err(|error| match error {
            PutError::Full => Problem::overloaded(),
            PutError::Store(error) => error.into(),
        })
    }

    /// The headers that reading the body again needs.
    fn kept_headers(&self) -> Value {
        let content_type = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        json!({ "content-type": content_type })
    }
}

/// What became of a webhook, for the span of its request.
fn tell_trace(provider: &str, tenant: TenantId, kept: Option<&Stored>, outcome: &str) {
    let span = tracing::Span::current();
    span.record("provider", provider);
    span.record("tenant.id", field::display(tenant));
    span.record("webhook.outcome", outcome);
    if let Some(kept) = kept {
        span.record("inbox.id", field::display(kept.id));
    }
}

/// Splits a request into what can be looked at and what must be read.
fn split(request: Request) -> (http::request::Parts, axum::body::Body) {
    request.into_parts()
}
