//! The list of providers: what each connection is made of and what it can do. To add one: its folder, a `SPEC`, a line here.

use crate::messaging::{PER_SECOND, Pace};
use crate::problem::FieldError;
use serde_json::{Map, Value};

/// What a provider can do for a tenant. Nobody outside asks for a provider by name, they ask for what it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// Reports calls.
    CallEvents,
    /// Can be asked for past calls.
    CallLog,
    /// Sends and receives WhatsApp messages.
    Whatsapp,
    /// Shows buttons and lists under a message, to be tapped.
    Buttons,
    /// Sends and receives text messages.
    Sms,
    /// Rings people.
    Telephone,
    /// Says what kind of line a number is.
    Lookup,
    /// Sends email.
    Email,
    /// Tells the business's own people in a chat room.
    Slack,
    /// Has voice agents whose calls can be asked for.
    VoiceAgents,
}

/// One field of a connection's settings.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name in `config`.
    pub name: &'static str,
    /// Must be given.
    pub required: bool,
    /// Kept sealed and never shown again.
    pub secret: bool,
    /// Is an object or a list rather than a text.
    pub structured: bool,
    /// What it is and where to find it, in a shop owner's words.
    pub help: &'static str,
}

/// What a connection of a kind is made of.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The word for it: `voicenter`.
    pub kind: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its settings.
    pub fields: &'static [Field],
    /// The field that names the account in the provider's own webhooks, if they do not carry our key.
    pub account_field: Option<&'static str>,
    /// Webhooks to enter at the provider: name and path; `{key}` is the connection's own.
    pub webhooks: &'static [(&'static str, &'static str)],
    /// What it can do.
    pub can: &'static [Capability],
    /// What it can only do where one of these settings is given.
    pub needs: &'static [(Capability, &'static [&'static str])],
    /// How quickly its numbers may send, where it does not keep a queue of its own.
    pub paces: &'static [(Capability, Pace)],
}

const fn text(name: &'static str, required: bool, help: &'static str) -> Field {
    Field { name, required, secret: false, structured: false, help }
}

const fn secret(name: &'static str, required: bool, help: &'static str) -> Field {
    Field { name, required, secret: true, structured: false, help }
}

const fn structured(name: &'static str, required: bool, secret: bool, help: &'static str) -> Field {
    Field { name, required, secret, structured: true, help }
}

/// Every provider a connection can be made to.
pub static ALL: &[Spec] = &[
    Spec {
        kind: "voicenter",
        title: "Voicenter",
        fields: &[
            secret("call_log_code", false, "The API code of the Call Log, from CPanel, API Settings"),
            text(
                "call_log_every",
                false,
                "How often the Call Log is read for records that did not reach us: 1m to 24h (10m)",
            ),
            text("call_log_check", false, "Ask the Call Log just before writing to a caller: yes or no (yes)"),
        ],
        account_field: None,
        webhooks: &[("cdr", "/webhooks/voicenter/{key}")],
        can: &[Capability::CallEvents, Capability::CallLog],
        needs: &[],
        paces: &[],
    },
    Spec {
        kind: "whatsapp_cloud",
        title: "WhatsApp Cloud API",
        fields: &[
            text("phone_number_id", true, "The number's id in the Meta app, WhatsApp, API Setup"),
            text("display_number", true, "The number itself, as customers see it"),
            secret("access_token", true, "A token of a system user with permission to send messages"),
            secret("app_secret", false, "The Meta app's secret, which signs webhooks; else the installation's is used"),
            text("waba_id", false, "The WhatsApp business account's id, to read the templates"),
            text(PER_SECOND, false, "Messages a second that the number may send (80; 20 where a handset uses it too)"),
        ],
        account_field: Some("phone_number_id"),
        webhooks: &[("messages", "/webhooks/whatsapp")],
        can: &[Capability::Whatsapp, Capability::Buttons],
        needs: &[],
        paces: &[(Capability::Whatsapp, Pace::WHATSAPP)],
    },
    Spec {
        kind: "twilio",
        title: "Twilio",
        fields: &[
            text("account_sid", true, "The account's SID, from the Twilio console"),
            secret("auth_token", true, "The account's auth token"),
            text("sms_from", false, "The number or name that text messages come from"),
            text(
                "messaging_service_sid",
                false,
                "The messaging service to send text messages with, in place of a number",
            ),
            text("whatsapp_from", false, "The number that WhatsApp messages come from, with its country code"),
            text(PER_SECOND, false, "Messages a second that a number may send (WhatsApp 80; Twilio itself queues SMS)"),
            text("hung_up_within", false, "Seconds: an answered call that ends sooner counts as missed (10)"),
            text(
                "voice_mode",
                false,
                "How the receptionist holds calls: gather, or relay for ConversationRelay (gather)",
            ),
            text(
                "lookup",
                false,
                "Before the first text, numbers whose kind is unclear (as in North America) are looked up, for a fee: yes or no (no)",
            ),
            text("voices", false, "Voices to speak with, as in en-GB=Polly.Emma-Neural, he-IL=Google.he-IL-Wavenet-B"),
        ],
        account_field: Some("account_sid"),
        webhooks: &[
            ("voice", "/webhooks/twilio/voice"),
            ("voice_status", "/webhooks/twilio/voice/status"),
            ("voice_fallback", "/webhooks/twilio/voice/fallback"),
            ("messages", "/webhooks/twilio/messages"),
            ("message_status", "/webhooks/twilio/messages/status"),
        ],
        can: &[
            Capability::Sms,
            Capability::Whatsapp,
            Capability::CallEvents,
            Capability::Telephone,
            Capability::Lookup,
        ],
        needs: &[
            (Capability::Sms, &["sms_from", "messaging_service_sid"]),
            (Capability::Whatsapp, &["whatsapp_from"]),
            (Capability::Lookup, &["lookup"]),
        ],
        paces: &[(Capability::Whatsapp, Pace::WHATSAPP)],
    },
    Spec {
        kind: "bolna",
        title: "Bolna",
        fields: &[
            secret("api_key", false, "The API key, to fetch executions"),
            structured("header", false, true, "A header that the webhook carries: {name, value}"),
            structured("sources", false, false, "Addresses that the webhook may come from"),
            structured("agents", true, false, "The agents: [{agent_id, name, line?}]"),
        ],
        account_field: None,
        webhooks: &[("executions", "/webhooks/bolna/{key}")],
        can: &[Capability::VoiceAgents],
        needs: &[],
        paces: &[],
    },
    Spec {
        kind: "smtp",
        title: "Email (SMTP)",
        fields: &[
            secret(
                "url",
                true,
                "The mail server: smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465",
            ),
            text("from", true, "The address that mails come from, as in Acme <office@acme.example>"),
            text("ca", false, "The certificate in PEM form of a server that signs its own"),
        ],
        account_field: None,
        webhooks: &[],
        can: &[Capability::Email],
        needs: &[],
        paces: &[],
    },
    Spec {
        kind: "slack",
        title: "Slack",
        fields: &[secret("webhook_url", true, "The incoming webhook's address, from the Slack app")],
        account_field: None,
        webhooks: &[],
        can: &[Capability::Slack],
        needs: &[],
        paces: &[],
    },
    Spec {
        kind: "calls",
        title: "Any switchboard",
        fields: &[secret("secret", true, "The signing secret: whsec_ and the base64 of 24 to 64 random bytes")],
        account_field: None,
        webhooks: &[("calls", "/webhooks/calls/{key}")],
        can: &[Capability::CallEvents],
        needs: &[],
        paces: &[],
    },
];

