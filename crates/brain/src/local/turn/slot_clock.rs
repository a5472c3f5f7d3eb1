//! Clock times as callers say them for an offered slot: "half eleven", "quarter to six", "sixteen fifteen", "after four" (C6).

use super::slot_words::{Meant, word};
use crate::times::number;
use crate::times::token::{Kind, Token};

/// "after four", "before eleven", "from two onwards".
pub(super) fn bounded(tokens: &[Token], at: usize) -> Option<(Meant, usize)> {
    let after = match word(tokens, at) {
        "after" | "past" | "from" | "אחרי" => true,
        "before" | "until" | "by" | "לפני" | "עד" => false,
        _ => return None,
    };
    let (Meant::Clock(times), end) = clock(tokens, at + 1).or_else(|| bare_hour(tokens, at + 1))? else { return None };
    // Nobody means four at night.
    let time = times.iter().copied().find(|time| *time >= 8 * 60).unwrap_or(times[0]);
    Some((if after { Meant::Between(time, 24 * 60) } else { Meant::Between(0, time) }, end))
}

fn both(hour: i32, minute: i32) -> Vec<i32> {
    let hour = hour % 24;
    match hour {
        0..=11 => vec![hour * 60 + minute, (hour + 12) * 60 + minute],
        12 => vec![12 * 60 + minute],
        _ => vec![hour * 60 + minute],
    }
}

fn hour_at(tokens: &[Token], at: usize) -> Option<(i32, usize)> {
    let token = tokens.get(at)?;
    if token.kind == Kind::Number {
        return token.norm.parse().ok().filter(|n| (0..=24).contains(n)).map(|n| (n, at + 1));
    }
    let bare = token.norm.strip_prefix(['ב', 'ל', 'ה']).filter(|rest| rest.chars().count() > 1);
    let n = number::small(&token.norm).or_else(|| number::small(bare?)).filter(|n| (1.0..=12.0).contains(n))?;
    let teen = n <= 2.0 && word(tokens, at + 1) == "עשרה";
    Some((n as i32 + if teen { 10 } else { 0 }, at + 1 + usize::from(teen)))
}

/// Times that say so themselves: `half eleven`, `quarter to six`, `nine thirty`, `3 o'clock`, `16:30`, `fourteen hundred`.
pub(super) fn clock(tokens: &[Token], at: usize) -> Option<(Meant, usize)> {
    let token = tokens.get(at)?;
    if token.kind == Kind::Number && token.norm.contains([':', '.']) {
        let (hour, minute) = token.norm.split_once([':', '.'])?;
        let minute = minute.parse().ok().filter(|m| *m < 60)?;
        return Some(with_half(tokens, at + 1, hour.parse().ok()?, minute));
    }
    let (lead, from) = match word(tokens, at) {
        "a" if word(tokens, at + 1) == "quarter" => ("quarter", at + 1),
        lead => (lead, at),
    };
    match (lead, word(tokens, from + 1)) {
        ("half", "past") => hour_at(tokens, from + 2).map(|(h, end)| with_half(tokens, end, h, 30)),
        ("half", _) => hour_at(tokens, from + 1).map(|(h, end)| with_half(tokens, end, h, 30)),
        ("quarter", "past") => hour_at(tokens, from + 2).map(|(h, end)| with_half(tokens, end, h, 15)),
        ("quarter", "to") => hour_at(tokens, from + 2).map(|(h, end)| with_half(tokens, end, h - 1, 45)),
        ("רבע", next) if next.starts_with('ל') => {
            hour_at(tokens, from + 1).map(|(h, end)| with_half(tokens, end, h - 1, 45))
        }
        ("noon" | "midday", _) => Some((Meant::Clock(vec![12 * 60]), at + 1)),
        _ => spoken(tokens, at),
    }
}

