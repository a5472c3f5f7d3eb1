//! What the webhook is told: news are collected into envelopes as Meta batches them (whatsapp-cloud sheet, 2.3, 3, 4).

use super::options::{CustomerSpec, Webhook};
use super::state::State;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::cmp::Ordering;

/// One piece of news of a number.
#[derive(Debug, Clone)]
pub(super) struct News {
    pub(super) number: String,
    pub(super) part: Part,
}

#[derive(Debug, Clone)]
pub(super) enum Part {
    /// An inbound message with its contact entry.
    Message(Value, Value),
    /// A status with its contact entry, if it has one.
    Status(Value, Option<Value>),
    /// `value` of any other field.
    Other(String, Value),
}

/// A body on its way to an address.
#[derive(Debug, Clone)]
pub(super) struct Parcel {
    pub(super) webhook: Webhook,
    pub(super) body: bytes::Bytes,
    pub(super) first_try: Timestamp,
    pub(super) attempt: u32,
}

/// Something to be delivered at a time.
pub(super) struct Due {
    pub(super) at: Timestamp,
    seq: u64,
    pub(super) what: What,
}

pub(super) enum What {
    News(News),
    Again(Parcel),
}

impl Due {
    pub(super) fn news(at: Timestamp, seq: u64, news: News) -> Self {
        Self { at, seq, what: What::News(news) }
    }

    pub(super) fn again(at: Timestamp, parcel: Parcel) -> Self {
        Self { at, seq: 0, what: What::Again(parcel) }
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.seq).cmp(&(other.at, other.seq))
    }
}
impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Due {}

/// One body out of several news: an entry per account, a change per number and field.
pub(super) fn envelope(state: &State, news: Vec<News>) -> Vec<u8> {
    let mut entries: Vec<(String, Vec<Value>)> = Vec::new();
    for item in news {
        let Some(number) = state.number(&item.number) else { continue };
        let account = number.spec.waba_id.clone();
        let at = entries.iter().position(|(id, _)| *id == account).unwrap_or_else(|| {
            entries.push((account, Vec::new()));
            entries.len() - 1
        });
        add(&mut entries[at].1, &number.spec.id, &number.spec.display, item.part);
    }
    let entries: Vec<Value> =
        entries.into_iter().map(|(id, changes)| json!({ "id": id, "changes": changes })).collect();
    let body = json!({ "object": "whatsapp_business_account", "entry": entries }).to_string();
    if state.behaviour.escape { escape(&body).into_bytes() } else { body.into_bytes() }
}

fn add(changes: &mut Vec<Value>, number: &str, display: &str, part: Part) {
    let (list, item, contact) = match part {
        Part::Message(message, contact) => ("messages", message, Some(contact)),
        Part::Status(status, contact) => ("statuses", status, contact),
        Part::Other(field, mut value) => {
            // News of chats name the number; news of the account do not.
            let of_chats = matches!(field.as_str(), "messages" | "smb_message_echoes" | "user_preferences");
            if of_chats && value.is_object() && value["metadata"].is_null() {
                value["metadata"] = json!({ "display_phone_number": display, "phone_number_id": number });
            }
            return changes.push(json!({ "field": field, "value": value }));
        }
    };
    let same = |c: &Value| c["field"] == "messages" && c["value"]["metadata"]["phone_number_id"] == number;
    let at = changes.iter().position(same).unwrap_or_else(|| {
        changes.push(json!({ "field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": display, "phone_number_id": number }
        } }));
        changes.len() - 1
    });
    let value = &mut changes[at]["value"];
    push(value, list, item);
    if let Some(contact) = contact {
        push(value, "contacts", contact);
    }
}

fn push(value: &mut Value, list: &str, item: Value) {
    match value[list].as_array_mut() {
        Some(items) => items.push(item),
        None => value[list] = json!([item]),
    }
}

/// The contact entry of a customer, with what may be shown of them.
pub(super) fn contact(phone: &str, user_id: &str, spec: Option<&CustomerSpec>) -> Value {
    let mut contact = json!({ "user_id": user_id });
    if let Some(name) = spec.and_then(|s| s.name.as_deref()) {
        contact["profile"] = json!({ "name": name });
    }
    if phone.starts_with('+') && !spec.is_some_and(|s| s.hide_phone) {
        contact["wa_id"] = phone.trim_start_matches('+').into();
    }
    contact
}

/// Non-ASCII characters as `\u05e9`, in UTF-16 halves.
fn escape(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut halves = [0; 2];
            c.encode_utf16(&mut halves).iter().for_each(|h| out.push_str(&format!("\\u{h:04x}")));
        }
    }
    out
}
