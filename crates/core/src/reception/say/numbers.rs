//! Numbers, prices, postcodes, dates and times as a person would say them in British English (C5).

use crate::currency::Currency;
use crate::reception::words::Period;
use jiff::civil::{DateTime, Weekday};

const SMALL: [&str; 20] = [
    "nought",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// A whole number in words: `2150` is "two thousand one hundred and fifty".
pub fn number(n: u64) -> String {
    match n {
        0..=19 => SMALL[n as usize].to_owned(),
        20..=99 => joined(TENS[(n / 10) as usize], n % 10, "-"),
        100..=999 => joined(&format!("{} hundred", SMALL[(n / 100) as usize]), n % 100, " and "),
        1_000..=999_999 => scaled(n, 1_000, "thousand"),
        1_000_000..=999_999_999 => scaled(n, 1_000_000, "million"),
        _ => scaled(n, 1_000_000_000, "billion"),
    }
}

fn scaled(n: u64, by: u64, word: &str) -> String {
    let rest = n % by;
    joined(&format!("{} {word}", number(n / by)), rest, if rest < 100 { " and " } else { " " })
}

fn joined(head: &str, rest: u64, glue: &str) -> String {
    if rest == 0 { head.to_owned() } else { format!("{head}{glue}{}", number(rest)) }
}

/// A price: "two thousand one hundred pounds a month"; the bare number where the currency is not known.
pub fn price(amount: i64, currency: Option<Currency>, period: Period) -> String {
    let name = currency.map(|currency| format!(" {}", currency.in_english())).unwrap_or_default();
    let sum = format!("{}{name}", number(amount.unsigned_abs()));
    match period {
        Period::Week => format!("{sum} a week"),
        Period::Month => format!("{sum} a month"),
        Period::Year => format!("{sum} a year"),
        Period::Total => sum,
    }
}

/// Letters one by one and figures as they are read in postcodes and references: `NW6` is "N W 6".
pub fn spelled(code: &str) -> String {
    let letters = code.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_uppercase().collect::<String>());
    letters.collect::<Vec<_>>().join(" ")
}

/// An area: districts are spelled, names are said.
pub fn area(area: &str) -> String {
    if area.chars().any(|c| c.is_ascii_digit()) { spelled(area) } else { area.to_owned() }
}

/// A time of day: "half past eleven in the morning".
pub fn clock(at: DateTime) -> String {
    let (hour, minute) = (at.hour(), at.minute());
    if (hour, minute) == (12, 0) {
        return "twelve noon".to_owned();
    }
    let said = |hour: i8| SMALL[usize::try_from((hour + 11) % 12 + 1).unwrap_or(0)];
    let time = match minute {
        0 => said(hour).to_owned(),
        15 => format!("quarter past {}", said(hour)),
        30 => format!("half past {}", said(hour)),
        45 => format!("quarter to {}", said(hour + 1)),
        minute => format!("{} {}", said(hour), number(minute.unsigned_abs().into())),
    };
    let part = match hour {
        0..12 => "in the morning",
        12..17 => "in the afternoon",
        _ => "in the evening",
    };
    format!("{time} {part}")
}

/// A moment as seen from `now`: "tomorrow at ten in the morning", "Friday the 13th of March at four in the afternoon".
pub fn moment(at: DateTime, now: DateTime) -> String {
    let days = now.date().until(at.date()).map_or(i32::MAX, |span| span.get_days());
    match days {
        0 => format!("today at {}", clock(at)),
        1 => format!("tomorrow at {}", clock(at)),
        _ => dated(at),
    }
}

/// With weekday and date, as it is read back: "Friday the 13th of March at four in the afternoon".
pub fn dated(at: DateTime) -> String {
    format!("{} the {} of {} at {}", weekday(at.weekday()), ordinal(at.day()), month(at.month()), clock(at))
}

fn ordinal(day: i8) -> String {
    let end = match day {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    format!("{day}{end}")
}

pub(super) fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn month(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    usize::try_from(month - 1).ok().and_then(|at| NAMES.get(at).copied()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_people_say_them() {
        for (n, said) in [
            (0, "nought"),
            (21, "twenty-one"),
            (100, "one hundred"),
            (1_005, "one thousand and five"),
            (2_150, "two thousand one hundred and fifty"),
            (450_000, "four hundred and fifty thousand"),
            (1_250_000, "one million two hundred and fifty thousand"),
        ] {
            assert_eq!(number(n), said);
        }
        let said = [Some(Currency::Gbp), Some(Currency::Ils), None].map(|own| price(2_150, own, Period::Month));
        assert_eq!(
            said,
            ["pounds a month", "shekels a month", "a month"]
                .map(|tail| format!("two thousand one hundred and fifty {tail}"))
        );
        assert_eq!(area("NW6"), "N W 6");
        assert_eq!(area("Maida Vale"), "Maida Vale");
    }

    #[test]
    fn moments_are_said_from_where_one_stands() {
        let at = |text: &str| text.parse::<DateTime>().expect("a time of the table");
        let now = at("2026-03-09T09:20");
        for (then, said) in [
            ("2026-03-09T16:45", "today at quarter to five in the afternoon"),
            ("2026-03-10T09:00", "tomorrow at nine in the morning"),
            ("2026-03-13T16:00", "Friday the 13th of March at four in the afternoon"),
            ("2026-03-22T12:00", "Sunday the 22nd of March at twelve noon"),
            ("2026-04-01T18:30", "Wednesday the 1st of April at half past six in the evening"),
        ] {
            assert_eq!(moment(at(then), now), said);
        }
    }
}
