//! The offline brain: rules and word lists over Hebrew (also in Latin letters), English and mixtures (A10, P6).
//!
//! Pure and fast. Always true: any text is read without failing; values are bounded and without links; orders inside a
//! message are words of the customer's and change nothing (P7). Russian and Arabic are read politely, in simple cases.

pub mod call;
mod facts;
mod language;
mod lexicon;
mod message;
mod name;
mod signals;
pub mod turn;

use crate::seam::{Answer, Asked, Brain, CallRequest, HistoryRequest, MessageRequest, TurnRequest};
use crate::times::{self, Reference};
use message::{Message, Role};
use ringleader_core::analysis::Understanding;
use ringleader_core::analysis::overview::{self, Overview};
use ringleader_core::reading::{Language, Reading};
use ringleader_core::reception::reading::TurnReading;

/// Longest text that is read, in characters; the rest of a longer burst is left unread.
const LONGEST: usize = 4_000;

/// The offline brain.
#[derive(Debug, Clone, Copy, Default)]
pub struct Local;

#[async_trait::async_trait]
impl Brain for Local {
    fn name(&self) -> &'static str {
        "local"
    }

    async fn read_message(&self, request: &MessageRequest) -> Asked<Reading> {
        Ok(Answer { value: read_message(request), uses: Vec::new() })
    }

    async fn analyse_call(&self, request: &CallRequest, _flaw: Option<&str>) -> Asked<Understanding> {
        Ok(Answer { value: call::analyse_call(request), uses: Vec::new() })
    }

    async fn analyse_history(&self, request: &HistoryRequest, _flaw: Option<&str>) -> Asked<Overview> {
        Ok(Answer { value: overview::of(&request.analysed()), uses: Vec::new() })
    }

    async fn read_turn(&self, request: &TurnRequest, _flaw: Option<&str>) -> Asked<TurnReading> {
        Ok(Answer { value: turn::read_turn(request), uses: Vec::new() })
    }
}

/// The language that words are in.
pub fn language_of(text: &str) -> Language {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    language::detect(&Message::new(&text[..end]).tokens)
}

/// Reads a burst of messages.
pub fn read_message(request: &MessageRequest) -> Reading {
    let end = request.text.char_indices().nth(LONGEST).map_or(request.text.len(), |(at, _)| at);
    let text = &without_links(&request.text[..end]);
    let mut message = Message::new(text);
    let signals = signals::read(&message.tokens);
    silence(&mut message);
    let named = if signals.opt_out || signals.wrong_number { None } else { name::read(&message, request.state) };
    if let Some(named) = &named {
        for at in named.at.clone() {
            message.roles[at] = Role::Name;
        }
    }
    let reference = Reference::new(request.now, request.zone.clone(), &request.country);
    let times = times::find(text, &reference);
    let (need, preference) = facts::read(&mut message, request.state, &signals, &times, request.now);
    let language = language::detect(&message.tokens);
    Reading { name: named.map(|named| named.found), need, preference, language, signals }
}

/// The text with spaces in place of links: they say nothing that we use, and must not reach an alert (P7).
fn without_links(text: &str) -> String {
    let blank = |word: &str| {
        let lower = word.to_lowercase();
        let link =
            lower.contains("://") || lower.starts_with("www.") || lower.contains(".com/") || lower.contains(".co.il/");
        if link { " ".repeat(word.len()) } else { word.to_owned() }
    };
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let bare = word.trim_end();
            blank(bare) + &word[bare.len()..]
        })
        .collect()
}

/// Sentences about us, or that give orders to the system, say nothing about the customer.
fn silence(message: &mut Message) {
    for sentence in message.sentences.clone() {
        let words = &message.tokens[sentence.clone()];
        if signals::is_injection(words) || signals::is_about_us(words) {
            for at in sentence {
                message.roles[at] = Role::Void;
            }
        }
    }
}
