//! The words by which callers name an offered slot: days, clock times as the British say them, parts of the day, places in
//! the list, and what refuses one (C6). English and Hebrew.

use crate::times::number;
use crate::times::phrase::Phrases;
use crate::times::token::{Kind, Token};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday};
use std::sync::LazyLock;

type List = LazyLock<Phrases>;

/// What a word narrows the offers down to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meant {
    /// A calendar day.
    Date(Date),
    /// A day of the month.
    OfMonth(i8),
    /// A weekday.
    Weekday(Weekday),
    /// Saturday or Sunday.
    Weekend,
    /// Monday to Friday.
    Workday,
    /// Minutes of the day, in the morning and after noon.
    Clock(Vec<i32>),
    /// From and until, in minutes of the day.
    Between(i32, i32),
    /// The nth that was read out, from 0.
    Place(usize),
    /// The earlier.
    Early,
    /// The later.
    Late,
    /// The one in the middle.
    Middle,
    /// The one that is left.
    Other,
}

static STALLS: List = LazyLock::new(|| {
    Phrases::new(
        "let me check|think|ask|see|speak|look\nhang|hold on\njust a? sec|second|minute|moment\nneed to check|ask|think|speak\nring|call|get you back\nill think|see|check|ask|have|let\nnot sure yet\ncheck with my\ntalk to my\n+רגע|שנייה|אבדוק|לבדוק|אחשוב|לחשוב",
    )
});
static DECLINES: List = LazyLock::new(|| {
    Phrases::new(
        "none|neither|nothing .. of|those|them|these|works|work|suits|really|good\nneither\nnone of\nno good\ndont suit|work|like\nno no\ncant do any|those|either|them\nno thats\nnot any\n+אף אחד|אחת\nלא מתאים",
    )
});
static QUESTIONS: List = LazyLock::new(|| {
    Phrases::new(
        "do|does|did|will i|you|we|it|the\nhave you got|any|anything\nanything|something else|later|earlier|sooner|on|after|before\nany chance\nis it|this|that|parking\nwill there|someone|it\nmake it\n+האם|איפה|כמה|יש",
    )
});
/// About something else: whatever else is said, nothing is chosen.
static HARD: List = LazyLock::new(|| {
    Phrases::new(
        "is there\nare there\nhow|where|who|why\nwhich is|are|was|one was\nwhat is|are|was|were|number|if|floor|does\nwhats the|their|your\n+האם|איפה",
    )
});
static CORRECTION: List = LazyLock::new(|| {
    Phrases::new(
        "no sorry|wait|actually|hang\nsorry no|i\nactually no\ni mean|meant\noh wait|no\nor rather\nmake that\nscratch that\nwait no\nno no\nsorry\n+סליחה|בעצם",
    )
});
static NOT: List = LazyLock::new(|| {
    Phrases::new(
        "not the|on|at|for? early|late?\nnot\ncant|cannot|dont|wont|couldnt do|make|want|like|manage|be the|on|at?\nno good|use on|at\nexcept\nrather not\nanything but\n+לא",
    )
});
/// "I'm working saturday": the day is refused only if it follows at once.
static BUSY: List = LazyLock::new(|| Phrases::new("busy|working|away|abroad|out on|at?"));
/// "At work till five": why, not when.
static OCCUPIED: List = LazyLock::new(|| Phrases::new("at? work|working|busy|out|away until|till|til"));
static PARTS: LazyLock<Vec<(Meant, Phrases)>> = LazyLock::new(|| {
    vec![
        (
            Meant::Between(0, 12 * 60),
            Phrases::new("morning|mornings|am\nbefore lunch|noon|midday\n+בוקר\n+לפני הצהריים"),
        ),
        (
            Meant::Between(12 * 60, 17 * 60),
            Phrases::new("afternoon|afternoons\nafter lunch\n+אחר|אחרי הצהריים|צהריים\n+אחה\"צ"),
        ),
        (
            Meant::Between(11 * 60 + 30, 14 * 60 + 1),
            Phrases::new("lunchtime|midday|noon\nlunch time|break|hour\n+בצהריים"),
        ),
        (
            Meant::Between(17 * 60, 24 * 60),
            Phrases::new("evening|evenings|tonight\nafter work|office\nend of the day\n+ערב"),
        ),
        (Meant::Weekend, Phrases::new("weekend|weekends\n+סופ\"ש\n+סוף השבוע|שבוע")),
        (Meant::Workday, Phrases::new("weekday|weekdays\nin|during the week\n+אמצע השבוע")),
    ]
});
static EARLY: List =
    LazyLock::new(|| Phrases::new("earliest|soonest|earlier|early|sooner|asap\nsoon as\n+מוקדם|מוקדמת|המוקדם|המוקדמת"));
static LATE: List =
    LazyLock::new(|| Phrases::new("latest|later|late|last\nlater on\n+מאוחר|מאוחרת|המאוחר|המאוחרת|האחרון|האחרונה"));
