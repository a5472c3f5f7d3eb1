//! Bolna's API: executions fetched and listed, calls placed and stopped, recordings heard (bolna sheet, 6 and 7).
//!
//! Always true: the key goes to the configured host alone; an id from outside never becomes part of another address.

use super::config::Config;
use crate::messaging::scrub;
use crate::outgoing;
use crate::sound::{Host, Sound, SoundError};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::secret::Secret;
use serde_json::{Value, json};
use std::time::Duration;

/// Where Bolna is, as its own links say.
const HOST: &str = "https://api.bolna.ai";

/// How long a request may take unless told otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest span that one list may ask for.
const LONGEST_SPAN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Most rows of a page.
const PAGE: &str = "50";

/// Most pages of one list: 10,000 executions of one agent.
const MAX_PAGES: u32 = 200;

/// Why Bolna gave no answer: one variant for each thing the caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The connection has no API key.
    #[error("the connection has no api_key, so Bolna cannot be asked")]
    NoKey,
    /// The key is not accepted.
    #[error("Bolna does not accept the api_key")]
    Unauthorised,
    /// Too much was asked.
    #[error("Bolna asks for a pause")]
    Throttled {
        /// For so long, where it says so.
        retry_after: Option<Duration>,
    },
    /// It does not like the request.
    #[error("Bolna refused: {0}")]
    Refused(String),
    /// It could not be reached, or its answer made no sense. What was asked may have happened.
    #[error("Bolna could not be reached: {0}")]
    Unavailable(String),
}

/// One line of a list: too little to know the call, enough to know that there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The execution's id.
    pub id: String,
    /// Its status, as it came.
    pub status: String,
}

/// An account at Bolna.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
    key: Secret<String>,
    timeout: Duration,
}

impl Client {
    /// A client of the account in `config`; `base_url` is `https://api.bolna.ai`.
    ///
    /// # Errors
    /// [`ApiError::NoKey`].
    pub fn new(http: reqwest::Client, base_url: &str, config: &Config) -> Result<Self, ApiError> {
        let key = config.api_key.clone().ok_or(ApiError::NoKey)?;
        Ok(Self { http, base_url: base_url.trim_end_matches('/').to_owned(), key, timeout: DEFAULT_TIMEOUT })
    }

    /// The same client with another time limit per request.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The record of an execution, as the webhook carries it; `None` if Bolna knows none of that id.
    pub async fn execution(&self, id: &str) -> Result<Option<Value>, ApiError> {
        if !plain(id) {
            return Ok(None);
        }
        match self.run("read_call", self.http.get(format!("{}/executions/{id}", self.base_url))).await {
            Ok((404, answer)) if answer["message"].is_string() => Ok(None),
            Ok((404, _)) => Err(ApiError::Unavailable("what answered 404 does not speak this API".to_owned())),
            Ok((200..=299, record)) if record.is_object() => Ok(Some(record)),
            Ok((status, answer)) => Err(refused(status, &answer)),
            Err(error) => Err(error),
        }
    }

    /// Every execution of an agent that was made in this time.
    pub async fn executions(&self, agent: &str, from: Timestamp, to: Timestamp) -> Result<Vec<Listed>, ApiError> {
        let mut found = Vec::new();
        let mut begin = from;
        while begin < to {
            let end = begin.checked_add(LONGEST_SPAN).map_or(to, |end| end.min(to));
            self.span(agent, begin, end, &mut found).await?;
            begin = end;
        }
        Ok(found)
    }

