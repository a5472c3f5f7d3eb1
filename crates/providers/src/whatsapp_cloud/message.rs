//! One inbound message into our words: every type of the whatsapp-cloud sheet, section 3.

use super::wire::{digits_to_phone, list, text, time};
use ringleader_core::message::{Content, InboundMessage};
use serde_json::Value;

/// Reads a message; `None` without an id, since it could never be told from its own repetition.
pub(super) fn read(value: &Value, raw: &Value, number: &str) -> Option<InboundMessage> {
    let contact = contact_of(value, raw);
    let profile = &contact["profile"];
    Some(InboundMessage {
        provider_id: text(raw, "id")?,
        number_key: number.to_owned(),
        from: digits_to_phone(raw, "from").or_else(|| digits_to_phone(contact, "wa_id")),
        user_key: text(raw, "from_user_id").or_else(|| text(contact, "user_id")),
        profile_name: text(profile, "name").or_else(|| text(profile, "username")),
        at: time(raw),
        content: content(raw),
        reply_to: text(&raw["context"], "id"),
    })
}

/// The contact entry of the sender: by number or user id, else the only one there is.
fn contact_of<'a>(value: &'a Value, raw: &Value) -> &'a Value {
    let same = |a: &Value, b: &Value| a.is_string() && a == b;
    let theirs = |c: &&Value| same(&c["wa_id"], &raw["from"]) || same(&c["user_id"], &raw["from_user_id"]);
    let alone = list(value, "contacts").count() == 1 && list(value, "messages").count() == 1;
    let only = || list(value, "contacts").next().filter(|_| alone);
    list(value, "contacts").find(theirs).or_else(only).unwrap_or(&Value::Null)
}

fn content(raw: &Value) -> Content {
    let kind = text(raw, "type").unwrap_or_else(|| "unknown".to_owned());
    // What was said in a group is no turn of a chat with the business.
    let known = if raw.get("group_id").is_some() { None } else { of_kind(&kind, raw, &raw[kind.as_str()]) };
    known.unwrap_or_else(|| Content::Other {
        event: if raw.get("group_id").is_some() { format!("group_{kind}") } else { kind },
        detail: raw.clone(),
    })
}

/// The content of a known type with the fields that it needs; else `None`, and it is kept as it came.
fn of_kind(kind: &str, raw: &Value, part: &Value) -> Option<Content> {
    Some(match kind {
        "text" => Content::Text { body: text(part, "body")? },
        "image" | "video" | "audio" | "document" | "sticker" => media(kind, part),
        "location" => Content::Location {
            latitude: degrees(part, "latitude")?,
            longitude: degrees(part, "longitude")?,
            name: text(part, "name"),
            address: text(part, "address"),
        },
        "contacts" => Content::Contacts { cards: part.clone() },
        "interactive" => interactive(part)?,
        "button" => Content::Choice {
            id: text(part, "payload").or_else(|| text(part, "text"))?,
            title: text(part, "text").unwrap_or_default(),
        },
        "reaction" => Content::Reaction { to: text(part, "message_id")?, emoji: text(part, "emoji") },
        "edit" => Content::Edit { original: text(part, "original_message_id")?, body: edited(raw, part), before: None },
        "revoke" => Content::Revoke { original: text(part, "original_message_id")? },
        "system" => {
            Content::System { event: text(part, "type").unwrap_or_else(|| "system".to_owned()), detail: part.clone() }
        }
        _ => return None,
    })
}

fn media(kind: &str, part: &Value) -> Content {
    Content::Media {
        media: kind.to_owned(),
        media_id: text(part, "id"),
        mime_type: text(part, "mime_type"),
        caption: text(part, "caption"),
        file_name: text(part, "filename"),
        voice: part["voice"].as_bool().unwrap_or(false),
    }
}

fn interactive(part: &Value) -> Option<Content> {
    let kind = text(part, "type")?;
    let reply = &part[kind.as_str()];
    Some(match kind.as_str() {
        "button_reply" | "list_reply" => {
            Content::Choice { id: text(reply, "id")?, title: text(reply, "title").unwrap_or_default() }
        }
        // A flow's answers, a call permission: kept for those who know what was asked.
        _ => Content::Other { event: kind, detail: part.clone() },
    })
}

/// The new words of an edit; payloads seen so far put them in different places.
fn edited(raw: &Value, part: &Value) -> Option<String> {
    [&part["message"]["text"], &part["text"], &raw["text"], part].into_iter().find_map(|p| text(p, "body"))
}

fn degrees(part: &Value, name: &str) -> Option<f64> {
    let value = &part[name];
    let number = value.as_f64().or_else(|| value.as_str().and_then(|s| s.parse().ok()));
    number.filter(|n| n.is_finite())
}