/// The provider of that kind.
pub fn spec(kind: &str) -> Option<&'static Spec> {
    ALL.iter().find(|spec| spec.kind == kind)
}

impl Spec {
    /// Whether a connection with these (shown) settings can do it.
    pub fn able(&self, can: Capability, config: &Value) -> bool {
        let given = |name: &&str| config.get(*name).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
        let needed = self.needs.iter().find(|(what, _)| *what == can);
        self.can.contains(&can) && needed.is_none_or(|(_, names)| names.iter().any(given))
    }

    /// How quickly a connection with these (shown) settings may send; `None`: as quickly as it can.
    pub fn pace(&self, can: Capability, config: &Value) -> Option<Pace> {
        let own = self.paces.iter().find(|(what, _)| *what == can).map(|(_, pace)| *pace);
        let set = config.get(PER_SECOND).and_then(Value::as_str).and_then(|text| text.trim().parse().ok());
        match (set, matches!(can, Capability::Whatsapp | Capability::Sms)) {
            (Some(per_second), true) => Some(Pace { per_second, to_one: own.and_then(|pace| pace.to_one) }),
            _ => own,
        }
    }

    /// What is wrong with a connection's settings, field by field; nothing: they are usable.
    pub fn check(&self, config: &Map<String, Value>) -> Vec<FieldError> {
        let problem = |field: &str, message: String| FieldError { field: format!("config.{field}"), message };
        let mut errors: Vec<FieldError> = Vec::new();
        for field in self.fields {
            match config.get(field.name) {
                None | Some(Value::Null) if field.required => {
                    errors.push(problem(field.name, format!("is needed: {}", field.help)));
                }
                Some(Value::String(s)) if s.trim().is_empty() && field.required => {
                    errors.push(problem(field.name, format!("is empty: {}", field.help)));
                }
                Some(value) if !field.structured && !value.is_string() && !value.is_null() => {
                    errors.push(problem(field.name, "must be a text".to_owned()));
                }
                _ => {}
            }
        }
        let known = |name: &str| self.fields.iter().any(|f| f.name == name);
        for name in config.keys().filter(|name| !known(name)) {
            let names: Vec<_> = self.fields.iter().map(|f| f.name).collect();
            errors.push(problem(name, format!("is not a setting of {}; there are: {}", self.title, names.join(", "))));
        }
        errors
    }

    /// Splits settings into what may be shown and what must be sealed.
    pub fn split(&self, config: Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
        config.into_iter().partition(|(name, _)| !self.fields.iter().any(|f| f.name == name.as_str() && f.secret))
    }
}

/// Kinds that can do something, in the order in which a tenant's connections are asked.
pub fn kinds_that(can: Capability) -> impl Iterator<Item = &'static str> {
    ALL.iter().filter(move |spec| spec.can.contains(&can)).map(|spec| spec.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_settings_are_named_all_at_once() {
        let config = serde_json::json!({"phone_number_id": 5, "token": "x", "display_number": "+442079460018"});
        let errors = spec("whatsapp_cloud").unwrap().check(config.as_object().unwrap());
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["config.phone_number_id", "config.access_token", "config.token"]);
    }

    #[test]
    fn secrets_are_split_off() {
        let config = serde_json::json!({"account_sid": "AC0", "auth_token": "t"}).as_object().unwrap().clone();
        let (open, sealed) = spec("twilio").unwrap().split(config);
        assert!(
            open.contains_key("account_sid") && sealed.contains_key("auth_token") && !open.contains_key("auth_token")
        );
    }
}
