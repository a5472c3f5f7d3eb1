//! What a voice agent's call costs in credits (B3). Pure.
//!
//! The rule, in one place:
//! - seconds are the conversation's, rounded up; minutes are the seconds, rounded up; a minute costs the tenant's price;
//! - no seconds, no entry, whatever the platform calls the call;
//! - a call that a voicemail took costs like any other, unless the tenant's `charge_voicemail` is off;
//! - of a call that the platform tried several times the last attempt counts.

use crate::settings::Credits;
use jiff::SignedDuration;

crate::words! {
    /// What an entry of the ledger is.
    pub enum EntryKind {
        /// A call was paid; at most one per call.
        Debit = "debit",
        /// Credits were bought.
        TopUp = "top_up",
        /// An entry was put right: the platform told more, or something else, about a call that was paid.
        Correction = "correction",
    }
}

/// Whole seconds of talk, rounded up: 27.2 s are 28.
pub fn seconds(talk: SignedDuration) -> i64 {
    let whole = talk.as_secs().max(0);
    if talk.subsec_nanos() > 0 { whole + 1 } else { whole }
}

/// Whole minutes, rounded up: 61 s are 2.
pub const fn minutes(seconds: i64) -> i64 {
    if seconds <= 0 { 0 } else { (seconds - 1) / 60 + 1 }
}

/// What a call of so many seconds costs.
pub fn price(seconds: i64, voicemail: bool, terms: &Credits) -> i64 {
    if voicemail && !terms.charge_voicemail {
        return 0;
    }
    minutes(seconds).saturating_mul(terms.per_minute.max(0))
}

/// The entry that makes the books say `price` for a call: its kind and its credits, with their sign. `booked` is the sum of
/// the entries so far, `None` without any. `None`: the books say so already.
pub fn entry(price: i64, booked: Option<i64>) -> Option<(EntryKind, i64)> {
    match booked {
        None if price == 0 => None,
        None => Some((EntryKind::Debit, -price)),
        Some(booked) if booked == -price => None,
        Some(booked) => Some((EntryKind::Correction, -price - booked)),
    }
}

/// The mark that a balance fell below, if it did: the tenant's `alert_below`, or nothing left. Who never bought credits
/// is not counting on them: that is the caller's to look at.
pub fn fell_below(before: i64, after: i64, terms: &Credits) -> Option<i64> {
    [0, terms.alert_below].into_iter().find(|mark| before >= *mark && after < *mark)
}
