//! Times of day: `17:30`, `5pm`, "half past three", "חמש ורבע", "רבע ל-5".

use super::number;
use super::token::{Kind, Token};

/// A time of day as said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    /// 0 to 24.
    pub hour: i8,
    /// 0 to 59.
    pub minute: i8,
    /// After noon, where am or pm was said.
    pub pm: Option<bool>,
    /// Written so that it has one reading (`17:30`, `08:00`).
    pub exact: bool,
}

/// A bare hour is none when it counts something: "up to 12 thousand", "after 3 rooms".
pub(super) fn ends_well(tokens: &[Token], at: usize) -> bool {
    let counts = [
        "אלף",
        "אלפים",
        "אש\"ח",
        "ש\"ח",
        "שקל",
        "שקלים",
        "מיליון",
        "חדר",
        "חדרים",
        "מטר",
        "מ\"ר",
        "קומות",
        "קומה",
        "ילד",
        "ילדים",
        "אנשים",
        "איש",
        "שנה",
        "שנים",
        "יום",
        "ימים",
        "שבוע",
        "שבועות",
        "חודש",
        "חודשים",
        "שעות",
        "דקות",
        "פעמים",
        "פעם",
        "נפשות",
        "כיסאות",
        "חלונות",
        "דלתות",
        "מזגנים",
        "ק\"מ",
        "קילו",
        "ליטר",
        "כ\"ס",
        "אחוז",
        "thousand",
        "k",
        "rooms",
        "room",
        "bed",
        "beds",
        "bedroom",
        "bedrooms",
        "people",
        "kids",
        "children",
        "years",
        "year",
        "days",
        "weeks",
        "months",
        "minutes",
        "hours",
        "times",
        "metres",
        "meters",
        "sqm",
        "pounds",
        "shekel",
        "shekels",
        "chadarim",
        "anashim",
        "shekel",
        "elef",
        "yeladim",
        "shanim",
        "yamim",
        "sessions",
        "windows",
        "units",
        "guests",
    ];
    match tokens.get(at) {
        Some(t) if t.kind == Kind::Word => !t.is_any(&counts),
        Some(t) if t.kind == Kind::Other => !matches!(t.norm.as_str(), "%" | "₪" | "$" | "£" | "€"),
        _ => true,
    }
}

pub(super) fn is_prefixed(word: &str) -> bool {
    number::small(word).is_none() && hour_word(word).is_some() && !word.starts_with(['ו', 'כ'])
}

/// `בחמש` is five with a prefix letter.
fn hour_word(word: &str) -> Option<f64> {
    let one = number::small(word).filter(|n| (1.0..=12.0).contains(n));
    one.or_else(|| {
        let rest = word.strip_prefix(['ב', 'ל', 'מ', 'כ', 'ו'])?;
        number::small(rest).filter(|n| (1.0..=12.0).contains(n))
    })
}

/// A time of day at token `at`. `bare`: hours alone count, since the words around make them a time.
pub(super) fn clock(tokens: &[Token], at: usize, bare: bool) -> Option<(Clock, usize)> {
    let token = tokens.get(at)?;
    if let Some(found) = spoken_past(tokens, at) {
        return Some(found);
    }
    if token.kind == Kind::Number {
        let (pm, end) = meridiem(tokens, at + 1);
        let (hour, minute, exact) = written(&token.norm, bare || pm.is_some())?;
        let oclock = tokens.get(end).is_some_and(|t| t.is_any(&["o'clock", "oclock", "h"]));
        if !exact && pm.is_none() && !oclock && !bare {
            return None;
        }
        let mut end = if oclock { end + 1 } else { end };
        let mut minute = minute;
        if token.norm.len() <= 2 {
            (minute, end) = minutes_behind(tokens, end);
        }
        let (pm, end) = if pm.is_none() { meridiem(tokens, end) } else { (pm, end) };
        let sure = token.norm.contains(':') && (token.norm.starts_with('0') || hour >= 8);
        return Some((Clock { hour, minute, pm, exact: sure || hour > 12 }, end));
    }
    if token.kind != Kind::Word {
        return None;
    }
    if bare && matches!(token.norm.as_str(), "חצות" | "midnight") {
        return Some((Clock { hour: 0, minute: 0, pm: None, exact: true }, at + 1));
    }
    let (mut hour, mut end) = (hour_word(&token.norm)?, at + 1);
    if hour <= 2.0 && tokens.get(end).is_some_and(|t| t.is_any(&["עשרה", "esre"])) {
        (hour, end) = (hour + 10.0, end + 1);
    }
    let oclock = tokens.get(end).is_some_and(|t| t.is_any(&["o'clock", "oclock"]));
    end += usize::from(oclock);
    let (minute, end) = minutes_behind(tokens, end);
    let (pm, end) = meridiem(tokens, end);
    (bare || oclock || pm.is_some()).then_some((Clock { hour: hour as i8, minute, pm, exact: false }, end))
}

