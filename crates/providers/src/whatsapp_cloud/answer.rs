//! Answers of the Cloud API sorted by what they mean for the request: taken, refused, or nobody knows (whatsapp-cloud sheet, 8).

use super::codes::class_of;
use super::wire::text;
use crate::messaging::{FailureClass, Scope, SendError, scrub};
use ringleader_core::message::SendFailure;
use serde_json::Value;
use std::time::Duration;

/// Meta's "something went wrong": with a 5xx it does not say whether the message went.
const VAGUE: [i64; 3] = [1, 2, 131_000];

/// The good answer, or the error.
pub(super) fn read(status: u16, retry_after: Option<Duration>, body: &[u8], token: &str) -> Result<Value, SendError> {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    match answer.get("error").filter(|e| e.is_object()) {
        Some(error) => Err(refused(status, retry_after, error, token)),
        None if (200..300).contains(&status) && answer.is_object() => Ok(answer),
        None => Err(bare(status, retry_after)),
    }
}

/// A refusal in Meta's words. The code decides; the HTTP status only where the code is not in the table.
fn refused(status: u16, retry_after: Option<Duration>, error: &Value, token: &str) -> SendError {
    let code = error["code"].as_i64();
    let message = text(error, "message").unwrap_or_default();
    let details = text(&error["error_data"], "details").unwrap_or_default();
    let words = if details.is_empty() { message } else { format!("{message}: {details}") };
    let words = if token.is_empty() { words } else { words.replace(token, "***") };
    let failure =
        SendFailure { code: code.map_or_else(|| format!("http_{status}"), |c| c.to_string()), detail: scrub(&words) };
    let transient = error["is_transient"] == Value::Bool(true);
    let vague = code.is_none_or(|c| VAGUE.contains(&c) || class_of(c).is_none());
    if status >= 500 && vague && !transient {
        return SendError::Unknown { detail: format!("HTTP {status}, code {}", failure.code) };
    }
    let class = code.and_then(class_of).unwrap_or(match status {
        _ if transient => FailureClass::Transient,
        401 => FailureClass::Halted,
        429 => FailureClass::Throttled(Scope::Account),
        _ => FailureClass::Rejected,
    });
    SendError::of(class, failure, retry_after)
}

/// An answer without Meta's error object: a gateway, or not Meta at all.
fn bare(status: u16, retry_after: Option<Duration>) -> SendError {
    let failure =
        SendFailure { code: format!("http_{status}"), detail: format!("HTTP {status} without an explanation") };
    let class = match status {
        401 | 403 => FailureClass::Halted,
        429 => FailureClass::Throttled(Scope::Account),
        300..=407 | 409..=499 => FailureClass::Rejected,
        // 2xx with nonsense, 408, 5xx: it may have been taken.
        _ => return SendError::Unknown { detail: failure.detail },
    };
    SendError::of(class, failure, retry_after)
}

/// The body broke off after the head had come.
pub(super) fn cut(status: u16, error: &reqwest::Error) -> SendError {
    let what = if error.is_timeout() { "no full answer in time" } else { "the answer broke off" };
    SendError::Unknown { detail: format!("{what} (HTTP {status})") }
}

/// `Retry-After` in seconds; dates are not used by Meta.
pub(super) fn retry_after(headers: &http::HeaderMap) -> Option<Duration> {
    let seconds = headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
