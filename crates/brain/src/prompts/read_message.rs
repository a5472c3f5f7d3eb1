//! What a model is given to read of a burst of messages (A10): the data turn of the prompt `read_message`.
//!
//! Always true: customer text stands inside a JSON string in which `<` and `>` are escaped, so it cannot close the
//! delimiters; it is bounded in length; identifiers are masked.

use super::{Masked, Turn, data_turn};
use crate::seam::{Known, MessageRequest};
use ringleader_core::conversation::ChatState;
use serde::{Deserialize, Serialize};

/// How much of a burst a model reads, in characters; the local brain reads the rest.
pub const MOST_CHARS: usize = 6_000;

/// The data turn: context and messages. The names of the fields are explained in the prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// What the chat had last asked for.
    pub asked: String,
    /// What is known already.
    pub known: KnownData,
    /// Local time of the last message, `2026-11-21T14:05`.
    pub sent_at: String,
    /// The day of the week of it, in English.
    pub weekday: String,
    /// IANA name of the zone.
    pub time_zone: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// Language of the chatbot's texts.
    pub chat_language: String,
    /// The new messages, one a line.
    pub messages: String,
}

/// What is known of a customer, as models see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownData {
    /// Name.
    pub name: Option<String>,
    /// Need.
    pub need: Option<String>,
    /// Preference.
    pub preference: Option<String>,
}

/// The user turn of a request.
pub fn turn(request: &MessageRequest) -> Turn {
    let mut masked = Masked::new(&request.mask);
    let data = data(request, &mut masked);
    data_turn(&data, masked)
}

/// The data of a user turn, if it is one: fakes read it so.
pub fn read_back(turn: &str) -> Option<Data> {
    super::read_back(turn)
}

fn data(request: &MessageRequest, masked: &mut Masked) -> Data {
    let local = request.now.to_zoned(request.zone.clone());
    let mut hide = |text: &String| masked.hide(text);
    let Known { name, need, preference } = &request.known;
    let known = KnownData {
        name: name.as_ref().map(&mut hide),
        need: need.as_ref().map(&mut hide),
        preference: preference.as_ref().map(&mut hide),
    };
    Data {
        asked: asked(request.state).to_owned(),
        known,
        sent_at: local.strftime("%Y-%m-%dT%H:%M").to_string(),
        weekday: local.strftime("%A").to_string(),
        time_zone: request.zone.iana_name().unwrap_or("UTC").to_owned(),
        country: request.country.clone(),
        chat_language: request.language.clone(),
        messages: hide(&request.text).chars().take(MOST_CHARS).collect(),
    }
}

fn asked(state: ChatState) -> &'static str {
    match state {
        ChatState::AwaitingResponse => "response",
        ChatState::AwaitingName => "name",
        ChatState::AwaitingNeed => "need",
        ChatState::AwaitingPreference => "preference",
        ChatState::Completed | ChatState::Unresponsive => "nothing",
    }
}
