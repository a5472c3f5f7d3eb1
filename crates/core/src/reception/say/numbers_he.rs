//! Numbers, prices, dates and times as they are said in Hebrew (C5): in words, each in the gender of what is counted.

use crate::currency::Currency;
use crate::reception::words::Period;
use jiff::civil::{DateTime, Weekday};

/// The gender of what is counted; figures on their own and hours are feminine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gender {
    /// Rooms, shekels, days of a month.
    Masculine,
    /// Hours, minutes, figures.
    Feminine,
}

use Gender::{Feminine, Masculine};

const FEMININE: [&str; 11] = ["אפס", "אחת", "שתיים", "שלוש", "ארבע", "חמש", "שש", "שבע", "שמונה", "תשע", "עשר"];
const MASCULINE: [&str; 11] =
    ["אפס", "אחד", "שניים", "שלושה", "ארבעה", "חמישה", "שישה", "שבעה", "שמונה", "תשעה", "עשרה"];
const TENS: [&str; 10] = ["", "", "עשרים", "שלושים", "ארבעים", "חמישים", "שישים", "שבעים", "שמונים", "תשעים"];
/// Before `אלפים`.
const THOUSANDS: [&str; 11] = ["", "", "", "שלושת", "ארבעת", "חמשת", "ששת", "שבעת", "שמונת", "תשעת", "עשרת"];
const ORDINALS: [&str; 11] =
    ["", "ראשון", "שני", "שלישי", "רביעי", "חמישי", "שישי", "שביעי", "שמיני", "תשיעי", "עשירי"];

/// A whole number in words: `6500` is "ששת אלפים וחמש מאות".
pub fn number(n: u64, gender: Gender) -> String {
    let mut parts = Vec::new();
    let mut scale = |by: u64, one: &str| {
        let count = n / by % 1_000;
        match count {
            0 => {}
            1 => parts.push(one.to_owned()),
            2 => parts.push(format!("שני {one}")),
            count => parts.push(format!("{} {one}", number(count, Masculine))),
        }
    };
    scale(1_000_000_000, "מיליארד");
    scale(1_000_000, "מיליון");
    parts.extend(thousands(n / 1_000 % 1_000));
    parts.extend(hundreds(n / 100 % 10));
    let rest = n % 100;
    if rest > 0 || parts.is_empty() {
        parts.extend(below_hundred(rest, gender));
    }
    joined(&parts)
}

/// The last part is joined by "and", unless it has one within itself.
fn joined(parts: &[String]) -> String {
    match parts {
        [rest @ .., last] if !rest.is_empty() => {
            let and = if last.contains(" ו") { "" } else { "ו" };
            format!("{} {and}{last}", rest.join(" "))
        }
        parts => parts.concat(),
    }
}

fn thousands(count: u64) -> Option<String> {
    Some(match count {
        0 => return None,
        1 => "אלף".to_owned(),
        2 => "אלפיים".to_owned(),
        3..=10 => format!("{} אלפים", THOUSANDS[count as usize]),
        count => format!("{} אלף", number(count, Masculine)),
    })
}

fn hundreds(count: u64) -> Option<String> {
    Some(match count {
        0 => return None,
        1 => "מאה".to_owned(),
        2 => "מאתיים".to_owned(),
        count => format!("{} מאות", FEMININE[count as usize]),
    })
}

fn below_hundred(n: u64, gender: Gender) -> Vec<String> {
    let units = if gender == Feminine { FEMININE } else { MASCULINE };
    match n {
        0..=10 => vec![units[n as usize].to_owned()],
        12 => vec![format!("{} {}", if gender == Feminine { "שתים" } else { "שנים" }, ten(gender))],
        11..=19 => vec![format!("{} {}", units[(n - 10) as usize], ten(gender))],
        n => {
            let unit = (n % 10 > 0).then(|| units[(n % 10) as usize].to_owned());
            [TENS[(n / 10) as usize].to_owned()].into_iter().chain(unit).collect()
        }
    }
}

/// Behind the units of eleven to nineteen.
const fn ten(gender: Gender) -> &'static str {
    match gender {
        Feminine => "עשרה",
        Masculine => "עשר",
    }
}

/// So many of something: two is "שני", where it stands alone "שניים".
pub fn of_things(n: u64, gender: Gender) -> String {
    match (n, gender) {
        (2, Masculine) => "שני".to_owned(),
        (2, Feminine) => "שתי".to_owned(),
        (n, gender) => number(n, gender),
    }
}

/// A text in which the figures count rooms: "דירה עם 2 חדרי שינה" with its two in words.
pub fn rooms(text: &str) -> String {
    let said = |word: &str| word.parse().map_or_else(|_| word.to_owned(), |n| of_things(n, Masculine));
    text.split(' ').map(said).collect::<Vec<_>>().join(" ")
}

/// A price: "ששת אלפים וחמש מאות שקלים לחודש"; the bare number where the currency is not known.
pub fn price(amount: i64, currency: Option<Currency>, period: Period) -> String {
    let gender = if currency == Some(Currency::Gbp) { Feminine } else { Masculine };
    let name = currency.map(|currency| format!(" {}", currency.in_hebrew())).unwrap_or_default();
    let sum = format!("{}{name}", of_things(amount.unsigned_abs(), gender));
    format!("{sum}{}", per(period))
}

/// What a price is counted by, behind it.
pub(super) const fn per(period: Period) -> &'static str {
    match period {
        Period::Week => " לשבוע",
        Period::Month => " לחודש",
        Period::Year => " לשנה",
        Period::Total => "",
    }
}

