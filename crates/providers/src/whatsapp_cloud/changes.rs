//! From one `entry` of a webhook to events: which kind of news is it (whatsapp-cloud sheet, 2.3, 4, 6.2, 11, 12).

use super::inbound::{Event, EventKind};
use super::message;
use super::wire::{digits_to_phone, list, text, time};
use crate::messaging::{Address, scrub};
use ringleader_core::message::{MessageStatus, SendFailure, StatusReport};
use serde_json::Value;

/// The events of one entry.
pub(super) fn of_entry(entry: &Value) -> Vec<Event> {
    let waba_id = text(entry, "id");
    let mut events = Vec::new();
    for change in list(entry, "changes") {
        let field = text(change, "field").unwrap_or_else(|| "messages".to_owned());
        let value = &change["value"];
        let number_key = text(&value["metadata"], "phone_number_id");
        let kinds = of_change(&field, value, number_key.as_deref().unwrap_or_default());
        events.extend(kinds.into_iter().map(|kind| Event {
            number_key: number_key.clone(),
            waba_id: waba_id.clone(),
            kind,
        }));
    }
    events
}

fn of_change(field: &str, value: &Value, number: &str) -> Vec<EventKind> {
    let one = |kind: Option<EventKind>| vec![kind.unwrap_or_else(|| unknown(field, value))];
    match field {
        "messages" => of_messages(value, number),
        "smb_message_echoes" => {
            let echo = |echo| of_echo(value, echo, number);
            list(value, "message_echoes").map(echo).collect()
        }
        "user_preferences" => {
            list(value, "user_preferences").map(|p| of_preference(p).unwrap_or_else(|| unknown(field, p))).collect()
        }
        "message_template_status_update" => one(of_template_status(value)),
        "template_category_update" => one(of_template_category(value)),
        "account_update"
        | "account_alerts"
        | "account_review_update"
        | "business_capability_update"
        | "message_template_quality_update"
        | "phone_number_quality_update"
        | "phone_number_name_update"
        | "security" => vec![EventKind::AccountAlert {
            field: field.to_owned(),
            event: ["event", "decision", "alert_type"].into_iter().find_map(|k| text(value, k)),
            detail: value.clone(),
        }],
        _ => vec![unknown(field, value)],
    }
}

fn unknown(field: &str, detail: &Value) -> EventKind {
    EventKind::Unknown { field: field.to_owned(), detail: detail.clone() }
}

fn of_messages(value: &Value, number: &str) -> Vec<EventKind> {
    let mut kinds = Vec::new();
    for raw in list(value, "messages") {
        let message = message::read(value, raw, number).map(EventKind::Message);
        kinds.push(message.unwrap_or_else(|| unknown("messages", raw)));
    }
    for raw in list(value, "statuses") {
        let status = of_status(raw).map(EventKind::Status);
        kinds.push(status.unwrap_or_else(|| unknown("statuses", raw)));
    }
    let errors: Vec<_> = list(value, "errors").map(failure).collect();
    if !errors.is_empty() {
        kinds.push(EventKind::Errors(errors));
    }
    if kinds.is_empty() {
        kinds.push(unknown("messages", value));
    }
    kinds
}

fn of_echo(value: &Value, raw: &Value, number: &str) -> EventKind {
    let Some(message) = message::read(&Value::Null, raw, number) else {
        return unknown("smb_message_echoes", raw);
    };
    let contact = list(value, "contacts").next().unwrap_or(&Value::Null);
    let to = Address {
        phone: digits_to_phone(raw, "to").or_else(|| digits_to_phone(contact, "wa_id")),
        user_key: text(raw, "to_user_id").or_else(|| text(contact, "user_id")),
        email: None,
    };
    EventKind::Echo { message, to }
}

/// One status; without an id of the message it says nothing.
fn of_status(raw: &Value) -> Option<StatusReport> {
    let word = text(raw, "status")?;
    let status = match word.as_str() {
        "accepted" => Some(MessageStatus::Accepted),
        "sent" => Some(MessageStatus::Sent),
        "delivered" => Some(MessageStatus::Delivered),
        "read" | "played" => Some(MessageStatus::Read),
        "failed" => Some(MessageStatus::Failed),
        _ => None,
    };
    Some(StatusReport {
        provider_id: text(raw, "id")?,
        send_key: text(raw, "biz_opaque_callback_data"),
        status,
        word,
        at: time(raw),
        failure: list(raw, "errors").next().map(failure),
        pricing: raw.get("pricing").filter(|p| p.is_object()).cloned(),
    })
}

/// A Meta error as code and words.
fn failure(raw: &Value) -> SendFailure {
    let title = text(raw, "title").or_else(|| text(raw, "message"));
    let details = text(&raw["error_data"], "details");
    let parts: Vec<String> = [title, details].into_iter().flatten().collect();
    SendFailure { code: text(raw, "code").unwrap_or_else(|| "unknown".to_owned()), detail: scrub(&parts.join(": ")) }
}

fn of_preference(raw: &Value) -> Option<EventKind> {
    let who = Address { phone: digits_to_phone(raw, "wa_id"), user_key: text(raw, "user_id"), email: None };
    let stop = match text(raw, "value")?.as_str() {
        "stop" => true,
        "resume" | "signup" => false,
        _ => return None,
    };
    (who != Address::default()).then(|| EventKind::Preference {
        who,
        stop,
        category: text(raw, "category").unwrap_or_default(),
        at: time(raw),
    })
}

fn of_template_status(value: &Value) -> Option<EventKind> {
    Some(EventKind::TemplateStatus {
        name: text(value, "message_template_name")?,
        language: language(value)?,
        event: text(value, "event")?,
        reason: text(value, "reason").filter(|r| r != "NONE"),
    })
}

fn of_template_category(value: &Value) -> Option<EventKind> {
    Some(EventKind::TemplateCategory {
        name: text(value, "message_template_name")?,
        language: language(value)?,
        previous: text(value, "previous_category"),
        new: text(value, "new_category")?,
    })
}

/// Webhooks write `en-GB` where sends need `en_GB`.
fn language(value: &Value) -> Option<String> {
    text(value, "message_template_language").map(|code| code.replace('-', "_"))
}
