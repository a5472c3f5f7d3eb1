//! Any server that speaks Chat Completions: Ollama, llama.cpp, vLLM and hosted ones (B7).
//!
//! Only what all of them know is sent. The schema also stands in the prompt, since some servers do not enforce it; answers
//! are read leniently: think tags and code fences are taken off, content may be a list or null, usage may be missing.

use super::{
    Said, Task, Wire, alien,
    complaint::Complaint,
    cut, invalid, openai,
    price::{Tariff, Tokens},
    transport,
};
use crate::seam::BrainError;
use ringleader_core::secret::Secret;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// How to reach the server.
#[derive(Debug, Clone)]
pub struct Config {
    /// With `/v1`.
    pub base_url: String,
    /// Key, where the server wants one.
    pub api_key: Option<Secret<String>>,
    /// Model id.
    pub model: String,
    /// Limit of one request; a local server loads its model at the first one.
    pub timeout: Duration,
    /// What tokens cost there, if that is known.
    pub price: Option<Tariff>,
}

/// The client.
#[derive(Debug, Clone)]
pub struct Compatible {
    config: Config,
    http: reqwest::Client,
}

impl Compatible {
    /// A client over a shared connection pool (`models::http_client`).
    pub fn new(config: Config, http: reqwest::Client) -> Self {
        Self { config, http }
    }
}

impl Wire for Compatible {
    const NAME: &'static str = "compatible";

    fn model(&self) -> &str {
        &self.config.model
    }

    fn request(&self, task: &Task) -> reqwest::RequestBuilder {
        let schema = json!({"name": task.name, "strict": true, "schema": task.schema});
        let system = format!(
            "{}\nAnswer with one JSON object of this JSON Schema and nothing else:\n{}\n",
            task.prompt.text, task.schema
        );
        let body = json!({
            "model": self.config.model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": task.text}],
            "max_tokens": task.most_tokens,
            "response_format": {"type": "json_schema", "json_schema": schema},
        });
        let request = self
            .http
            .post(transport::join(&self.config.base_url, "chat/completions"))
            .timeout(self.config.timeout)
            .json(&body);
        match &self.config.api_key {
            Some(key) => request.bearer_auth(key.reveal()),
            None => request,
        }
    }

    fn said(&self, body: &[u8]) -> Result<Said, BrainError> {
        let completion: Completion = serde_json::from_slice(body).map_err(|_| alien())?;
        let usage = completion.usage.unwrap_or_default();
        let tokens = Tokens { input: usage.prompt_tokens, output: usage.completion_tokens, ..Tokens::default() };
        let text = completion.choices.first().ok_or_else(|| invalid("the answer is empty")).and_then(Choice::text);
        Ok(Said { text, tokens, model: completion.model })
    }

    fn sort(&self, complaint: &Complaint) -> BrainError {
        openai::sort(complaint)
    }

    /// Whose server it is, and what it charges, only its operator knows.
    fn cost(&self, _model: &str, tokens: Tokens) -> Option<i64> {
        self.config.price.map(|tariff| tariff.cost_micros(tokens))
    }
}

#[derive(Deserialize)]
struct Completion {
    model: Option<String>,
    choices: Vec<Choice>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

impl Choice {
    fn text(&self) -> Result<String, BrainError> {
        match self.finish_reason.as_deref() {
            Some("length") => return Err(cut()),
            Some("content_filter") => return Err(BrainError::Refused),
            Some("tool_calls") => return Err(invalid("the model called a tool it was not given")),
            _ => {}
        }
        if self.message.refusal.as_ref().is_some_and(|refusal| !refusal.is_empty()) {
            return Err(BrainError::Refused);
        }
        Ok(bare_json(&content_text(&self.message.content)).to_owned())
    }
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Value,
    refusal: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Usage {
    prompt_tokens: i64,
    completion_tokens: i64,
}

/// A string, a list of parts with text, or nothing.
fn content_text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    }
}

/// The JSON without the thinking before it and the code fence around it.
fn bare_json(text: &str) -> &str {
    let text = text.trim();
    let text = ["</think>", "</thinking>"].iter().find_map(|tag| Some(text.rsplit_once(tag)?.1)).unwrap_or(text).trim();
    let Some(fenced) = text.strip_prefix("```").and_then(|text| text.strip_suffix("```")) else { return text };
    fenced.strip_prefix("json").unwrap_or(fenced).trim()
}
