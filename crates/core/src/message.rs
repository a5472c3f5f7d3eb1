//! Messages: what came in, what goes out, and where each one stands (DESIGN 6).

use crate::conversation::Channel;
use crate::id::{ConnectionId, ContactId, ConversationId, MessageId};
use crate::phone::Phone;
use jiff::Timestamp;
use serde_json::Value;

crate::words! {
    /// For whom a message is.
    pub enum Audience {
        /// The customer.
        Contact = "contact",
        /// The business's own people.
        Owner = "owner",
    }
}

crate::words! {
    /// Where a message stands. Outbound: wanted, sending, (unknown), accepted, sent, delivered, read; or failed, held.
    pub enum MessageStatus {
        /// It came in.
        Received = "received",
        /// Decided, not yet tried.
        Wanted = "wanted",
        /// The request is on its way; committed before it leaves.
        Sending = "sending",
        /// The request left, the answer is lost: not repeated before it is known (P2).
        Unknown = "unknown",
        /// The provider took it.
        Accepted = "accepted",
        /// It left the provider.
        Sent = "sent",
        /// It is on a device.
        Delivered = "delivered",
        /// It was seen.
        Read = "read",
        /// It did not arrive.
        Failed = "failed",
        /// A person must decide.
        Held = "held",
    }
}

impl MessageStatus {
    /// Whether it did not arrive, or nobody knows: a person may have to see to it.
    pub fn is_broken(self) -> bool {
        matches!(self, Self::Failed | Self::Held | Self::Unknown)
    }
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Words.
    Text {
        /// The words.
        body: String,
    },
    /// A letter, for email: the same as text and as a page.
    Letter {
        /// The words; the first line is the subject.
        body: String,
        /// The page.
        html: String,
    },
    /// An approved template with its variables in order.
    Template {
        /// Name at the provider.
        name: String,
        /// Language code at the provider.
        language: String,
        /// Variables in order.
        params: Vec<String>,
        /// The words as the reader will see them, for the timeline.
        preview: String,
    },
    /// Words with up to three buttons.
    Buttons {
        /// The words.
        body: String,
        /// Id and title of each.
        buttons: Vec<(String, String)>,
    },
    /// Words with a list to choose one thing from, which a button opens.
    List {
        /// The words.
        body: String,
        /// What the button says.
        label: String,
        /// What can be chosen.
        rows: Vec<ListRow>,
    },
    /// A picture that lies at an address; the provider fetches it.
    Picture {
        /// Where it is.
        link: String,
        /// Words below it.
        caption: Option<String>,
    },
    /// A tapped button or a chosen list row.
    Choice {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
    },
    /// Image, video, audio, document or sticker.
    Media {
        /// Which.
        media: String,
        /// The provider's id of the file.
        media_id: Option<String>,
        /// MIME type.
        mime_type: Option<String>,
        /// Words beside it.
        caption: Option<String>,
        /// Name of the file.
        file_name: Option<String>,
        /// Spoken into the handset.
        voice: bool,
    },
    /// A place.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// Its name.
        name: Option<String>,
        /// Its address.
        address: Option<String>,
    },
    /// Contact cards, as sent.
    Contacts {
        /// The cards.
        cards: Value,
    },
    /// A reaction to a message; none takes it back.
    Reaction {
        /// The message reacted to.
        to: String,
        /// The sign.
        emoji: Option<String>,
    },
    /// An earlier message was changed.
    Edit {
        /// The provider's id of that message.
        original: String,
        /// Its new words.
        body: Option<String>,
        /// What it said before, once that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// An earlier message was deleted.
    Revoke {
        /// The provider's id of that message.
        original: String,
    },
    /// Something of the channel itself: number or user id changed.
    System {
        /// The channel's word for it.
        event: String,
        /// As sent.
        detail: Value,
    },
    /// Anything else: kept as sent.
    Other {
        /// The channel's word for it.
        event: String,
        /// As sent.
        detail: Value,
    },
}

