//! Spans of time from now: "in 20 min", "בעוד חצי שעה", "3 days ago", "תוך שעה".

use super::number;
use super::phrase::Phrases;
use super::scan::Item;
use super::token::Token;
use std::sync::LazyLock;

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// Minutes.
    Minutes(i64),
    /// Days.
    Days(i64),
    /// Months.
    Months(i64),
}

static IN: LazyLock<Phrases> = LazyLock::new(|| Phrases::new("+בעוד\nעוד\nin about|around|another?\nod|beod\nчерез"));
static WITHIN: LazyLock<Phrases> = LazyLock::new(|| Phrases::new("תוך\nwithin\ntoch"));
static AGO: LazyLock<Phrases> = LazyLock::new(|| Phrases::new("+לפני\nlifney|lifnei"));
static AGO_AFTER: LazyLock<Phrases> = LazyLock::new(|| Phrases::new("ago\nback"));
static HENCE: LazyLock<Phrases> = LazyLock::new(|| Phrases::new("from right? now\nhence\nfrom today\nמעכשיו\nמהיום"));

pub(super) fn counted(tokens: &[Token], at: usize) -> Option<(Item, usize)> {
    let led = |phrases: &Phrases| phrases.at(tokens, at).and_then(|end| span(tokens, end));
    if let Some((span, end)) = led(&IN) {
        return Some((Item::In(span), end));
    }
    if let Some((span, end)) = led(&WITHIN) {
        return Some((Item::Within(span), end));
    }
    if let Some((span, end)) = led(&AGO) {
        return Some((Item::Ago(span), end));
    }
    let (span, end) = span(tokens, at)?;
    if let Some(end) = AGO_AFTER.at(tokens, end) {
        return Some((Item::Ago(span), end));
    }
    Some((Item::In(span), HENCE.at(tokens, end)?))
}

/// A length of time at token `at`.
fn span(tokens: &[Token], at: usize) -> Option<(Span, usize)> {
    let word = |i: usize| tokens.get(i).map(|t| t.norm.as_str());
    let at =
        if matches!(word(at), Some("about" | "around" | "another" | "like" | "בערך" | "כ")) { at + 1 } else { at };
    match (word(at)?, word(at + 1)) {
        ("חצי", Some("שעה")) | ("chatzi" | "hatzi" | "chetzi" | "hetzi", Some("shaa" | "sha'a" | "shaah")) => {
            return Some((Span::Minutes(30), at + 2));
        }
        ("רבע", Some("שעה")) | ("reva", Some("shaa")) => return Some((Span::Minutes(15), at + 2)),
        ("half", Some("an" | "a")) => {
            return Some((Span::Minutes(30), at + 3)).filter(|_| word(at + 2) == Some("hour"));
        }
        ("1/2", Some("hour" | "hr" | "h")) => return Some((Span::Minutes(30), at + 2)),
        ("1/4", Some("hour" | "hr" | "h")) => return Some((Span::Minutes(15), at + 2)),
        ("3/4", Some("hour" | "hr" | "h")) => return Some((Span::Minutes(45), at + 2)),
        ("half", Some("hour")) => return Some((Span::Minutes(30), at + 2)),
        _ => {}
    }
    let (count, unit_at) = match word(at)? {
        "a" | "an" | "the" if word(at + 1) == Some("couple") => {
            (Some(2), at + 2 + usize::from(word(at + 2) == Some("of")))
        }
        "a" if word(at + 1) == Some("few") => (Some(3), at + 2),
        "a" | "an" => (Some(1), at + 1),
        "few" | "כמה" => (Some(3), at + 1),
        _ => number::whole_at(tokens, at).map_or((None, at), |(n, end)| (Some(i64::from(n)), end)),
    };
    let unit_at = if word(unit_at) == Some("more") { unit_at + 1 } else { unit_at };
    let (unit, own, plural) = unit(word(unit_at)?)?;
    let count = count.or((!plural).then_some(1))?.min(10_000);
    let half = matches!(word(unit_at + 1), Some("וחצי" | "vachetzi"))
        || word(unit_at + 1) == Some("and") && matches!(word(unit_at + 3), Some("half"));
    let extra = if half { unit / 2 } else { 0 };
    let end = unit_at + 1 + if half { if word(unit_at + 1) == Some("and") { 3 } else { 1 } } else { 0 };
    let total = count * unit * own + extra;
    let span = match unit {
        43_200 => Span::Months(count * own),
        1_440 | 10_080 => Span::Days(total / 1_440),
        _ => Span::Minutes(total),
    };
    Some((span, end))
}

/// Minutes of a unit, how many the word means by itself, and whether it needs a number before it.
fn unit(word: &str) -> Option<(i64, i64, bool)> {
    Some(match word {
        "דקה" | "minute" | "daka" => (1, 1, false),
        "דקות" | "דק'" | "דק" | "minutes" | "min" | "mins" | "'" | "dakot" | "минут" => (1, 1, true),
        "שעה" | "hour" | "shaa" | "sha'a" | "час" => (60, 1, false),
        "שעתיים" | "shaatayim" | "shaataim" | "sheataim" => (60, 2, false),
        "שעות" | "hours" | "hrs" | "hr" | "h" | "shaot" | "часа" => (60, 1, true),
        "יום" | "day" | "yom" => (1_440, 1, false),
        "יומיים" | "yomayim" | "yomaim" => (1_440, 2, false),
        "ימים" | "days" | "yamim" => (1_440, 1, true),
        "שבוע" | "week" | "shavua" => (10_080, 1, false),
        "שבועיים" | "fortnight" | "shvuayim" => (10_080, 2, false),
        "שבועות" | "weeks" | "shavuot" => (10_080, 1, true),
        "חודש" | "month" | "chodesh" => (43_200, 1, false),
        "חודשיים" => (43_200, 2, false),
        "חודשים" | "months" => (43_200, 1, true),
        _ => return None,
    })
}