    async fn span(&self, agent: &str, from: Timestamp, to: Timestamp, found: &mut Vec<Listed>) -> Result<(), ApiError> {
        if !plain(agent) {
            return Err(ApiError::Refused("the agent_id is none".to_owned()));
        }
        let url = format!("{}/v2/agent/{agent}/executions", self.base_url);
        for page in 1..=MAX_PAGES {
            let query = [
                ("page_number", page.to_string()),
                ("page_size", PAGE.to_owned()),
                ("from", from.to_string()),
                ("to", to.to_string()),
            ];
            let answer = done(self.run("list_calls", self.http.get(&url).query(&query)).await?)?;
            let rows = answer["data"].as_array().map(Vec::as_slice).unwrap_or_default();
            found.extend(rows.iter().filter_map(listed));
            if rows.is_empty() || answer["has_more"] != true {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Has an agent call someone; the execution's id. There is no idempotency key: look up before repeating.
    pub async fn call(&self, agent: &str, to: &str, variables: &Value) -> Result<String, ApiError> {
        let body = json!({ "agent_id": agent, "recipient_phone_number": to, "user_data": variables });
        let answer = done(self.run("make_call", self.http.post(format!("{}/call", self.base_url)).json(&body)).await?)?;
        let id = answer["execution_id"].as_str().map(str::to_owned);
        id.ok_or_else(|| ApiError::Unavailable("the answer names no execution".to_owned()))
    }

    /// Calls off a call that waits to be dialled.
    pub async fn stop(&self, id: &str) -> Result<(), ApiError> {
        if !plain(id) {
            return Err(ApiError::Refused("the execution's id is none".to_owned()));
        }
        done(self.run("stop_call", self.http.post(format!("{}/call/{id}/stop", self.base_url))).await?).map(drop)
    }

    /// Asks who we are; the connection test does so.
    pub async fn me(&self) -> Result<(), ApiError> {
        done(self.run("read_account", self.http.get(format!("{}/user/me", self.base_url))).await?).map(drop)
    }

    /// The sound of a recording, or the part of it that `range` names; `None` if it is kept elsewhere, where no key of ours
    /// helps. It leads to a link that holds for a day, so it is asked for each time.
    pub async fn recording(&self, told: &str, range: Option<&str>) -> Option<Result<Sound, SoundError>> {
        let path = recording_path(told)?;
        let host = Host { provider: "bolna", http: &self.http, base: &self.base_url, timeout: self.timeout };
        let request = self.http.get(format!("{}{path}", self.base_url)).bearer_auth(self.key.reveal());
        Some(host.listen(request, range).await)
    }

    async fn run(&self, what: &'static str, request: reqwest::RequestBuilder) -> Result<(u16, Value), ApiError> {
        let request = request.bearer_auth(self.key.reveal()).timeout(self.timeout);
        let away = |error: reqwest::Error| ApiError::Unavailable(error.without_url().to_string());
        let response = outgoing::send("bolna", what, request).await.map_err(away)?;
        let status = response.status().as_u16();
        let pause = response.headers().get("retry-after").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
        match status {
            401 | 403 => return Err(ApiError::Unauthorised),
            429 => return Err(ApiError::Throttled { retry_after: pause.map(Duration::from_secs) }),
            500.. => return Err(ApiError::Unavailable(format!("HTTP {status}"))),
            _ => {}
        }
        let body = response.bytes().await.map_err(away)?;
        Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
    }
}

/// The path of a recording that Bolna keeps; `None` for one that is kept elsewhere.
pub fn recording_path(told: &str) -> Option<&str> {
    let path = told.strip_prefix(HOST)?;
    let id = ["/recordings/call/", "/recordings/transfer/"].iter().find_map(|kind| path.strip_prefix(kind))?;
    plain(id).then_some(path)
}

/// Ids are letters, digits, hyphens and underscores: whatever else came with a webhook is none.
fn plain(id: &str) -> bool {
    (1..=100).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn done((status, answer): (u16, Value)) -> Result<Value, ApiError> {
    if (200..300).contains(&status) { Ok(answer) } else { Err(refused(status, &answer)) }
}

fn refused(status: u16, answer: &Value) -> ApiError {
    let words = answer["message"].as_str().unwrap_or("no explanation");
    ApiError::Refused(format!("HTTP {status}: {}", scrub(words)))
}

fn listed(row: &Value) -> Option<Listed> {
    let id = super::wire::text(row, &["id", "execution_id"])?;
    Some(Listed { id, status: super::wire::text(row, &["status"]).unwrap_or_default() })
}
