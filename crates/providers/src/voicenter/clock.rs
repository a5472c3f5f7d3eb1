//! Voicenter's times: `time` is an epoch, but some accounts write local wall-clock time as if it were UTC.
//!
//! Both readings are tried; what lies after the receipt is impossible, the later of the rest is taken.

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

/// Where Voicenter's accounts keep their clocks.
const ZONE: &str = "Asia/Jerusalem";

/// Clocks differ by so much.
const SLACK: SignedDuration = SignedDuration::from_secs(60);

/// A start of a call, as far as it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// As good as certain.
    At(Timestamp),
    /// The call's id suggests that it was earlier, by the zone's offset.
    Ambiguous(Timestamp),
    /// In the future, whichever way it is read.
    Impossible,
    /// Not a time.
    Unreadable,
}

/// Reads a start. `call_id` usually begins with the local time of the call.
pub(super) fn start(raw: &str, call_id: &str, received_at: Timestamp) -> Start {
    match raw.parse::<f64>() {
        Ok(number) => match epoch(number) {
            Some(as_written) => from_epoch(as_written, call_id, received_at),
            None => Start::Unreadable,
        },
        Err(_) => match written(raw) {
            Some(at) if at > latest(received_at) => Start::Impossible,
            Some(at) => Start::At(at),
            None => Start::Unreadable,
        },
    }
}

fn from_epoch(as_written: Timestamp, call_id: &str, received_at: Timestamp) -> Start {
    let possible = |at: &Timestamp| *at <= latest(received_at);
    let as_local = || local_as_utc(as_written);
    if possible(&as_written) {
        let id_says_local = stamp(call_id).is_some_and(|stamp| {
            let wall = TimeZone::UTC.to_datetime(as_written);
            wall.duration_since(stamp).abs() <= SLACK && as_local().is_some()
        });
        return if id_says_local { Start::Ambiguous(as_written) } else { Start::At(as_written) };
    }
    as_local().filter(possible).map_or(Start::Impossible, Start::At)
}

fn latest(received_at: Timestamp) -> Timestamp {
    received_at.checked_add(SLACK).unwrap_or(Timestamp::MAX)
}

/// The instant at which clocks in the zone show what `at` shows in UTC.
fn local_as_utc(at: Timestamp) -> Option<Timestamp> {
    let zone = TimeZone::get(ZONE).ok()?;
    TimeZone::UTC.to_datetime(at).to_zoned(zone).ok().map(|zoned| zoned.timestamp())
}

/// Seconds, or milliseconds when there are 13 digits; zero means no time.
fn epoch(number: f64) -> Option<Timestamp> {
    let seconds = if number >= 1e12 { number / 1000.0 } else { number };
    let sensible = (1e8..1e10).contains(&seconds); // 1973 to 2286: else it is not an epoch
    #[expect(clippy::cast_possible_truncation, reason = "checked to be small")]
    let millis = (seconds * 1000.0) as i64;
    sensible.then(|| Timestamp::from_millisecond(millis).ok()).flatten()
}

/// ISO 8601; without an offset it is GMT, as the Call Log writes.
fn written(raw: &str) -> Option<Timestamp> {
    let text = raw.trim().replacen(' ', "T", 1);
    text.parse().ok().or_else(|| TimeZone::UTC.to_timestamp(text.parse::<civil::DateTime>().ok()?).ok())
}

/// The `YYYYMMDDhhmmss` at the beginning of a call id.
fn stamp(call_id: &str) -> Option<civil::DateTime> {
    let digits = call_id.get(..14).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    let part = |from: usize, to: usize| digits[from..to].parse::<i16>().ok();
    let small = |from: usize| part(from, from + 2).and_then(|n| i8::try_from(n).ok());
    civil::DateTime::new(part(0, 4)?, small(4)?, small(6)?, small(8)?, small(10)?, small(12)?, 0).ok()
}
