//! Need and preference: each clause is weighed by what is in it, then the clauses of a kind are put together (A10).
//!
//! Always true: what is about us, about the chat, or an order to the system is neither; a time inside a need belongs to
//! the need unless the customer speaks of calling back; values are bounded and carry no links (P7).

use super::lexicon::is_function_word;
use super::message::{Clause, Message, Role};
use super::signals::is_emergency;
use crate::times::TimeExpression;
use crate::times::phrase::Phrases;
use crate::times::token::Kind;
use jiff::Timestamp;
use ringleader_core::conversation::ChatState;
use ringleader_core::reading::{Found, Preference, Signals};
use std::ops::Range;
use std::sync::LazyLock;

type List = LazyLock<Phrases>;

static WANTS: List = LazyLock::new(|| Phrases::new(include_str!("phrases/wants.txt")));
static TROUBLES: List = LazyLock::new(|| Phrases::new(include_str!("phrases/troubles.txt")));
static CONTACT: List = LazyLock::new(|| Phrases::new(include_str!("phrases/contact.txt")));
static CHANNEL: List = LazyLock::new(|| Phrases::new(include_str!("phrases/channel.txt")));
static URGENT: List = LazyLock::new(|| Phrases::new(include_str!("phrases/urgent.txt")));
static ANY_TIME: List = LazyLock::new(|| Phrases::new(include_str!("phrases/any_time.txt")));
static VAGUE: List = LazyLock::new(|| Phrases::new(include_str!("phrases/vague.txt")));
static FREE: List = LazyLock::new(|| Phrases::new(include_str!("phrases/free.txt")));

/// Longest value in characters.
const LONGEST: usize = 300;

/// What is in a clause.
#[derive(Debug)]
struct Weighed {
    at: Range<usize>,
    /// "I need", not "I don't need".
    wants: bool,
    /// A trouble, a trade, a thing, a question for the price.
    trouble: bool,
    /// Words with meaning that are none of the below.
    content: usize,
    contact: bool,
    channel: bool,
    urgent: bool,
    any_time: bool,
    vague: bool,
    free: bool,
    /// A time that is not past.
    time: bool,
    /// That time is just now: "I am driving now" is no wish.
    now: bool,
    /// "I don't need".
    unwanted: bool,
}

impl Weighed {
    fn needy(&self, state: ChatState) -> bool {
        let by_state = state == ChatState::AwaitingNeed && !self.free && !self.any_time && !self.unwanted;
        let marked = self.wants || self.trouble;
        let alone =
            !(self.contact || self.channel) || self.wants || (self.trouble && !self.channel) || self.content > 2;
        self.content > 0
            && match state {
                ChatState::AwaitingPreference => self.wants && !self.contact,
                _ => {
                    (marked && alone)
                        || (by_state && alone && !(self.time && self.content < 2 && (self.contact || self.free)))
                }
            }
    }

    fn preferring(&self, state: ChatState, needy: bool) -> bool {
        let asked = state == ChatState::AwaitingPreference;
        let when = self.time || self.any_time || self.urgent;
        (self.contact && (when || self.channel || self.vague))
            || (self.channel && (!needy || asked || !self.trouble))
            || self.urgent
            || (self.any_time && !needy)
            || (self.free && self.time && !self.trouble)
            || (self.time && !needy && self.content <= if self.now { 0 } else { 3 })
            || (asked && (when || self.vague || self.contact))
    }
}

/// Need and preference of a message.
pub(super) fn read(
    message: &mut Message,
    state: ChatState,
    signals: &Signals,
    times: &[TimeExpression],
    now: Timestamp,
) -> (Option<Found>, Option<Preference>) {
    mark(message, times);
    let weighed: Vec<Weighed> =
        message.clauses.clone().iter().map(|clause| weigh(message, clause, times, now)).collect();
    let wants = weighed.iter().any(|clause| clause.wants && clause.content > 0);
    let left = signals.opt_out || signals.wrong_number;
    let closed = left || ((signals.already_spoke || signals.resolved) && !wants);
    if closed {
        return (None, None);
    }
    let needy: Vec<bool> = weighed.iter().map(|clause| clause.needy(state)).collect();
    let marked = weighed.iter().any(|clause| clause.wants || clause.trouble);
    let refuses = !wants && (signals.declines || (signals.abuse && !marked));
    let need = if refuses { None } else { need(message, &weighed, &needy, state) };
    let preference = preference(message, &weighed, &needy, state, signals, times, need.is_some());
    (need, preference)
}

fn mark(message: &mut Message, times: &[TimeExpression]) {
    for time in times.iter().filter(|time| !time.past) {
        let at = message.tokens_in(&time.span);
        message.mark(at, Role::Time);
    }
    for list in [&CONTACT, &CHANNEL, &URGENT, &ANY_TIME] {
        for range in list.all(&message.tokens) {
            message.mark(range, Role::Contact);
        }
    }
}