static OTHER: List = LazyLock::new(|| Phrases::new("the|that other one|option|slot|time?\n+השני מביניהם"));
static MIDDLE: List = LazyLock::new(|| Phrases::new("middle\nin between\n+האמצעי|האמצעית|באמצע"));

/// Puts the answer off, or refuses all.
pub(super) fn is_stalling(tokens: &[Token]) -> bool {
    STALLS.occur(tokens) || DECLINES.occur(tokens) || HARD.occur(tokens)
}

/// Asks something instead of choosing.
pub(super) fn is_question(tokens: &[Token]) -> bool {
    QUESTIONS.occur(tokens)
}

/// What is said behind the last correction, if anything is.
pub(super) fn after_correction(tokens: &[Token]) -> &[Token] {
    let last = CORRECTION.all(tokens).into_iter().rfind(|hit| hit.start > 0);
    match last {
        Some(hit) if hit.end < tokens.len() => &tokens[hit.end..],
        _ => tokens,
    }
}

/// "The second one", "number three", of whatever was read out.
pub(super) fn nth(tokens: &[Token]) -> Option<usize> {
    let last = |t: &Token| t.is_any(&["last", "האחרון", "האחרונה"]);
    let found = (0..tokens.len()).find_map(|at| match place(tokens, at) {
        Some((Meant::Place(nth), _)) => Some(nth),
        _ => None,
    });
    found.or_else(|| tokens.iter().any(last).then_some(2))
}

/// What is meant and what is refused.
pub(super) fn read(tokens: &[Token], now: DateTime) -> (Vec<Meant>, Vec<Meant>) {
    let (mut meant, mut refused) = (Vec::new(), Vec::new());
    let (mut at, mut negated) = (0, false);
    while at < tokens.len() {
        if let Some(end) = NOT.at(tokens, at) {
            negated = true;
            at = end;
            continue;
        }
        if let Some(end) = BUSY.at(tokens, at).filter(|end| one(tokens, *end, now).is_some()) {
            negated = true;
            at = end;
            continue;
        }
        if let Some(end) = OCCUPIED.at(tokens, at) {
            at = bare_hour(tokens, end).or_else(|| clock(tokens, end)).map_or(end, |(_, end)| end);
            continue;
        }
        match one(tokens, at, now) {
            Some((word, end)) => {
                let list = if negated { &mut refused } else { &mut meant };
                if !list.contains(&word) {
                    list.push(word);
                }
                // A refusal covers the words that follow at once: "not saturday at ten".
                negated = negated && tokens.get(end).is_some_and(|t| t.is_any(&["at", "or", "morning", "afternoon"]));
                at = end;
            }
            None => {
                negated = negated && tokens[at].is_any(&["today", "the", "on", "at", "really", "very", "a"]);
                at += 1;
            }
        }
    }
    (meant, refused)
}

fn one(tokens: &[Token], at: usize, now: DateTime) -> Option<(Meant, usize)> {
    bounded(tokens, at)
        .or_else(|| part(tokens, at))
        .or_else(|| clock(tokens, at))
        .or_else(|| place(tokens, at))
        .or_else(|| day(tokens, at, now))
        .or_else(|| Some((Meant::Other, OTHER.at(tokens, at)?)))
        .or_else(|| Some((Meant::Middle, MIDDLE.at(tokens, at)?)))
        .or_else(|| Some((Meant::Early, EARLY.at(tokens, at)?)))
        .or_else(|| Some((Meant::Late, LATE.at(tokens, at)?)))
        .or_else(|| bare_hour(tokens, at))
}

fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |t| t.norm.as_str())
}

fn part(tokens: &[Token], at: usize) -> Option<(Meant, usize)> {
    let hits = PARTS.iter().filter_map(|(meant, list)| Some((meant.clone(), list.at(tokens, at)?)));
    hits.max_by_key(|(_, end)| *end)
}

/// "after four", "before eleven", "from two onwards".
fn bounded(tokens: &[Token], at: usize) -> Option<(Meant, usize)> {
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
    let bare = token.norm.strip_prefix(['ב', 'ל', 'ה']).filter(|rest| rest.chars().count() > 2);
    let n = number::small(&token.norm).or_else(|| number::small(bare?)).filter(|n| (1.0..=12.0).contains(n))?;
    let teen = n <= 2.0 && word(tokens, at + 1) == "עשרה";
    Some((n as i32 + if teen { 10 } else { 0 }, at + 1 + usize::from(teen)))
}

