//! Settings of a WhatsApp connection: which number, with which token (DESIGN 9).

use crate::messaging::Pace;
use crate::problem::{FieldError, Fields};
use ringleader_core::phone::Phone;
use ringleader_core::secret::Secret;
use serde_json::Value;

/// Names of the settings that are never shown again.
pub const SECRETS: &[&str] = &["access_token", "app_secret"];

/// A connection to one business number.
#[derive(Debug, Clone)]
pub struct Config {
    /// Meta's id of the number: part of the send path, and how webhooks name it.
    pub phone_number_id: String,
    /// The number itself, as customers see it.
    pub display_number: Phone,
    /// Bearer token of the system user.
    pub access_token: Secret<String>,
    /// Signs the webhooks; without it the installation's secret is used.
    pub app_secret: Option<Secret<String>>,
    /// The messaging account (WABA): templates live there.
    pub waba_id: Option<String>,
}

impl Config {
    /// Reads the settings of a connection, or says what is wrong with each field.
    pub fn parse(value: &Value) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::of(value);
        let phone_number_id = fields.required("phone_number_id");
        if phone_number_id.starts_with('+') || !is_id(&phone_number_id) {
            fields.error("phone_number_id", "must be Meta's id of the number, not the number itself");
        }
        let shown = fields.required("display_number");
        let display_number = international(&shown);
        if display_number.is_none() && !shown.is_empty() {
            fields.error("display_number", "must be written with its country code: +44 20 7946 0018");
        }
        let access_token = fields.required("access_token");
        if !access_token.bytes().all(|b| b.is_ascii_graphic()) {
            fields.error("access_token", "contains characters that no token has");
        }
        let app_secret = fields.optional("app_secret").map(Secret::new);
        let waba_id = fields.optional("waba_id");
        if waba_id.as_deref().is_some_and(|id| !is_id(id)) {
            fields.error("waba_id", "must be the id of the WhatsApp business account");
        }
        Pace::check(&mut fields);
        let config = display_number.map(|display_number| Self {
            phone_number_id,
            display_number,
            access_token: Secret::new(access_token),
            app_secret,
            waba_id,
        });
        let config = fields.finish(config)?;
        config.ok_or_else(|| vec![FieldError::new("display_number", "is required")])
    }
}

/// Ids become part of a path, so they hold nothing that a path could misread.
fn is_id(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_+".contains(&b))
}

/// A number with its country code, however it is spaced.
fn international(text: &str) -> Option<Phone> {
    if text.chars().any(|c| !(c.is_ascii_digit() || " +-().".contains(c))) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.starts_with('0') { None } else { Phone::from_e164(&format!("+{digits}")) }
}
