//! Shabbat and the Jewish festivals at a place: from candle lighting to nightfall (A7).
//!
//! Always true: days of rest that follow each other are one silence; it begins before sunset of the eve and ends after
//! nightfall of the last day; where the sun does not set, or does not go down far enough, a wide stretch of the clock stands
//! in for it, so that a silence never disappears.

mod closures;
mod festivals;
mod holidays;
mod places;
pub mod sun;
pub mod windows;
pub mod zones;

pub use closures::closures;
pub use festivals::{Occasion, occasion};
pub use holidays::HolidayTable;
pub use places::{CANDLES, ISRAEL, Place, by_name, by_zone, names};

use crate::settings::Shabbat;
use crate::tenant::Tenant;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use sun::Coordinates;

/// Where the sun gives no time: silence begins at this hour of the eve …
const WIDE_BEGIN: Time = Time::constant(14, 0, 0, 0);
/// … and ends at this hour of the day after.
const WIDE_END: Time = Time::constant(1, 0, 0, 0);
/// Days of rest in a row: at most a festival of two days and Shabbat; one more on either side to be sure.
const RUN: i64 = 5;

/// One silence: a day of rest, or several in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    /// Candle lighting.
    pub from: Timestamp,
    /// Nightfall, rounded up to the minute.
    pub until: Timestamp,
    /// What its last day is.
    pub occasion: Occasion,
}

/// The days of rest that a tenant keeps, where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct RestDays {
    at: Option<Coordinates>,
    candles: SignedDuration,
    end: Nightfall,
    abroad: bool,
    tz: TimeZone,
    name: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Nightfall {
    /// Degrees of the sun below the horizon.
    Degrees(f64),
    /// So long after sunset.
    After(SignedDuration),
}

impl RestDays {
    /// The days of rest of a tenant that keeps them; `None` if it does not.
    pub fn of(tenant: &Tenant) -> Option<Self> {
        let settings = &tenant.settings;
        settings
            .keeps_shabbat
            .then(|| Self::at(&settings.shabbat, tenant.place.as_deref(), &tenant.country, tenant.time_zone.clone()))
    }

    /// The days of rest by these settings at a place: the settings' own coordinates, else the place by name, else the one that
    /// stands in for the time zone.
    pub fn at(settings: &Shabbat, place: Option<&str>, country: &str, tz: TimeZone) -> Self {
        let by_name = place.and_then(by_name);
        let stand_in = by_name.or_else(|| by_zone(tz.iana_name()?));
        let own = settings.latitude.zip(settings.longitude);
        let own = own.map(|(latitude, longitude)| Coordinates { latitude, longitude });
        let in_israel = by_name.map_or(country.eq_ignore_ascii_case("IL"), |place| place.country == "IL");
        let custom = match (by_name, own) {
            (None, Some(_)) => {
                if in_israel {
                    ISRAEL
                } else {
                    CANDLES
                }
            }
            _ => stand_in.map_or(CANDLES, |place| place.candles),
        };
        Self {
            at: own.or(stand_in.map(|place| place.at)),
            candles: settings.candles.map_or(SignedDuration::from_mins(custom), |span| span.0),
            end: settings.ends_after.map_or(Nightfall::Degrees(settings.stars), |span| Nightfall::After(span.0)),
            abroad: settings.two_days.unwrap_or(!in_israel),
            tz,
            name: if own.is_some() { None } else { stand_in.map(|place| place.name) },
        }
    }

    /// The place whose sun counts; `None` for coordinates of the settings, and where nothing is known.
    pub const fn place(&self) -> Option<&'static str> {
        self.name
    }

    /// Whether the sun of the place is known; if not, wide hours of the clock stand in for it.
    pub const fn knows_the_sun(&self) -> bool {
        self.at.is_some()
    }

    /// The silence that `at` falls into, if it does.
    pub fn during(&self, at: Timestamp) -> Option<Rest> {
        let today = at.to_zoned(self.tz.clone()).date();
        let near = [today.yesterday(), Ok(today), today.tomorrow()];
        let mut silences = near.into_iter().flatten().filter_map(|day| self.silence(day));
        silences.find(|rest| rest.from <= at && at < rest.until)
    }

    /// The silence that `at` falls into, else the next one.
    pub fn next(&self, at: Timestamp) -> Option<Rest> {
        let today = at.to_zoned(self.tz.clone()).date();
        let mut days = (-1..=8).filter_map(|ahead| today.checked_add(i64::from(ahead).days()).ok());
        days.find_map(|day| self.silence(day).filter(|rest| at < rest.until))
    }

    /// The silence that the civil day `day` belongs to.
    fn silence(&self, day: Date) -> Option<Rest> {
        occasion(day, self.abroad)?;
        let first = self.edge(day, -1);
        let last = self.edge(day, 1);
        Some(Rest {
            from: self.lighting(first.yesterday().ok()?)?,
            until: self.nightfall(last)?,
            occasion: occasion(last, self.abroad)?,
        })
    }

    /// The last day of rest from `day` on in this direction.
    fn edge(&self, day: Date, step: i64) -> Date {
        let steps = (1..=RUN).map_while(|n| day.checked_add((n * step).days()).ok());
        steps.take_while(|other| occasion(*other, self.abroad).is_some()).last().unwrap_or(day)
    }

    fn lighting(&self, eve: Date) -> Option<Timestamp> {
        let sunset = self.evening(eve, sun::SUNSET).map(|at| at - self.candles);
        sunset.or_else(|| self.clock(eve, WIDE_BEGIN))
    }

    fn nightfall(&self, day: Date) -> Option<Timestamp> {
        let dark = match self.end {
            Nightfall::Degrees(degrees) => self.evening(day, degrees),
            Nightfall::After(span) => self.evening(day, sun::SUNSET).map(|at| at + span),
        };
        dark.map(whole_minute).or_else(|| self.clock(day.tomorrow().ok()?, WIDE_END))
    }

    fn evening(&self, day: Date, degrees: f64) -> Option<Timestamp> {
        sun::evening(self.at?, self.clock(day, Time::constant(12, 0, 0, 0))?, degrees)
    }

    fn clock(&self, day: Date, time: Time) -> Option<Timestamp> {
        Some(day.to_datetime(time).to_zoned(self.tz.clone()).ok()?.timestamp())
    }
}

/// Rounded up.
fn whole_minute(at: Timestamp) -> Timestamp {
    let seconds = at.as_second() + i64::from(at.subsec_nanosecond() > 0);
    Timestamp::from_second(seconds.div_euclid(60) * 60 + if seconds.rem_euclid(60) > 0 { 60 } else { 0 }).unwrap_or(at)
}
