//! Settings of a Voicenter connection: all of them about the Call Log, since call records need none (DESIGN 9).

use crate::problem::{FieldError, Fields};
use jiff::SignedDuration;
use ringleader_core::secret::Secret;
use serde_json::Value;

/// How often the Call Log is read unless told otherwise.
const EVERY: SignedDuration = SignedDuration::from_mins(10);

/// A switchboard, and its Call Log if it may be asked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Opens the Call Log; without it nothing is asked.
    pub call_log_code: Option<Secret<String>>,
    /// How often it is read for records that did not reach us.
    pub call_log_every: SignedDuration,
    /// Whether it is asked just before writing to a caller (A6).
    pub call_log_check: bool,
}

impl Config {
    /// Reads the settings of a connection, or says what is wrong with each field.
    pub fn parse(value: &Value) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::of(value);
        let call_log_code = fields.optional("call_log_code").map(Secret::new);
        let every = fields.optional("call_log_every");
        let every = every.map_or(Some(EVERY), |text| text.parse().ok());
        let sensible = SignedDuration::from_mins(1)..=SignedDuration::from_hours(24);
        let every = every.filter(|span| sensible.contains(span));
        if every.is_none() {
            fields.error("call_log_every", "must be a time from 1m to 24h, as in 10m");
        }
        let check = match fields.optional("call_log_check").as_deref() {
            None | Some("yes" | "true") => Some(true),
            Some("no" | "false") => Some(false),
            Some(_) => None,
        };
        if check.is_none() {
            fields.error("call_log_check", "must be yes or no");
        }
        let (call_log_every, call_log_check) = (every.unwrap_or(EVERY), check.unwrap_or(true));
        fields.finish(Self { call_log_code, call_log_every, call_log_check })
    }
}
