//! Webhooks in: is it authentic, for whom is it, what does it say (P1, P5; whatsapp-cloud sheet, sections 2 to 4, 11, 12).
//!
//! Pure. Always true:
//! - any bytes are read without a panic, and nothing authentic is lost: what no table knows becomes `Unknown`;
//! - the body counts as unreadable only if it is not JSON or has no list `entry`;
//! - routing looks only at `metadata.phone_number_id`, so the right secret can be found before anything is believed.

use super::{changes, wire};
use crate::messaging::Address;
use crate::problem::FieldError;
use jiff::Timestamp;
use ring::hmac;
use ringleader_core::message::{InboundMessage, SendFailure, StatusReport};
use serde_json::Value;

/// One thing that a webhook told.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The business number (`phone_number_id`); account-wide news have none.
    pub number_key: Option<String>,
    /// The account (WABA).
    pub waba_id: Option<String>,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum EventKind {
    /// A customer wrote. Without a readable timestamp, `at` is the Unix epoch.
    Message(InboundMessage),
    /// Someone of the business wrote from the handset (coexistence): a person took over (P9).
    Echo {
        /// What they wrote.
        message: InboundMessage,
        /// To whom.
        to: Address,
    },
    /// News of a message of ours.
    Status(StatusReport),
    /// A template was approved, rejected, paused, disabled …
    TemplateStatus {
        /// Its name.
        name: String,
        /// Its language code, with an underscore: `en_GB`.
        language: String,
        /// Meta's word: `APPROVED`, `PAUSED` …
        event: String,
        /// Why, if Meta says so.
        reason: Option<String>,
    },
    /// A template was moved to another category, which changes its price.
    TemplateCategory {
        /// Its name.
        name: String,
        /// Its language code.
        language: String,
        /// Before.
        previous: Option<String>,
        /// Now.
        new: String,
    },
    /// A customer stopped or resumed marketing messages in the app (P10).
    Preference {
        /// Who.
        who: Address,
        /// Stopped, or resumed.
        stop: bool,
        /// Of what: `marketing_messages`.
        category: String,
        /// When.
        at: Timestamp,
    },
    /// News of the account or the number that its owner should see.
    AccountAlert {
        /// Meta's name of the kind of news: `account_update` …
        field: String,
        /// Meta's word for what happened, if it has one.
        event: Option<String>,
        /// As sent.
        detail: Value,
    },
    /// Errors of the number or the app, not of one message.
    Errors(Vec<SendFailure>),
    /// Something that no table knows: kept, starts nothing.
    Unknown {
        /// Where it was found.
        field: String,
        /// As sent.
        detail: Value,
    },
}

/// The body cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the webhook cannot be read")]
pub struct Unreadable {
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Whether `header` (`X-Hub-Signature-256`) signs exactly these bytes, in constant time.
pub fn verify(app_secret: &str, header: Option<&str>, body: &[u8]) -> bool {
    let Some(tag) = header.and_then(|h| h.trim().strip_prefix("sha256=")).and_then(|hex| hex::decode(hex).ok()) else {
        return false;
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, app_secret.as_bytes());
    !app_secret.is_empty() && hmac::verify(&key, body, &tag).is_ok()
}

/// The header that signs these bytes; the fake and tests use it.
pub fn sign(app_secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, app_secret.as_bytes());
    format!("sha256={}", hex::encode(hmac::sign(&key, body)))
}

/// The answer to Meta's verification request, to be echoed as plain text; `None`: refuse with 403.
pub fn challenge(query: &str, verify_token: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let get = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    // Comparing two tags instead of two texts keeps the time constant.
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"verify_token");
    let given = hmac::sign(&key, get("hub.verify_token")?.as_bytes());
    let same = hmac::verify(&key, verify_token.as_bytes(), given.as_ref()).is_ok();
    let welcome = same && !verify_token.is_empty() && get("hub.mode")? == "subscribe";
    welcome.then(|| get("hub.challenge").map(str::to_owned)).flatten()
}

/// Every `phone_number_id` in the body, once each, in order. Meant for before authentication: believes nothing, decides nothing.
pub fn number_keys(body: &[u8]) -> Vec<String> {
    wire::Routing::read(body).numbers
}

/// Every account (WABA) id in the body, once each: news without a number are routed by it.
pub fn waba_ids(body: &[u8]) -> Vec<String> {
    wire::Routing::read(body).accounts
}

/// Reads an authentic body into events, in the order of the body.
pub fn parse(body: &[u8]) -> Result<Vec<Event>, Unreadable> {
    let unreadable = |field: &str, message: &str| Unreadable { errors: vec![FieldError::new(field, message)] };
    let root: Value = serde_json::from_slice(body)
        .map_err(|e| unreadable("", &format!("is not JSON (line {}, column {})", e.line(), e.column())))?;
    let Some(entries) = root.get("entry") else {
        return Err(unreadable("entry", "is required"));
    };
    let Some(entries) = entries.as_array() else {
        return Err(unreadable("entry", "must be a list"));
    };
    Ok(entries.iter().flat_map(changes::of_entry).collect())
}
