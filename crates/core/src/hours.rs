//! Hours of the clock on days of the week, with dated exceptions: what quiet hours and opening hours share (A7).
//!
//! Always true: hours go past midnight; malformed ones count for nothing (they are refused when settings are saved); a clock
//! that jumps neither shortens a stretch to nothing nor makes it endless. A time that does not exist on that day counts from
//! the jump; of one that comes twice, the longer silence wins: quiet hours begin with the first and end with the second,
//! opening hours the other way round.

use crate::settings::{Hours, Interval, SpecialDay};
use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// How far ahead the next opening is looked for.
const AHEAD: i64 = 62;

/// What the hours are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Quiet,
    Open,
}

/// A week of hours in a zone, and the dates on which others hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timetable<'a> {
    pub what: Use,
    pub weekly: &'a [Interval],
    pub special: &'a [SpecialDay],
    pub tz: &'a TimeZone,
}

/// When the business is open.
#[derive(Debug, Clone, Copy)]
pub struct OpeningHours<'a>(Timetable<'a>);

impl<'a> OpeningHours<'a> {
    /// The opening hours in a zone; `None` if the business has not told any. One day's own hours say nothing of all others.
    pub fn of(weekly: &'a [Interval], special: &'a [SpecialDay], tz: &'a TimeZone) -> Option<Self> {
        (!weekly.is_empty()).then_some(Self(Timetable { what: Use::Open, weekly, special, tz }))
    }

    /// Whether it is open at that moment.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.0.end_of(at).is_some()
    }

    /// `at` if it is open then, else when it opens next; `None` if it does not within two months.
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        if self.is_open(at) { Some(at) } else { self.0.next_begin(at) }
    }

    /// When it closes, if it is open at that moment; hours that touch are one.
    pub fn open_until(&self, at: Timestamp) -> Option<Timestamp> {
        let mut end = self.0.end_of(at)?;
        while let Some(later) = self.0.end_of(end).filter(|later| *later > end && *later < at + 48.hours()) {
            end = later;
        }
        Some(end)
    }
}

/// What dated exceptions leave closed between two moments: their days, but for the hours that they tell.
pub(crate) fn closed_by_date(
    special: &[SpecialDay],
    tz: &TimeZone,
    from: Timestamp,
    until: Timestamp,
) -> Vec<(Timestamp, Timestamp)> {
    let table = Timetable { what: Use::Open, weekly: &[], special, tz };
    let [first, last] = [from, until].map(|at| at.to_zoned(tz.clone()).date());
    let told = |day: &Date| special.iter().any(|special| special.covers(*day) && special.open.is_some());
    first.series(1.day()).take_while(|day| *day <= last).filter(told).flat_map(|day| table.gaps(day)).collect()
}

impl Timetable<'_> {
    /// The stretches of a date outside of those that begin on it.
    fn gaps(&self, day: Date) -> Vec<(Timestamp, Timestamp)> {
        let midnight = |hour| instant(day, (hour, 0), self.tz, hour == 0);
        let (Some(mut from), Some(end)) = (midnight(0), midnight(24)) else { return Vec::new() };
        let mut open = self.begun_on(day);
        open.sort_unstable();
        let mut gaps = Vec::new();
        for (begin, until) in open.into_iter().chain([(end, end)]) {
            if from < begin {
                gaps.push((from, begin));
            }
            from = from.max(until);
        }
        gaps
    }

    /// The end of the stretch that contains `at`, if one does; of several, the last end.
    pub fn end_of(&self, at: Timestamp) -> Option<Timestamp> {
        let today = at.to_zoned(self.tz.clone()).date();
        // A stretch lasts a day and a clock change at most: it began today or on one of the two days before.
        let days = (0..=2).filter_map(|back| today.checked_sub(i64::from(back).days()).ok());
        days.flat_map(|day| self.begun_on(day))
            .filter(|(begin, end)| *begin <= at && at < *end)
            .map(|(_, end)| end)
            .max()
    }

    /// The first beginning at or after `at`.
    fn next_begin(&self, at: Timestamp) -> Option<Timestamp> {
        let today = at.to_zoned(self.tz.clone()).date();
        let mut days = (0..=AHEAD).filter_map(|ahead| today.checked_add(ahead.days()).ok());
        let whole = |(begin, end): &(Timestamp, Timestamp)| *begin >= at && begin < end;
        days.find_map(|day| self.begun_on(day).into_iter().filter(whole).map(|(begin, _)| begin).min())
    }

    /// The stretches that begin on a date: the special ones of that date, else those of its day of the week.
    fn begun_on(&self, day: Date) -> Vec<(Timestamp, Timestamp)> {
        let special = self.special.iter().filter(|special| special.covers(day)).find_map(|special| match self.what {
            Use::Quiet => special.quiet.as_deref(),
            Use::Open => special.open.as_deref(),
        });
        let stretch = |from: &str, to: &str| self.stretch(day, from, to);
        match special {
            Some(hours) => hours.iter().filter_map(|Hours { from, to }| stretch(from, to)).collect(),
            None => {
                let today = self.weekly.iter().filter(|interval| interval.days.contain(day.weekday()));
                today.filter_map(|Interval { from, to, .. }| stretch(from, to)).collect()
            }
        }
    }

    fn stretch(&self, day: Date, from: &str, to: &str) -> Option<(Timestamp, Timestamp)> {
        let (from, to) = (parse_time(from)?, parse_time(to)?);
        let end_day = if to <= from { day.tomorrow().ok()? } else { day };
        let quiet = self.what == Use::Quiet;
        Some((instant(day, from, self.tz, quiet)?, instant(end_day, to, self.tz, !quiet)?))
    }
}

/// `HH:MM`, 00:00 to 24:00 (the end of the day).
pub fn parse_time(text: &str) -> Option<(i8, i8)> {
    let (hour, minute) = text.split_once(':')?;
    let digits =
        |part: &str| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i8>().ok())?;
    let (hour, minute) = (digits(hour)?, digits(minute)?);
    ((hour < 24 && minute < 60) || (hour == 24 && minute == 0)).then_some((hour, minute))
}

/// The instant of a wall-clock time. In a gap: the jump itself. In a fold: `earlier` or the later one.
fn instant(day: Date, (hour, minute): (i8, i8), tz: &TimeZone, earlier: bool) -> Option<Timestamp> {
    let (day, hour) = if hour == 24 { (day.tomorrow().ok()?, 0) } else { (day, hour) };
    let wall = day.to_datetime(Time::new(hour, minute, 0, 0).ok()?);
    let ambiguous = tz.to_ambiguous_timestamp(wall);
    match ambiguous.offset() {
        AmbiguousOffset::Gap { .. } => {
            let after = ambiguous.later().ok()?;
            tz.preceding(after + 1.second()).next().map(|jump| jump.timestamp())
        }
        _ if earlier => ambiguous.earlier().ok(),
        _ => ambiguous.later().ok(),
    }
}
