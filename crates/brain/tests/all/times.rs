//! Time expressions: what they mean in the tenant's zone, also on days of clock change (A10).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use ringleader_brain::times::{Reference, TimeExpression, find};

fn reference(now: &str, zone: &str, country: &str) -> Reference {
    let zone = TimeZone::get(zone).expect("a zone and a time of the table");
    let now = now
        .parse::<DateTime>()
        .expect("a zone and a time of the table")
        .to_zoned(zone.clone())
        .expect("a zone and a time of the table")
        .timestamp();
    Reference::new(now, zone, country)
}

fn shown(time: Option<Timestamp>, reference: &Reference) -> String {
    time.map_or("-".to_owned(), |t| t.to_zoned(reference.zone.clone()).strftime("%d %H:%M").to_string())
}

fn window(found: &TimeExpression, reference: &Reference) -> String {
    let mark = if found.ambiguous { " ?" } else { "" };
    format!("{}..{}{mark}", shown(found.from, reference), shown(found.until, reference))
}

fn check(reference: &Reference, table: &[(&str, &str)]) {
    for (text, expected) in table {
        let found = find(text, reference);
        let got: Vec<String> = found.iter().map(|time| window(time, reference)).collect();
        assert_eq!(got, vec![(*expected).to_owned()], "{text}: {found:?}");
    }
}

#[test]
fn hebrew_times_are_windows_in_the_zone() {
    let wednesday = reference("2026-11-18T09:00", "Asia/Jerusalem", "IL");
    check(
        &wednesday,
        &[
            ("מחר בבוקר", "19 08:00..19 12:00"),
            ("אחרי 17:00 בבקשה", "18 17:00..-"),
            ("בין 4 ל-6", "18 16:00..18 18:00 ?"),
            ("בעוד חצי שעה", "18 09:30..18 09:45"),
            ("יום ג׳ ב 10 וחצי", "24 10:30..24 11:30"),
            ("מחרתיים בצהריים", "20 12:00..20 14:00"),
            ("הערב", "18 18:00..18 21:00"),
            ("הערב בסביבות 9", "18 20:30..18 21:30"),
            ("עד שבע בערב", "-..18 19:00"),
            ("מחר עד 12", "19 08:00..19 12:00"),
            ("לא לפני עשר", "18 10:00..-"),
            ("24/11 בצהריים", "24 12:00..24 14:00"),
            ("ב-3 לדצמבר בבוקר", "03 08:00..03 12:00"),
            ("יום רביעי", "25 00:00..26 00:00 ?"),
            ("שבוע הבא", "22 00:00..29 00:00"),
            ("מוצ״ש", "21 20:00..22 00:00"),
            ("רבע לחמש", "18 16:45..18 17:45 ?"),
            ("תוך שעה", "18 09:00..18 10:00"),
            ("ראשון עד חמישי", "22 00:00..27 00:00"),
            ("ב-8 בערב", "18 20:00..18 21:00"),
        ],
    );
}

#[test]
fn english_and_transliterated_times_are_windows_too() {
    let wednesday = reference("2026-11-18T09:00", "Europe/London", "GB");
    check(
        &wednesday,
        &[
            ("in about 20 min", "18 09:20..18 09:30"),
            ("tomorrow at 10", "19 10:00..19 11:00"),
            ("after 9 instead", "18 09:00..-"),
            ("half past two", "18 14:30..18 15:30 ?"),
            ("Thursday morning", "19 08:00..19 12:00"),
            ("between 9 and 5", "18 09:00..18 17:00 ?"),
            ("next Monday at 3pm", "23 15:00..23 16:00"),
            ("Monday to Friday", "23 00:00..28 00:00"),
            ("not before 11", "18 11:00..-"),
            ("by 4:30pm", "-..18 16:30"),
            ("machar baboker", "19 08:00..19 12:00"),
            ("yom shlishi be 10", "24 10:00..24 11:00"),
            ("bein 4 le 6", "18 16:00..18 18:00 ?"),
            ("od chatzi shaa", "18 09:30..18 09:45"),
        ],
    );
}

