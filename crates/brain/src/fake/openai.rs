//! OpenAI, played: the Responses API, and Chat Completions as compatible servers have it. Checks first, then the mode.

use super::{Fake, KEY, Mode, Stage, halves, key, lint, pause_headers, play, respond, tokens};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::sync::Arc;

const MODELS: [&str; 11] = [
    "gpt-6-luna",
    "gpt-6-sol",
    "gpt-6-astra",
    "gpt-6.1-sol",
    "gpt-6.1-terra",
    "gpt-5.6-luna",
    "gpt-5.4-mini",
    "gpt-5.4",
    "gpt-4o",
    "gpt-4o-mini",
    "gpt-4o-2024-08-06",
];

const FIELDS: [&str; 23] = [
    "model",
    "input",
    "instructions",
    "prompt",
    "conversation",
    "previous_response_id",
    "store",
    "background",
    "include",
    "max_output_tokens",
    "metadata",
    "reasoning",
    "text",
    "tools",
    "tool_choice",
    "temperature",
    "top_p",
    "truncation",
    "service_tier",
    "safety_identifier",
    "prompt_cache_key",
    "stream",
    "user",
];

const REFUSAL: &str = "I cannot help with that.";

/// Starts one; its base address ends in `/v1`, as the real one's.
///
/// # Errors
/// When no port can be had.
pub async fn start() -> std::io::Result<Fake> {
    Fake::start(routes, "/v1").await
}

fn routes(stage: Arc<Stage>) -> axum::Router {
    axum::Router::new()
        .route("/v1/responses", post(responses))
        .route("/v1/responses/{id}", get(stored))
        .route("/v1/chat/completions", post(completions))
        .with_state(stage)
}

async fn responses(State(stage): State<Arc<Stage>>, headers: HeaderMap, body: Bytes) -> Response {
    let body = stage.received(&body);
    if let Err(problem) = check(&headers, &body) {
        return problem.respond();
    }
    let mode = stage.mode();
    if let Some(response) = play(&mode).await {
        return response;
    }
    let turn = body["input"][0]["content"].as_str().unwrap_or_default();
    match &mode {
        Mode::Refusing => response(&body, "completed", None, json!([{"type": "refusal", "refusal": REFUSAL}])),
        Mode::Filtered => response(&body, "incomplete", Some("content_filter"), json!([])),
        Mode::Truncated => {
            let text = stage.answer(turn).await;
            response(&body, "incomplete", Some("max_output_tokens"), parts(halves(&text).0))
        }
        Mode::Failed => response(&body, "failed", None, json!([])),
        Mode::Empty => response(&body, "completed", None, json!([])),
        Mode::Text(text) => response(&body, "completed", None, parts(text)),
        Mode::Ok => response(&body, "completed", None, parts(&stage.answer(turn).await)),
        failing => failure(failing),
    }
}

/// Nothing is kept, as `store: false` asks.
async fn stored() -> Response {
    Problem::new(404, "invalid_request_error", "", "no such response").respond()
}

async fn completions(State(stage): State<Arc<Stage>>, body: Bytes) -> Response {
    let body = stage.received(&body);
    let mode = stage.mode();
    if let Some(response) = play(&mode).await {
        return response;
    }
    let turn = body["messages"].as_array().and_then(|turns| turns.last()?["content"].as_str()).unwrap_or_default();
    match &mode {
        Mode::Refusing => completion(&body, json!({"role": "assistant", "content": null, "refusal": REFUSAL}), "stop"),
        Mode::Filtered => completion(&body, json!({"role": "assistant", "content": null}), "content_filter"),
        Mode::Truncated => completion(&body, said(halves(&stage.answer(turn).await).0), "length"),
        Mode::Empty | Mode::Failed => completion(&body, json!({"role": "assistant", "content": null}), "stop"),
        Mode::Text(text) => completion(&body, said(text), "stop"),
        Mode::Ok => completion(&body, said(&stage.answer(turn).await), "stop"),
        failing => failure(failing),
    }
}

/// A response: reasoning first, then commentary, then the final message; only reasoning where there is no content.
fn response(body: &Value, status: &str, reason: Option<&str>, content: Value) -> Response {
    let message = |id: &str, phase: &str, content: Value| json!({"type": "message", "id": id, "role": "assistant", "status": "completed", "phase": phase, "content": content});
    let mut output = vec![json!({"type": "reasoning", "id": "rs_fake1", "summary": []})];
    if content.as_array().is_some_and(|parts| !parts.is_empty()) {
        output.push(message("msg_fake1", "commentary", parts("Reading the messages.")));
        output.push(message("msg_fake2", "final_answer", content));
    }
    let failed = status == "failed";
    let usage = json!({
        "input_tokens": tokens(&body.to_string()), "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 90, "output_tokens_details": {"reasoning_tokens": 48}, "total_tokens": tokens(&body.to_string()) + 90,
    });
    let response = json!({
        "id": "resp_fake1", "object": "response", "created_at": 1_795_253_400, "status": status,
        "model": format!("{}-2026-10-01", body["model"].as_str().unwrap_or_default()), "store": false,
        "error": if failed { json!({"code": "server_error", "message": "failed"}) } else { json!(null) },
        "incomplete_details": reason.map(|reason| json!({"reason": reason})), "output": output,
        "usage": if failed { json!(null) } else { usage },
    });
    respond(200, &[("x-request-id", "req_fake1".to_owned())], response.to_string())
}

