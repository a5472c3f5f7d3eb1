//! The Anthropic Messages API, played: version and key checks, the model list, field and schema checks, then the mode.

use super::{Fake, KEY, Mode, Stage, halves, key, lint, pause_headers, play, respond, tokens};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::post;
use serde_json::{Value, json};
use std::sync::Arc;

const MODELS: [&str; 10] = [
    "claude-haiku-5-5",
    "claude-sonnet-5-5",
    "claude-opus-5-5",
    "claude-opus-5",
    "claude-fable-5-1",
    "claude-fable-5-2",
    "claude-haiku-4-5",
    "claude-haiku-4-5-20251001",
    "claude-sonnet-4-5",
    "claude-sonnet-4-5-20250929",
];

const FIELDS: [&str; 15] = [
    "model",
    "max_tokens",
    "messages",
    "system",
    "output_config",
    "output_format",
    "thinking",
    "metadata",
    "stop_sequences",
    "service_tier",
    "speed",
    "inference_geo",
    "cache_control",
    "temperature",
    "top_p",
];

const VERSIONS: [&str; 2] = ["2023-06-01", "2026-10-21"];

/// Starts one; its base address has no `/v1`, as the real one's.
///
/// # Errors
/// When no port can be had.
pub async fn start() -> std::io::Result<Fake> {
    Fake::start(|stage| axum::Router::new().route("/v1/messages", post(messages)).with_state(stage), "").await
}

async fn messages(State(stage): State<Arc<Stage>>, headers: HeaderMap, body: Bytes) -> Response {
    let body = stage.received(&body);
    if let Err((status, kind, message)) = check(&headers, &body) {
        return error(status, kind, &message, json!(null), &[]);
    }
    let mode = stage.mode();
    if let Some(response) = play(&mode).await {
        return response;
    }
    let turn = body["messages"][0]["content"].as_str().unwrap_or_default();
    match mode {
        Mode::Throttled(pause) => error(429, "rate_limit_error", "slow down", json!(null), &pause_headers(pause)),
        Mode::OutOfQuota => {
            error(429, "rate_limit_error", "spend limit", json!({"error_code": "enforced_spend_limit_reached"}), &[])
        }
        Mode::Failing => error(500, "api_error", "internal server error", json!(null), &[]),
        Mode::Overloaded => error(529, "overloaded_error", "overloaded", json!(null), &[]),
        Mode::Refusing => message(&body, "I can", "refusal"),
        Mode::Filtered => message(&body, "", "refusal"),
        Mode::Truncated => message(&body, halves(&stage.answer(turn).await).0, "max_tokens"),
        Mode::Failed => message(&body, "", "a_reason_of_tomorrow"),
        Mode::Empty => message(&body, "", "end_turn"),
        Mode::Text(text) => message(&body, &text, "end_turn"),
        _ => message(&body, &stage.answer(turn).await, "end_turn"),
    }
}

/// A message: thinking first, then the text in two blocks; none at all for an empty text.
fn message(body: &Value, text: &str, stop_reason: &str) -> Response {
    let (first, second) = halves(text);
    let mut content = vec![json!({"type": "thinking", "thinking": "", "signature": "c2lnbmVk"})];
    if !text.is_empty() {
        content.extend([json!({"type": "text", "text": first}), json!({"type": "text", "text": second})]);
    }
    let details =
        if stop_reason == "refusal" { json!({"type": "refusal", "category": "general_harms"}) } else { json!(null) };
    let message = json!({
        "id": "msg_fake1", "type": "message", "role": "assistant", "model": body["model"], "content": content,
        "stop_reason": stop_reason, "stop_sequence": null, "stop_details": details,
        "usage": {
            "input_tokens": tokens(&body.to_string()), "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0,
            "output_tokens": tokens(text) + 20, "output_tokens_details": {"thinking_tokens": 20}, "service_tier": "standard",
        },
    });
    respond(200, &[("request-id", "req_fake1".to_owned())], message.to_string())
}

fn error(status: u16, kind: &str, message: &str, details: Value, headers: &[(&'static str, String)]) -> Response {
    let mut error = json!({"type": kind, "message": message});
    if !details.is_null() {
        error["details"] = details;
    }
    let headers = [headers, &[("request-id", "req_fake1".to_owned())]].concat();
    respond(status, &headers, json!({"type": "error", "error": error, "request_id": "req_fake1"}).to_string())
}

type Problem = (u16, &'static str, String);

fn check(headers: &HeaderMap, body: &Value) -> Result<(), Problem> {
    let bad = |message: &str| Err((400, "invalid_request_error", message.to_owned()));
    if key(headers) != Some(KEY) {
        return Err((401, "authentication_error", "invalid x-api-key".to_owned()));
    }
    let version = headers.get("anthropic-version").and_then(|version| version.to_str().ok()).unwrap_or_default();
    if !VERSIONS.contains(&version) {
        return bad("anthropic-version: header is required");
    }
    let Some(fields) = body.as_object() else { return bad("the body is not a JSON object") };
    if let Some(field) = fields.keys().find(|field| !FIELDS.contains(&field.as_str()) && *field != "top_k") {
        return bad(&format!("{field}: Extra inputs are not permitted"));
    }
    let model = body["model"].as_str().unwrap_or_default();
    if !MODELS.contains(&model) {
        return Err((404, "not_found_error", format!("model: {model}")));
    }
    let is_new = !model.contains("-4-") || version == "2026-10-21";
    if is_new && ["temperature", "top_p", "top_k"].iter().any(|field| fields.contains_key(*field)) {
        return bad("sampling parameters are not supported by this model");
    }
    if body["max_tokens"].as_u64().is_none() {
        return bad("max_tokens: Field required");
    }
    let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    if messages.first().is_none_or(|first| first["role"] != "user")
        || messages.last().is_some_and(|last| last["role"] != "user")
    {
        return bad("messages: first and last must use the user role");
    }
    let is_beta = headers.get("anthropic-beta").is_some_and(|beta| beta.as_bytes().starts_with(b"structured-outputs-"));
    if fields.contains_key("output_format") && !is_beta {
        return bad("output_format: Extra inputs are not permitted");
    }
    format(&body["output_config"]["format"]).or_else(|message| bad(&message))
}

fn format(format: &Value) -> Result<(), String> {
    let Some(fields) = format.as_object() else { return Ok(()) };
    if format["type"] != "json_schema" || fields.keys().any(|field| field != "type" && field != "schema") {
        return Err("output_config.format: only type json_schema and schema are permitted".to_owned());
    }
    lint::anthropic(&format["schema"]).map_err(|message| format!("output_config.format.schema: {message}"))
}
