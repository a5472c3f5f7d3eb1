//! What a customer can say on the fake: every kind of inbound message, as Meta writes it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a customer says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Says {
    /// Words.
    Text {
        /// The words.
        body: String,
        /// The message it answers, if it quotes one.
        #[serde(default)]
        reply_to: Option<String>,
    },
    /// Taps a quick reply of a template.
    QuickReply {
        /// Its payload.
        payload: String,
        /// Its text.
        text: String,
        /// The template message.
        reply_to: String,
    },
    /// Taps a reply button or chooses a list row.
    Choice {
        /// `button_reply` or `list_reply`.
        kind: String,
        /// Its id.
        id: String,
        /// Its title.
        title: String,
        /// The message it belongs to.
        reply_to: String,
    },
    /// A voice note.
    Voice,
    /// A picture.
    Image {
        /// Words beside it.
        #[serde(default)]
        caption: Option<String>,
    },
    /// A place.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
    },
    /// A reaction; without a sign it takes the last one back.
    Reaction {
        /// The message.
        message_id: String,
        /// The sign.
        #[serde(default)]
        emoji: Option<String>,
    },
    /// Something that Meta does not pass on: a poll, a pin …
    Unsupported,
    /// Any type, exactly as given.
    Raw {
        /// The type.
        kind: String,
        /// The object of that name.
        payload: Value,
    },
}

impl Says {
    /// Words.
    pub fn text(body: &str) -> Self {
        Self::Text { body: body.to_owned(), reply_to: None }
    }

    /// The fields of the message beside id, sender and time.
    pub(super) fn wire(&self) -> Value {
        let media = "900000000000001";
        let context = |id: &str| json!({ "from": "0", "id": id });
        match self {
            Self::Text { body, reply_to: None } => json!({ "type": "text", "text": { "body": body } }),
            Self::Text { body, reply_to: Some(to) } => {
                json!({ "type": "text", "text": { "body": body }, "context": context(to) })
            }
            Self::QuickReply { payload, text, reply_to } => json!({
                "type": "button", "button": { "payload": payload, "text": text }, "context": context(reply_to)
            }),
            Self::Choice { kind, id, title, reply_to } => {
                let mut interactive = json!({ "type": kind });
                interactive[kind] = json!({ "id": id, "title": title });
                json!({ "type": "interactive", "interactive": interactive, "context": context(reply_to) })
            }
            Self::Voice => json!({ "type": "audio", "audio": {
                "id": media, "mime_type": "audio/ogg; codecs=opus", "sha256": "c2ltdWxhdGVk", "voice": true
            } }),
            Self::Image { caption } => {
                let mut image = json!({ "id": media, "mime_type": "image/jpeg", "sha256": "c2ltdWxhdGVk" });
                if let Some(caption) = caption {
                    image["caption"] = caption.as_str().into();
                }
                json!({ "type": "image", "image": image })
            }
            Self::Location { latitude, longitude } => {
                json!({ "type": "location", "location": { "latitude": latitude, "longitude": longitude } })
            }
            Self::Reaction { message_id, emoji: Some(emoji) } => {
                json!({ "type": "reaction", "reaction": { "message_id": message_id, "emoji": emoji } })
            }
            Self::Reaction { message_id, emoji: None } => {
                json!({ "type": "reaction", "reaction": { "message_id": message_id } })
            }
            Self::Unsupported => json!({
                "type": "unsupported", "unsupported": { "type": "poll_creation" },
                "errors": [{ "code": 131_051, "title": "Message type unknown", "message": "Message type unknown" }]
            }),
            Self::Raw { kind, payload } => {
                let mut raw = json!({ "type": kind });
                raw[kind] = payload.clone();
                raw
            }
        }
    }
}