/// A text in two parts.
fn parts(text: &str) -> Value {
    let (first, second) = halves(text);
    json!([{"type": "output_text", "annotations": [], "text": first}, {"type": "output_text", "annotations": [], "text": second}])
}

fn said(text: &str) -> Value {
    json!({"role": "assistant", "content": text})
}

fn completion(body: &Value, message: Value, finish_reason: &str) -> Response {
    let completion = json!({
        "id": "chatcmpl-fake1", "object": "chat.completion", "created": 1_795_253_400, "model": body["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
        "usage": {"prompt_tokens": tokens(&body.to_string()), "completion_tokens": 90, "total_tokens": tokens(&body.to_string()) + 90},
    });
    respond(200, &[], completion.to_string())
}

fn failure(mode: &Mode) -> Response {
    match mode {
        Mode::Throttled(pause) => {
            let problem = Problem::new(429, "requests", "rate_limit_exceeded", "rate limit reached");
            respond(429, &pause_headers(*pause), problem.body())
        }
        Mode::OutOfQuota => Problem::new(429, "insufficient_quota", "credit_balance_exhausted", "no credit").respond(),
        Mode::Overloaded => {
            Problem::new(503, "service_unavailable_error", "server_is_overloaded", "overloaded").respond()
        }
        _ => Problem::new(500, "server_error", "", "the server had an error").respond(),
    }
}

struct Problem {
    status: u16,
    kind: &'static str,
    code: &'static str,
    message: String,
}

impl Problem {
    fn new(status: u16, kind: &'static str, code: &'static str, message: &str) -> Self {
        Self { status, kind, code, message: message.to_owned() }
    }

    fn bad(code: &'static str, message: &str) -> Result<(), Self> {
        Err(Self::new(400, "invalid_request_error", code, message))
    }

    fn body(&self) -> String {
        json!({"error": {"message": self.message, "type": self.kind, "param": null, "code": self.code}}).to_string()
    }

    fn respond(&self) -> Response {
        respond(self.status, &[("x-request-id", "req_fake1".to_owned())], self.body())
    }
}

fn check(headers: &HeaderMap, body: &Value) -> Result<(), Problem> {
    if headers.contains_key("x-api-key") || key(headers) != Some(KEY) {
        return Err(Problem::new(401, "invalid_request_error", "invalid_api_key", "incorrect API key provided"));
    }
    let Some(fields) = body.as_object() else { return Problem::bad("", "the body is not a JSON object") };
    if let Some(field) = fields.keys().find(|field| !FIELDS.contains(&field.as_str())) {
        return Problem::bad("unknown_parameter", &format!("unknown parameter: {field}"));
    }
    let model = body["model"].as_str().unwrap_or_default();
    if !MODELS.contains(&model) {
        return Err(Problem::new(404, "invalid_request_error", "model_not_found", "the model does not exist"));
    }
    let reasons = !model.starts_with("gpt-4");
    if reasons && (fields.contains_key("temperature") || fields.contains_key("top_p")) {
        return Problem::bad("unsupported_parameter", "sampling parameters are not supported by this model");
    }
    if !reasons && fields.contains_key("reasoning") {
        return Problem::bad("unsupported_parameter", "reasoning is not supported by this model");
    }
    if fields.contains_key("conversation") && fields.contains_key("previous_response_id") {
        return Problem::bad("", "conversation and previous_response_id exclude each other");
    }
    if body["prompt"]["id"].as_str().is_some_and(|id| !id.starts_with("pmpt_")) {
        return Problem::bad("", "no such prompt");
    }
    format(&body["text"]["format"])
}

fn format(format: &Value) -> Result<(), Problem> {
    if format["type"] != "json_schema" {
        return Ok(());
    }
    let is_name = |name: &str| {
        !name.is_empty() && name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
    };
    if !format["name"].as_str().is_some_and(is_name) {
        return Problem::bad("", "text.format.name is not valid");
    }
    match lint::openai(&format["schema"]) {
        Err(message) if format["strict"] == true => Problem::bad("invalid_json_schema", &message),
        _ => Ok(()),
    }
}