/// A code, a number to ring: sign by sign, figures in words.
pub fn spelled(code: &str) -> String {
    let sign = |c: char| match c.to_digit(10) {
        Some(figure) => FEMININE[figure as usize].to_owned(),
        None => c.to_uppercase().collect(),
    };
    code.chars().filter(|c| !c.is_whitespace()).map(sign).collect::<Vec<_>>().join(" ")
}

/// A number to ring in an emergency: 102 is "מאה ושתיים", as everybody knows it; others are spelled.
pub fn short_number(digits: &str) -> String {
    match digits.parse() {
        Ok(n @ 100..=109) => number(n, Feminine),
        _ => spelled(digits),
    }
}

/// A time of day: "ארבע וחצי אחר הצהריים".
pub fn clock(at: DateTime) -> String {
    let (hour, minute) = (at.hour(), at.minute());
    let said = |hour: i8| number(u64::from((hour + 11).unsigned_abs() % 12 + 1), Feminine);
    let time = match minute {
        0 => said(hour),
        1 => format!("{} ודקה", said(hour)),
        15 => format!("{} ורבע", said(hour)),
        30 => format!("{} וחצי", said(hour)),
        45 => format!("רבע ל{}", said(hour + 1)),
        minute => format!("{} ו{} דקות", said(hour), of_things(minute.unsigned_abs().into(), Feminine)),
    };
    let part = match hour {
        0..5 => "בלילה",
        5..12 => "בבוקר",
        12..14 => "בצהריים",
        14..18 => "אחר הצהריים",
        18..22 => "בערב",
        _ => "בלילה",
    };
    format!("{time} {part}")
}

/// With weekday and date: "ביום שלישי, העשירי במרץ, בשעה ארבע וחצי אחר הצהריים".
pub fn dated(at: DateTime) -> String {
    format!("ביום {}, {} ב{}, בשעה {}", weekday(at.weekday()), day(at.day()), month(at.month()), clock(at))
}

/// The day of a month: "העשירי", "העשרים ואחד".
fn day(day: i8) -> String {
    let n = day.unsigned_abs();
    match ORDINALS.get(usize::from(n)) {
        Some(ordinal) => format!("ה{ordinal}"),
        None => format!("ה{}", number(n.into(), Masculine)),
    }
}

pub(super) fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Sunday => "ראשון",
        Weekday::Monday => "שני",
        Weekday::Tuesday => "שלישי",
        Weekday::Wednesday => "רביעי",
        Weekday::Thursday => "חמישי",
        Weekday::Friday => "שישי",
        Weekday::Saturday => "שבת",
    }
}

fn month(month: i8) -> &'static str {
    const NAMES: [&str; 12] =
        ["ינואר", "פברואר", "מרץ", "אפריל", "מאי", "יוני", "יולי", "אוגוסט", "ספטמבר", "אוקטובר", "נובמבר", "דצמבר"];
    usize::try_from(month - 1).ok().and_then(|at| NAMES.get(at).copied()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_in_the_gender_of_what_is_counted() {
        for (n, feminine, masculine) in [
            (0, "אפס", "אפס"),
            (2, "שתיים", "שניים"),
            (12, "שתים עשרה", "שנים עשר"),
            (15, "חמש עשרה", "חמישה עשר"),
            (21, "עשרים ואחת", "עשרים ואחד"),
            (101, "מאה ואחת", "מאה ואחד"),
            (2_150, "אלפיים מאה וחמישים", "אלפיים מאה וחמישים"),
            (6_505, "ששת אלפים חמש מאות וחמש", "ששת אלפים חמש מאות וחמישה"),
            (11_000, "אחד עשר אלף", "אחד עשר אלף"),
            (450_000, "ארבע מאות וחמישים אלף", "ארבע מאות וחמישים אלף"),
            (2_450_000, "שני מיליון ארבע מאות וחמישים אלף", "שני מיליון ארבע מאות וחמישים אלף"),
            (3_000_000, "שלושה מיליון", "שלושה מיליון"),
        ] {
            assert_eq!((number(n, Feminine).as_str(), number(n, Masculine).as_str()), (feminine, masculine), "{n}");
        }
        assert_eq!(price(6_500, Some(Currency::Ils), Period::Month), "ששת אלפים וחמש מאות שקלים לחודש");
        assert_eq!(price(1_205, Some(Currency::Gbp), Period::Total), "אלף מאתיים וחמש לירות שטרלינג");
        assert_eq!(price(900, None, Period::Week), "תשע מאות לשבוע");
        assert_eq!(rooms("דירה עם 2 חדרי שינה"), "דירה עם שני חדרי שינה");
        assert_eq!(spelled("T104"), "T אחת אפס ארבע");
        assert_eq!((short_number("102").as_str(), short_number("112").as_str()), ("מאה ושתיים", "אחת אחת שתיים"));
    }

    #[test]
    fn times_and_dates_are_said_as_people_say_them() {
        let at = |text: &str| text.parse::<DateTime>().expect("a time of the table");
        for (then, said) in [
            ("2026-03-10T16:30", "ביום שלישי, העשירי במרץ, בשעה ארבע וחצי אחר הצהריים"),
            ("2026-03-01T09:00", "ביום ראשון, הראשון במרץ, בשעה תשע בבוקר"),
            ("2026-03-21T12:15", "ביום שבת, העשרים ואחד במרץ, בשעה שתים עשרה ורבע בצהריים"),
            ("2026-04-12T18:45", "ביום ראשון, השנים עשר באפריל, בשעה רבע לשבע בערב"),
            ("2026-12-31T00:05", "ביום חמישי, השלושים ואחד בדצמבר, בשעה שתים עשרה וחמש דקות בלילה"),
        ] {
            assert_eq!(dated(at(then)), said);
        }
    }
}
