//! The Graph API's paths: with or without a version in front, behind a bearer token (whatsapp-cloud sheet, 1, 5, 6, 8).

use super::Shared;
use super::options::{NumberSpec, TemplateSpec};
use super::send::{self, Reaction};
use super::state::State;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State as Extract;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Every request outside the control API.
pub(super) async fn handle(
    Extract(shared): Extract<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let reaction = decide(&shared, &method, &uri, &headers, &body);
    shared.wake.notify_one();
    shared.changed.notify_waiters();
    match reaction {
        Reaction::Good(answer) => Json(answer).into_response(),
        Reaction::Refused(code, detail) => error(code, detail),
        Reaction::Bare(status) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, "upstream trouble").into_response()
        }
        Reaction::Garbage => "<html>ok</html>".into_response(),
        Reaction::Cut => cut(),
        Reaction::Late(ms, answer) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Json(answer).into_response()
        }
    }
}

fn decide(shared: &Shared, method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Reaction {
    let mut path: Vec<&str> = uri.path().split('/').filter(|s| !s.is_empty()).collect();
    if path.first().is_some_and(|s| s.strip_prefix('v').is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit()))) {
        path.remove(0);
    }
    let now = (shared.now)();
    let token = headers.get("authorization").and_then(|h| h.to_str().ok()?.strip_prefix("Bearer "));
    let mut state = shared.state();
    let Some(token) = token.filter(|t| !t.is_empty()) else {
        return Reaction::Refused(190, "an access token is required");
    };
    let value = || serde_json::from_slice::<Value>(body).unwrap_or_default();
    match (method.as_str(), path.as_slice()) {
        ("POST", [number, "messages"]) => match authorised(&mut state, number, token) {
            Ok(()) => send::post(&mut state, number, &value(), now),
            Err((code, detail)) => Reaction::Refused(code, detail),
        },
        ("GET", [account, "message_templates"]) => page(&state, account, uri.query().unwrap_or_default()),
        ("POST", [account, "message_templates"]) => create(&mut state, account, &value()),
        ("POST", [_, "subscribed_apps" | "register"]) => Reaction::Good(json!({ "success": true })),
        ("GET", [number]) => match authorised(&mut state, number, token) {
            Ok(()) => Reaction::Good(node(&state, number)),
            Err((code, detail)) => Reaction::Refused(code, detail),
        },
        _ => Reaction::Refused(33, "the object does not exist or cannot be reached with this token"),
    }
}

fn authorised(state: &mut State, number: &str, token: &str) -> Result<(), (i64, &'static str)> {
    if state.number(number).is_none() && state.behaviour.any_number {
        state.add_number(NumberSpec { id: number.to_owned(), ..NumberSpec::default() });
    }
    match state.number(number) {
        None => Err((33, "the object does not exist or cannot be reached with this token")),
        Some(n) if n.spec.access_token.as_deref().is_some_and(|t| t != token) => {
            Err((190, "the access token could not be decrypted"))
        }
        Some(_) => Ok(()),
    }
}

fn node(state: &State, number: &str) -> Value {
    let display = state.number(number).map(|n| n.spec.display.clone()).unwrap_or_default();
    json!({ "id": number, "verified_name": "Sandbox Business", "display_phone_number": format!("+{display}"),
        "status": "CONNECTED", "quality_rating": "GREEN", "throughput": { "level": "STANDARD" },
        "whatsapp_business_manager_messaging_limit": state.behaviour.messaging_limit })
}

/// One page of templates; the cursor is the index to go on from.
fn page(state: &State, account: &str, query: &str) -> Reaction {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let get = |name: &str| pairs.iter().find(|(n, _)| n == name).and_then(|(_, v)| v.parse::<usize>().ok());
    let (from, limit) = (get("after").unwrap_or(0), get("limit").unwrap_or(25).clamp(1, 100));
    let all: Vec<&TemplateSpec> = state.templates.of(account).collect();
    let data: Vec<Value> = all.iter().skip(from).take(limit).map(|t| listed(t)).collect();
    let end = from + data.len();
    let mut paging = json!({ "cursors": { "before": from.to_string(), "after": end.to_string() } });
    if end < all.len() {
        paging["next"] = format!("https://graph.example.test/{account}/message_templates?after={end}").into();
    }
    Reaction::Good(json!({ "data": data, "paging": paging }))
}

fn listed(t: &TemplateSpec) -> Value {
    json!({ "id": super::state::hash(&(&t.name, &t.language)).to_string(), "name": t.name, "language": t.language,
        "status": t.status, "category": t.category, "parameter_format": "POSITIONAL", "rejected_reason": "NONE",
        "components": [{ "type": "BODY", "text": t.body }] })
}

/// A new template waits for review.
fn create(state: &mut State, account: &str, body: &Value) -> Reaction {
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let components = body["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    let words = components.iter().find(|c| c["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case("body")));
    let spec = TemplateSpec {
        waba_id: Some(account.to_owned()),
        name: text("name"),
        language: text("language"),
        status: "PENDING".to_owned(),
        category: text("category"),
        body: words.and_then(|c| c["text"].as_str()).unwrap_or_default().to_owned(),
    };
    if spec.name.is_empty() || spec.language.is_empty() || spec.body.is_empty() {
        return Reaction::Refused(100, "a template needs name, language and a body");
    }
    let id = super::state::hash(&(&spec.name, &spec.language)).to_string();
    let category = spec.category.clone();
    state.templates.set(spec);
    Reaction::Good(json!({ "id": id, "status": "PENDING", "category": category }))
}

/// Meta's error answer.
fn error(code: i64, detail: &str) -> Response {
    let status = match code {
        190 => StatusCode::UNAUTHORIZED,
        1 | 131_000 => StatusCode::INTERNAL_SERVER_ERROR,
        2 | 131_016 => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    let mut error = json!({ "message": format!("(#{code}) {}", title(code)), "type": "OAuthException", "code": code,
        "error_data": { "messaging_product": "whatsapp", "details": detail }, "fbtrace_id": "SIMULATED" });
    if matches!(code, 2 | 131_016) {
        error["is_transient"] = true.into();
    }
    (status, Json(json!({ "error": error }))).into_response()
}

/// A short title in our words; clients must go by the code.
pub(super) fn title(code: i64) -> &'static str {
    match code {
        100 | 131_008 | 131_009 => "Parameter problem",
        190 => "Token problem",
        368 | 131_031 => "Account restricted",
        130_429 | 131_056 | 4 | 80_007 => "Too fast",
        131_026 => "Undeliverable",
        131_042 => "Payment problem",
        131_047 => "Window closed",
        131_049 | 131_050 => "Marketing not delivered",
        132_000..=132_999 => "Template problem",
        _ => "Refused",
    }
}

/// A body that fails at once: the server closes the connection without a usable answer.
fn cut() -> Response {
    let gone = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let body = futures::stream::once(async move { Err::<Bytes, _>(gone) });
    Response::new(Body::from_stream(body))
}
