//! From tokens to the pieces of time expressions: days, parts of days, clock times, spans, bounds.

use super::clock::{Clock, clock, ends_well, is_prefixed};
use super::day::{day, longest};
use super::phrase::Phrases;
use super::span::{Span, counted};
use super::token::{Kind, Token};
use super::words::{BOUNDS, Bound, Day, NOT, PARTS, Part};
use std::ops::Range;
use std::sync::LazyLock;

/// One piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item {
    /// A day or several.
    Day(Day),
    /// A part of a day.
    Part(Part),
    /// A time of day.
    Clock(Clock),
    /// Bounds what follows.
    Bound(Bound),
    /// From now on by this much.
    In(Span),
    /// At the latest by this much from now.
    Within(Span),
    /// Before now by this much.
    Ago(Span),
    /// Now, or as soon as can be.
    Now,
    /// What follows is meant not.
    Not,
}

/// A piece with its tokens.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// What.
    pub item: Item,
    /// Where, in tokens.
    pub at: Range<usize>,
}

/// All pieces, in order.
pub(crate) fn items(tokens: &[Token]) -> Vec<Placed> {
    let mut found: Vec<Placed> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match next(tokens, at, &found) {
            Some(pieces) => {
                at = pieces.last().map_or(at + 1, |last| last.at.end);
                found.extend(pieces);
            }
            None => at += 1,
        }
    }
    found
}

static NOW: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new(
        "+עכשיו\n+כרגע\n+מיד|מייד|תיכף\nright? now\nimmediately\nstraight away\nright away\nachshav|akshav|ahshav\nעכשו\nmiyad\nсейчас",
    )
});
static AT: LazyLock<Phrases> = LazyLock::new(|| {
    Phrases::new("+בשעה|שעה|שעות\nב\nat about|around?\n@\nbeshaa|besha'a\nbe\nв\nל\nכ\nמ\nfrom\nthis")
});
fn next(tokens: &[Token], at: usize, before: &[Placed]) -> Option<Vec<Placed>> {
    let one = |item, end| Some(vec![Placed { item, at: at..end }]);
    if let Some((item, end)) = counted(tokens, at) {
        return one(item, end);
    }
    if let Some((day, end)) = day(tokens, at) {
        return one(Item::Day(day), end);
    }
    if let Some(end) = NOW.at(tokens, at) {
        return one(Item::Now, end);
    }
    if let Some((part, end)) = longest(&PARTS, tokens, at) {
        return one(Item::Part(part), end);
    }
    if let Some((clock, end)) = clock(tokens, at, false) {
        return one(Item::Clock(clock), end);
    }
    let adjacent = before.last().is_some_and(|last| last.at.end == at || linked(tokens, last.at.end..at));
    if adjacent && let Some(pieces) = range_end(tokens, at, before) {
        return Some(pieces);
    }
    if let Some((bound, end)) = longest(&BOUNDS, tokens, at)
        && let Some(mut pieces) = bounded(tokens, end)
    {
        pieces.insert(0, Placed { item: Item::Bound(bound), at: at..end });
        return Some(pieces);
    }
    if let Some(end) = AT.at(tokens, at)
        && let Some((clock, last)) = clock(tokens, end, true)
        && ends_well(tokens, last)
    {
        let from = tokens[at].norm == "מ";
        let mut pieces = vec![Placed { item: Item::Clock(clock), at: if from { end } else { at }..last }];
        if from {
            pieces.insert(0, Placed { item: Item::Bound(Bound::After), at: at..end });
        }
        return Some(pieces);
    }
    if let Some((clock, end)) = clock(tokens, at, true) {
        let prefixed = tokens[at].kind == Kind::Word && is_prefixed(&tokens[at].norm);
        let by_day = adjacent && matches!(before.last().map(|p| p.item), Some(Item::Day(_) | Item::Part(_)));
        let by_part =
            longest(&PARTS, tokens, end).is_some() || day(tokens, end).is_some_and(|(d, _)| d == Day::Offset(1));
        if (prefixed || by_day || by_part) && ends_well(tokens, end) {
            let from = prefixed && tokens[at].norm.starts_with('מ');
            let mut pieces = vec![Placed { item: Item::Clock(clock), at: at..end }];
            if from {
                pieces.insert(0, Placed { item: Item::Bound(Bound::After), at: at..at });
            }
            return Some(pieces);
        }
    }
    if let Some(end) = NOT.at(tokens, at) {
        let behind = if day(tokens, end).is_none() && day(tokens, end - 1).is_some() { end - 1 } else { end };
        if day(tokens, behind).is_some() || longest(&PARTS, tokens, behind).is_some() {
            return one(Item::Not, behind);
        }
    }
    None
}

