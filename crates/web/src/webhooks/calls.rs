//! Finished calls of any switchboard, signed by Standard Webhooks (A17, P5).
//!
//! Always true: an event without a fitting signature, or with one that is older than five minutes, leaves no trace; the same
//! `webhook-id` is one event however often it comes; an answer says everything that is wrong with an event at once.

use super::{Arrival, Sort, split};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::{Path, Request, State};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use ringleader_providers::generic::inbound;
use ringleader_providers::standard_webhooks::{Headers, Secrets};
use utoipa::ToSchema;

const KIND: &str = "calls";

/// One finished call, as any switchboard can report it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the event for the OpenAPI document; `generic::inbound` reads it")]
pub(crate) struct CallEvent {
    /// The switchboard's own id of the call. A later event with the same id adds to the call.
    #[schema(example = "pbx-20261121-0001")]
    id: String,
    /// `inbound`, `outbound` or `internal`.
    #[schema(example = "inbound")]
    direction: String,
    /// Who called: E.164, or as dialled in your country. Null when the number is withheld (inbound only).
    #[schema(example = "+447700900123")]
    from: Option<String>,
    /// The number that was called; on inbound calls one of your lines.
    #[schema(example = "+442079460018")]
    to: String,
    /// When it began, with zone.
    started_at: Timestamp,
    /// When it ended, with zone. The grace period runs from here.
    ended_at: Timestamp,
    /// `answered` (a person spoke), `missed` (also busy, cancelled, abandoned), `voicemail`, `menu`, `silent` or `technical`.
    #[schema(example = "missed")]
    outcome: String,
    /// Seconds of ringing and waiting.
    ring_seconds: Option<i64>,
    /// Seconds of talk; 0 when nobody answered.
    talk_seconds: Option<i64>,
    /// Who answered: name or extension.
    answered_by: Option<String>,
    /// Where the recording is.
    recording_url: Option<String>,
    /// What was said.
    transcript: Option<Vec<TurnOfCall>>,
}

/// One turn of a transcript.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the event for the OpenAPI document")]
pub(crate) struct TurnOfCall {
    /// `agent` or `customer`.
    role: String,
    /// What was said.
    text: String,
}

/// Report a finished call from any switchboard. Signed by Standard Webhooks with the connection's secret; `key` is in the
/// webhook address of the connection (kind `calls`).
#[utoipa::path(post, path = "/webhooks/calls/{key}", tag = "webhooks", request_body = CallEvent,
    params(
        ("key" = String, Path, description = "The connection's key"),
        ("webhook-id" = String, Header, description = "Unique for each event, the same each time it is sent"),
        ("webhook-timestamp" = i64, Header, description = "Seconds since 1970, of this try; at most five minutes old"),
        ("webhook-signature" = String, Header, description = "`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`"),
    ),
    responses(
        (status = 200, description = "The event is on disk, or was before"),
        (status = 400, description = "It cannot be read; `errors` names every field", content_type = "application/problem+json"),
        (status = 401, description = "The signature does not fit, or is too old", content_type = "application/problem+json"),
        (status = 404, description = "The key is unknown", content_type = "application/problem+json"),
        (status = 503, description = "Send it again after `Retry-After`", content_type = "application/problem+json")))]
pub(crate) async fn event(
    State(state): State<AppState>,
    Path(key): Path<String>,
    request: Request,
) -> Result<StatusCode> {
    let Some(account) = state.directory.by_key(KIND, &key).await? else {
        return Err(Problem::not_found());
    };
    let (parts, body) = split(request);
    let mut arrival = Arrival::read(KIND, &parts, body, state.settings.webhook_limit).await?;
    let secrets = account.signing_secret.as_ref().and_then(Secrets::open).ok_or_else(Problem::internal)?;
    let now = state.store.clock().now();
    let id = match secrets.verify(headers(&parts.headers), &arrival.body, now) {
        Ok(id) => id.to_owned(),
        Err(refused) => {
            metrics::counter!("ringleader_webhooks_total", "provider" => KIND, "outcome" => "forged").increment(1);
            return Err(Problem::unauthenticated(format!("{refused}.")));
        }
    };
    match inbound::parse(&arrival.body, now) {
        Ok(event) => {
            arrival.event_id = Some(id);
            arrival.keep(&state, Some(&account), Sort::Good(event.event_key)).await?;
            Ok(StatusCode::OK)
        }
        Err(errors) => {
            arrival.keep(&state, Some(&account), Sort::Unreadable(&errors)).await?;
            Err(Problem::invalid(errors))
        }
    }
}

fn headers(all: &HeaderMap) -> Headers<'_> {
    let get = |name: &str| all.get(name).and_then(|value| value.to_str().ok());
    Headers { id: get("webhook-id"), timestamp: get("webhook-timestamp"), signature: get("webhook-signature") }
}
