//! Settings of time: quiet and opening hours, dates on which others hold, and how Shabbat is reckoned (A7).

use super::Span;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// When nothing goes out that can wait: several intervals a week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QuietHours(pub Vec<Interval>);

impl Default for QuietHours {
    fn default() -> Self {
        Self(vec![Interval { days: Days::All, from: "21:00".into(), to: "08:00".into() }])
    }
}

/// Hours of the clock on chosen days; what ends before it begins goes past midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Days on which it begins.
    pub days: Days,
    /// `HH:MM` in the tenant's zone.
    pub from: String,
    /// `HH:MM` in the tenant's zone.
    pub to: String,
}

/// Days of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Days {
    /// Some: `["sun", "mon"]`.
    Some(Vec<Day>),
    /// One word: `all`.
    #[serde(with = "all_days")]
    All,
}

mod all_days {
    pub fn serialize<S: serde::Serializer>(s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str("all")
    }
    pub fn deserialize<'de, D: serde::Deserializer<'de>>(d: D) -> Result<(), D::Error> {
        match <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(d)?.as_ref() {
            "all" => Ok(()),
            _ => Err(serde::de::Error::custom("`days` is \"all\" or a list of sun, mon, tue, wed, thu, fri, sat")),
        }
    }
}

crate::words! {
    /// A day of the week.
    pub enum Day {
        /// Sunday.
        Sun = "sun",
        /// Monday.
        Mon = "mon",
        /// Tuesday.
        Tue = "tue",
        /// Wednesday.
        Wed = "wed",
        /// Thursday.
        Thu = "thu",
        /// Friday.
        Fri = "fri",
        /// Saturday.
        Sat = "sat",
    }
}

impl Day {
    /// The word of a day.
    pub fn of(weekday: Weekday) -> Self {
        match weekday {
            Weekday::Sunday => Self::Sun,
            Weekday::Monday => Self::Mon,
            Weekday::Tuesday => Self::Tue,
            Weekday::Wednesday => Self::Wed,
            Weekday::Thursday => Self::Thu,
            Weekday::Friday => Self::Fri,
            Weekday::Saturday => Self::Sat,
        }
    }
}

impl Days {
    /// Whether it holds on that day of the week.
    pub fn contain(&self, weekday: Weekday) -> bool {
        match self {
            Self::All => true,
            Self::Some(list) => list.contains(&Day::of(weekday)),
        }
    }
}

/// A date, or several in a row, on which other hours hold than in other weeks: a holiday, a fair, a short Friday.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialDay {
    /// The date: `2026-12-25`.
    pub date: Date,
    /// The last date, for several in a row.
    #[serde(default)]
    pub until: Option<Date>,
    /// What it is, for people.
    #[serde(default)]
    pub name: String,
    /// Replaces the quiet hours that begin on this date; null: as in other weeks; `[]`: none.
    #[serde(default)]
    pub quiet: Option<Vec<Hours>>,
    /// Replaces the opening hours that begin on this date; null: as in other weeks; `[]`: closed.
    #[serde(default)]
    pub open: Option<Vec<Hours>>,
}

impl SpecialDay {
    /// Whether it is about that date.
    pub fn covers(&self, date: Date) -> bool {
        self.date <= date && date <= self.until.unwrap_or(self.date)
    }
}

/// Hours of the clock; what ends before it begins goes past midnight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// `HH:MM` in the tenant's zone.
    pub from: String,
    /// `HH:MM` in the tenant's zone; `24:00` is the end of the day.
    pub to: String,
}

/// How Shabbat and festivals are reckoned. By default as the place has it: candles 18 minutes before sunset (Jerusalem 40,
/// Haifa 30, elsewhere in Israel 20), nightfall with three stars, festivals of one day in Israel and of two abroad.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shabbat {
    /// From lighting the candles to sunset; null: the custom of the place.
    pub candles: Option<Span>,
    /// How many degrees the sun is below the horizon when three stars are out.
    pub stars: f64,
    /// From sunset to the end, instead of the stars.
    pub ends_after: Option<Span>,
    /// Festivals have two days; null: abroad.
    pub two_days: Option<bool>,
    /// Degrees north, where the tenant's place is not known by name.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
}

impl Default for Shabbat {
    fn default() -> Self {
        Self { candles: None, stars: 8.5, ends_after: None, two_days: None, latitude: None, longitude: None }
    }
}