fn weigh(message: &Message, clause: &Clause, times: &[TimeExpression], now: Timestamp) -> Weighed {
    let at = clause.at.clone();
    let void = message.roles[at.clone()].contains(&Role::Void);
    let words = message.words(at.clone());
    let occurs = |list: &Phrases| {
        !void && list.all(words).iter().any(|range| range.clone().any(|i| message.roles[at.start + i] != Role::Name))
    };
    let wanted: Vec<Range<usize>> = WANTS.all(words);
    let negated = |i: usize| {
        let before = |n: usize| i.checked_sub(n).map_or("", |at| words[at].norm.as_str());
        let no = |word: &str| {
            matches!(word, "לא" | "lo" | "not" | "don't" | "dont" | "no" | "longer" | "didn't" | "ולא" | "не")
        };
        no(before(1)) || matches!(before(1), "כבר" | "ממש") && no(before(2))
    };
    let asks = message.tokens.get(message.sentences[clause.sentence].end).is_some_and(|t| t.norm == "?");
    let content = words.iter().enumerate().filter(|(i, token)| {
        let free = wanted.iter().any(|range| range.contains(i)) || is_function_word(&token.norm);
        matches!(token.kind, Kind::Word | Kind::Number) && message.roles[at.start + i] == Role::Plain && !free
    });
    let in_clause = |time: &TimeExpression| {
        let range = message.tokens_in(&time.span);
        !time.past && range.start < at.end && range.end > at.start
    };
    let content = if void { 0 } else { content.count() };
    let present = |time: &TimeExpression| in_clause(time) && time.from == Some(now);
    Weighed {
        unwanted: wanted.iter().any(|range| negated(range.start)),
        now: times.iter().any(present),
        wants: !void
            && wanted.iter().any(|range| !negated(range.start) && message.roles[at.start + range.start] == Role::Plain),
        trouble: occurs(&TROUBLES) || (content > 0 && !void && is_emergency(words)) || (asks && content >= 2),
        content,
        contact: occurs(&CONTACT),
        channel: occurs(&CHANNEL),
        urgent: occurs(&URGENT),
        any_time: occurs(&ANY_TIME),
        vague: occurs(&VAGUE),
        free: occurs(&FREE),
        time: !void && times.iter().any(in_clause),
        at,
    }
}

fn need(message: &Message, weighed: &[Weighed], needy: &[bool], state: ChatState) -> Option<Found> {
    let mut pieces: Vec<&str> = Vec::new();
    for (index, (clause, needy)) in weighed.iter().zip(needy).enumerate() {
        // A plain clause beside a needy one tells more of it.
        let beside = (index > 0 && needy_at(weighed, index - 1, state)) || needy_at(weighed, index + 1, state);
        let plain = clause.content > 0 && !clause.preferring(state, false) && state != ChatState::AwaitingPreference;
        if *needy || (beside && plain && !clause.free) {
            pieces.extend(need_pieces(message, clause, state));
        }
    }
    if !needy.iter().any(|needy| *needy) {
        return None;
    }
    let marked = weighed.iter().zip(needy).any(|(clause, needy)| *needy && (clause.wants || clause.trouble));
    let value = clean(&pieces.join(", "));
    (!value.is_empty()).then_some(Found { value, confidence: if marked { 0.9 } else { 0.6 }, explicit: marked })
}

fn needy_at(weighed: &[Weighed], index: usize, state: ChatState) -> bool {
    weighed.get(index).is_some_and(|clause| clause.needy(state))
}

/// The clause without greeting and name, and without the part that says when to call.
fn need_pieces<'a>(message: &Message<'a>, clause: &Weighed, state: ChatState) -> Vec<&'a str> {
    let at = trimmed(message, clause.at.clone(), &[Role::Manners, Role::Name]);
    if !clause.preferring(state, true) || clause.urgent && !clause.contact {
        return vec![message.slice(at)];
    }
    let wish = wish(message, at.clone());
    [at.start..wish.start.max(at.start), wish.end.min(at.end)..at.end]
        .into_iter()
        .map(|part| trimmed(message, part, &[Role::Manners, Role::Name]))
        .map(|part| message.slice(part))
        .filter(|part| !part.is_empty())
        .collect()
}

/// From the first wish about getting back to the last time or wish behind it.
fn wish(message: &Message, at: Range<usize>) -> Range<usize> {
    let first = at.clone().find(|i| message.roles[*i] == Role::Contact).unwrap_or(at.end);
    let first_time = at.clone().find(|i| message.roles[*i] == Role::Time).unwrap_or(at.end);
    let first = if first == at.end { first_time } else { first };
    let last = at.clone().rev().find(|i| matches!(message.roles[*i], Role::Contact | Role::Time));
    first..last.map_or(first, |last| last + 1).max(first)
}

