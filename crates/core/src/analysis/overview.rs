//! What all calls of a contact say together, in words (B6), beside the numbers of `complete`.
//!
//! A brain may write it; the rules here do without one. Always true: one call gives its own judgements, summary and
//! notification; the order of the calls does not matter; the latest call that proves something about a dimension counts for it.

use super::complete::Analysed;
use super::{Dimension, Dimensions, Judgement};
use serde::{Deserialize, Serialize};

/// The longest summary, in characters.
const LONGEST: usize = 1_200;

/// All calls of a contact in words.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overview {
    /// How the contact stands now.
    pub dimensions: Dimensions,
    /// What was said so far, in a few sentences.
    pub summary: String,
    /// One line for the owner: what to know before anything else.
    pub notification: Option<String>,
    /// The brain's own total, 0 to 100: kept beside ours, never used.
    pub own_total: Option<u8>,
}

/// What the rules make of the calls, in any order; nothing for no calls.
pub fn of(calls: &[Analysed]) -> Overview {
    let mut calls: Vec<&Analysed> = calls.iter().collect();
    calls.sort_by_key(|call| std::cmp::Reverse((call.at, call.call_id)));
    let Some(latest) = calls.first() else { return Overview::default() };
    Overview {
        dimensions: dimensions(&calls),
        summary: summary(&calls),
        notification: latest.understood.notification.clone(),
        own_total: latest.understood.own_total.filter(|_| calls.len() == 1),
    }
}

/// New words change, silence keeps.
fn dimensions(newest_first: &[&Analysed]) -> Dimensions {
    let mut all = Dimensions::default();
    for dimension in Dimension::ALL {
        let judgement = |call: &&Analysed| -> Judgement { call.understood.dimensions.get(*dimension).clone() };
        let mut each = newest_first.iter().map(judgement);
        let latest = each.next().unwrap_or_default();
        let proven = |judgement: &Judgement| !judgement.quotes.is_empty();
        let standing = if proven(&latest) { latest } else { each.find(proven).unwrap_or(latest) };
        *all.get_mut(*dimension) = standing;
    }
    all
}

/// The summaries, newest first, as far as they fit.
fn summary(newest_first: &[&Analysed]) -> String {
    let mut summary = String::new();
    for call in newest_first.iter().map(|call| call.understood.summary.trim()).filter(|text| !text.is_empty()) {
        if !summary.is_empty() && summary.chars().count() + call.chars().count() >= LONGEST {
            break;
        }
        summary = if summary.is_empty() { call.to_owned() } else { format!("{summary}\n{call}") };
    }
    summary
}
