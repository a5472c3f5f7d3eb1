//! The local days that a question is about: both given, or the 30 until today.

use crate::problem::{Problem, Result};
use jiff::ToSpan;
use jiff::civil::Date;

/// The first and the last day; at most so many. The error names the field.
pub(crate) fn days_of(from: Option<&str>, to: Option<&str>, today: Date, longest: i32) -> Result<(Date, Date)> {
    let day = |field: &'static str, text: Option<&str>| {
        let parsed = text.map(str::parse::<Date>).transpose();
        parsed.map_err(|_| Problem::field(field, "must be a day, as in 2026-11-23"))
    };
    let to = day("to", to)?.unwrap_or(today);
    let from = day("from", from)?.unwrap_or_else(|| to.saturating_sub(29.days()));
    if !(0..longest).contains(&(to - from).get_days()) {
        return Err(Problem::field("to", format!("must be `from` or later, and within {longest} days of it")));
    }
    Ok((from, to))
}
