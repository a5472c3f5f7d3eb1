//! Periods as whole months and the days at both ends (D2), so that sums over years read about as many rows as those over weeks.

use super::reports::Period;
use jiff::ToSpan;
use jiff::civil::Date;

/// The name of a day's month, which sorts as months follow each other.
pub(super) fn name(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// The first day of a month by its name.
pub(super) fn begin(name: &str) -> Option<Date> {
    format!("{name}-01").parse().ok()
}

/// The hour of the week, from Monday's midnight on.
pub(super) fn slot(day: Date, hour: i8) -> i64 {
    i64::from(day.weekday().to_monday_zero_offset()) * 24 + i64::from(hour)
}

/// A period taken apart. Where a part has no days, it ends before it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts {
    /// The days before the first whole month, both ends included; all of a period without one.
    pub head: (String, String),
    /// The first and the last whole month.
    pub months: (String, String),
    /// The days after the last whole month.
    pub tail: (String, String),
}

/// Takes a period apart.
pub(super) fn parts(period: &Period) -> Parts {
    let (first, last) = (period.first, period.last);
    let begin = if first.day() == 1 { first } else { first.last_of_month().saturating_add(1.day()) };
    let end = if last == last.last_of_month() { last } else { last.first_of_month().saturating_sub(1.day()) };
    let days = |first: Date, last: Date| (first.to_string(), last.to_string());
    let none = || ("9".to_owned(), "0".to_owned());
    if begin > end {
        return Parts { head: days(first, last), months: none(), tail: none() };
    }
    Parts {
        head: days(first, begin.saturating_sub(1.day())),
        months: (name(begin), name(end)),
        tail: days(end.saturating_add(1.day()), last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn within(name: &str, (first, last): &(String, String)) -> bool {
        (first.as_str()..=last.as_str()).contains(&name)
    }

    proptest! {
        #[test]
        fn every_day_of_a_period_is_in_one_part_and_no_other_day_is(from in 0..2000_i32, length in 0..800_i32) {
            let first = day("2022-01-01").saturating_add(from.days());
            let period = Period { first, last: first.saturating_add(length.days()), line: None };
            let parts = parts(&period);
            for at in -70..length + 70 {
                let day = first.saturating_add(at.days());
                let (text, of_month) = (day.to_string(), name(day));
                let times = usize::from(within(&text, &parts.head)) + usize::from(within(&text, &parts.tail)) + usize::from(within(&of_month, &parts.months));
                prop_assert_eq!(times, usize::from((0..=length).contains(&at)), "{} in {:?}", text, parts);
            }
        }
    }

    #[test]
    fn hours_of_the_week_begin_on_monday() {
        assert_eq!((slot(day("2026-11-23"), 0), slot(day("2026-11-22"), 23)), (0, 167));
    }
}