/// Between two pieces of one expression only these may stand.
pub(crate) fn linked(tokens: &[Token], between: Range<usize>) -> bool {
    let links = [
        "ב",
        "at",
        "on",
        "in",
        "the",
        "of",
        "@",
        "בשעה",
        "של",
        "ביום",
        "be",
        "so",
        "for",
        "about",
        "around",
        "any",
        "time",
        "early",
        "late",
        "מוקדם",
        "from",
    ];
    tokens[between]
        .iter()
        .all(|t| t.kind == Kind::Comma && t.norm == "," || t.kind == Kind::Word && t.is_any(&links) || t.norm == "@")
}

/// What may follow a bound: a clock time, a part of a day, a day.
fn bounded(tokens: &[Token], at: usize) -> Option<Vec<Placed>> {
    let at = if tokens
        .get(at)
        .is_some_and(|t| t.is_any(&["ה", "ב", "the", "at", "ל", "השעה", "שעה", "בשעה", "ha", "be", "в"]))
    {
        at + 1
    } else {
        at
    };
    if let Some((clock, end)) = clock(tokens, at, true)
        && ends_well(tokens, end)
    {
        return Some(vec![Placed { item: Item::Clock(clock), at: at..end }]);
    }
    if let Some((part, end)) = longest(&PARTS, tokens, at) {
        return Some(vec![Placed { item: Item::Part(part), at: at..end }]);
    }
    let (day, end) = day(tokens, at)?;
    Some(vec![Placed { item: Item::Day(day), at: at..end }])
}

/// The second end of a range, when the first was a clock time.
fn range_end(tokens: &[Token], at: usize, before: &[Placed]) -> Option<Vec<Placed>> {
    let token = tokens.get(at)?;
    if let Item::Day(_) = before.last()?.item {
        let link =
            token.kind == Kind::Dash || token.is_any(&["to", "until", "till", "through", "thru", "עד", "ועד", "ad"]);
        let (last, end) = day(tokens, at + 1).filter(|_| link)?;
        let to = Placed { item: Item::Bound(Bound::To), at: at..at + 1 };
        return Some(vec![to, Placed { item: Item::Day(last), at: at + 1..end }]);
    }
    let Item::Clock(_) = before.last()?.item else { return None };
    let link = token.kind == Kind::Dash
        || token.is_any(&[
            "to", "until", "untill", "till", "til", "and", "ל", "עד", "ועד", "ו", "le", "ad", "u", "ve", "לבין", "до",
        ]);
    let begin = if link { at + 1 } else { at };
    let joined = token.norm.starts_with(['ל', 'ו']) && token.kind == Kind::Word && !link;
    if !link && !joined {
        return None;
    }
    let begin = if tokens.get(begin).is_some_and(|t| t.norm == "ל") { begin + 1 } else { begin };
    let (clock, end) = clock(tokens, begin, true)?;
    let to = Placed { item: Item::Bound(Bound::To), at: at..begin };
    Some(vec![to, Placed { item: Item::Clock(clock), at: begin..end }])
}
