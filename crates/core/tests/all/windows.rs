//! When a message may go, everything taken together, also on the days when clocks change (A7, A12).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use ringleader_core::calendar::windows::{Because, Matter, Windows, in_words};
use ringleader_core::calendar::{Occasion, RestDays, zones};
use ringleader_core::settings::TenantSettings;
use serde_json::json;

/// Someone who is awake all the time.
const FRESH: Matter = Matter::FreshUntil(Timestamp::MAX);

fn tz(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn local(text: &str, zone: &TimeZone) -> Timestamp {
    text.replace(' ', "T").parse::<DateTime>().unwrap().to_zoned(zone.clone()).unwrap().timestamp()
}

fn show(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%F %H:%M").to_string()
}

fn settings(json: serde_json::Value) -> TenantSettings {
    let settings: TenantSettings = serde_json::from_value(json).unwrap();
    assert_eq!(settings.validate("IL"), []);
    settings
}

fn windows<'a>(settings: &'a TenantSettings, zone: &'a TimeZone, place: &str, abroad: &str) -> Windows<'a> {
    let rest = settings.keeps_shabbat.then(|| RestDays::at(&settings.shabbat, Some(place), "IL", zone.clone()));
    Windows::by(settings, zone, zones::of_country(abroad), rest)
}

#[test]
fn a_message_waits_for_what_ends_last_and_says_so() {
    let zone = tz("Asia/Jerusalem");
    let it = settings(json!({"keeps_shabbat": true, "special_days": [
        {"date": "2026-04-21", "quiet": [{"from": "00:00", "to": "24:00"}]}]}));
    for (abroad, matter, now, until, because) in [
        ("IL", FRESH, "2026-01-12 22:00", "2026-01-12 22:00", None), // has just called
        ("IL", Matter::CanWait, "2026-01-12 22:00", "2026-01-13 08:00", Some("quiet_hours")),
        ("IL", FRESH, "2026-01-16 16:30", "2026-01-17 17:39", Some("rest")),
        ("IL", Matter::CanWait, "2026-01-16 16:30", "2026-01-17 17:39", Some("rest")),
        // In summer nightfall is before nine, too; on Yom Kippur of 2027 likewise: no quiet hours behind it.
        ("IL", Matter::CanWait, "2026-06-20 12:00", "2026-06-20 20:30", Some("rest")),
        // Rosh Hashana on Shabbat and Sunday is one silence.
        ("IL", FRESH, "2026-09-12 10:00", "2026-09-13 19:25", Some("rest")),
        ("IL", Matter::CanWait, "2026-04-21 09:00", "2026-04-22 00:00", Some("quiet_hours")),
        ("US", Matter::CanWait, "2026-01-12 10:00", "2026-01-12 18:00", Some("their_night")), // 08:00 in Los Angeles
        ("US", Matter::CanWait, "2026-01-12 19:00", "2026-01-12 19:00", None),
        ("US", FRESH, "2026-01-12 10:00", "2026-01-12 10:00", None),
        ("GB", Matter::CanWait, "2026-01-12 08:30", "2026-01-12 10:00", Some("their_night")),
        ("XX", Matter::CanWait, "2026-01-12 09:30", "2026-01-12 09:30", None), // a country nobody knows: our own clock
    ] {
        let windows = windows(&it, &zone, "Jerusalem", abroad);
        let wait = windows.wait(matter, local(now, &zone));
        let got = wait.as_ref().map_or(local(now, &zone), |wait| wait.until);
        assert_eq!((show(got, &zone).as_str(), wait.map(|w| w.because.word())), (until, because), "{abroad} {now}");
    }
}

#[test]
fn a_chain_of_reasons_is_followed_to_its_end() {
    // London in June: candles at nine, nightfall at half past ten, quiet hours until eight.
    let zone = tz("Europe/London");
    let it = settings(json!({"keeps_shabbat": true, "shabbat": {"two_days": true}}));
    let rest = RestDays::at(&it.shabbat, Some("London"), "GB", zone.clone());
    let wait =
        Windows::by(&it, &zone, vec![], Some(rest)).wait(Matter::CanWait, local("2026-06-20 12:00", &zone)).unwrap();
    assert_eq!(show(wait.until, &zone), "2026-06-21 08:00");
    let steps: Vec<_> = wait.steps.iter().map(|(because, _)| *because).collect();
    assert_eq!(steps, [Because::Rest(Occasion::Shabbat), Because::QuietHours]);
    assert_eq!(wait.because, Because::QuietHours);
}

#[test]
fn who_called_before_shabbat_is_written_to_after_it_and_after_the_night_behind_it() {
    let zone = tz("Europe/London");
    let it = settings(json!({"keeps_shabbat": true}));
    let rest = RestDays::at(&it.shabbat, Some("London"), "GB", zone.clone());
    let windows = Windows::by(&it, &zone, vec![], Some(rest));
    let called = local("2026-06-19 21:30", &zone);
    let wait = windows.wait(Matter::FreshUntil(called + SignedDuration::from_mins(32)), called).unwrap();
    assert_eq!((show(wait.until, &zone).as_str(), wait.because), ("2026-06-21 08:00", Because::QuietHours));
    assert_eq!(wait.steps.len(), 2, "Shabbat, then the night");
}

#[test]
fn a_business_that_writes_only_while_open_waits_for_its_opening() {
    let zone = tz("Europe/London");
    let it = settings(json!({
        "outreach": {"only_when_open": true},
        "opening_hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "18:00"}],
    }));
    let windows = Windows::by(&it, &zone, vec![], None);
    let wait = windows.wait(FRESH, local("2026-01-16 18:30", &zone)).unwrap();
    assert_eq!((show(wait.until, &zone).as_str(), wait.because), ("2026-01-19 09:00", Because::Closed));
}

#[test]
fn reminders_keep_their_hours_on_the_days_when_clocks_change() {
    // First message at 20:30 on the eve: the first reminder falls into quiet hours, the second is 24 real hours later.
    for (zone, eve, morning, next_evening, next_morning) in [
        ("Asia/Jerusalem", "2026-03-26 20:30", "2026-03-27 08:00", "2026-03-27 21:30", "2026-03-28 08:00"), // forward
        ("Asia/Jerusalem", "2026-10-24 20:30", "2026-10-25 08:00", "2026-10-25 19:30", "2026-10-25 19:30"), // back
        ("Europe/London", "2026-03-28 20:30", "2026-03-29 08:00", "2026-03-29 21:30", "2026-03-30 08:00"),
        ("Europe/London", "2026-10-24 20:30", "2026-10-25 08:00", "2026-10-25 19:30", "2026-10-25 19:30"),
    ] {
        let (zone, it) = (tz(zone), TenantSettings::default());
        let windows = Windows::by(&it, &zone, vec![], None);
        let opened = local(eve, &zone);
        let first = opened + it.outreach.reminders[0].0;
        assert_eq!(show(windows.next_allowed(Matter::CanWait, first), &zone), morning, "first reminder after {eve}");
        let second = opened + it.outreach.reminders[1].0;
        assert_eq!(show(second, &zone), next_evening, "24 hours are 24 hours");
        assert_eq!(show(windows.next_allowed(Matter::CanWait, second), &zone), next_morning, "second after {eve}");
    }
}

#[test]
fn shabbat_keeps_its_hours_on_the_days_when_clocks_change() {
    // Israel springs forward on a Friday before dawn; candles that evening are by the new clock.
    let (zone, it) = (tz("Asia/Jerusalem"), settings(json!({"keeps_shabbat": true})));
    let windows = windows(&it, &zone, "Jerusalem", "IL");
    let friday = local("2026-03-27 18:10", &zone);
    assert_eq!(windows.wait(FRESH, friday), None);
    let rest = windows.next_rest(friday).unwrap();
    assert_eq!(
        (show(rest.from, &zone).as_str(), show(rest.until, &zone).as_str()),
        ("2026-03-27 18:15", "2026-03-28 19:33")
    );
    let autumn = windows.next_rest(local("2026-10-25 03:00", &zone)).unwrap();
    assert_eq!(show(autumn.from, &zone), "2026-10-30 16:11", "an hour earlier than the week before");
}

#[test]
fn a_wait_is_told_as_a_person_would_say_it() {
    let zone = tz("Asia/Jerusalem");
    let now = local("2026-01-16 16:30", &zone);
    for (at, english, hebrew) in [
        ("2026-01-16 21:05", "today 21:05", "היום 21:05"),
        ("2026-01-17 17:38", "Saturday 17:38", "יום שבת 17:38"),
        ("2026-01-18 08:00", "Sunday 08:00", "יום ראשון 08:00"),
        ("2026-01-23 08:00", "Friday 23.01. 08:00", "יום שישי 23.01. 08:00"),
    ] {
        let at = local(at, &zone);
        assert_eq!((in_words(at, now, &zone, "en"), in_words(at, now, &zone, "he")), (english.into(), hebrew.into()));
    }
}

/// A tenant's week drawn at random: quiet and opening hours, special days, Shabbat, the recipient's country, the zone.
fn world() -> impl Strategy<Value = (TenantSettings, &'static str, &'static str)> {
    let clock = (0..24u8, prop::sample::select(vec![0u8, 15, 30, 59])).prop_map(|(h, m)| format!("{h:02}:{m:02}"));
    let days = prop::sample::subsequence(vec!["sun", "mon", "tue", "wed", "thu", "fri", "sat"], 1..=5);
    let interval =
        (days, clock.clone(), clock.clone()).prop_map(|(days, from, to)| json!({"days": days, "from": from, "to": to}));
    let list = prop::collection::vec(interval, 0..4);
    let special = (1..28u8, prop::option::of((clock.clone(), clock))).prop_map(|(day, hours)| {
        let hours: Vec<_> = hours.into_iter().map(|(from, to)| json!({"from": from, "to": to})).collect();
        json!({"date": format!("2026-03-{day:02}"), "quiet": hours, "open": hours})
    });
    let zones =
        prop::sample::select(vec!["Asia/Jerusalem", "Europe/London", "America/New_York", "Australia/Lord_Howe"]);
    let country = prop::sample::select(vec!["IL", "GB", "US", "AU", "XX"]);
    (list.clone(), list, prop::option::of(special), any::<bool>(), any::<bool>(), zones, country).prop_map(
        |(quiet, open, special, keeps, only_open, zone, country)| {
            let settings = json!({"quiet_hours": quiet, "opening_hours": open, "special_days": special.into_iter().collect::<Vec<_>>(),
                "keeps_shabbat": keeps, "outreach": {"only_when_open": only_open && !open.is_empty()}});
            (serde_json::from_value(settings).unwrap(), zone, country)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]
    #[test]
    fn the_next_allowed_moment_is_allowed_the_first_and_stays_so(
        (it, zone, country) in world(),
        minute in 0i64..(90 * 24 * 60),
        later in 0i64..(3 * 24 * 60),
        fresh in prop::option::of(0i64..(100 * 24 * 60)),
    ) {
        let zone = tz(zone);
        let windows = windows(&it, &zone, "Haifa", country);
        let begin = local("2026-02-10 00:00", &zone);
        let matter = fresh.map_or(Matter::CanWait, |n| Matter::FreshUntil(begin + SignedDuration::from_mins(n)));
        let now = begin + SignedDuration::from_mins(minute);
        let next = windows.next_allowed(matter, now);
        // Weeks without any allowed minute are refused when they are saved; a chain of two months stands for one.
        prop_assume!(next < now + SignedDuration::from_hours(24 * 20));
        prop_assert!(next >= now);
        prop_assert_eq!(windows.wait(matter, next), None, "idempotent: not forbidden itself");
        let then = now + SignedDuration::from_mins(later);
        prop_assert!(windows.next_allowed(matter, then) >= next, "monotone");
        for n in 0..24 {
            let before = now + (next.duration_since(now) * n) / 24;
            prop_assert!(before >= next || windows.next_allowed(matter, before) == next, "the earliest: {before} is free");
        }
        if let Some(wait) = windows.wait(matter, now) {
            let ends: Vec<_> = wait.steps.iter().map(|(_, end)| *end).collect();
            prop_assert!(ends.is_sorted() && ends.last() == Some(&wait.until));
        }
    }
}
