//! An answer other than 2xx, read in the forms that model services use, also when it is no JSON.
//!
//! Always true: only words of the provider's error vocabulary are kept, never its message, which may repeat what was sent.

use super::transport::Reply;
use crate::seam::BrainError;
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::time::Duration;

/// The longest pause that is believed.
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// Why a service did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// HTTP status.
    pub status: u16,
    /// `error.type`, or empty.
    pub kind: String,
    /// `error.code` or `error.details.error_code`, or empty.
    pub code: String,
    /// The pause asked for, from `retry-after-ms` or `retry-after`.
    pub retry_after: Option<Duration>,
    /// `x-should-retry`, to be obeyed.
    pub should_retry: Option<bool>,
}

impl Complaint {
    /// Reads an answer.
    pub fn read(reply: &Reply) -> Self {
        let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let error = if body["error"].is_object() { &body["error"] } else { &body };
        let code = if error["code"].is_string() { &error["code"] } else { &error["details"]["error_code"] };
        Self {
            status: reply.status,
            kind: word(&error["type"]),
            code: word(code),
            retry_after: pause(&reply.headers),
            should_retry: header(&reply.headers, "x-should-retry")
                .and_then(|text| text.trim().to_ascii_lowercase().parse().ok()),
        }
    }

    /// Worth another try, later.
    pub fn passing(&self) -> BrainError {
        BrainError::Unavailable { detail: self.to_string(), retry_after: self.retry_after }
    }

    /// Not worth another try as things are; `mend` says what to do.
    pub fn lasting(&self, mend: &str) -> BrainError {
        BrainError::Misconfigured { detail: format!("{self}: {mend}") }
    }

    /// What the service said in so many words about trying again, if it did.
    pub fn ordered(&self) -> Option<BrainError> {
        self.should_retry
            .map(|retry| if retry { self.passing() } else { self.lasting("the service asks not to try again") })
    }
}

impl std::fmt::Display for Complaint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HTTP {}", self.status)?;
        [&self.kind, &self.code].into_iter().filter(|word| !word.is_empty()).try_for_each(|word| write!(f, " {word}"))
    }
}

fn word(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    let is_word = text.len() <= 64 && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if is_word { text.to_owned() } else { String::new() }
}

fn pause(headers: &HeaderMap) -> Option<Duration> {
    let number = |name| header(headers, name)?.trim().parse::<f64>().ok().filter(|n| *n >= 0.0);
    let seconds = number("retry-after-ms").map(|ms| ms / 1000.0).or_else(|| number("retry-after"))?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
