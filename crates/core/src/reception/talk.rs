//! What goes in and out of one turn of a talk, whatever carries it: a call, WhatsApp, text messages (C1, C12).
//!
//! Pure. Always true: what is offered for choice is what was said, in the same order; a key stands for the same thing.

use super::areas;
use super::desk::Desk;
use super::say::Line;
use super::words::Question;
use crate::id::{ContactId, HoldId, PropertyId, TalkId};
use crate::settings::Colleague;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Names that help to hear a place.
const MOST_HINTS: usize = 40;

crate::words! {
    /// What carries a talk.
    pub enum Medium {
        /// A call.
        Voice = "voice",
        /// WhatsApp.
        Whatsapp = "whatsapp",
        /// Text messages.
        Sms = "sms",
    }
}

/// A slot that is held for a talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The hold.
    pub id: HoldId,
    /// The agent who would go.
    pub agent_id: String,
    /// The property, for a viewing.
    pub property_id: Option<PropertyId>,
    /// Begin.
    pub start: Timestamp,
    /// Length in minutes.
    pub minutes: i64,
}

/// A talk on one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Talk {
    /// Its id.
    pub id: TalkId,
    /// What carries it.
    pub medium: Medium,
    /// Who talks, where that is known.
    pub contact_id: Option<ContactId>,
    /// The policy's state.
    pub desk: Desk,
    /// The slot that is held for it.
    pub hold: Option<Held>,
    /// Grows with each change.
    pub version: i64,
    /// Turns so far.
    pub turns: i64,
    /// Begun at.
    pub begun_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
    /// Over since.
    pub ended_at: Option<Timestamp>,
}

/// What was heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    /// The talk begins.
    Began,
    /// Words.
    Words(String),
    /// A key, or a figure as the whole text.
    Pressed(char),
    /// A tap on an answer to "how was your call?": which call, and 1 good, 2 so-so, 3 bad.
    Rated(String, u8),
    /// Photos, in writing, and what was written with them.
    Shown {
        /// The messages that hold them.
        photos: Vec<String>,
        /// The words that came with them.
        words: Option<String>,
    },
    /// A voice message, in writing.
    Unheard,
    /// Nothing.
    Silence,
    /// They hung up, or were handed to a person.
    Gone,
    /// They talked for as long as one may.
    TooLong,
    /// Whether one of the people that were rung took it: the answer to [`Then::Dial`].
    Answered(bool),
}

/// How long an answer will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// Yes, a number, a name.
    Short,
    /// A sentence or more.
    Long,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Their turn.
    Listen {
        /// What was asked, if anything.
        question: Option<Question>,
        /// How long the answer will be.
        length: Length,
        /// Words that are likely.
        hints: Vec<String>,
        /// What can be chosen from: key 1 is the first.
        options: Vec<String>,
    },
    /// People are to be rung, one after the other; told by [`Heard::Answered`].
    Dial {
        /// Who, in ring order.
        people: Vec<Colleague>,
        /// What they are told before they take it.
        whisper: String,
    },
    /// It is over.
    End,
}

/// Words in a language of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aside {
    /// The language.
    pub language: String,
    /// The words.
    pub text: String,
}

/// What one turn gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// What is said, line by line.
    pub lines: Vec<Line>,
    /// The same in words, in the talk's language and style.
    pub text: String,
    /// The language of the words.
    pub language: String,
    /// What is said after them in another language, on the phone.
    #[serde(default)]
    pub aside: Option<Aside>,
    /// What happens next.
    pub then: Then,
}

impl Turn {
    /// Nothing is said any more.
    pub fn over(language: &str) -> Self {
        Self { lines: Vec::new(), text: String::new(), language: language.to_owned(), aside: None, then: Then::End }
    }
}

/// Keys that an answer may have where it is a number that is typed in; `None`: one key is an answer.
pub const fn keys(question: Option<Question>) -> Option<usize> {
    match question {
        Some(Question::Phone) => Some(15),
        Some(Question::Code) => Some(super::proof::FIGURES),
        _ => None,
    }
}

/// What the caller is expected to say now. `options` are the words of what can be chosen.
pub fn listen(desk: &Desk, options: Vec<String>) -> Then {
    let question = desk.asked;
    let short = matches!(
        question,
        Some(
            Question::Confirm
                | Question::Slot
                | Question::Appointment
                | Question::More
                | Question::Deal
                | Question::Bedrooms
                | Question::MoveDate
                | Question::Name
                | Question::Phone
                | Question::Property
                | Question::Watch
                | Question::Home
        )
    );
    let length = if short { Length::Short } else { Length::Long };
    Then::Listen { question, length, hints: hints(desk), options }
}

/// Words that are likely now.
fn hints(desk: &Desk) -> Vec<String> {
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let hebrew = crate::texts::spoken(&desk.language) == "he";
    match desk.asked {
        Some(Question::Confirm | Question::More | Question::Watch | Question::Home) if hebrew => own(&["כן", "לא"]),
        Some(Question::Confirm | Question::More | Question::Watch | Question::Home) => {
            own(&["yes", "no", "yes please", "no thanks"])
        }
        Some(Question::Deal) if hebrew => own(&["לשכירות", "לקנייה"]),
        Some(Question::Deal) => own(&["to rent", "to buy"]),
        Some(Question::Slot | Question::Appointment) if hebrew => own(&["הראשון", "השני", "השלישי"]),
        Some(Question::Slot) => own(&["the first", "the second", "the third", "another day"]),
        Some(Question::Area | Question::Wish) if !hebrew => {
            areas::PLACES.iter().take(MOST_HINTS).map(|place| place.name.to_owned()).collect()
        }
        _ => Vec::new(),
    }
}