impl Content {
    /// The word of the variant, as stored and shown.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Letter { .. } => "letter",
            Self::Template { .. } => "template",
            Self::Buttons { .. } => "buttons",
            Self::List { .. } => "list",
            Self::Picture { .. } => "picture",
            Self::Choice { .. } => "choice",
            Self::Media { .. } => "media",
            Self::Location { .. } => "location",
            Self::Contacts { .. } => "contacts",
            Self::Reaction { .. } => "reaction",
            Self::Edit { .. } => "edit",
            Self::Revoke { .. } => "revoke",
            Self::System { .. } => "system",
            Self::Other { .. } => "other",
        }
    }

    /// What can be tapped, in words.
    pub fn choices(&self) -> Vec<&str> {
        match self {
            Self::Buttons { buttons, .. } => buttons.iter().map(|(_, title)| title.as_str()).collect(),
            Self::List { rows, .. } => rows.iter().map(ListRow::words).collect(),
            _ => Vec::new(),
        }
    }

    /// The words a brain may read, if there are any.
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Text { body } | Self::Letter { body, .. } | Self::Buttons { body, .. } | Self::List { body, .. } => {
                Some(body)
            }
            Self::Template { preview, .. } => Some(preview),
            Self::Choice { title, .. } => Some(title),
            Self::Media { caption, .. } | Self::Picture { caption, .. } => caption.as_deref(),
            _ => None,
        }
    }
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ListRow {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What the title cannot hold.
    pub description: Option<String>,
}

impl ListRow {
    /// All of it.
    pub fn words(&self) -> &str {
        self.description.as_deref().unwrap_or(&self.title)
    }
}

/// One text, template or medium.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its id; travels with the send as its key.
    pub id: MessageId,
    /// The chat it belongs to; owner messages have none.
    pub conversation_id: Option<ConversationId>,
    /// With whom; owner messages name the contact they are about.
    pub contact_id: Option<ContactId>,
    /// For whom.
    pub audience: Audience,
    /// `inbound` or `outbound`.
    pub inbound: bool,
    /// How it travels.
    pub channel: Channel,
    /// Over which connection.
    pub connection_id: Option<ConnectionId>,
    /// To which number, for outbound ones.
    pub to: Option<Phone>,
    /// To which email address, for outbound ones.
    pub to_email: Option<String>,
    /// What it says.
    pub content: Content,
    /// Why it was sent, as the catalogue's key: `first_message`, `ask_name` …
    pub purpose: Option<String>,
    /// Where it stands.
    pub status: MessageStatus,
    /// The provider's error code and what it means.
    pub error: Option<SendFailure>,
    /// The provider's id.
    pub provider_id: Option<String>,
    /// Said or decided at.
    pub at: Timestamp,
}

/// Why a message did not go.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SendFailure {
    /// The provider's code, or ours: `window_closed` …
    pub code: String,
    /// In words.
    pub detail: String,
}

/// A message as a customer sent it, in our words.
#[derive(Debug, Clone, PartialEq)]
pub struct InboundMessage {
    /// The provider's id.
    pub provider_id: String,
    /// The provider's name of the business number it was sent to (`phone_number_id`).
    pub number_key: String,
    /// The sender's number, if shown.
    pub from: Option<Phone>,
    /// The sender's business-scoped user id, if given.
    pub user_key: Option<String>,
    /// Their name as the channel shows it.
    pub profile_name: Option<String>,
    /// When they sent it.
    pub at: Timestamp,
    /// What.
    pub content: Content,
    /// The message it answers.
    pub reply_to: Option<String>,
}

/// News of a message of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusReport {
    /// The provider's id.
    pub provider_id: String,
    /// Our key, where the provider gives it back.
    pub send_key: Option<String>,
    /// What it says; `None` for a word that we do not know.
    pub status: Option<MessageStatus>,
    /// The provider's own word.
    pub word: String,
    /// When.
    pub at: Timestamp,
    /// What failed.
    pub failure: Option<SendFailure>,
    /// Charged or not, and in which category, as sent.
    pub pricing: Option<Value>,
}
