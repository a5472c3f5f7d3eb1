//! Notices into a Slack room (messaging-other sheet, A).
//!
//! Always true:
//! - what customers said cannot call a whole channel or make a link: `&`, `<` and `>` are escaped (P7);
//! - one call is one request, redirects are not followed, a lost answer is `Unknown` (P2);
//! - the address, which is the secret, is in no error (P10).

use super::config::Config;
use crate::messaging::{Accepted, FailureClass, Messaging, Outgoing, Scope, SendError};
use crate::outgoing;
use async_trait::async_trait;
use ringleader_core::message::SendFailure;
use serde_json::{Value, json};
use std::time::Duration;

/// How long a request may take unless told otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest text of a section block.
const MAX_SECTION: usize = 3_000;

/// Longest text of a button.
const MAX_BUTTON: usize = 75;

/// One incoming webhook.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    config: Config,
    timeout: Duration,
}

impl Client {
    /// A client of the webhook in `config`.
    pub fn new(http: reqwest::Client, config: &Config) -> Self {
        Self { http, config: config.clone(), timeout: DEFAULT_TIMEOUT }
    }

    /// The same client with another time limit per request.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Whether the webhook is alive, without posting: an empty payload is refused by a living hook for what it lacks.
    pub async fn probe(&self) -> Result<(), SendError> {
        match self.post(&json!({})).await {
            Ok(()) => Ok(()),
            Err(error) if matches!(error.failure().code.as_str(), "no_text" | "invalid_payload") => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn post(&self, payload: &Value) -> Result<(), SendError> {
        let request = self.http.post(self.config.webhook_url.reveal()).json(payload).timeout(self.timeout);
        let response = outgoing::send("slack", "send_message", request).await.map_err(SendError::of_transport)?;
        let status = response.status().as_u16();
        let wait = response.headers().get("retry-after").and_then(|v| v.to_str().ok()?.trim().parse().ok());
        let body = response.text().await.unwrap_or_default();
        answer(status, body.trim(), wait.map(Duration::from_secs))
    }
}

/// What an answer means: the word in the body first, the status second.
fn answer(status: u16, body: &str, retry_after: Option<Duration>) -> Result<(), SendError> {
    let word = if body.len() <= 64 && body.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') { body } else { "" };
    let class = match (status, word) {
        (200..=299, _) => return Ok(()),
        (429, _) | (_, "rate_limited") => FailureClass::Throttled(Scope::Account),
        (_, "invalid_payload" | "invalid_blocks" | "no_text" | "too_many_attachments") => FailureClass::Rejected,
        (_, "rollup_error") => FailureClass::Transient,
        (500.. | 408, _) => {
            return Err(SendError::Unknown { detail: format!("HTTP {status} without a usable answer") });
        }
        // The room or the hook is gone, or an administrator forbids it: someone has to act first.
        _ => FailureClass::Halted,
    };
    let code = if word.is_empty() { format!("http_{status}") } else { word.to_owned() };
    let failure = SendFailure { code, detail: explain(class, status) };
    Err(SendError::of(class, failure, retry_after))
}

fn explain(class: FailureClass, status: u16) -> String {
    match class {
        FailureClass::Halted => "Slack does not take notices at this webhook any more: make a new one and enter it",
        FailureClass::Throttled(_) => "Slack asks for a pause",
        FailureClass::Transient => "Slack has a passing problem",
        _ => return format!("Slack did not take the notice (HTTP {status})"),
    }
    .to_owned()
}

/// The notice as Slack shows it: the words, and under them a link button for each answer.
fn payload(message: &Outgoing) -> Result<Value, SendError> {
    let text = escape(message.words()?);
    let mut blocks = vec![json!({ "type": "section", "text": { "type": "mrkdwn", "text": cut(&text, MAX_SECTION) } })];
    let button = |(title, url): (String, String)| json!({ "type": "button", "text": { "type": "plain_text", "text": cut(&title, MAX_BUTTON) }, "url": url });
    let buttons: Vec<Value> = message.answers().into_iter().map(button).collect();
    if !buttons.is_empty() {
        blocks.push(json!({ "type": "actions", "elements": buttons }));
    }
    Ok(json!({ "text": text, "blocks": blocks, "unfurl_links": false, "unfurl_media": false }))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// At most so many characters, never the half of an escape.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most - 1).collect();
    if let Some(at) = short.rfind('&').filter(|at| !short[*at..].contains(';')) {
        short.truncate(at);
    }
    short + "…"
}

#[async_trait]
impl Messaging for Client {
    async fn send(&self, message: &Outgoing) -> Result<Accepted, SendError> {
        self.post(&payload(message)?).await?;
        // Slack names no message: our own key stands for it.
        Ok(Accepted { provider_id: message.send_key.clone(), ..Accepted::default() })
    }

    /// A room knows no such thing.
    async fn mark_read(&self, _provider_id: &str, _typing: bool) -> Result<(), SendError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters_and_escapes() {
        let text = escape(&"<".repeat(2_000));
        let short = cut(&text, MAX_SECTION);
        assert!(short.chars().count() <= MAX_SECTION && short.ends_with("&lt;…"), "{}", &short[short.len() - 9..]);
    }
}
