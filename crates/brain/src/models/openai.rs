//! The OpenAI Responses API with strict structured output (B7).
//!
//! Nothing is stored at the provider (`store: false`). Reasoning items come first and commentary may come before the final
//! answer; `status` is looked at before the text. Sampling parameters are never sent: reasoning models reject them.

use super::{Said, Task, Wire, alien, complaint::Complaint, cut, invalid, price::Tokens, transport};
use crate::seam::BrainError;
use ringleader_core::secret::Secret;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// The model used unless settings name another.
pub const DEFAULT_MODEL: &str = "gpt-6-luna";

/// The provider's own address.
pub const DEFAULT_BASE_URL: &str = "https://api.openai.com/v1";

/// Model families that take `reasoning.effort`.
const REASONING: [&str; 4] = ["gpt-5", "gpt-6", "o3", "o4"];

/// 429 with one of these is about money, not about speed.
const QUOTA: [&str; 5] = [
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
];

/// How to reach the service.
#[derive(Debug, Clone)]
pub struct Config {
    /// With `/v1`.
    pub base_url: String,
    /// Key.
    pub api_key: Secret<String>,
    /// Model id.
    pub model: String,
    /// Limit of one request.
    pub timeout: Duration,
    /// Prompts stored at the provider (`pmpt_…`) that stand in for built-in ones, by question: `analyse_call` …
    pub prompt_ids: BTreeMap<&'static str, String>,
}

/// The client.
#[derive(Debug, Clone)]
pub struct OpenAi {
    config: Config,
    http: reqwest::Client,
}

impl OpenAi {
    /// A client over a shared connection pool (`models::http_client`).
    pub fn new(config: Config, http: reqwest::Client) -> Self {
        Self { config, http }
    }
}

impl Wire for OpenAi {
    const NAME: &'static str = "openai";

    fn model(&self) -> &str {
        &self.config.model
    }

    fn prompt(&self, task: &Task) -> String {
        self.config.prompt_ids.get(task.name).map_or(task.prompt.id, String::as_str).to_owned()
    }

    fn request(&self, task: &Task) -> reqwest::RequestBuilder {
        let mut body = json!({
            "model": self.config.model,
            "store": false,
            "input": [{"role": "user", "content": task.text}],
            "text": {"format": {"type": "json_schema", "name": task.name, "strict": true, "schema": task.schema}},
            "max_output_tokens": task.most_tokens,
        });
        match self.config.prompt_ids.get(task.name) {
            Some(id) => body["prompt"] = json!({"id": id}),
            None => body["instructions"] = task.prompt.text.into(),
        }
        if REASONING.iter().any(|family| self.config.model.starts_with(family)) {
            body["reasoning"] = json!({"effort": "low"});
        }
        self.http
            .post(transport::join(&self.config.base_url, "responses"))
            .timeout(self.config.timeout)
            .bearer_auth(self.config.api_key.reveal())
            .json(&body)
    }

    fn said(&self, body: &[u8]) -> Result<Said, BrainError> {
        let response: Response = serde_json::from_slice(body).map_err(|_| alien())?;
        let tokens = response.usage.as_ref().map(Usage::tokens).unwrap_or_default();
        Ok(Said { text: response.text(), tokens, model: Some(response.model) })
    }

    fn sort(&self, complaint: &Complaint) -> BrainError {
        sort(complaint)
    }
}

/// What a bad answer means by OpenAI's table; compatible servers follow it too.
pub(super) fn sort(complaint: &Complaint) -> BrainError {
    if QUOTA.contains(&complaint.code.as_str()) || QUOTA.contains(&complaint.kind.as_str()) {
        return complaint.lasting("add credit or raise the limit of the account");
    }
    if let Some(error) = complaint.ordered() {
        return error;
    }
    match complaint.status {
        400 if matches!(complaint.code.as_str(), "invalid_prompt" | "content_filter") => BrainError::Refused,
        408 | 409 | 429 | 500.. => complaint.passing(),
        401 => complaint.lasting("check api_key"),
        403 => complaint.lasting("the key may not use this, or not from here"),
        404 => complaint.lasting("check model and base_url"),
        413 => complaint.lasting("the request was too large"),
        _ => complaint.lasting("the service did not accept the request"),
    }
}

#[derive(Deserialize)]
struct Response {
    status: String,
    #[serde(default)]
    model: String,
    error: Option<Failure>,
    incomplete_details: Option<Incomplete>,
    #[serde(default)]
    output: Vec<Item>,
    usage: Option<Usage>,
}

impl Response {
    /// In the order of the sheet: status, tool calls, the final message, refusal.
    fn text(&self) -> Result<String, BrainError> {
        match self.status.as_str() {
            "completed" => self.final_text(),
            "incomplete" => Err(self.incomplete()),
            "failed" => Err(self.failed()),
            _ => Err(BrainError::Unavailable { detail: "the answer was not finished".to_owned(), retry_after: None }),
        }
    }

    fn incomplete(&self) -> BrainError {
        match self.incomplete_details.as_ref().map(|details| details.reason.as_str()) {
            Some("max_output_tokens") => cut(),
            Some("content_filter") => BrainError::Refused,
            _ => invalid("the answer is incomplete"),
        }
    }

    fn failed(&self) -> BrainError {
        match self.error.as_ref().map_or("", |error| error.code.as_str()) {
            "invalid_prompt" => BrainError::Refused,
            code if QUOTA.contains(&code) => BrainError::Misconfigured {
                detail: "no quota left: add credit or raise the limit of the account".to_owned(),
            },
            _ => BrainError::Unavailable { detail: "the service failed while answering".to_owned(), retry_after: None },
        }
    }

    fn final_text(&self) -> Result<String, BrainError> {
        if self.output.iter().any(|item| item.kind == "function_call") {
            return Err(invalid("the model called a tool it was not given"));
        }
        let is_final = |item: &&Item| item.kind == "message" && item.phase.as_deref() != Some("commentary");
        let Some(message) = self.output.iter().rfind(is_final) else { return Err(invalid("the answer is empty")) };
        if message.content.iter().any(|part| part.kind == "refusal") {
            return Err(BrainError::Refused);
        }
        Ok(message.content.iter().filter(|part| part.kind == "output_text").map(|part| part.text.as_str()).collect())
    }
}

#[derive(Deserialize)]
struct Failure {
    #[serde(default)]
    code: String,
}

#[derive(Deserialize)]
struct Incomplete {
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
struct Item {
    #[serde(rename = "type")]
    kind: String,
    phase: Option<String>,
    /// Null or of another shape on items that are no messages.
    #[serde(default, deserialize_with = "parts")]
    content: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: String,
}

fn parts<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Vec<Part>, D::Error> {
    let value = Value::deserialize(d)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Usage {
    input_tokens: i64,
    input_tokens_details: Option<Details>,
    output_tokens: i64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    cached_tokens: i64,
    cache_write_tokens: i64,
}

impl Usage {
    /// Here the total includes what caches had.
    fn tokens(&self) -> Tokens {
        let (cached, cache_written) = self
            .input_tokens_details
            .as_ref()
            .map_or((0, 0), |details| (details.cached_tokens, details.cache_write_tokens));
        Tokens {
            input: (self.input_tokens - cached - cache_written).max(0),
            cached,
            cache_written,
            output: self.output_tokens,
        }
    }
}