fn trimmed(message: &Message, mut at: Range<usize>, roles: &[Role]) -> Range<usize> {
    let negation = |i: usize| message.tokens[i].is_any(&["לא", "lo", "no", "not", "אל"]);
    let drop = |i: usize| {
        !negation(i)
            && (roles.contains(&message.roles[i])
                || matches!(message.tokens[i].kind, Kind::Comma | Kind::Dash | Kind::Other | Kind::Stop))
    };
    while !at.is_empty() && drop(at.start) {
        at.start += 1;
    }
    while !at.is_empty() && drop(at.end - 1) {
        at.end -= 1;
    }
    at
}

fn preference(
    message: &Message,
    weighed: &[Weighed],
    needy: &[bool],
    state: ChatState,
    signals: &Signals,
    times: &[TimeExpression],
    has_need: bool,
) -> Option<Preference> {
    let asked = state == ChatState::AwaitingPreference;
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut sure = false;
    for (index, (clause, needy)) in weighed.iter().zip(needy).enumerate() {
        if !clause.preferring(state, *needy) {
            continue;
        }
        sure |= clause.contact || clause.time || clause.any_time || clause.channel || clause.urgent;
        let before = index
            .checked_sub(1)
            .and_then(|i| weighed.get(i))
            .filter(|c| c.contact && c.content == 0 && !c.preferring(state, false));
        if let Some(before) = before {
            parts.push(trimmed(message, before.at.clone(), &[Role::Manners, Role::Name]));
        }
        let part = if *needy && has_need && !asked { wish(message, clause.at.clone()) } else { clause.at.clone() };
        parts.push(trimmed(message, part, &[Role::Manners, Role::Name]));
    }
    if asked && !parts.is_empty() && !has_need {
        parts = vec![trimmed(message, 0..message.tokens.len(), &[Role::Manners, Role::Name, Role::Void])];
    }
    if asked && parts.is_empty() && !has_need && falls_back(weighed, signals) {
        parts = vec![trimmed(message, 0..message.tokens.len(), &[Role::Manners, Role::Name])];
    }
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() || (signals.declines && !sure) {
        return None;
    }
    let text = clean(&parts.iter().map(|part| message.slice(part.clone())).collect::<Vec<_>>().join(", "));
    let (from, until, ambiguous) = window(message, weighed, &parts, times);
    (!text.is_empty()).then_some(Preference { text, from, until, ambiguous, confidence: if sure { 0.9 } else { 0.5 } })
}

/// Asked when to call, the customer says something that we do not know but that is not a question or a refusal.
fn falls_back(weighed: &[Weighed], signals: &Signals) -> bool {
    let plain = !signals.question && !signals.declines && !signals.abuse && !signals.wants_person;
    plain && weighed.iter().any(|clause| clause.content > 0)
}

/// The window of the first time in the chosen parts, those beside a wish to be called first.
fn window(
    message: &Message,
    weighed: &[Weighed],
    parts: &[Range<usize>],
    times: &[TimeExpression],
) -> (Option<Timestamp>, Option<Timestamp>, bool) {
    let chosen = |time: &&TimeExpression| {
        let at = message.tokens_in(&time.span);
        !time.past
            && !time.excluded
            && (time.from.is_some() || time.until.is_some())
            && parts.iter().any(|p| p.start < at.end && p.end > at.start)
    };
    let wished = |time: &&TimeExpression| {
        let at = message.tokens_in(&time.span);
        weighed.iter().any(|clause| clause.contact && clause.at.start < at.end && clause.at.end > at.start)
    };
    let mut found: Vec<&TimeExpression> = times.iter().filter(chosen).collect();
    if found.iter().any(wished) {
        found.retain(wished);
    }
    let Some(first) = found.first() else { return (None, None, false) };
    let others = found.iter().any(|time| (time.from, time.until) != (first.from, first.until));
    (first.from, first.until, first.ambiguous || others)
}

/// One line without control characters, not too long.
fn clean(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    let cut: String = line.trim_matches([',', ' ', '-', '.', ';', ':']).chars().take(LONGEST).collect();
    let first = cut.split(' ').next().unwrap_or("");
    // "and I need …" behind a name begins a sentence of its own.
    let bare = first
        .strip_prefix('ו')
        .filter(|rest| matches!(*rest, "אני" | "יש" | "רוצה" | "צריך" | "צריכה" | "מחפש" | "מחפשת"));
    match bare {
        Some(_) => cut.chars().skip(1).collect(),
        None => cut.strip_prefix("and ").map_or_else(|| cut.clone(), str::to_owned),
    }
}
