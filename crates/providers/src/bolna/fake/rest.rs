//! The API of the fake: what Bolna checks, how it lists and how it refuses (bolna sheet, 7).

use super::{Execution, Shared};
use crate::sound;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

type Cx = State<Arc<Shared>>;

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/executions/{id}", get(execution))
        .route("/v2/agent/{agent}/executions", get(list))
        .route("/call", post(call))
        .route("/call/{id}/stop", post(stop))
        .route(
            "/user/me",
            get(async || Json(json!({ "id": "org-1", "wallet": 12.5, "concurrency": { "max": 10, "current": 0 } }))),
        )
        .route("/recordings/call/{id}", get(recording))
        .layer(middleware::from_fn_with_state(shared.clone(), guard))
        .route("/kept/{link}", get(kept))
        .with_state(shared)
}

/// Every request carries the key; some are refused on demand.
async fn guard(State(cx): Cx, request: Request, next: Next) -> Response {
    let expected = format!("Bearer {}", cx.key);
    if request.headers().get("authorization").is_none_or(|given| given.as_bytes() != expected.as_bytes()) {
        return error(401, "Unauthorized");
    }
    let refusal = {
        let mut account = cx.account();
        account.asked.push(format!("{} {}", request.method(), request.uri().path()));
        if account.refusals.is_empty() { None } else { Some(account.refusals.remove(0)) }
    };
    match refusal {
        Some(status) => error(status, "On demand"),
        None => next.run(request).await,
    }
}

fn error(status: u16, message: &str) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (code, Json(json!({ "error": status, "message": message }))).into_response()
}

async fn execution(State(cx): Cx, Path(id): Path<String>) -> Response {
    match cx.account().executions.get(&id) {
        Some(execution) => Json(execution.record.clone()).into_response(),
        None => error(404, "Execution not found"),
    }
}

/// A link that holds for a time, once the recording is there.
async fn recording(State(cx): Cx, Path(id): Path<String>) -> Response {
    let mut account = cx.account();
    let told = account.executions.get(&id).map(|execution| execution.record["telephony_data"]["recording_url"].clone());
    if told.is_none_or(|url| url.as_str().is_none_or(str::is_empty)) {
        return error(404, "Recording not found");
    }
    let link = format!("/kept/{id}-{}", account.links.len());
    account.links.push(link.clone());
    Redirect::temporary(&link).into_response()
}

/// The store behind such links takes no key: one that comes along is refused, as the real one does.
async fn kept(State(cx): Cx, uri: Uri, headers: HeaderMap) -> Response {
    match (headers.contains_key("authorization"), cx.account().links.iter().any(|link| link == uri.path())) {
        (true, _) => error(400, "Only one auth mechanism allowed"),
        (false, false) => error(403, "Request has expired"),
        (false, true) => sound::fake::served(&headers),
    }
}

/// `from` and `to` must be there, at most seven days apart; at most 50 rows of a page; rows are short.
async fn list(State(cx): Cx, Path(agent): Path<String>, Query(query): Query<HashMap<String, String>>) -> Response {
    let time = |name: &str| query.get(name).and_then(|text| text.parse::<Timestamp>().ok());
    let number = |name: &str, default: usize| query.get(name).and_then(|v| v.parse().ok()).unwrap_or(default);
    let (Some(from), Some(to)) = (time("from"), time("to")) else {
        return error(400, "from and to are required");
    };
    let (page, size) = (number("page_number", 1).max(1), number("page_size", 20));
    if to.duration_since(from) > SignedDuration::from_hours(7 * 24) || size > 50 {
        return error(400, "The range is at most 7 days, a page at most 50");
    }
    let account = cx.account();
    let within = |e: &&Execution| e.agent == agent && e.created_at >= from && e.created_at < to;
    let found: Vec<&Execution> = account.executions.values().filter(within).collect();
    let data: Vec<Value> = found.iter().skip((page - 1) * size).take(size).map(|e| trimmed(&e.record)).collect();
    let more = found.len() > page * size;
    Json(json!({ "page_number": page, "page_size": size, "total": found.len(), "has_more": more, "data": data }))
        .into_response()
}

fn trimmed(record: &Value) -> Value {
    json!({ "id": record["id"], "status": record["status"], "conversation_duration": record["conversation_duration"],
        "created_at": record["created_at"], "telephony_data": { "call_type": record["telephony_data"]["call_type"] } })
}

async fn call(State(cx): Cx, Json(body): Json<Value>) -> Response {
    let (Some(agent), Some(to)) = (body["agent_id"].as_str(), body["recipient_phone_number"].as_str()) else {
        return error(400, "agent_id and recipient_phone_number are required");
    };
    if !to.starts_with('+') {
        return error(400, "recipient_phone_number must be E.164");
    }
    let mut account = cx.account();
    let id = format!("ex-{}", account.executions.len() + 1);
    let created_at = Timestamp::UNIX_EPOCH;
    let record = json!({ "id": id, "agent_id": agent, "status": "queued", "user_number": to });
    account.executions.insert(id.clone(), Execution { agent: agent.to_owned(), created_at, record });
    Json(json!({ "message": "done", "status": "queued", "execution_id": id })).into_response()
}

/// Only what waits can be stopped.
async fn stop(State(cx): Cx, Path(id): Path<String>) -> Response {
    let mut account = cx.account();
    let Some(execution) = account.executions.get_mut(&id) else { return error(404, "Execution not found") };
    if !matches!(execution.record["status"].as_str(), Some("queued" | "scheduled")) {
        return error(400, "The call has begun");
    }
    execution.record["status"] = json!("stopped");
    Json(json!({ "message": "done", "status": "stopped", "execution_id": id })).into_response()
}