/// Times that say so themselves: `half eleven`, `quarter to six`, `nine thirty`, `3 o'clock`, `16:30`, `fourteen hundred`.
fn clock(tokens: &[Token], at: usize) -> Option<(Meant, usize)> {
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

/// With the half of the day, where it is said.
fn with_half(tokens: &[Token], end: usize, hour: i32, minute: i32) -> (Meant, usize) {
    let end = end + usize::from(matches!(word(tokens, end), "oclock" | "o'clock"));
    let skip = end + usize::from(word(tokens, end) == "in") + usize::from(word(tokens, end + 1) == "the");
    let half = |text: &str| match text {
        "am" | "morning" | "בבוקר" => Some(false),
        "pm" | "afternoon" | "evening" | "בערב" => Some(true),
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
fn bare_hour(tokens: &[Token], at: usize) -> Option<(Meant, usize)> {
    let (hour, end) = hour_at(tokens, at)?;
    let counts =
        ["one", "ones", "of", "people", "minutes", "hours", "days", "weeks", "th", "st", "nd", "rd", "option", "slot"];
    let alone = word(tokens, at) == "one" && at > 0 && !matches!(word(tokens, at - 1), "at" | "half" | "ב");
    let counted = tokens.get(end).is_some_and(|t| t.is_any(&counts[2..])) || alone;
    (!counted && hour > 0).then(|| (Meant::Clock(both(hour, 0)), end))
}

/// "the first one", "number three", "option two", "the second"; `the sixteenth` is a date.
fn place(tokens: &[Token], at: usize) -> Option<(Meant, usize)> {
    if matches!(word(tokens, at), "number" | "option" | "slot" | "מספר" | "אפשרות") {
        let (n, end) = number::whole_at(tokens, at + 1).filter(|(n, _)| (1..=9).contains(n))?;
        return Some((Meant::Place(n as usize - 1), end));
    }
    let nth = match word(tokens, at) {
        "first" | "הראשון" | "הראשונה" => 0,
        "second" | "השני" | "השנייה" | "השניה" => 1,
        "third" | "השלישי" | "השלישית" => 2,
        "fourth" | "הרביעי" | "הרביעית" => 3,
        "fifth" => 4,
        _ => return None,
    };
    if word(tokens, at + 1) == "of" || crate::times::month_named(word(tokens, at + 1)).is_some() {
        let unit = i8::try_from(nth + 1).ok()?;
        let end = at + 2 + usize::from(word(tokens, at + 1) == "of");
        return Some((Meant::OfMonth(unit), end))
            .filter(|_| crate::times::month_named(word(tokens, end - 1)).is_some());
    }
    let day = at > 0 && matches!(word(tokens, at - 1), "יום" | "ביום");
    let thing = usize::from(matches!(word(tokens, at + 1), "one" | "option" | "slot" | "time" | "choice"));
    (!day).then_some((Meant::Place(nth), at + 1 + thing))
}

fn day(tokens: &[Token], at: usize, now: DateTime) -> Option<(Meant, usize)> {
    let today = now.date();
    let date = |days: i64| today.checked_add(days.days()).ok().map(|date| (Meant::Date(date), at + 1));
    let bare = word(tokens, at).strip_prefix(['ב', 'ל', 'מ']).filter(|rest| rest.chars().count() > 1);
    match word(tokens, at) {
        "today" | "היום" => return date(0),
        "tomorrow" | "tomorrows" | "מחר" => return date(1),
        "מחרתיים" => return date(2),
        "this" if matches!(word(tokens, at + 1), "morning" | "afternoon" | "evening") => return date(0),
        "tonight" => return Some((Meant::Between(17 * 60, 24 * 60), at + 1)),
        _ => {}
    }
    let after_yom = at > 0 && matches!(word(tokens, at - 1), "יום" | "ביום" | "ליום");
    let named = weekday(word(tokens, at)).or_else(|| weekday(bare.unwrap_or_default()));
    if let Some(day) = named.filter(|_| after_yom || !matches!(word(tokens, at), "שני" | "ראשון" | "שלישי"))
    {
        return Some((Meant::Weekday(day), at + 1));
    }
    let (nth, end) = ordinal(tokens, at)?;
    let month = usize::from(word(tokens, end) == "of") + end;
    let end = if crate::times::month_named(word(tokens, month)).is_some() { month + 1 } else { end };
    Some((Meant::OfMonth(nth), end))
}

fn weekday(word: &str) -> Option<Weekday> {
    crate::times::weekday_named(word.trim_end_matches("s").trim_end_matches("'"))
        .or_else(|| crate::times::weekday_named(word))
}

/// `sixteenth`, `twenty first`, `16th`, `the 16`.
fn ordinal(tokens: &[Token], at: usize) -> Option<(i8, usize)> {
    const TEENS: [&str; 15] = [
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
    ];
    const UNITS: [&str; 9] = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];
    let said = word(tokens, at);
    if let Some(n) = TEENS.iter().position(|name| *name == said) {
        return i8::try_from(n + 6).ok().map(|day| (day, at + 1));
    }
    if let (tens @ ("twenty" | "thirty"), Some(n)) = (said, UNITS.iter().position(|u| *u == word(tokens, at + 1))) {
        let tens = if tens == "twenty" { 20 } else { 30 };
        return i8::try_from(n + 1).ok().map(|n| (tens + n, at + 2));
    }
    if said == "thirtieth" {
        return Some((30, at + 1));
    }
    let day: i8 = said.parse().ok().filter(|n| (1..=31).contains(n))?;
    matches!(word(tokens, at + 1), "st" | "nd" | "rd" | "th").then_some((day, at + 2))
}
