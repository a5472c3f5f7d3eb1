//! Callers who are played (twilio sheet, 15): they call the webhook as Twilio does, run the TwiML that comes back, say what
//! their script holds, press keys, keep silent, cut in, hang up; people are rung and accept or decline; ConversationRelay is
//! spoken over a real WebSocket. Signed like Twilio; time is counted, not waited for.

mod leg;
mod markup;
mod mind;
mod relay;
mod verbs;
mod wire;

pub use mind::{Does, Meanwhile, Mind, Picks, Script, words};
pub use wire::Webhooks;

use super::PlacedCall;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What happened in a call, in order.
pub type Steps = Vec<Step>;

/// One thing that happened in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Words were heard.
    Heard {
        /// The voice.
        voice: String,
        /// Its language.
        language: String,
        /// The words, as far as they were heard.
        text: String,
    },
    /// The person said something.
    Said(String),
    /// The person pressed a key.
    Pressed(char),
    /// The person kept silent.
    Silent,
    /// Somebody was rung: the number and Twilio's word for how it went.
    Rang(String, String),
    /// The one who was rung heard this before they were put through.
    Whispered(String),
    /// A message was recorded, so many seconds long.
    Recorded(i64),
    /// The call is recorded from here on.
    RecordingStarted,
    /// Twilio's error code: the webhook failed, or its document.
    Failed(i64),
    /// The call is over, by whom: `caller`, `callee` or `failure`.
    Ended(&'static str),
}

/// Twilio's side of one account: it signs, and knows who picks up.
pub struct Exchange {
    pub(super) http: reqwest::Client,
    pub(super) account_sid: String,
    pub(super) auth_token: String,
    pub(super) now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    people: Mutex<HashMap<String, Picks>>,
    calls: AtomicU64,
}

/// A call to be placed.
#[derive(Debug, Clone)]
pub struct Dialled {
    /// Who calls; empty: the number is withheld.
    pub from: String,
    /// Whom.
    pub to: String,
    /// The webhooks of the number.
    pub webhooks: Webhooks,
    /// Each request comes twice, as when an answer was lost: the second must be answered like the first.
    pub twice: bool,
}

/// A call that was played to its end.
#[derive(Debug, Clone)]
pub struct Played {
    /// `CA…`.
    pub call_sid: String,
    /// What happened.
    pub steps: Steps,
    /// How long it was, in counted seconds.
    pub seconds: i64,
}

impl Played {
    /// Everything that the caller heard.
    pub fn words(&self) -> String {
        words(&self.steps)
    }

    /// The codes of what failed.
    pub fn failures(&self) -> Vec<i64> {
        let code = |step: &Step| if let Step::Failed(code) = step { Some(*code) } else { None };
        self.steps.iter().filter_map(code).collect()
    }

    /// The numbers that were rung, with Twilio's words for how it went.
    pub fn rang(&self) -> Vec<(&str, &str)> {
        let rang = |step: &'_ Step| matches!(step, Step::Rang(..));
        let both = self.steps.iter().filter(|step| rang(step)).map(|step| match step {
            Step::Rang(number, status) => (number.as_str(), status.as_str()),
            _ => ("", ""),
        });
        both.collect()
    }
}

impl Exchange {
    /// An account's side. `now` is the clock that its events are dated by.
    pub fn new(
        http: reqwest::Client,
        account_sid: &str,
        auth_token: &str,
        now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ) -> Self {
        Self {
            http,
            account_sid: account_sid.to_owned(),
            auth_token: auth_token.to_owned(),
            now,
            people: Mutex::default(),
            calls: AtomicU64::new(1),
        }
    }

    /// How the person with this number takes calls; who is not known does not pick up.
    pub fn person(&self, number: &str, picks: Picks) {
        self.people.lock().unwrap_or_else(PoisonError::into_inner).insert(number.to_owned(), picks);
    }

    pub(super) fn picks(&self, number: &str) -> Picks {
        let people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        people.get(number).copied().unwrap_or(Picks::NoAnswer)
    }

    pub(super) fn next_number(&self) -> u64 {
        self.calls.fetch_add(1, Ordering::Relaxed)
    }

    /// Somebody whom the program rings picks up, or not; then the program is told how it went, as Twilio tells.
    pub async fn ring(&self, call: &PlacedCall, hooks: &Webhooks, picks: Picks) -> Played {
        leg::ring(self, call, hooks, picks).await
    }

    /// Plays a call to its end.
    pub async fn call(&self, call: &Dialled, mind: &mut dyn Mind) -> Played {
        leg::play(self, call, mind).await
    }
}
