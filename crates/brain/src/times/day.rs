//! Days: weekdays in words and letters, dates in digits and words, "the day after tomorrow".

use super::phrase::Phrases;
use super::token::{Kind, Token};
use super::words::{DAYS, Day, month, weekday, weekday_letter};
use jiff::civil::Weekday;

pub(super) fn longest<T: Copy>(table: &[(T, Phrases)], tokens: &[Token], at: usize) -> Option<(T, usize)> {
    tokens.get(at).filter(|t| t.kind == Kind::Word)?;
    table.iter().filter_map(|(value, phrases)| Some((*value, phrases.at(tokens, at)?))).max_by_key(|(_, end)| *end)
}

/// A day at token `at`.
pub(super) fn day(tokens: &[Token], at: usize) -> Option<(Day, usize)> {
    let phrase = longest(&DAYS, tokens, at);
    let other = dated(tokens, at).or_else(|| weekday_at(tokens, at));
    match (phrase, other) {
        (Some(a), Some(b)) if b.1 > a.1 => Some(b),
        (Some(a), _) => Some(a),
        (None, other) => other,
    }
}

fn weekday_at(tokens: &[Token], at: usize) -> Option<(Day, usize)> {
    let word = |i: usize| tokens.get(i).filter(|t| t.kind == Kind::Word).map(|t| t.norm.as_str());
    let first = word(at)?;
    let (lead, name_at) = match first {
        "next" | "last" | "this" | "coming" | "every" => (Some(first), at + 1),
        "on" | "the" => (None, at + 1),
        _ => (None, at),
    };
    let name_at = if word(name_at) == Some("this") { name_at + 1 } else { name_at };
    let (found, end) = named_day(&word, name_at)?;
    let next_week = |i: usize| longest(&DAYS, tokens, i).filter(|(day, _)| matches!(day, Day::Week(_)));
    let skip = end + usize::from(matches!(word(end), Some("of" | "in")));
    if let Some((Day::Week(n), end)) = next_week(end).or_else(|| next_week(skip)) {
        let day = match n {
            1 => Day::NextWeek(found),
            -1 => Day::Last(found),
            _ => Day::Coming(found),
        };
        return Some((day, end));
    }
    Some(match (lead, word(end)) {
        (Some("next"), _) => (Day::NextWeek(found), end),
        (Some("last"), _) => (Day::Last(found), end),
        (_, Some("הבא" | "הבאה" | "haba")) => (Day::NextWeek(found), end + 1),
        (_, Some("שעבר" | "האחרון" | "שעברה")) => (Day::Last(found), end + 1),
        (_, Some("הזה" | "הקרוב" | "הקרובה" | "הזאת" | "hakarov" | "haze")) => {
            (Day::Coming(found), end + 1)
        }
        _ => (Day::Coming(found), end),
    })
}

/// `יום שלישי`, `בשלישי`, `יום ג'`, `Tuesday`, `yom shlishi`.
fn named_day<'a>(word: &impl Fn(usize) -> Option<&'a str>, at: usize) -> Option<(Weekday, usize)> {
    let first = word(at)?;
    let is_yom = matches!(
        first,
        "יום" | "ביום" | "ליום" | "מיום" | "בימי" | "ימי" | "שביום" | "yom" | "beyom" | "leyom" | "byom"
    );
    if is_yom {
        let next = word(at + 1)?;
        let bare = next.strip_prefix('ה').filter(|_| next.len() > 4).unwrap_or(next);
        let letter = || weekday_letter(next).filter(|_| next.chars().count() <= 2);
        return weekday(next).or_else(|| weekday(bare)).or_else(letter).map(|day| (day, at + 2));
    }
    let prefixed = || {
        let rest = first.strip_prefix(['ב', 'ל', 'מ', 'ו'])?;
        weekday(rest)
    };
    let latin = || weekday(first.strip_prefix("be").or_else(|| first.strip_prefix("le"))?);
    weekday(first).or_else(prefixed).or_else(latin).map(|day| (day, at + 1))
}

/// `24/11`, `3.3.2015`, `2015-03-03`, `15 לפברואר`, `March 3rd 2015`, `on the 15th`, `ב-15 לחודש`.
fn dated(tokens: &[Token], at: usize) -> Option<(Day, usize)> {
    let word = |i: usize| tokens.get(i).map(|t| t.norm.as_str());
    let token = tokens.get(at)?;
    if token.kind == Kind::Number && token.norm.contains(['/', '.', '-']) {
        return numeric(&token.norm).map(|day| (day, at + 1));
    }
    let year = |i: usize| {
        let i = if word(i) == Some(",") { i + 1 } else { i };
        let year = tokens.get(i).filter(|t| t.kind == Kind::Number && t.norm.len() == 4)?.norm.parse().ok()?;
        (1900..2100i16).contains(&year).then_some((year, i + 1))
    };
    let dated = |month, day, end| {
        let (year, end) = year(end).map_or((None, end), |(year, end)| (Some(year), end));
        Some((Day::Date { year, month, day }, end))
    };
    let begin = if matches!(word(at), Some("the" | "ה" | "ב" | "ל")) { at + 1 } else { at };
    if let Some((day, end)) = ordinal(tokens, begin) {
        let month_at = if matches!(word(end), Some("of" | "ל" | "ב" | "day")) { end + 1 } else { end };
        if let Some(found) = word(month_at).and_then(month) {
            return dated(found, day, month_at + 1);
        }
        if matches!(word(end), Some("לחודש" | "בחודש")) {
            return Some((Day::OfMonth(day), end + 1));
        }
        let suffixed = word(begin + 1).is_some_and(is_suffix);
        let counted = matches!(word(end), Some("floor" | "time" | "birthday" | "of" | "street" | "st" | "avenue"));
        return (suffixed && !counted).then_some((Day::OfMonth(day), end));
    }
    let found = word(at).and_then(month)?;
    let at = if word(at + 1) == Some("the") { at + 2 } else { at + 1 };
    let (day, end) = ordinal(tokens, at)?;
    if tokens.get(at).is_some_and(|t| t.norm.contains([':', '/', '.'])) {
        return None;
    }
    dated(found, day, end)
}

fn is_suffix(word: &str) -> bool {
    matches!(word, "st" | "nd" | "rd" | "th")
}

fn ordinal(tokens: &[Token], at: usize) -> Option<(i8, usize)> {
    let token = tokens.get(at)?;
    let named = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    if let Some(n) = named.iter().position(|name| *name == token.norm) {
        return Some((n as i8 + 1, at + 1));
    }
    let day: i8 = token.norm.parse().ok().filter(|_| token.kind == Kind::Number)?;
    let end = at + 1 + usize::from(tokens.get(at + 1).is_some_and(|t| is_suffix(&t.norm)));
    (1..=31).contains(&day).then_some((day, end))
}

fn numeric(text: &str) -> Option<Day> {
    let parts: Vec<i32> = text.split(['/', '.', '-']).map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let (day, month, year) = match parts[..] {
        [year, month, day] if year > 1000 => (day, month, Some(year)),
        [day, month, year] => (
            day,
            month,
            Some(if year < 70 {
                2000 + year
            } else if year < 100 {
                1900 + year
            } else {
                year
            }),
        ),
        [day, month] if text.contains('/') || day > 24 => (day, month, None),
        _ => return None,
    };
    let valid = (1..=31).contains(&day) && (1..=12).contains(&month) && year.is_none_or(|y| (1900..2200).contains(&y));
    valid.then_some(Day::Date { year: year.map(|y| y as i16), month: month as i8, day: day as i8 })
}