/// `17:30`, `17`, and `10.30` or `330` where a time is expected. The last part says that it can be nothing else.
fn written(text: &str, bare: bool) -> Option<(i8, i8, bool)> {
    let valid = |h: i8, m: i8| (0..=24).contains(&h) && (0..60).contains(&m);
    let mut parts = text.split([':', '.']);
    let (first, second) = (parts.next()?, parts.next());
    if text.contains(['/', ',', '-']) {
        return None;
    }
    let (hour, minute) = match second {
        Some(minutes) if minutes.len() == 2 => (first.parse().ok()?, minutes.parse().ok()?),
        Some(_) => return None,
        None if (3..=4).contains(&first.len()) && !first.starts_with("20") => {
            let (h, m) = first.split_at(first.len() - 2);
            (h.parse().ok()?, m.parse().ok()?)
        }
        None => (first.parse().ok()?, 0),
    };
    let (colon, plain) = (text.contains(':'), first.len() <= 2 && second.is_none());
    (valid(hour, minute) && (colon || plain || bare)).then_some((hour, minute, colon))
}

fn meridiem(tokens: &[Token], at: usize) -> (Option<bool>, usize) {
    match tokens.get(at).filter(|t| t.kind == Kind::Word).map(|t| t.norm.as_str()) {
        Some("pm" | "p") => (Some(true), at + 1),
        Some("am") => (Some(false), at + 1),
        _ => (None, at),
    }
}

/// `10 וחצי`, `חמש ורבע`, `five thirty`.
fn minutes_behind(tokens: &[Token], at: usize) -> (i8, usize) {
    let Some(word) = tokens.get(at).filter(|t| t.kind == Kind::Word).map(|t| t.norm.as_str()) else { return (0, at) };
    match word {
        "וחצי" | "vachetzi" | "vahetzi" | "vehetzi" | "vachezi" => (30, at + 1),
        "ורבע" | "vareva" | "vereva" => (15, at + 1),
        "thirty" => (30, at + 1),
        "fifteen" => (15, at + 1),
        _ => {
            let tens = word.strip_prefix('ו').and_then(number::small).filter(|n| (10.0..60.0).contains(n));
            tens.map_or((0, at), |n| (n as i8, at + 1))
        }
    }
}

/// `half past three`, `quarter to five`, `רבע ל5`, `20 minutes past 3`.
fn spoken_past(tokens: &[Token], at: usize) -> Option<(Clock, usize)> {
    let word = |i: usize| tokens.get(i).map(|t| t.norm.as_str());
    let begin = if matches!(word(at), Some("a" | "ב")) { at + 1 } else { at };
    let (minutes, mut end) = match word(begin)? {
        "half" => (30, begin + 1),
        "quarter" | "רבע" | "reva" | "ברבע" => (15, begin + 1),
        _ => {
            let (n, end) = number::whole_at(tokens, begin).filter(|(n, _)| (1..60).contains(n))?;
            (n as i8, end)
        }
    };
    if matches!(word(end), Some("minutes" | "min" | "mins" | "דקות")) {
        end += 1;
    }
    let back = match word(end)? {
        "past" | "after" | "אחרי" => false,
        "to" | "ל" | "le" => true,
        w if w.starts_with('ל') && hour_word(w).is_some() => {
            return to_hour(tokens, end, minutes, true).filter(|_| begin < end && word(begin) == Some("רבע"));
        }
        _ => return None,
    };
    if back && !matches!(word(begin), Some("quarter" | "רבע" | "reva" | "ברבע")) && word(end - 1) != Some("minutes")
    {
        return None; // "4 to 6" is a range
    }
    to_hour(tokens, end + 1, minutes, back)
}

fn to_hour(tokens: &[Token], at: usize, minutes: i8, back: bool) -> Option<(Clock, usize)> {
    let noon = tokens.get(at).is_some_and(|t| t.is_any(&["noon", "midday"]));
    let (mut hour, end) = match noon {
        true => (12, at + 1),
        false => {
            let token = tokens.get(at)?;
            let hour =
                if token.kind == Kind::Number { token.norm.parse().ok()? } else { hour_word(&token.norm)? as i8 };
            (hour, at + 1)
        }
    };
    if !(1..=23).contains(&hour) {
        return None;
    }
    let (pm, end) = meridiem(tokens, end);
    let minute = if back { 60 - minutes } else { minutes };
    if back {
        hour -= 1;
    }
    Some((Clock { hour, minute, pm, exact: hour > 12 }, end))
}
