//! What a model is given to read of a burst of messages (A10): the data turn of the prompt `read_message`.
//!
//! Always true: customer text stands inside a JSON string in which `<` and `>` are escaped, so it cannot close the
//! delimiters; it is bounded in length; identifiers are masked.

use super::Masked;
use crate::seam::{Known, MessageRequest};
use ringleader_core::conversation::ChatState;
use serde::{Deserialize, Serialize};

/// How much of a burst a model reads, in characters; the local brain reads the rest.
pub const MOST_CHARS: usize = 6_000;

const OPEN: &str = "<data>\n";
const CLOSE: &str = "\n</data>";

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

/// A request made ready: the user turn, and what was hidden in it.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The text of the user turn.
    pub text: String,
    /// Puts hidden identifiers back into the answer.
    pub masked: Masked,
}

/// The user turn of a request.
pub fn turn(request: &MessageRequest) -> Turn {
    let mut masked = Masked::new(&request.mask);
    let data = data(request, &mut masked);
    let json = serde_json::to_string(&data).expect("strings and options always serialise");
    // Only strings can hold angle brackets, and there the escaped form means the same.
    let json = json.replace('<', "\\u003c").replace('>', "\\u003e");
    Turn { text: format!("{OPEN}{json}{CLOSE}"), masked }
}

/// The turn that asks for one repair, `flaw` saying what was wrong.
pub fn repair_note(flaw: &str) -> String {
    format!(
        "Your last answer could not be used: {flaw}. Read the data again and answer with one complete JSON object of the schema, nothing else."
    )
}

/// The data of a user turn, if it is one: fakes read it so.
pub fn read_back(turn: &str) -> Option<Data> {
    let json = turn.split_once(OPEN)?.1.split_once(CLOSE)?.0;
    serde_json::from_str(json).ok()
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
