//! From tokens to the pieces of time expressions: days, parts of days, clock times, spans, bounds.

use super::number;
use super::phrase::Phrases;
use super::token::{Kind, Token};
use super::words::{BOUNDS, Bound, DAYS, Day, NOT, PARTS, Part, month, weekday, weekday_letter};
use jiff::civil::Weekday;
use std::ops::Range;
use std::sync::LazyLock;

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
static IN: LazyLock<Phrases> = LazyLock::new(|| Phrases::new("+בעוד\nעוד\nin about|around|another?\nod|beod\nчерез"));
static WITHIN: LazyLock<Phrases> = LazyLock::new(|| Phrases::new("תוך\nwithin\ntoch"));
static AGO: LazyLock<Phrases> = LazyLock::new(|| Phrases::new("+לפני\nlifney|lifnei"));
static AGO_AFTER: LazyLock<Phrases> = LazyLock::new(|| Phrases::new("ago\nback"));
static HENCE: LazyLock<Phrases> = LazyLock::new(|| Phrases::new("from right? now\nhence\nfrom today\nמעכשיו\nמהיום"));

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
    if adjacent {
        if let Some(pieces) = range_end(tokens, at, before) {
            return Some(pieces);
        }
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

fn longest<T: Copy>(table: &[(T, Phrases)], tokens: &[Token], at: usize) -> Option<(T, usize)> {
    tokens.get(at).filter(|t| t.kind == Kind::Word)?;
    table.iter().filter_map(|(value, phrases)| Some((*value, phrases.at(tokens, at)?))).max_by_key(|(_, end)| *end)
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

/// A bare hour is none when it counts something: "up to 12 thousand", "after 3 rooms".
fn ends_well(tokens: &[Token], at: usize) -> bool {
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

fn is_prefixed(word: &str) -> bool {
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
fn clock(tokens: &[Token], at: usize, bare: bool) -> Option<(Clock, usize)> {
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

fn counted(tokens: &[Token], at: usize) -> Option<(Item, usize)> {
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

/// A day at token `at`.
fn day(tokens: &[Token], at: usize) -> Option<(Day, usize)> {
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
