//! What a model is given to read of all calls of a contact (B6): the data turn of the prompt `analyse_history`.
//!
//! Always true: at most ten transcripts and 50,000 tokens of them go, by our estimate, the newest calls first; older calls go
//! as their facts and summaries, at most fifty of them; what was said stands inside JSON strings that cannot close the
//! delimiters; identifiers known for the contact are masked.

use super::analyse_call::{Said, who};
use super::{Masked, Turn, data_turn};
use crate::seam::{HistoryRequest, PastCall};
use jiff::Timestamp;
use ringleader_core::analysis::{complete, facts, history};
use ringleader_core::call;
use ringleader_core::facts::spoken;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The data turn. The names of the fields are explained in the prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data {
    /// IANA name of the zone.
    pub time_zone: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// What the business reads: `he`, `en`.
    pub language: String,
    /// The calls, oldest first.
    pub calls: Vec<CallData>,
}

/// One call, as models see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallData {
    /// Local time of the call, `2026-11-21T14:05`.
    pub started_at: String,
    /// The day of the week of it, in English.
    pub weekday: String,
    /// What was said; null for older calls.
    pub transcript: Option<Vec<Said>>,
    /// What was understood from it.
    pub understood: Known,
}

/// What was understood from a call, as models see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// In a few sentences.
    pub summary: String,
    /// Facts by name.
    pub facts: BTreeMap<String, String>,
    /// Each dimension's score, 0 to 3.
    pub scores: BTreeMap<String, u8>,
}

/// The calls that go to a model, oldest first, with as much of their words as goes along; empty: none of them.
pub fn chosen(request: &HistoryRequest) -> Vec<(&PastCall, Vec<call::Turn>)> {
    let mut calls: Vec<&PastCall> = request.calls.iter().collect();
    calls.sort_by_key(|call| Reverse((call.analysed.at, call.analysed.call_id)));
    let tokens: Vec<usize> = calls.iter().map(|call| history::transcript_tokens(&call.transcript)).collect();
    let in_full = history::in_full(&tokens);
    let words = |(nth, call): (usize, &PastCall)| match nth < in_full {
        true => history::cut(&call.transcript, history::MOST_TOKENS),
        false => Vec::new(),
    };
    let most = history::MOST_CALLS + history::MOST_SUMMARIES;
    let mut chosen: Vec<_> =
        calls.iter().enumerate().take(most).map(|(nth, call)| (*call, words((nth, call)))).collect();
    chosen.reverse();
    chosen
}

/// The user turn of a request.
pub fn turn(request: &HistoryRequest) -> Turn {
    let mut masked = Masked::new(&request.mask);
    let calls = chosen(request).into_iter().map(|(call, words)| CallData {
        started_at: local(request, call.analysed.at, "%Y-%m-%dT%H:%M"),
        weekday: local(request, call.analysed.at, "%A"),
        transcript: (!words.is_empty())
            .then(|| words.iter().map(|turn| Said { who: who(turn), text: masked.hide(&turn.text) }).collect()),
        understood: known(&call.analysed, &mut masked),
    });
    let calls = calls.collect();
    let time_zone = request.zone.iana_name().unwrap_or("UTC").to_owned();
    data_turn(&Data { time_zone, country: request.country.clone(), language: request.language.clone(), calls }, masked)
}

fn local(request: &HistoryRequest, at: Timestamp, format: &str) -> String {
    at.to_zoned(request.zone.clone()).strftime(format).to_string()
}

fn known(analysed: &complete::Analysed, masked: &mut Masked) -> Known {
    let understood = &analysed.understood;
    let facts = facts::of(understood, analysed.call_id, false, None, analysed.at);
    let facts = facts.into_iter().filter_map(|fact| Some((fact.name, masked.hide(&spoken(&fact.value)?))));
    let scores = ringleader_core::analysis::Dimension::ALL.iter();
    let scores = scores.map(|d| (d.as_str().to_owned(), understood.dimensions.get(*d).score)).collect();
    Known { facts: facts.collect(), summary: masked.hide(&understood.summary), scores }
}
