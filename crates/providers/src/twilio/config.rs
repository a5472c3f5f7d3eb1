//! Settings of a Twilio connection (DESIGN 9).

use super::voice_status::HUNG_UP_WITHIN;
use crate::problem::{FieldError, Fields};
use ringleader_core::secret::Secret;
use serde_json::Value;

/// An account at Twilio and what it sends from.
#[derive(Debug, Clone)]
pub struct Config {
    /// `AC` and 32 hex digits.
    pub account_sid: String,
    /// Signs webhooks and opens the API.
    pub auth_token: Secret<String>,
    /// The number or name that text messages come from.
    pub sms_from: Option<String>,
    /// The WhatsApp number.
    pub whatsapp_from: Option<String>,
    /// A messaging service, used instead of a number.
    pub messaging_service_sid: Option<String>,
    /// Seconds: an answered call that ends sooner counts as missed (A17).
    pub hung_up_within: i64,
}

impl Config {
    /// Reads the settings of a connection, or says what is wrong with each field.
    pub fn parse(value: &Value) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::of(value);
        let account_sid = fields.required("account_sid");
        if !account_sid.is_empty() && !is_sid(&account_sid, "AC") {
            fields.error("account_sid", "must be `AC` and 32 hexadecimal digits");
        }
        let auth_token = Secret::new(fields.required("auth_token"));
        let sms_from = fields.optional("sms_from");
        let whatsapp_from = fields.optional("whatsapp_from");
        let messaging_service_sid = fields.optional("messaging_service_sid");
        if messaging_service_sid.as_deref().is_some_and(|sid| !is_sid(sid, "MG")) {
            fields.error("messaging_service_sid", "must be `MG` and 32 hexadecimal digits");
        }
        let early = fields.optional("hung_up_within");
        let hung_up_within = early.as_ref().map_or(Some(HUNG_UP_WITHIN), |text| text.parse().ok());
        let hung_up_within = hung_up_within.filter(|seconds| (0..=120).contains(seconds));
        if hung_up_within.is_none() {
            fields.error("hung_up_within", "must be whole seconds, 0 to 120");
        }
        let hung_up_within = hung_up_within.unwrap_or_default();
        fields.finish(Self { hung_up_within, account_sid, auth_token, sms_from, whatsapp_from, messaging_service_sid })
    }
}

/// Whether people can answer what a connection with these (shown) settings sends: names cannot be written to, numbers and
/// services can.
pub fn is_answerable(config: &Value) -> bool {
    let text = |name: &str| config.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let number = |from: &str| from.trim_start_matches('+').chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    text("messaging_service_sid").is_some() || text("sms_from").is_some_and(number)
}

fn is_sid(text: &str, prefix: &str) -> bool {
    let hex = text.strip_prefix(prefix).unwrap_or_default();
    hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit())
}
