//! Quiet hours: several intervals on chosen days, past midnight too, in the tenant's zone (A7).
//!
//! Always true: the moment waited for is not itself quiet; a clock that jumps neither shortens a quiet night to nothing nor
//! makes it endless. A time that does not exist on that day counts from the jump; one that comes twice means the first time
//! for a beginning and the second for an end, so that the longer silence wins.

use crate::settings::{Day, Days, QuietHours, QuietInterval};
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Intervals that follow each other are one silence; more than this many in a row would be no business any more.
const CHAIN: usize = 64;

impl QuietHours {
    /// When messages may go out again; `None` if they may go now. Malformed intervals count for nothing: they are refused
    /// when settings are saved.
    pub fn wait_until(&self, now: Timestamp, tz: &TimeZone) -> Option<Timestamp> {
        let mut at = now;
        for _ in 0..CHAIN {
            match self.0.iter().filter_map(|interval| end_of(interval, at, tz)).max() {
                Some(end) => at = end,
                None => break,
            }
        }
        (at > now).then_some(at)
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

/// The end of the stretch of `interval` that contains `at`, if one does. A stretch may have begun on either of the days before.
fn end_of(interval: &QuietInterval, at: Timestamp, tz: &TimeZone) -> Option<Timestamp> {
    let (from, to) = (parse_time(&interval.from)?, parse_time(&interval.to)?);
    let today = at.to_zoned(tz.clone()).date();
    let mut ends = Vec::new();
    for back in 0..=2 {
        let day = today.checked_sub(i64::from(back).days()).ok()?;
        if !begins_on(&interval.days, day.weekday()) {
            continue;
        }
        let end_day = if to <= from { day.tomorrow().ok()? } else { day };
        let (begin, end) = (instant(day, from, tz, true)?, instant(end_day, to, tz, false)?);
        if begin <= at && at < end {
            ends.push(end);
        }
    }
    ends.into_iter().max()
}

/// The instant of a wall-clock time. In a gap: the jump itself. In a fold: `earlier` or the later one.
fn instant(day: Date, (hour, minute): (i8, i8), tz: &TimeZone, earlier: bool) -> Option<Timestamp> {
    let (day, hour) = if hour == 24 { (day.tomorrow().ok()?, 0) } else { (day, hour) };
    let wall = day.to_datetime(Time::new(hour, minute, 0, 0).ok()?);
    let ambiguous = tz.to_ambiguous_timestamp(wall);
    match ambiguous.offset() {
        jiff::tz::AmbiguousOffset::Gap { .. } => {
            let after = ambiguous.later().ok()?;
            tz.preceding(after + 1.second()).next().map(|jump| jump.timestamp())
        }
        _ if earlier => ambiguous.earlier().ok(),
        _ => ambiguous.later().ok(),
    }
}

fn begins_on(days: &Days, weekday: Weekday) -> bool {
    match days {
        Days::All => true,
        Days::Some(list) => list.contains(&match weekday {
            Weekday::Sunday => Day::Sun,
            Weekday::Monday => Day::Mon,
            Weekday::Tuesday => Day::Tue,
            Weekday::Wednesday => Day::Wed,
            Weekday::Thursday => Day::Thu,
            Weekday::Friday => Day::Fri,
            Weekday::Saturday => Day::Sat,
        }),
    }
}