fn spoken(tokens: &[Token], at: usize) -> Option<(Meant, usize)> {
    if let Some((n, end)) = number::whole_at(tokens, at).filter(|(n, _)| (13..=23).contains(n))
        && word(tokens, end) == "hundred"
    {
        return Some((Meant::Clock(vec![n as i32 * 60]), end + 1 + usize::from(word(tokens, end + 1) == "hours")));
    }
    if let Some((hour, end)) = number::whole_at(tokens, at).filter(|(n, _)| (13..=23).contains(n))
        && let Some((minute, end)) = minutes_said(tokens, end)
    {
        return Some((Meant::Clock(vec![hour as i32 * 60 + minute]), end));
    }
    let (hour, end) = hour_at(tokens, at)?;
    match word(tokens, end) {
        "thirty" => return Some(with_half(tokens, end + 1, hour, 30)),
        "fifteen" => return Some(with_half(tokens, end + 1, hour, 15)),
        "forty" if word(tokens, end + 1) == "five" => return Some(with_half(tokens, end + 2, hour, 45)),
        "forty-five" => return Some(with_half(tokens, end + 1, hour, 45)),
        "וחצי" => return Some(with_half(tokens, end + 1, hour, 30)),
        "ורבע" => return Some(with_half(tokens, end + 1, hour, 15)),
        "oclock" | "o'clock" | "am" | "pm" => return Some(with_half(tokens, end, hour, 0)),
        _ => {}
    }
    let minutes = tokens.get(end).filter(|t| t.kind == Kind::Number && t.norm.len() == 2)?.norm.parse().ok()?;
    (minutes < 60).then(|| with_half(tokens, end + 1, hour, minutes))
}

/// `sixteen fifteen`, `seventeen thirty`.
fn minutes_said(tokens: &[Token], at: usize) -> Option<(i32, usize)> {
    match (word(tokens, at), word(tokens, at + 1)) {
        ("fifteen", _) => Some((15, at + 1)),
        ("thirty", _) => Some((30, at + 1)),
        ("forty", "five") => Some((45, at + 2)),
        _ => None,
    }
}

/// With the half of the day, where it is said.
fn with_half(tokens: &[Token], end: usize, hour: i32, minute: i32) -> (Meant, usize) {
    let end = end + usize::from(matches!(word(tokens, end), "oclock" | "o'clock"));
    let skip = end + usize::from(word(tokens, end) == "in") + usize::from(word(tokens, end + 1) == "the");
    if matches!(word(tokens, end), "אחר" | "אחרי") && word(tokens, end + 1) == "הצהריים" {
        return (Meant::Clock(vec![(hour % 12 + 12) * 60 + minute]), end + 2);
    }
    let half = |text: &str| match text {
        "am" | "morning" | "בבוקר" => Some(false),
        "pm" | "afternoon" | "evening" | "בערב" | "אחה\"צ" => Some(true),
        _ => None,
    };
    match half(word(tokens, end)).map(|pm| (pm, end + 1)).or_else(|| half(word(tokens, skip)).map(|pm| (pm, skip + 1)))
    {
        Some((pm, end)) => {
            let hour = if pm && hour < 12 {
                hour + 12
            } else if !pm && hour == 12 {
                0
            } else {
                hour
            };
            (Meant::Clock(vec![hour * 60 + minute]), end)
        }
        None => (Meant::Clock(both(hour, minute)), end),
    }
}

/// "ten works", "at four": an hour with nothing that makes it count something else.
pub(super) fn bare_hour(tokens: &[Token], at: usize) -> Option<(Meant, usize)> {
    let (hour, end) = hour_at(tokens, at)?;
    let counts =
        ["one", "ones", "of", "people", "minutes", "hours", "days", "weeks", "th", "st", "nd", "rd", "option", "slot"];
    let alone = word(tokens, at) == "one" && at > 0 && !matches!(word(tokens, at - 1), "at" | "half" | "ב");
    let counted = tokens.get(end).is_some_and(|t| t.is_any(&counts[2..])) || alone;
    (!counted && hour > 0).then(|| (Meant::Clock(both(hour, 0)), end))
}
