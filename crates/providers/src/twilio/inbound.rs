//! Messages and their statuses in: what a webhook says (P1, P5; twilio sheet, section 11). `signature` tells whether it is
//! authentic.
//!
//! Pure. Always true: any bytes are read without a panic; values are taken as they came, never trimmed; a message that
//! Twilio has answered itself (STOP, START) says so, so that it is not answered twice.

use super::voice_status::form;
use crate::messaging::scrub;
use crate::problem::FieldError;
use jiff::Timestamp;
use ringleader_core::conversation::Channel;
use ringleader_core::message::{Content, InboundMessage, MessageStatus, SendFailure, StatusReport};
use ringleader_core::optout::{self, OptWord};
use ringleader_core::phone::Phone;
use std::collections::BTreeMap;

/// What a webhook told.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A customer wrote: one message, and one more for each further file.
    Messages {
        /// How.
        channel: Channel,
        /// What, in order.
        messages: Vec<InboundMessage>,
        /// Twilio has acted on this word by itself: it blocks or unblocks, and has answered.
        handled: Option<OptWord>,
    },
    /// News of a message of ours.
    Status(StatusReport),
}

/// The body lacks what it needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the webhook cannot be read")]
pub struct Unreadable {
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The number or service that a body was sent to, or that it reports of.
pub fn own_ends(form: &[(String, String)]) -> Vec<&str> {
    let own = ["To", "From", "MessagingServiceSid"];
    form.iter().filter(|(name, _)| own.contains(&name.as_str())).map(|(_, value)| plain(value)).collect()
}

/// Reads an authentic body. Twilio sends no time with it: `received_at` stands for it.
pub fn parse(body: &[u8], received_at: Timestamp) -> Result<Event, Unreadable> {
    let form: BTreeMap<String, String> = form(body).into_iter().collect();
    let form = Form(form);
    match form.get("MessageStatus") {
        Some(word) => status(&form, word, received_at).map(Event::Status),
        None => message(&form, received_at),
    }
}

struct Form(BTreeMap<String, String>);

impl Form {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn own(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    fn sid(&self) -> Option<&str> {
        self.get("MessageSid").or_else(|| self.get("SmsSid"))
    }
}

fn missing(fields: &[(&str, bool)]) -> Result<(), Unreadable> {
    let errors: Vec<FieldError> =
        fields.iter().filter(|(_, there)| !there).map(|(name, _)| FieldError::new(*name, "is required")).collect();
    if errors.is_empty() { Ok(()) } else { Err(Unreadable { errors }) }
}

fn status(form: &Form, word: &str, received_at: Timestamp) -> Result<StatusReport, Unreadable> {
    missing(&[("MessageSid", form.sid().is_some())])?;
    let status = match word {
        "accepted" | "scheduled" | "queued" | "sending" => Some(MessageStatus::Accepted),
        "sent" => Some(MessageStatus::Sent),
        "delivered" | "partially_delivered" => Some(MessageStatus::Delivered),
        "read" => Some(MessageStatus::Read),
        "undelivered" | "failed" | "canceled" => Some(MessageStatus::Failed),
        _ => None,
    };
    let failure = (status == Some(MessageStatus::Failed)).then(|| SendFailure {
        code: form.own("ErrorCode").unwrap_or_else(|| word.to_owned()),
        detail: scrub(form.get("ErrorMessage").or_else(|| form.get("ChannelStatusMessage")).unwrap_or(word)),
    });
    Ok(StatusReport {
        provider_id: form.sid().unwrap_or_default().to_owned(),
        send_key: None,
        status,
        word: word.to_owned(),
        at: received_at,
        failure,
        pricing: None,
    })
}

fn message(form: &Form, received_at: Timestamp) -> Result<Event, Unreadable> {
    let there = |name| (name, form.get(name).is_some());
    missing(&[("MessageSid", form.sid().is_some()), there("From"), there("To")])?;
    let (from, to) = (form.get("From").unwrap_or_default(), form.get("To").unwrap_or_default());
    let channel = if from.starts_with("whatsapp:") { Channel::Whatsapp } else { Channel::Sms };
    let first = InboundMessage {
        provider_id: form.sid().unwrap_or_default().to_owned(),
        number_key: plain(to).to_owned(),
        from: Phone::from_e164(plain(from)),
        user_key: form.get("ExternalUserId").map(|id| plain(id).to_owned()),
        profile_name: form.own("ProfileName"),
        at: received_at,
        content: content(form),
        reply_to: form.own("OriginalRepliedMessageSid"),
    };
    let more: Vec<InboundMessage> = (1..media_count(form))
        .filter_map(|n| {
            let content = media(form, n, None)?;
            let provider_id = format!("{}:{n}", first.provider_id);
            Some(InboundMessage { provider_id, content, ..first.clone() })
        })
        .collect();
    let handled = if channel == Channel::Sms { opt_word(form) } else { None };
    Ok(Event::Messages { channel, messages: std::iter::once(first).chain(more).collect(), handled })
}

/// What Twilio says it has acted on; without that, the words that it acts on by default on ordinary numbers.
fn opt_word(form: &Form) -> Option<OptWord> {
    match form.get("OptOutType") {
        Some("STOP") => Some(OptWord::Stop),
        Some("START") => Some(OptWord::Start),
        Some(_) => None,
        None => optout::carrier_word(form.get("Body")?),
    }
}

fn content(form: &Form) -> Content {
    let body = form.own("Body");
    if let Some(id) = form.own("ButtonPayload").or_else(|| form.own("ListId")) {
        let title = form.own("ButtonText").or_else(|| form.own("ListTitle")).or(body).unwrap_or_default();
        return Content::Choice { id, title };
    }
    if let Some(file) = media(form, 0, body.clone()) {
        return file;
    }
    let degrees = |name| form.get(name).and_then(|v| v.parse::<f64>().ok()).filter(|v| v.is_finite());
    if let (Some(latitude), Some(longitude)) = (degrees("Latitude"), degrees("Longitude")) {
        return Content::Location { latitude, longitude, name: form.own("Label"), address: form.own("Address") };
    }
    Content::Text { body: body.unwrap_or_default() }
}

/// Ten files are the most that a message can have.
fn media_count(form: &Form) -> usize {
    form.get("NumMedia").and_then(|n| n.parse().ok()).unwrap_or(0).min(10)
}

fn media(form: &Form, n: usize, caption: Option<String>) -> Option<Content> {
    if n >= media_count(form) {
        return None;
    }
    let mime = form.own(&format!("MediaContentType{n}"));
    let kind = mime.as_deref().and_then(|m| m.split('/').next()).unwrap_or_default();
    let media = if matches!(kind, "image" | "video" | "audio") { kind } else { "document" }.to_owned();
    let voice = media == "audio";
    Some(Content::Media {
        media,
        media_id: form.own(&format!("MediaUrl{n}")),
        mime_type: mime,
        caption,
        file_name: None,
        voice,
    })
}

/// Without the channel's prefix.
fn plain(address: &str) -> &str {
    address.strip_prefix("whatsapp:").unwrap_or(address)
}
