//! Public holidays of a country (C6): days on which its businesses are closed, computed for any year, so that nobody has to
//! enter them. Which country's a business keeps is its own setting.
//!
//! Always true: a day that the business has told hours of for itself is its own affair; where no table is known nothing is a
//! holiday. Days that a government adds once (a coronation, an election) are entered as special days.

use super::{Occasion, festivals};
use icu_calendar::Date as IcuDate;
use icu_calendar::cal::Hebrew;
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday, date};

crate::words! {
    /// Whose public holidays are kept.
    pub enum HolidayTable {
        /// Bank holidays of England and Wales.
        England = "england",
        /// Days of rest in Israel: the festivals on which work is forbidden, and Independence Day.
        Israel = "israel",
        /// None.
        None = "none",
    }
}

impl HolidayTable {
    /// That of a country.
    pub fn of_country(country: &str) -> Self {
        match country.to_ascii_uppercase().as_str() {
            "GB" => Self::England,
            "IL" => Self::Israel,
            _ => Self::None,
        }
    }

    /// Whether a day is a public holiday.
    pub fn holds(self, day: Date) -> bool {
        match self {
            Self::England => in_england(day),
            Self::Israel => in_israel(day),
            Self::None => false,
        }
    }
}

/// Work ends at this hour on the eve of a festival.
const EARLY: i8 = 13;

impl HolidayTable {
    /// The hour at which a day that is none of them ends early: in Israel on the eve of a festival, but not of Independence
    /// Day.
    pub(super) fn ends_early(self, day: Date) -> Option<i8> {
        let festive = |day: Date| festivals::occasion(day, false).is_some_and(|it| it != Occasion::Shabbat);
        let eve = self == Self::Israel && !self.holds(day) && day.tomorrow().is_ok_and(festive);
        eve.then_some(EARLY)
    }
}

/// Bank holidays: where one falls on a weekend, a weekday after it is one as well.
fn in_england(day: Date) -> bool {
    let weekday = day.weekday();
    let monday = weekday == Weekday::Monday;
    let easter = easter(day.year());
    match (day.month(), day.day()) {
        (1, 1) | (12, 25 | 26) => true,
        (1, 2 | 3) if monday => true,
        (5, 1..=7) if monday => true,
        (5 | 8, 25..=31) if monday => true,
        // Christmas on a Saturday or Sunday, Boxing Day on a Saturday.
        (12, 27) => matches!(weekday, Weekday::Monday | Weekday::Tuesday),
        (12, 28) => matches!(weekday, Weekday::Monday | Weekday::Tuesday),
        _ => day == easter.saturating_sub(2.days()) || day == easter.saturating_add(1.day()),
    }
}

/// Easter Sunday, by the Gregorian computus in the form of Meeus, Jones and Butcher.
fn easter(year: i16) -> Date {
    let year32 = i32::from(year);
    let (golden, century, rest) = (year32 % 19, year32 / 100, year32 % 100);
    let moon = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7;
    let late = (golden + 11 * moon + 22 * sunday) / 451;
    let days = moon + sunday - 7 * late + 114;
    let number = |n: i32| i8::try_from(n).unwrap_or(1);
    date(year, number(days / 31), number(days % 31 + 1))
}

fn in_israel(day: Date) -> bool {
    festivals::occasion(day, false).is_some_and(|occasion| occasion != Occasion::Shabbat) || is_independence_day(day)
}

/// 5 Iyar, moved so that neither it nor the day before it touches Shabbat: on a Friday or Saturday to the Thursday before, on
/// a Monday to the Tuesday.
fn is_independence_day(day: Date) -> bool {
    const IYAR: u8 = 8;
    let civil = IcuDate::try_new_gregorian(day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs());
    let Ok(civil) = civil else { return false };
    let hebrew = civil.to_calendar(Hebrew);
    let of_iyar = (hebrew.month().number() == IYAR).then(|| hebrew.day_of_month().0);
    match day.weekday() {
        Weekday::Tuesday => matches!(of_iyar, Some(5 | 6)),
        Weekday::Wednesday => of_iyar == Some(5),
        Weekday::Thursday => matches!(of_iyar, Some(3..=5)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(table: HolidayTable, year: i16) -> Vec<String> {
        let days = date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year);
        days.filter(|day| table.holds(*day)).map(|day| day.strftime("%d.%m.").to_string()).collect()
    }

    #[test]
    fn bank_holidays_are_as_the_government_tells_them() {
        // The days themselves are holidays, too, where another stands in for them: nobody shows a flat on Christmas.
        let of = |year| of(HolidayTable::England, year);
        assert_eq!(
            of(2026),
            ["01.01.", "03.04.", "06.04.", "04.05.", "25.05.", "31.08.", "25.12.", "26.12.", "28.12."]
        );
        assert_eq!(
            of(2027),
            ["01.01.", "26.03.", "29.03.", "03.05.", "31.05.", "30.08.", "25.12.", "26.12.", "27.12.", "28.12."]
        );
        assert_eq!(
            of(2028),
            ["01.01.", "03.01.", "14.04.", "17.04.", "01.05.", "29.05.", "28.08.", "25.12.", "26.12."]
        );
        // Christmas on a Sunday, and the New Year after it.
        assert_eq!(of(2022)[6..], ["29.08.", "25.12.", "26.12.", "27.12."]);
        assert_eq!(of(2023)[..3], ["01.01.", "02.01.", "07.04."]);
    }

    #[test]
    fn in_israel_the_eve_of_a_festival_ends_early() {
        let eves = |table: HolidayTable| -> Vec<String> {
            let days = date(2026, 1, 1).series(1.day()).take_while(|day| day.year() == 2026);
            days.filter(|day| table.ends_early(*day).is_some()).map(|day| day.strftime("%d.%m.").to_string()).collect()
        };
        let expected = ["01.04.", "07.04.", "21.05.", "11.09.", "20.09.", "25.09.", "02.10."];
        assert_eq!(eves(HolidayTable::Israel), expected);
        assert_eq!(eves(HolidayTable::England), [""; 0]);
    }

    #[test]
    fn israel_rests_on_its_festivals_and_on_independence_day() {
        let of = |year| of(HolidayTable::Israel, year);
        assert_eq!(
            of(2026),
            ["02.04.", "08.04.", "22.04.", "22.05.", "12.09.", "13.09.", "21.09.", "26.09.", "03.10."]
        );
        for (year, day) in [(2024, "14.05."), (2025, "01.05."), (2027, "12.05."), (2028, "02.05.")] {
            assert!(of(year).iter().any(|it| it == day), "{year}: {:?}", of(year));
        }
    }
}
