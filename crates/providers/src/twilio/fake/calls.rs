//! The played REST API of calls (twilio sheet, 8 and 9): placed, asked for, turned elsewhere, ended, with Twilio's refusals; and
//! recordings, which are not there at once.

use super::{Cx, authorised, error};
use crate::faults::Fault;
use crate::sound;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

/// A call that the program placed.
#[derive(Debug, Clone, Serialize)]
pub struct PlacedCall {
    /// Its id.
    pub sid: String,
    /// Whom it rings.
    pub to: String,
    /// The number that is shown.
    pub from: String,
    /// Its document.
    pub url: String,
    /// Who is told how it went.
    pub status_callback: String,
    /// `queued`, `in-progress`, `completed` …
    pub status: String,
    /// When it was placed, as Twilio writes dates.
    pub date_created: String,
}

/// What the account has of voice.
#[derive(Debug, Default)]
pub(super) struct Voice {
    pub(super) calls: Vec<PlacedCall>,
    /// Recordings that were asked for once.
    pub(super) recordings: HashSet<String>,
    /// Numbers of the account and where each sends its calls.
    pub(super) numbers: HashMap<String, String>,
    /// How often it was asked how a call stands.
    pub(super) looked_up: usize,
}

pub(super) async fn place(State(cx): Cx, headers: HeaderMap, body: Bytes) -> Response {
    if !authorised(&cx, &headers) {
        return error(401, 20003, "Authenticate");
    }
    let form: HashMap<String, String> = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    let mut account = cx.account();
    let super::Account { faults, dice, .. } = &mut *account;
    let fault = faults.take(dice);
    match fault {
        Some(Fault::Error { code }) => return error(if code == 20429 { 429 } else { 400 }, code, "On demand"),
        Some(Fault::Status { status }) => {
            return StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY).into_response();
        }
        _ => {}
    }
    let get = |name: &str| form.get(name).cloned().unwrap_or_default();
    if !get("To").starts_with('+') {
        return error(400, 21211, "The 'To' number is not a valid phone number.");
    }
    if !get("From").starts_with('+') {
        return error(400, 21212, "The 'From' number is not a valid phone number.");
    }
    if get("Url").is_empty() && get("Twiml").is_empty() {
        return error(400, 21205, "Url parameter is required.");
    }
    let call = PlacedCall {
        sid: format!("CA{:032x}", 0xf000_0000_u64 + account.voice.calls.len() as u64),
        to: get("To"),
        from: get("From"),
        url: get("Url"),
        status_callback: get("StatusCallback"),
        status: "queued".to_owned(),
        date_created: dated((cx.now)()),
    };
    account.voice.calls.push(call.clone());
    if fault == Some(Fault::Http500AfterAccept) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    (StatusCode::CREATED, Json(shown(&call))).into_response()
}

/// Calls that were placed, newest first.
pub(super) async fn list(State(cx): Cx, headers: HeaderMap, Query(query): Query<HashMap<String, String>>) -> Response {
    if !authorised(&cx, &headers) {
        return error(401, 20003, "Authenticate");
    }
    let account = cx.account();
    let fits = |call: &&PlacedCall| query.get("To").is_none_or(|to| *to == call.to);
    let calls: Vec<Value> = account.voice.calls.iter().rev().filter(fits).map(shown).collect();
    Json(json!({ "calls": calls, "next_page_uri": null })).into_response()
}

fn dated(at: jiff::Timestamp) -> String {
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_string(&at).unwrap_or_default()
}

fn shown(call: &PlacedCall) -> Value {
    let direction = if call.url.is_empty() { "inbound" } else { "outbound-api" }; // a call that came in has no document here
    json!({ "sid": call.sid, "to": call.to, "from": call.from, "status": call.status, "direction": direction, "date_created": call.date_created,
        "duration": (call.status == "completed").then_some("60"), "price": null, "answered_by": null })
}

pub(super) async fn show(State(cx): Cx, Path((_, sid)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if !authorised(&cx, &headers) {
        return error(401, 20003, "Authenticate");
    }
    let mut account = cx.account();
    account.voice.looked_up += 1;
    let found = account.voice.calls.iter().find(|call| call.sid == sid.trim_end_matches(".json"));
    found.map_or_else(|| error(404, 20404, "Not found"), |call| Json(shown(call)).into_response())
}

/// Another document, or the end. A call that is over is in no state for it.
pub(super) async fn turn(
    State(cx): Cx,
    Path((_, sid)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !authorised(&cx, &headers) {
        return error(401, 20003, "Authenticate");
    }
    let form: HashMap<String, String> = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    let mut account = cx.account();
    let Some(call) = account.voice.calls.iter_mut().find(|call| call.sid == sid.trim_end_matches(".json")) else {
        return error(404, 20404, "Not found");
    };
    if matches!(call.status.as_str(), "completed" | "busy" | "no-answer" | "failed" | "canceled") {
        return error(400, 21220, "Call is not in-progress. Cannot redirect.");
    }
    if let Some(status) = form.get("Status") {
        call.status.clone_from(status);
    }
    if let Some(url) = form.get("Url") {
        call.url.clone_from(url);
    }
    Json(shown(call)).into_response()
}

pub(super) async fn numbers(
    State(cx): Cx,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    if !authorised(&cx, &headers) {
        return error(401, 20003, "Authenticate");
    }
    let account = cx.account();
    let wanted = query.get("PhoneNumber").cloned().unwrap_or_default();
    let found = account.voice.numbers.get(&wanted);
    let found: Vec<Value> = found.map(|url| json!({"phone_number": wanted, "voice_url": url})).into_iter().collect();
    Json(json!({ "incoming_phone_numbers": found })).into_response()
}

/// Every call is recorded that says so; the sound is not there when it is asked for the first time, as Twilio's are for a moment.
pub(super) async fn recording(State(cx): Cx, Path((_, file)): Path<(String, String)>, headers: HeaderMap) -> Response {
    if !authorised(&cx, &headers) {
        return error(401, 20003, "Authenticate");
    }
    let sid = file.trim_end_matches(".mp3");
    let one = sid.len() == 34 && sid.starts_with("RE");
    if !one || cx.account().voice.recordings.insert(sid.to_owned()) {
        return error(404, 20404, "Not found");
    }
    sound::fake::served(&headers)
}
