//! What a brain understood from a customer's words (A10). Brains propose this, rules decide what follows (P7).

use jiff::Timestamp;

crate::words! {
    /// The language a message is written in.
    pub enum Language {
        /// Hebrew script.
        Hebrew = "he",
        /// Hebrew in Latin letters.
        HebrewLatin = "he-Latn",
        /// Hebrew and English mixed.
        Mixed = "he-en",
        /// English.
        English = "en",
        /// Russian.
        Russian = "ru",
        /// Arabic.
        Arabic = "ar",
        /// None of these, or nothing to tell it by.
        Unknown = "und",
    }
}

/// Who read words, and in which language they are (D2): kept beside what was read, so that corrections can be counted by it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ReadBy {
    /// `anthropic`, `openai`, `compatible` or `local`.
    pub brain: String,
    /// The prompt, or the rules, with their version.
    pub prompt: String,
    /// What the words are written or spoken in.
    pub language: Language,
}

/// A value found in words.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Found {
    /// The value, in the customer's words, bounded in length and characters.
    pub value: String,
    /// 0 to 1.
    pub confidence: f64,
    /// Said in so many words, or concluded.
    pub explicit: bool,
}

/// When or how to get back to the customer.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Preference {
    /// In the customer's words.
    pub text: String,
    /// Beginning of the window meant, where a time is meant.
    pub from: Option<Timestamp>,
    /// End of the window.
    pub until: Option<Timestamp>,
    /// More than one reading is possible ("at six", "on Friday" said on a Friday).
    pub ambiguous: bool,
    /// 0 to 1.
    pub confidence: f64,
}

/// What else a message tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Signals {
    /// Asks not to be written to any more, by word or by meaning.
    pub opt_out: bool,
    /// Not the person, or did not call.
    pub wrong_number: bool,
    /// Has spoken with the business already.
    pub already_spoke: bool,
    /// Does not need it any more.
    pub resolved: bool,
    /// Wants to talk to a person.
    pub wants_person: bool,
    /// Wants to be called right now.
    pub call_now: bool,
    /// Danger to people or property.
    pub emergency: bool,
    /// Insults.
    pub abuse: bool,
    /// Asks something.
    pub question: bool,
    /// Asks whether this is a bot.
    pub asks_if_bot: bool,
    /// Will not give what was asked.
    pub declines: bool,
    /// START, after having left.
    pub opt_in: bool,
}

impl Signals {
    /// Those that were given, in words.
    pub fn words(self) -> Vec<&'static str> {
        let all = [
            ("opt_out", self.opt_out),
            ("wrong_number", self.wrong_number),
            ("already_spoke", self.already_spoke),
            ("resolved", self.resolved),
            ("wants_person", self.wants_person),
            ("call_now", self.call_now),
            ("emergency", self.emergency),
            ("abuse", self.abuse),
            ("question", self.question),
            ("asks_if_bot", self.asks_if_bot),
            ("declines", self.declines),
            ("opt_in", self.opt_in),
        ];
        all.into_iter().filter(|(_, given)| *given).map(|(word, _)| word).collect()
    }
}

/// What was understood from one burst of messages.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The customer's own name.
    pub name: Option<Found>,
    /// What they need.
    pub need: Option<Found>,
    /// When or how to get back to them.
    pub preference: Option<Preference>,
    /// Written in.
    pub language: Language,
    /// The rest.
    pub signals: Signals,
}

impl Reading {
    /// Nothing understood.
    pub fn nothing() -> Self {
        Self { name: None, need: None, preference: None, language: Language::Unknown, signals: Signals::default() }
    }
}
