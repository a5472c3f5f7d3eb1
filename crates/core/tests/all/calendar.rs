//! Shabbat and festivals against published tables: every one of two years in four cities, within two minutes (A7).

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use ringleader_core::calendar::{Occasion, RestDays, by_name, by_zone, names, occasion};
use ringleader_core::settings::{Shabbat, Span};

const TABLE: &str = include_str!("../data/shabbat.csv");
const PUBLISHED: &str = include_str!("../data/published.csv");

/// What "within two minutes" allows, printed times being whole minutes.
const TOLERANCE: i64 = 2 * 60;

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.map(|line| line.split(',').collect())
}

fn keeping(city: &str, settings: &Shabbat) -> RestDays {
    let place = by_name(city).unwrap();
    RestDays::at(settings, Some(city), place.country, TimeZone::get(place.zone).unwrap())
}

fn local(city: &str, text: &str) -> Timestamp {
    let tz = TimeZone::get(by_name(city).unwrap().zone).unwrap();
    text.replace(' ', "T").parse::<DateTime>().unwrap().to_zoned(tz).unwrap().timestamp()
}

/// Seconds between what we say and what was printed: at the beginning, at the end.
fn differences(days: &RestDays, from: Timestamp, until: Timestamp) -> (i64, i64) {
    let rest = days.during(from + SignedDuration::from_mins(30)).expect("half an hour after candles is rest");
    (rest.from.as_second() - from.as_second(), rest.until.as_second() - until.as_second())
}

#[test]
fn every_shabbat_and_festival_of_two_years_is_as_published_and_there_are_no_others() {
    let mut worst = 0;
    for city in ["Jerusalem", "Tel Aviv", "Haifa", "London"] {
        let days = keeping(city, &Shabbat::default());
        let printed: Vec<_> = rows(TABLE).filter(|row| row[0] == city).collect();
        let mut at = local(city, "2026-01-01 00:00");
        for row in &printed {
            let (from, until) = (local(city, row[1]), local(city, row[2]));
            let rest = days.next(at).unwrap();
            let off = (rest.from.as_second() - from.as_second()).abs().max((rest.until - until).get_seconds().abs());
            assert!(off <= TOLERANCE, "{city} {}: {off} s off, {rest:?}", row[1]);
            worst = worst.max(off);
            at = rest.until;
        }
        assert!(days.next(at).unwrap().from > local(city, "2027-12-31 17:30"), "{city}: more than was printed");
    }
    assert!(worst <= 90, "the table is of one method, so it should be met closely: {worst} s");
}

#[test]
fn newspapers_and_synagogues_print_the_same() {
    for row in rows(PUBLISHED) {
        let mut settings = Shabbat::default();
        if !row[1].is_empty() {
            settings.candles = Some(Span::secs(row[1].parse::<i64>().unwrap() * 60));
        }
        if !row[2].is_empty() {
            settings.stars = row[2].parse().unwrap();
        }
        let off = differences(&keeping(row[0], &settings), local(row[0], row[3]), local(row[0], row[4]));
        // Printed minutes are cut or rounded, by each printer in its own way.
        assert!(off.0.abs() <= TOLERANCE + 59 && off.1.abs() <= TOLERANCE, "{row:?}: {off:?} s off");
    }
}

#[test]
fn festivals_fall_on_their_days_and_have_a_second_day_abroad() {
    use Occasion::*;
    for (day, israel, abroad) in [
        ("2026-04-02", Some(Pesach), Some(Pesach)), // 15 Nisan 5786
        ("2026-04-03", None, Some(Pesach)),
        ("2026-04-06", None, None), // a day between
        ("2026-04-08", Some(PesachEnd), Some(PesachEnd)),
        ("2026-04-09", None, Some(PesachEnd)),
        ("2026-05-22", Some(Shavuot), Some(Shavuot)),
        ("2026-05-23", Some(Shabbat), Some(Shavuot)),
        ("2026-09-12", Some(RoshHashana), Some(RoshHashana)), // 1 Tishri 5787, a Shabbat
        ("2026-09-13", Some(RoshHashana), Some(RoshHashana)),
        ("2026-09-14", None, None), // a fast, and a working day
        ("2026-09-21", Some(YomKippur), Some(YomKippur)),
        ("2026-09-26", Some(Sukkot), Some(Sukkot)),
        ("2026-09-27", None, Some(Sukkot)),
        ("2026-10-03", Some(SheminiAtzeret), Some(SheminiAtzeret)),
        ("2026-10-04", None, Some(SimchatTorah)),
        ("2026-12-05", Some(Shabbat), Some(Shabbat)), // Chanukka is no day of rest
        ("2027-03-23", None, None),                   // Purim of a leap year
        ("2027-04-22", Some(Pesach), Some(Pesach)),   // 5787 has two months of Adar
        ("2027-04-28", Some(PesachEnd), Some(PesachEnd)),
        ("2027-06-11", Some(Shavuot), Some(Shavuot)),
        ("2027-10-02", Some(RoshHashana), Some(RoshHashana)),
        ("2027-10-11", Some(YomKippur), Some(YomKippur)),
        ("2027-10-16", Some(Sukkot), Some(Sukkot)),
        ("2027-10-23", Some(SheminiAtzeret), Some(SheminiAtzeret)),
        ("2027-10-24", None, Some(SimchatTorah)),
    ] {
        let date: Date = day.parse().unwrap();
        assert_eq!((occasion(date, false), occasion(date, true)), (israel, abroad), "{day}");
    }
}

