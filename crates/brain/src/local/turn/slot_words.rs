//! The words by which callers name an offered slot: days, clock times as the British say them, parts of the day, places in
//! the list, and what refuses one (C6). English and Hebrew.

use super::slot_clock::{bare_hour, bounded, clock};
use super::slot_day::{day, place};
use crate::times::phrase::Phrases;
use crate::times::token::Token;
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
    /// The week after this one, of which the last day is given.
    WeekAfter(Date),
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
        "do|does|did|will i|you|we|it|the\nhave you got|any|anything\nanything|something else|later|earlier|sooner|on|after|before\nany chance\nis it|this|that|parking\nwill there|someone|it\nmake it\n+האם|איפה|כמה\nיש",
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
static OCCUPIED: List = LazyLock::new(|| {
    Phrases::new(
        "at? work|working|busy|out|away until|till|til\nfinish|finishing|start|starting|off|home|class|meeting work|school? at|till|until|til\n+עובד|עובדת|מסיים|מסיימת|עסוק|עסוקה עד|ב*",
    )
});
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
static EARLY: List = LazyLock::new(|| {
    Phrases::new("earliest|soonest|earlier|early|sooner|asap\nfirst thing\nsoon as\n+מוקדם|מוקדמת|המוקדם|המוקדמת")
});
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
        .or_else(|| place(tokens, at).filter(|_| word(tokens, at + 1) != "thing"))
        .or_else(|| day(tokens, at, now))
        .or_else(|| Some((Meant::Other, OTHER.at(tokens, at)?)))
        .or_else(|| Some((Meant::Middle, MIDDLE.at(tokens, at)?)))
        .or_else(|| Some((Meant::Early, EARLY.at(tokens, at)?)))
        .or_else(|| Some((Meant::Late, LATE.at(tokens, at)?)))
        .or_else(|| bare_hour(tokens, at))
}

/// The word at `at`, or nothing.
pub(super) fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |t| t.norm.as_str())
}

fn part(tokens: &[Token], at: usize) -> Option<(Meant, usize)> {
    let hits = PARTS.iter().filter_map(|(meant, list)| Some((meant.clone(), list.at(tokens, at)?)));
    hits.max_by_key(|(_, end)| *end)
}
