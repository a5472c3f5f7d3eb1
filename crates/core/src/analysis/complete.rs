//! The complete analysis of a contact (B6): how the analyses of single calls add up.
//!
//! Scores decay: a call counts half for each `HALF_LIFE_DAYS` that it is older than the latest one, so that nothing changes
//! while nobody calls. Facts: the latest explicit one wins, else the latest inferred one; each names its call.
//!
//! Always true: one call gives its individual analysis; the order in which calls were analysed does not matter; the score
//! lies between the lowest and the highest of the calls; after an opt-out in the latest call it is 0.

use super::score::{self, Scored};
use super::{CallsToAction, Dimension, NoLead, Understanding};
use crate::id::CallId;
use crate::reading::Found;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// After so many days a call counts half.
pub const HALF_LIFE_DAYS: f64 = 14.0;

/// How far the latest score must be from the ones before to be a trend.
const NOTABLE: f64 = 10.0;

/// One analysed call.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysed {
    /// The call.
    pub call_id: CallId,
    /// When it began.
    pub at: Timestamp,
    /// What was understood from it, evidence checked.
    pub understood: Understanding,
    /// Its score.
    pub scored: Scored,
}

crate::words! {
    /// Where a contact is heading.
    pub enum Trend {
        /// The only call so far.
        First = "first",
        /// The latest call is clearly better than those before.
        Rising = "rising",
        /// About as before.
        Steady = "steady",
        /// Clearly worse.
        Falling = "falling",
    }
}

/// A fact with the call that it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sourced {
    /// `name`, `company_name`, `email`, `need` or `budget`.
    pub name: String,
    /// What was said.
    pub found: Found,
    /// Where.
    pub call_id: CallId,
    /// When.
    pub at: Timestamp,
}

/// What all calls of a contact say together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Complete {
    /// How many calls it counts.
    pub calls_analysed: usize,
    /// The latest of them.
    pub latest_call_id: CallId,
    /// The decayed score.
    pub scored: Scored,
    /// What each dimension adds to it, in points; what is missing to the score, or too much, comes from the exceptions of
    /// the formula.
    pub parts: Vec<(Dimension, u8)>,
    /// Where it is heading.
    pub trend: Trend,
    /// Merged facts.
    pub facts: Vec<Sourced>,
    /// All that was asked for or agreed to in any call.
    pub calls_to_action: CallsToAction,
    /// The scores in the order of the calls.
    pub progression: Vec<(CallId, u8)>,
}

/// Adds the calls up, in any order; none for no calls.
pub fn complete(calls: &[Analysed]) -> Option<Complete> {
    let mut calls: Vec<&Analysed> = calls.iter().collect();
    calls.sort_by_key(|call| (call.at, call.call_id));
    let latest = *calls.last()?;
    Some(Complete {
        calls_analysed: calls.len(),
        latest_call_id: latest.call_id,
        scored: decayed(&calls, latest),
        parts: parts(&calls, latest.at),
        trend: trend(&calls, latest),
        facts: facts(&calls),
        calls_to_action: calls
            .iter()
            .fold(CallsToAction::default(), |all, call| all.or(call.understood.calls_to_action)),
        progression: calls.iter().map(|call| (call.call_id, call.scored.score)).collect(),
    })
}

fn decayed(calls: &[&Analysed], latest: &Analysed) -> Scored {
    if latest.understood.no_lead == Some(NoLead::OptOut) {
        return Scored::new(0);
    }
    let score = mean(calls, latest.at, |call| f64::from(call.scored.score)).unwrap_or(0.0).round().clamp(0.0, 100.0);
    Scored::new(score as u8)
}

/// The points of each dimension, weighed like the scores: the formula is a sum, so theirs is the score.
fn parts(calls: &[&Analysed], now: Timestamp) -> Vec<(Dimension, u8)> {
    let points = |dimension: Dimension| {
        let of_call = |call: &Analysed| score::points(&call.understood.dimensions, dimension);
        mean(calls, now, of_call).unwrap_or(0.0).round().clamp(0.0, 100.0) as u8
    };
    Dimension::ALL.iter().map(|dimension| (*dimension, points(*dimension))).collect()
}

/// The mean of a number of each call, weighed by its age at `now`.
fn mean(calls: &[&Analysed], now: Timestamp, of: impl Fn(&Analysed) -> f64) -> Option<f64> {
    let newest = calls.iter().map(|call| call.at).max()?;
    let now = now.min(newest);
    let weighed = calls.iter().map(|call| {
        let days = now.duration_since(call.at).as_secs_f64() / 86_400.0;
        (0.5_f64.powf(days / HALF_LIFE_DAYS).max(1e-9), of(call))
    });
    let (weight, sum) = weighed.fold((0.0, 0.0), |(weight, sum), (w, score)| (weight + w, sum + w * score));
    Some(sum / weight)
}

fn trend(calls: &[&Analysed], latest: &Analysed) -> Trend {
    let before = calls.get(..calls.len() - 1).unwrap_or_default();
    let scores = |call: &Analysed| f64::from(call.scored.score);
    let Some(mean) = mean(before, latest.at, scores) else { return Trend::First };
    match f64::from(latest.scored.score) - mean {
        change if change >= NOTABLE => Trend::Rising,
        change if change <= -NOTABLE => Trend::Falling,
        _ => Trend::Steady,
    }
}

/// A fact's name, and where it stands.
type Field = (&'static str, fn(&Understanding) -> &Option<Found>);

const FIELDS: [Field; 5] = [
    ("name", |u| &u.name),
    ("company_name", |u| &u.company_name),
    ("email", |u| &u.email),
    ("need", |u| &u.need),
    ("budget", |u| &u.budget),
];

fn facts(calls: &[&Analysed]) -> Vec<Sourced> {
    let best = |(name, field): &Field| {
        let said = calls.iter().filter_map(|call| Some((field(&call.understood).as_ref()?, *call)));
        // The last of equals wins, and the calls are in order.
        let (found, call) = said.max_by_key(|(found, _)| found.explicit)?;
        Some(Sourced { name: (*name).to_owned(), found: found.clone(), call_id: call.call_id, at: call.at })
    };
    FIELDS.iter().filter_map(best).collect()
}
