//! Days and places in the list by which callers name an offered slot: "the second one", "friday", "the 4th of december",
//! "next week" (C6).

use super::slot_words::{Meant, word};
use crate::times::number;
use crate::times::token::Token;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday};

/// "the first one", "number three", "option two", "the second"; `the sixteenth` is a date.
pub(super) fn place(tokens: &[Token], at: usize) -> Option<(Meant, usize)> {
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

pub(super) fn day(tokens: &[Token], at: usize, now: DateTime) -> Option<(Meant, usize)> {
    let today = now.date();
    let date = |days: i64| today.checked_add(days.days()).ok().map(|date| (Meant::Date(date), at + 1));
    let bare = word(tokens, at).strip_prefix(['ב', 'ל', 'מ']).filter(|rest| rest.chars().count() > 1);
    match word(tokens, at) {
        "today" | "היום" => return date(0),
        "tomorrow" | "tomorrows" | "מחר" => return date(1),
        "מחרתיים" => return date(2),
        "this" if matches!(word(tokens, at + 1), "morning" | "afternoon" | "evening") => return date(0),
        "tonight" => return Some((Meant::Between(17 * 60, 24 * 60), at + 1)),
        "next" if word(tokens, at + 1) == "week" => return Some((Meant::WeekAfter(last_of_week(today, 7)), at + 2)),
        "שבוע" | "בשבוע" if word(tokens, at + 1) == "הבא" => {
            return Some((Meant::WeekAfter(last_of_week(today, 6)), at + 2));
        }
        "day" if (word(tokens, at + 1), word(tokens, at + 2)) == ("after", "tomorrow") => {
            return date(2).map(|(day, _)| (day, at + 3));
        }
        _ => {}
    }
    let after_yom = at > 0 && matches!(word(tokens, at - 1), "יום" | "ביום" | "ליום");
    let named = weekday(word(tokens, at)).or_else(|| weekday(bare.unwrap_or_default()));
    if let Some(day) = named.filter(|_| after_yom || !matches!(word(tokens, at), "שני" | "ראשון" | "שלישי"))
    {
        return Some((Meant::Weekday(day), at + 1));
    }
    if let Some(of_month) = day_and_month(tokens, at) {
        return Some(of_month);
    }
    let (nth, end) = ordinal(tokens, at)?;
    let month = usize::from(word(tokens, end) == "of") + end;
    let end = if crate::times::month_named(word(tokens, month)).is_some() { month + 1 } else { end };
    Some((Meant::OfMonth(nth), end))
}

/// The last day of the week that `today` is in; `last` counts from Monday, 1.
fn last_of_week(today: Date, last: i64) -> Date {
    let ahead = (last - i64::from(today.weekday().to_monday_one_offset())).rem_euclid(7);
    today.checked_add(ahead.days()).unwrap_or(today)
}

/// `4 december`, `ה-4 לדצמבר`, `december 4`.
fn day_and_month(tokens: &[Token], at: usize) -> Option<(Meant, usize)> {
    let month = |at: usize| {
        let said = word(tokens, at);
        let bare = said.strip_prefix(['ב', 'ל']).unwrap_or(said);
        crate::times::month_named(said).or_else(|| crate::times::month_named(bare)).is_some()
    };
    let (day_at, end) = if month(at) { (at + 1, at + 2) } else { (at, at + 2) };
    let day = number::whole_at(tokens, day_at).and_then(|(n, end)| Some((i8::try_from(n).ok()?, end)));
    let (day, behind) = day.filter(|(n, _)| (1..=31).contains(n))?;
    (day_at > at || month(behind)).then_some((Meant::OfMonth(day), end.max(behind)))
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
