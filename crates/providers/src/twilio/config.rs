//! Settings of a Twilio connection (DESIGN 9).

use super::twiml::Voice;
use super::voice_status::HUNG_UP_WITHIN;
use crate::messaging::Pace;
use crate::problem::{FieldError, Fields};
use ringleader_core::phone::Phone as Number;
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
    /// The number that WhatsApp messages come from.
    pub whatsapp_from: Option<Number>,
    /// A messaging service, used for text messages instead of a number.
    pub messaging_service_sid: Option<String>,
    /// Seconds: an answered call that ends sooner counts as missed (A17).
    pub hung_up_within: i64,
    /// Numbers whose kind nobody can tell are looked up, which is paid for.
    pub lookup: bool,
    /// How the receptionist holds calls.
    pub phone: Phone,
}

ringleader_core::words! {
    /// How a call is held (C1).
    pub enum Mode {
        /// Question after question, by TwiML.
        Gather = "gather",
        /// Over a WebSocket, streamed and interruptible.
        Relay = "relay",
    }
}

/// How the receptionist holds the calls of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// By TwiML or over a WebSocket.
    pub mode: Mode,
    /// Voices that were chosen; a language without one has its usual one.
    pub voices: Vec<Voice>,
}

impl Phone {
    /// The voice of a language: the chosen one, else the usual one.
    pub fn voice(&self, language: &str) -> Voice {
        let usual = Voice::of(language);
        let tongue = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let exact = self.voices.iter().find(|voice| voice.language.eq_ignore_ascii_case(language));
        let near = || self.voices.iter().find(|voice| tongue(&voice.language) == tongue(&usual.language));
        exact.or_else(near).cloned().unwrap_or(usual)
    }

    fn parse(fields: &mut Fields<'_>) -> Self {
        let mode = fields.optional("voice_mode").map_or(Ok(Mode::Gather), |word| word.parse());
        if mode.is_err() {
            fields.error("voice_mode", "must be gather or relay");
        }
        let voices: Vec<Option<Voice>> = fields
            .optional("voices")
            .map(|text| text.split(',').filter(|part| !part.trim().is_empty()).map(voice).collect())
            .unwrap_or_default();
        if voices.contains(&None) {
            fields
                .error("voices", "must be language=voice, as in en-GB=Polly.Emma-Neural, he-IL=Google.he-IL-Wavenet-B");
        }
        Self { mode: mode.unwrap_or(Mode::Gather), voices: voices.into_iter().flatten().collect() }
    }
}

/// `en-GB=Polly.Emma-Neural`. A Google voice names its language; Hebrew has no others.
fn voice(text: &str) -> Option<Voice> {
    let (language, name) = text.split_once('=')?;
    let (language, name) = (language.trim().to_owned(), name.trim().to_owned());
    let letters =
        |text: &str, more: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || more.as_bytes().contains(&b));
    let shaped = language.len() == 5 && letters(&language, "-") && letters(&name, "-.") && name.contains('.');
    let own = match name.strip_prefix("Google.") {
        Some(rest) => rest.starts_with(language.as_str()),
        None => !language.to_ascii_lowercase().starts_with("he"),
    };
    (shaped && own).then_some(Voice { name, language })
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
        let messaging_service_sid = fields.optional("messaging_service_sid");
        if messaging_service_sid.as_deref().is_some_and(|sid| !is_sid(sid, "MG")) {
            fields.error("messaging_service_sid", "must be `MG` and 32 hexadecimal digits");
        }
        let whatsapp = fields.optional("whatsapp_from");
        let whatsapp_from = whatsapp.as_deref().and_then(Number::from_e164);
        if whatsapp.is_some() && whatsapp_from.is_none() {
            fields.error("whatsapp_from", "must be a number with its country code, as in +442079460018");
        }
        Pace::check(&mut fields);
        let early = fields.optional("hung_up_within");
        let hung_up_within = early.as_ref().map_or(Some(HUNG_UP_WITHIN), |text| text.parse().ok());
        let hung_up_within = hung_up_within.filter(|seconds| (0..=120).contains(seconds));
        if hung_up_within.is_none() {
            fields.error("hung_up_within", "must be whole seconds, 0 to 120");
        }
        let hung_up_within = hung_up_within.unwrap_or_default();
        let lookup = fields.optional("lookup");
        if lookup.as_deref().is_some_and(|word| !matches!(word, "yes" | "no")) {
            fields.error("lookup", "must be yes or no");
        }
        let phone = Phone::parse(&mut fields);
        fields.finish(Self {
            phone,
            lookup: lookup.as_deref() == Some("yes"),
            hung_up_within,
            account_sid,
            auth_token,
            sms_from,
            whatsapp_from,
            messaging_service_sid,
        })
    }
}

/// Whether people can answer what a connection with these (shown) settings sends: names cannot be written to, numbers and
/// services can.
pub fn is_answerable(config: &Value) -> bool {
    let text = |name: &str| config.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let number = |from: &str| from.trim_start_matches('+').chars().all(|c| c.is_ascii_digit() || c == ' ' || c == '-');
    text("messaging_service_sid").is_some() || text("sms_from").is_some_and(number)
}

/// Whether a text is an id at Twilio of the kind that `prefix` says.
pub(super) fn is_sid(text: &str, prefix: &str) -> bool {
    let hex = text.strip_prefix(prefix).unwrap_or_default();
    hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_speaks_its_own_language_and_others_have_their_usual_one() {
        let config = serde_json::json!({
            "account_sid": "AC00000000000000000000000000000001", "auth_token": "t",
            "voice_mode": "relay", "voices": "en-GB=Polly.Emma-Neural, he-IL=Google.he-IL-Wavenet-B",
        });
        let phone = Config::parse(&config).unwrap().phone;
        assert_eq!(phone.mode, Mode::Relay);
        assert_eq!(phone.voice("en").name, "Polly.Emma-Neural");
        assert_eq!(phone.voice("he").name, "Google.he-IL-Wavenet-B");
        for wrong in ["he-IL=Polly.Amy-Neural", "en-GB=Google.he-IL-Wavenet-A", "Amy", "en-GB=<b>.x"] {
            let mut config = config.clone();
            config["voices"] = wrong.into();
            let errors = Config::parse(&config).unwrap_err();
            assert_eq!(errors[0].field, "voices", "{wrong}");
        }
    }
}
