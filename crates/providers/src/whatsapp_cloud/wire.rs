//! Meta's own words: lenient readers for what comes in, exact bodies for what goes out.

use crate::messaging::{Accepted, Outgoing, SendError, clean_param};
use jiff::Timestamp;
use ringleader_core::message::{Content, ListRow};
use ringleader_core::phone::Phone;
use serde_json::{Value, json};

/// A text field; numbers count as texts, since Meta switches between both. Absent, null and empty are `None`.
pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The items of a list field; anything else has none.
pub(super) fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// A number written as digits without `+`.
pub(super) fn digits_to_phone(value: &Value, name: &str) -> Option<Phone> {
    let digits = text(value, name)?;
    Phone::from_e164(&format!("+{}", digits.trim_start_matches('+')))
}

/// `timestamp`, a text (or number) of Unix seconds. Missing or absurd: the Unix epoch, on which nothing is ever recent.
pub(super) fn time(value: &Value) -> Timestamp {
    let seconds = text(value, "timestamp").and_then(|t| t.parse().ok());
    seconds.and_then(|s| Timestamp::from_second(s).ok()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// For whom a webhook is, read before it is believed.
#[derive(Debug, Default)]
pub(super) struct Routing {
    pub(super) numbers: Vec<String>,
    pub(super) accounts: Vec<String>,
}

mod route {
    //! Only the few fields that route; everything else is skipped without being built.
    #[derive(serde::Deserialize)]
    pub(super) struct Body<'a> {
        #[serde(borrow, default)]
        pub(super) entry: Vec<Entry<'a>>,
    }
    #[derive(serde::Deserialize)]
    pub(super) struct Entry<'a> {
        #[serde(borrow, default)]
        pub(super) id: std::borrow::Cow<'a, str>,
        #[serde(borrow, default)]
        pub(super) changes: Vec<Change<'a>>,
    }
    #[derive(serde::Deserialize)]
    pub(super) struct Change<'a> {
        #[serde(borrow, default)]
        pub(super) value: Option<Of<'a>>,
    }
    #[derive(serde::Deserialize)]
    pub(super) struct Of<'a> {
        #[serde(borrow, default)]
        pub(super) metadata: Option<Metadata<'a>>,
    }
    #[derive(serde::Deserialize)]
    pub(super) struct Metadata<'a> {
        #[serde(borrow, default)]
        pub(super) phone_number_id: Option<std::borrow::Cow<'a, str>>,
    }
}

impl Routing {
    pub(super) fn read(body: &[u8]) -> Self {
        let mut routing = Self::default();
        if let Ok(body) = serde_json::from_slice::<route::Body<'_>>(body) {
            for entry in body.entry {
                add(&mut routing.accounts, &entry.id);
                let values = entry.changes.into_iter().filter_map(|c| c.value?.metadata?.phone_number_id);
                values.for_each(|key| add(&mut routing.numbers, &key));
            }
        } else if let Ok(root) = serde_json::from_slice::<Value>(body) {
            // An unusual shape: read it as `parse` will, so that both see the same numbers.
            for entry in list(&root, "entry") {
                add(&mut routing.accounts, &text(entry, "id").unwrap_or_default());
                for change in list(entry, "changes") {
                    let key = text(&change["value"]["metadata"], "phone_number_id");
                    add(&mut routing.numbers, &key.unwrap_or_default());
                }
            }
        }
        routing
    }
}

fn add(keys: &mut Vec<String>, key: &str) {
    if !key.is_empty() && !keys.iter().any(|k| k == key) {
        keys.push(key.to_owned());
    }
}

/// The body of a send.
pub(super) fn send_body(message: &Outgoing) -> Result<Value, SendError> {
    let mut body = json!({ "messaging_product": "whatsapp", "recipient_type": "individual" });
    match (&message.to.phone, &message.to.user_key) {
        // Always with `+`: without it Meta may put the business's country code in front.
        (Some(phone), _) => body["to"] = phone.as_str().into(),
        (None, Some(user)) => body["recipient"] = user.as_str().into(),
        (None, None) => return Err(SendError::rejected("no_address", "there is nobody to send to")),
    }
    let (kind, part) = match &message.content {
        Content::Text { body } => ("text", json!({ "body": body, "preview_url": false })),
        Content::Template { name, language, params, .. } => ("template", template(name, language, params)),
        Content::Buttons { body, buttons } => ("interactive", reply_buttons(body, buttons)),
        Content::Picture { link, caption } => ("image", image(link, caption.as_deref())),
        Content::List { body, label, rows } => ("interactive", list_of(body, label, rows)),
        other => {
            let detail = format!("messages of kind {} cannot be sent", other.kind());
            return Err(SendError::rejected("unsupported_content", detail));
        }
    };
    body["type"] = kind.into();
    body[kind] = part;
    body["biz_opaque_callback_data"] = message.send_key.as_str().into();
    Ok(body)
}

fn template(name: &str, language: &str, params: &[String]) -> Value {
    let mut template = json!({ "name": name, "language": { "code": language } });
    if !params.is_empty() {
        let params: Vec<Value> = params.iter().map(|p| json!({ "type": "text", "text": clean_param(p) })).collect();
        template["components"] = json!([{ "type": "body", "parameters": params }]);
    }
    template
}

fn reply_buttons(body: &str, buttons: &[(String, String)]) -> Value {
    let button = |(id, title): &(String, String)| json!({ "type": "reply", "reply": { "id": id, "title": title } });
    let buttons: Vec<Value> = buttons.iter().map(button).collect();
    json!({ "type": "button", "body": { "text": body }, "action": { "buttons": buttons } })
}

fn image(link: &str, caption: Option<&str>) -> Value {
    let mut image = json!({ "link": link });
    if let Some(caption) = caption {
        image["caption"] = caption.into();
    }
    image
}

fn list_of(body: &str, label: &str, rows: &[ListRow]) -> Value {
    let row = |row: &ListRow| {
        let mut wire = json!({ "id": row.id, "title": row.title });
        if let Some(description) = &row.description {
            wire["description"] = description.as_str().into();
        }
        wire
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    json!({ "type": "list", "body": { "text": body }, "action": { "button": label, "sections": [{ "rows": rows }] } })
}

/// The answer to an accepted send; `None` if it does not name the message.
pub(super) fn accepted(answer: &Value) -> Option<Accepted> {
    let message = &answer["messages"][0];
    Some(Accepted {
        provider_id: text(message, "id")?,
        user_key: text(&answer["contacts"][0], "user_id"),
        remark: text(message, "message_status"),
    })
}
