//! Quiet hours across midnight, days and clock changes (A7).

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use ringleader_core::settings::{Day, Days, Interval, QuietHours};

fn hours(list: &[(Days, &str, &str)]) -> QuietHours {
    let one =
        |(days, from, to): &(Days, &str, &str)| Interval { days: days.clone(), from: (*from).into(), to: (*to).into() };
    QuietHours(list.iter().map(one).collect())
}

/// Local times in, local time out: `-` for "may go now".
fn wait(quiet: &QuietHours, zone: &str, now: &str) -> String {
    let tz = TimeZone::get(zone).unwrap();
    let now: Timestamp = now.parse().unwrap();
    let until = quiet.wait_until(&[], now, &tz);
    until.map_or("-".into(), |at| at.to_zoned(tz).strftime("%F %H:%M").to_string())
}

#[test]
fn quiet_hours_end_when_they_should() {
    let night = QuietHours::default();
    let friday =
        hours(&[(Days::Some(vec![Day::Fri]), "15:00", "24:00"), (Days::Some(vec![Day::Sat]), "00:00", "20:00")]);
    let twice = hours(&[(Days::All, "13:00", "15:00"), (Days::All, "21:00", "08:00")]);
    let weekend = hours(&[(Days::Some(vec![Day::Fri]), "22:00", "06:00")]);
    for (quiet, now, expected) in [
        (&night, "2026-01-05T19:30:00+02:00", "-"),
        (&night, "2026-01-05T21:00:00+02:00", "2026-01-06 08:00"),
        (&night, "2026-01-06T03:00:00+02:00", "2026-01-06 08:00"),
        (&night, "2026-01-06T08:00:00+02:00", "-"), // the end is not quiet any more
        (&twice, "2026-01-05T13:30:00+02:00", "2026-01-05 15:00"),
        (&friday, "2026-01-09T16:00:00+02:00", "2026-01-10 20:00"), // intervals that touch are one silence
        (&weekend, "2026-01-10T05:00:00+02:00", "2026-01-10 06:00"), // began on Friday
        (&weekend, "2026-01-10T23:00:00+02:00", "-"),
        (&QuietHours(vec![]), "2026-01-10T23:00:00+02:00", "-"),
    ] {
        assert_eq!(wait(quiet, "Asia/Jerusalem", now), expected, "{now}");
    }
}

#[test]
fn a_clock_change_neither_drops_nor_stretches_a_quiet_night() {
    // London: 2026-03-29 01:00 does not exist until 02:00; 2026-10-25 01:00 to 02:00 comes twice.
    let into_gap = hours(&[(Days::All, "23:00", "01:30")]);
    let from_gap = hours(&[(Days::All, "01:30", "03:00")]);
    let into_fold = hours(&[(Days::All, "23:00", "01:30")]);
    let from_fold = hours(&[(Days::All, "01:30", "03:00")]);
    for (quiet, now, expected) in [
        (&into_gap, "2026-03-29T00:30:00Z", "2026-03-29 02:00"),
        (&into_gap, "2026-03-29T01:00:00Z", "-"),
        (&from_gap, "2026-03-29T01:00:00Z", "2026-03-29 03:00"),
        (&into_fold, "2026-10-25T00:40:00Z", "2026-10-25 01:30"), // 01:40 summer time: quiet until the second 01:30
        (&into_fold, "2026-10-25T01:30:00Z", "-"),
        (&from_fold, "2026-10-25T00:30:00Z", "2026-10-25 03:00"),
    ] {
        assert_eq!(wait(quiet, "Europe/London", now), expected, "{now}");
    }
}

#[test]
fn malformed_times_count_for_nothing() {
    for text in ["25:00", "24:01", "9:00", "09-00", "", "ab:cd", "+9:00"] {
        assert_eq!(wait(&hours(&[(Days::All, text, "08:00")]), "UTC", "2026-01-05T03:00:00Z"), "-", "{text}");
    }
}

proptest! {
    #[test]
    fn the_moment_waited_for_is_later_and_not_quiet(
        minutes in 0..(2 * 366 * 24 * 60i64),
        intervals in prop::collection::vec((0..24u8, 0..60u8, 1..14u8), 0..3),
        zone in prop::sample::select(vec!["Asia/Jerusalem", "Europe/London", "America/New_York", "Australia/Lord_Howe"]),
    ) {
        let list = intervals.iter().map(|(h, m, long)| Interval {
            days: Days::All,
            from: format!("{h:02}:{m:02}"),
            to: format!("{:02}:{m:02}", (h + long) % 24),
        });
        let quiet = QuietHours(list.collect());
        let tz = TimeZone::get(zone).unwrap();
        let now = Timestamp::from_second(1_767_225_600 + minutes * 60).unwrap();
        if let Some(until) = quiet.wait_until(&[], now, &tz) {
            prop_assert!(until > now);
            let always = until.duration_since(now).as_hours() > 48;
            prop_assert!(always || quiet.wait_until(&[], until, &tz).is_none());
        }
    }
}
