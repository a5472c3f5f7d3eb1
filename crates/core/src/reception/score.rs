//! How good a lead of the receptionist's is: 0 to 100, its parts shown, computed on reading (C10).
//!
//! Always true: the total is within 0 and 100; an opted-out or lost lead has 0; each part says what it counts.

use crate::analysis::Tag;
use crate::lead::LeadScore;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The version of the formula; it changes with any weight.
pub const VERSION: &str = "reception@1";

/// What a tenant may change about the score: points, and for what counts several times the points of each and the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// Where everyone begins.
    pub base: i32,
    /// For each call, and at most.
    pub call: (i32, i32),
    /// For each viewing that took place, and at most.
    pub viewing: (i32, i32),
    /// A deposit is there.
    pub deposit: i32,
    /// A budget was named.
    pub budget: i32,
    /// Mortgage approved, or references ready.
    pub ready: i32,
    /// Wants to move at once.
    pub immediate: i32,
    /// Wants to move within a month.
    pub month: i32,
    /// In contact within a week.
    pub recent: i32,
    /// No contact for a month.
    pub silent: i32,
    /// Did not come to an appointment.
    pub no_show: i32,
    /// For each property refused, and at most.
    pub rejected: (i32, i32),
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            base: 50,
            call: (5, 15),
            viewing: (10, 20),
            deposit: 10,
            budget: 5,
            ready: 15,
            immediate: 20,
            month: 10,
            recent: 10,
            silent: -10,
            no_show: -10,
            rejected: (-2, -6),
        }
    }
}

/// What is known of a lead when it is scored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Opted out, or lost.
    pub gone: bool,
    /// Calls with talk.
    pub calls: u32,
    /// Viewings that took place.
    pub viewings: u32,
    /// Has a deposit.
    pub deposit: bool,
    /// Named a budget.
    pub budget: bool,
    /// Mortgage approved for buyers, references ready for renters.
    pub ready: bool,
    /// When they want to move in.
    pub move_by: Option<Timestamp>,
    /// The last call or message from them.
    pub last_contact: Option<Timestamp>,
    /// Appointments that they did not come to.
    pub no_shows: u32,
    /// Properties that they refused.
    pub rejected: u32,
}

/// One part of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What it counts.
    pub name: &'static str,
    /// Points.
    pub points: i32,
}

crate::words! {
    /// How warm a lead is.
    pub enum Temperature {
        /// From 75.
        Hot = "hot",
        /// From 50.
        Warm = "warm",
        /// Below.
        Cold = "cold",
    }
}

/// A score with what it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    /// 0 to 100.
    pub total: i32,
    /// In the order they are told; together they are the total before it is bounded.
    pub parts: Vec<Part>,
    /// The formula.
    pub version: &'static str,
}

impl Weights {
    /// All of them, to be checked.
    pub fn all(&self) -> [i32; 15] {
        let Self { base, call, viewing, deposit, budget, ready, immediate, month, recent, silent, no_show, rejected } =
            *self;
        let (many, single) =
            ([call, viewing, rejected], [base, deposit, budget, ready, immediate, month, recent, silent, no_show]);
        let mut all = [0; 15];
        let points = many.iter().flat_map(|(each, most)| [*each, *most]).chain(single);
        all.iter_mut().zip(points).for_each(|(place, points)| *place = points);
        all
    }
}

impl Score {
    /// As a lead keeps it, in the shape of every lead's score: what the bounds took away is a part of its own.
    pub fn kept(&self) -> LeadScore {
        let total = u8::try_from(self.total.clamp(0, 100)).unwrap_or_default();
        let mut parts: Vec<(String, i64)> =
            self.parts.iter().map(|part| (part.name.to_owned(), i64::from(part.points))).collect();
        let rest = i64::from(total) - parts.iter().map(|(_, points)| points).sum::<i64>();
        if rest != 0 {
            parts.push(("bounds".to_owned(), rest));
        }
        let tag = match self.temperature() {
            Temperature::Hot => Tag::Hot,
            Temperature::Warm => Tag::Warm,
            Temperature::Cold => Tag::Cold,
        };
        LeadScore { total, tag, version: self.version.to_owned(), parts }
    }

    /// How warm that is.
    pub const fn temperature(&self) -> Temperature {
        match self.total {
            75.. => Temperature::Hot,
            50.. => Temperature::Warm,
            _ => Temperature::Cold,
        }
    }
}

/// Scores a lead at `now`.
pub fn score(known: &Known, weights: &Weights, now: Timestamp) -> Score {
    if known.gone {
        return Score { total: 0, parts: vec![Part { name: "gone", points: 0 }], version: VERSION };
    }
    let w = weights;
    let each = |count: u32, (points, most): (i32, i32)| {
        let sum = points.saturating_mul(i32::try_from(count).unwrap_or(i32::MAX));
        if most < 0 { sum.max(most) } else { sum.min(most) }
    };
    let if_so = |so: bool, points: i32| if so { points } else { 0 };
    let days = |n: i64| SignedDuration::from_hours(24 * n);
    let until_move = known.move_by.map(|at| at.duration_since(now));
    let silence = known.last_contact.map(|at| now.duration_since(at));
    let soon = match until_move {
        Some(left) if left <= days(7) => ("immediate", w.immediate),
        Some(left) if left <= days(31) => ("within_a_month", w.month),
        _ => ("move_date", 0),
    };
    let contact = match silence {
        Some(silence) if silence <= days(7) => ("recent_contact", w.recent),
        Some(silence) if silence >= days(30) => ("no_contact", w.silent),
        _ => ("contact", 0),
    };
    let parts = [
        ("base", w.base),
        ("calls", each(known.calls, w.call)),
        ("viewings", each(known.viewings, w.viewing)),
        ("deposit", if_so(known.deposit, w.deposit)),
        ("budget", if_so(known.budget, w.budget)),
        ("ready", if_so(known.ready, w.ready)),
        soon,
        contact,
        ("no_show", if_so(known.no_shows > 0, w.no_show)),
        ("rejected", each(known.rejected, w.rejected)),
    ];
    let parts: Vec<Part> =
        parts.into_iter().filter(|(_, points)| *points != 0).map(|(name, points)| Part { name, points }).collect();
    let total = parts.iter().fold(0_i32, |sum, part| sum.saturating_add(part.points)).clamp(0, 100);
    Score { total, parts, version: VERSION }
}
