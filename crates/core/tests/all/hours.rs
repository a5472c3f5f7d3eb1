//! Opening hours, and the dates on which other hours hold (A7).

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ringleader_core::hours::OpeningHours;
use ringleader_core::settings::{Interval, QuietHours, SpecialDay};
use serde_json::json;

fn show(at: Option<Timestamp>, tz: &TimeZone) -> String {
    at.map_or("-".into(), |at| at.to_zoned(tz.clone()).strftime("%F %H:%M").to_string())
}

#[test]
fn the_next_opening_is_found_over_nights_weekends_and_holidays() {
    let tz = TimeZone::get("Europe/London").unwrap();
    let weekly: Vec<Interval> = serde_json::from_value(json!([
        {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "13:00"},
        {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "14:00", "to": "18:00"},
        {"days": ["fri"], "from": "22:00", "to": "02:00"},
    ]))
    .unwrap();
    let special: Vec<SpecialDay> = serde_json::from_value(json!([
        {"date": "2026-12-24", "until": "2026-12-27", "name": "Christmas", "open": []},
        {"date": "2026-12-28", "open": [{"from": "10:00", "to": "12:00"}]},
    ]))
    .unwrap();
    let hours = OpeningHours::of(&weekly, &special, &tz).unwrap();
    for (now, opens, closes) in [
        ("2026-12-22T10:00:00Z", "2026-12-22 10:00", "2026-12-22 13:00"),
        ("2026-12-22T13:00:00Z", "2026-12-22 14:00", "-"), // the end is not open any more
        ("2026-12-22T18:30:00Z", "2026-12-23 09:00", "-"),
        ("2026-12-19T01:30:00Z", "2026-12-19 01:30", "2026-12-19 02:00"), // Friday's night goes past midnight
        ("2026-12-19T03:00:00Z", "2026-12-21 09:00", "-"),
        ("2026-12-23T19:00:00Z", "2026-12-28 10:00", "-"),
        ("2026-12-28T12:00:00Z", "2026-12-29 09:00", "-"),
    ] {
        let now: Timestamp = now.parse().unwrap();
        assert_eq!(show(hours.next_open(now), &tz), opens, "{now}");
        assert_eq!(show(hours.open_until(now), &tz), closes, "{now}");
    }
    assert!(OpeningHours::of(&[], &[], &tz).is_none(), "not told");
    let never: Vec<Interval> = vec![];
    let shut: Vec<SpecialDay> =
        serde_json::from_value(json!([{"date": "2020-01-01", "open": [{"from": "09:00", "to": "10:00"}]}])).unwrap();
    assert!(OpeningHours::of(&never, &shut, &tz).is_none(), "a special day is no week");
}

#[test]
fn a_special_date_replaces_the_quiet_hours_that_begin_on_it() {
    let tz = TimeZone::get("Asia/Jerusalem").unwrap();
    let special: Vec<SpecialDay> = serde_json::from_value(json!([
        {"date": "2026-04-21", "name": "Memorial Day", "quiet": [{"from": "00:00", "to": "24:00"}]},
        {"date": "2026-04-22", "quiet": []},
        {"date": "2026-04-23", "quiet": [{"from": "23:00", "to": "07:00"}]},
        {"date": "2026-04-24", "open": []},
    ]))
    .unwrap();
    let night = QuietHours::default(); // 21:00 to 08:00
    for (now, expected) in [
        ("2026-04-20T22:00:00+03:00", "2026-04-22 00:00"), // the night before runs into the silent day
        ("2026-04-21T12:00:00+03:00", "2026-04-22 00:00"),
        ("2026-04-22T22:00:00+03:00", "-"),
        ("2026-04-23T05:00:00+03:00", "-"),
        ("2026-04-23T22:00:00+03:00", "-"),
        ("2026-04-23T23:30:00+03:00", "2026-04-24 07:00"),
        ("2026-04-24T22:00:00+03:00", "2026-04-25 08:00"), // says nothing of quiet: as in other weeks
    ] {
        let now: Timestamp = now.parse().unwrap();
        assert_eq!(show(night.wait_until(&special, now, &tz), &tz), expected, "{now}");
    }
}
