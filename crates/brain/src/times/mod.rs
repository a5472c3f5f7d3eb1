//! Time expressions in messages: "מחר בבוקר", "in 20 min", "בין 4 ל-6", "yom shlishi be 10" (A10, DESIGN 7).
//!
//! Pure: the reference time and zone come in. Always true: spans lie in the text, in order and without overlap; a window's
//! end is never before its beginning; hours that exist twice or not at all on days of clock change resolve without failing.

mod clock;
mod day;
pub(crate) mod number;
mod resolve;
mod scan;
mod span;
mod words;

pub(crate) use ringleader_core::language::{phrase, token};
pub(crate) use words::{month as month_named, weekday as weekday_named};

use jiff::civil::Weekday;
use jiff::{Timestamp, tz::TimeZone};
use ringleader_core::tenant::week_start;
use scan::Item;
use std::ops::Range;

/// From when and where expressions are counted.
#[derive(Debug, Clone)]
pub struct Reference {
    /// When the words were written.
    pub now: Timestamp,
    /// Where days and hours are counted.
    pub zone: TimeZone,
    /// The first day of the week there.
    pub week_start: Weekday,
}

impl Reference {
    /// The week starts on Sunday in Israel and the United States, elsewhere on Monday.
    pub fn new(now: Timestamp, zone: TimeZone, country: &str) -> Self {
        Self { now, zone, week_start: week_start(country) }
    }
}

/// One time expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeExpression {
    /// Where it stands, in bytes of the text.
    pub span: Range<usize>,
    /// Its words.
    pub text: String,
    /// Beginning of the window meant; absent in "until five".
    pub from: Option<Timestamp>,
    /// End of the window; absent in "after five".
    pub until: Option<Timestamp>,
    /// More than one reading is possible: a bare hour, a weekday said on that day.
    pub ambiguous: bool,
    /// Meant as "not then".
    pub excluded: bool,
    /// Lies behind us ("two weeks ago", "yesterday").
    pub past: bool,
}

/// All time expressions in `text`.
pub fn find(text: &str, reference: &Reference) -> Vec<TimeExpression> {
    let tokens = token::tokens(text);
    let mut found = Vec::new();
    let mut said = resolve::Said::default();
    let mut range: Option<Range<usize>> = None;
    let mut close = |said: &mut resolve::Said, range: &mut Option<Range<usize>>| {
        if let Some(range) = range.take() {
            found.extend(expression(text, &tokens, range, said, reference));
        }
        *said = resolve::Said::default();
    };
    for piece in scan::items(&tokens) {
        let adjacent =
            range.as_ref().is_none_or(|r| r.end <= piece.at.start && scan::linked(&tokens, r.end..piece.at.start));
        let after_negation = piece.item == Item::Not && range.is_some();
        if !adjacent || after_negation || !said.take(piece.item) {
            close(&mut said, &mut range);
            said.take(piece.item);
        }
        range = Some(range.map_or(piece.at.clone(), |r| r.start..piece.at.end));
    }
    close(&mut said, &mut range);
    found
}

fn expression(
    text: &str,
    tokens: &[token::Token],
    range: Range<usize>,
    said: &resolve::Said,
    reference: &Reference,
) -> Option<TimeExpression> {
    let span = tokens.get(range.start)?.start..tokens.get(range.end.checked_sub(1)?)?.end;
    let window = said.resolve(reference);
    let until = window.until.filter(|until| window.from.is_none_or(|from| from <= *until));
    Some(TimeExpression {
        text: text.get(span.clone())?.to_owned(),
        span,
        from: window.from,
        until,
        ambiguous: window.ambiguous,
        excluded: window.excluded,
        past: said.is_past() || until.or(window.from).is_some_and(|t| t < reference.now),
    })
}
