//! The Anthropic Messages API with structured output (B7).
//!
//! The API version is pinned. Sampling parameters are never sent: current models reject them. A thinking block may come
//! first and text may come in several blocks; the stop reason is looked at before the text.

use super::{Said, Task, Wire, alien, complaint::Complaint, cut, invalid, price::Tokens, transport};
use crate::seam::BrainError;
use ringleader_core::secret::Secret;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// The model used unless settings name another.
pub const DEFAULT_MODEL: &str = "claude-haiku-5-5";

/// The provider's own address.
pub const DEFAULT_BASE_URL: &str = "https://api.anthropic.com";

const VERSION: &str = "2023-06-01";

/// 429 with one of these is about money, not about speed.
const SPEND_LIMITS: [&str; 2] = ["enforced_spend_limit_reached", "contract_spend_limit_reached"];

/// How to reach the service.
#[derive(Debug, Clone)]
pub struct Config {
    /// With or without `/v1`.
    pub base_url: String,
    /// Key.
    pub api_key: Secret<String>,
    /// Model id.
    pub model: String,
    /// Limit of one request.
    pub timeout: Duration,
}

/// The client.
#[derive(Debug, Clone)]
pub struct Anthropic {
    config: Config,
    http: reqwest::Client,
}

impl Anthropic {
    /// A client over a shared connection pool (`models::http_client`).
    pub fn new(config: Config, http: reqwest::Client) -> Self {
        Self { config, http }
    }

    /// The base address, whether or not it was given with its version.
    fn root(&self) -> &str {
        let base = self.config.base_url.trim_end_matches('/');
        base.strip_suffix("/v1").unwrap_or(base)
    }

    /// The fourth generation knows no effort.
    fn output_config(&self, task: &Task) -> Value {
        let format = json!({"type": "json_schema", "schema": task.schema});
        if self.config.model.contains("-4-") {
            json!({"format": format})
        } else {
            json!({"effort": "low", "format": format})
        }
    }
}

impl Wire for Anthropic {
    const NAME: &'static str = "anthropic";

    fn model(&self) -> &str {
        &self.config.model
    }

    fn request(&self, task: &Task) -> reqwest::RequestBuilder {
        let body = json!({
            "model": self.config.model,
            "max_tokens": task.most_tokens,
            "system": task.prompt.text,
            "messages": [{"role": "user", "content": task.text}],
            "output_config": self.output_config(task),
        });
        self.http
            .post(transport::join(self.root(), "v1/messages"))
            .timeout(self.config.timeout)
            .header("x-api-key", self.config.api_key.reveal())
            .header("anthropic-version", VERSION)
            .json(&body)
    }

    fn said(&self, body: &[u8]) -> Result<Said, BrainError> {
        let message: Message = serde_json::from_slice(body).map_err(|_| alien())?;
        let text = match message.stop_reason.as_deref() {
            Some("end_turn" | "stop_sequence") => Ok(message.text()),
            Some("refusal") => Err(BrainError::Refused),
            Some("max_tokens") => Err(cut()),
            Some("model_context_window_exceeded") => Err(invalid("the context window was exceeded")),
            _ => Err(invalid("the model stopped for a reason that is no answer")),
        };
        Ok(Said { text, tokens: message.usage.tokens(), model: Some(message.model) })
    }

    fn sort(&self, complaint: &Complaint) -> BrainError {
        if SPEND_LIMITS.contains(&complaint.code.as_str()) {
            return complaint.lasting("raise the spend limit of the account");
        }
        if let Some(error) = complaint.ordered() {
            return error;
        }
        match complaint.status {
            408 | 409 | 429 | 500.. => complaint.passing(),
            401 => complaint.lasting("check api_key"),
            402 => complaint.lasting("settle the billing of the account"),
            403 => complaint.lasting("the key may not use this; check its permissions"),
            404 => complaint.lasting("check model and base_url"),
            413 => complaint.lasting("the request was too large"),
            _ => complaint.lasting("the service did not accept the request"),
        }
    }
}

#[derive(Deserialize)]
struct Message {
    model: String,
    content: Vec<Block>,
    stop_reason: Option<String>,
    #[serde(default)]
    usage: Usage,
}

impl Message {
    fn text(&self) -> String {
        self.content.iter().filter(|block| block.kind == "text").map(|block| block.text.as_str()).collect()
    }
}

#[derive(Deserialize)]
struct Block {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Usage {
    input_tokens: i64,
    cache_creation_input_tokens: Option<i64>,
    cache_read_input_tokens: Option<i64>,
    output_tokens: i64,
}

impl Usage {
    fn tokens(&self) -> Tokens {
        Tokens {
            input: self.input_tokens,
            cached: self.cache_read_input_tokens.unwrap_or_default(),
            cache_written: self.cache_creation_input_tokens.unwrap_or_default(),
            output: self.output_tokens,
        }
    }
}