#[test]
fn numbers_that_count_things_are_no_times() {
    let wednesday = reference("2026-11-18T09:00", "Asia/Jerusalem", "IL");
    for text in [
        "דירה של 3 חדרים",
        "עד 12 אלף",
        "כיתה ח",
        "10,000",
        "2.5 כ״ס",
        "up to 2 bedrooms",
        "about 20 people",
        "s22",
        "80%",
    ] {
        assert_eq!(find(text, &wednesday), Vec::new(), "{text}");
    }
}

#[test]
fn excluded_and_past_times_are_marked() {
    let wednesday = reference("2026-11-18T09:00", "Asia/Jerusalem", "IL");
    for text in ["לא בשבת", "not on Friday", "חוץ משישי", "lo beshabat", "רק אל תתקשרו בשבת"]
    {
        assert!(find(text, &wednesday).iter().any(|time| time.excluded), "{text}");
    }
    for text in ["לפני שבועיים", "yesterday", "3 days ago", "בשבוע שעבר", "last night"] {
        assert!(find(text, &wednesday).iter().all(|time| time.past), "{text}");
    }
}

#[test]
fn days_of_clock_change_have_their_true_hours() {
    // Israel: clocks go forward on 27 March 2026 at 02:00. London: back on 25 October 2026 at 02:00.
    let spring = reference("2026-03-26T12:00", "Asia/Jerusalem", "IL");
    check(&spring, &[("מחר בבוקר", "27 08:00..27 12:00"), ("מחר ב-02:30", "27 03:30..27 04:30")]);
    let day = &find("מחר", &spring)[0];
    assert_eq!(day.until.unwrap().duration_since(day.from.unwrap()).as_hours(), 23);
    let autumn = reference("2026-10-24T12:00", "Europe/London", "GB");
    check(
        &autumn,
        &[
            ("tomorrow morning", "25 08:00..25 12:00"),
            ("tomorrow at 00:15", "25 00:15..25 01:15"),
            ("tomorrow at 01:30", "25 01:30..25 01:30"),
        ],
    );
    let twice = &find("tomorrow at 01:30", &autumn)[0]; // 01:30 comes twice: the window is the hour between them
    assert_eq!(twice.until.unwrap().duration_since(twice.from.unwrap()).as_hours(), 1);
    let day = &find("tomorrow", &autumn)[0];
    assert_eq!(day.until.unwrap().duration_since(day.from.unwrap()).as_hours(), 25);
}

proptest! {
    #[test]
    fn any_text_at_any_moment_gives_ordered_spans(text in any::<String>(), second in -2_000_000_000i64..4_000_000_000) {
        let reference = Reference::new(Timestamp::from_second(second).unwrap(), TimeZone::get("Europe/London").unwrap(), "GB");
        let mut end = 0;
        for time in find(&text, &reference) {
            prop_assert!(time.span.start >= end && text.get(time.span.clone()) == Some(time.text.as_str()));
            end = time.span.end;
        }
    }
}

#[test]
fn tomorrow_at_ten_is_ten_by_the_new_clock_on_the_eve_of_every_change() {
    for (eve, zone, country, ten) in [
        ("2026-03-26T12:00", "Asia/Jerusalem", "IL", "2026-03-27T07:00:00Z"), // forward on a Friday
        ("2026-10-24T12:00", "Asia/Jerusalem", "IL", "2026-10-25T08:00:00Z"), // back on a Sunday
        ("2026-03-28T12:00", "Europe/London", "GB", "2026-03-29T09:00:00Z"),
        ("2026-10-24T12:00", "Europe/London", "GB", "2026-10-25T10:00:00Z"),
    ] {
        let reference = reference(eve, zone, country);
        for text in ["tomorrow at 10", "מחר ב-10", "מחר בעשר בבוקר"] {
            let found = find(text, &reference);
            let from = found.first().and_then(|time| time.from).map(|at| at.to_string());
            assert_eq!(from.as_deref(), Some(ten), "{text}, said {eve} in {zone}: {found:?}");
        }
    }
}