#[test]
fn the_custom_can_be_changed() {
    let mins = |n: i64| Some(Span::secs(n * 60));
    let at = local("Tel Aviv", "2026-01-16 19:00");
    let plain = keeping("Tel Aviv", &Shabbat::default()).during(at).unwrap();
    let early = keeping("Tel Aviv", &Shabbat { candles: mins(40), ..Shabbat::default() }).during(at).unwrap();
    assert_eq!(plain.from.duration_since(early.from), SignedDuration::from_mins(20));
    let tam = keeping("Tel Aviv", &Shabbat { ends_after: mins(72), ..Shabbat::default() }).during(at).unwrap();
    let later = (tam.until - plain.until).get_seconds();
    assert!((30 * 60..40 * 60).contains(&later), "72 minutes after sunset is {later} s later than three stars");
    let two = Shabbat { two_days: Some(true), ..Shabbat::default() };
    let monday = local("Jerusalem", "2026-09-27 12:00");
    assert_eq!(keeping("Jerusalem", &two).during(monday).unwrap().occasion, Occasion::Sukkot);
    assert_eq!(keeping("Jerusalem", &Shabbat::default()).during(monday), None);
    // Coordinates of the settings win over the place; its custom stays.
    let there = Shabbat { latitude: Some(31.25), longitude: Some(34.79), ..Shabbat::default() };
    let days = RestDays::at(&there, Some("Moshav Nowhere"), "IL", TimeZone::get("Asia/Jerusalem").unwrap());
    let beer_sheva = keeping("Beer Sheva", &Shabbat::default()).during(at).unwrap();
    assert!((days.during(at).unwrap().from - beer_sheva.from).get_seconds().abs() < 10);
}

#[test]
fn where_the_sun_tells_nothing_a_wide_stretch_of_the_clock_stands_in() {
    // Tromsø has no sunset in June.
    let north = Shabbat { latitude: Some(69.65), longitude: Some(18.96), ..Shabbat::default() };
    let tz = TimeZone::get("Europe/Oslo").unwrap();
    let unknown = RestDays::at(&Shabbat::default(), Some("Nowhere"), "XX", TimeZone::UTC);
    assert!(!unknown.knows_the_sun());
    for (days, zone) in [(RestDays::at(&north, None, "NO", tz.clone()), tz), (unknown, TimeZone::UTC)] {
        let friday: Date = "2026-06-19".parse().unwrap();
        let rest = days.next(friday.at(12, 0, 0, 0).to_zoned(zone.clone()).unwrap().timestamp()).unwrap();
        let show = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%a %H:%M").to_string();
        assert_eq!((show(rest.from), show(rest.until)), ("Fri 14:00".into(), "Sun 01:00".into()));
    }
}

#[test]
fn places_are_found_however_they_are_written() {
    for (text, expected) in [
        ("Jerusalem", Some("Jerusalem")),
        ("ירושלים", Some("Jerusalem")),
        ("tel-aviv", Some("Tel Aviv")),
        ("Tel Aviv-Yafo", Some("Tel Aviv")),
        ("תל אביב-יפו", Some("Tel Aviv")),
        ("Be'er Sheva", Some("Beer Sheva")),
        ("London, UK", Some("London")),
        ("Atlantis", None),
        ("", None),
    ] {
        assert_eq!(by_name(text).map(|place| place.name), expected, "{text}");
    }
    for name in names() {
        let place = by_name(name).unwrap();
        assert!(by_name(place.hebrew) == Some(place), "{name}");
        assert!(by_zone(place.zone).is_some() && TimeZone::get(place.zone).is_ok(), "{name}");
    }
    for (country, zones) in ringleader_core::calendar::zones::all() {
        assert_eq!(ringleader_core::calendar::zones::of_country(country).len(), zones.len(), "{country}");
    }
}

proptest! {
    #[test]
    fn a_silence_is_whole_wherever_one_looks_into_it(
        minute in 0i64..(20 * 366 * 24 * 60),
        city in prop::sample::select(names().collect::<Vec<_>>()),
    ) {
        let days = keeping(city, &Shabbat::default());
        let at = Timestamp::from_second(1_700_000_000 + minute * 60).unwrap();
        let rest = days.next(at).unwrap();
        let hours = rest.until.duration_since(rest.from).as_hours();
        prop_assert!((24..=75).contains(&hours), "{hours} h");
        prop_assert!(at < rest.until);
        prop_assert_eq!(days.during(at).is_some(), rest.from <= at);
        for probe in [rest.from, rest.until - SignedDuration::from_secs(1)] {
            prop_assert_eq!(days.during(probe), Some(rest));
        }
        prop_assert_eq!(days.during(rest.until), None);
        prop_assert_eq!(days.during(rest.from - SignedDuration::from_secs(1)), None);
    }
}
