//! The letter about a week goes when it should, says what the figures say, and carries nothing else (D2, P10).

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ringleader_core::reports::letter::{Letter, is_due, next};
use ringleader_core::reports::summary::Summary;
use ringleader_core::settings::{Day, Weekly};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn it_goes_on_its_day_and_hour_of_the_place_over_clock_changes_too() {
    let on = |day, hour| Weekly { on: true, day, hour };
    let table = [
        // By itself: Sunday in Israel, Monday elsewhere.
        (on(None, 8), "IL", "Asia/Jerusalem", "2026-11-23T10:00:00Z", "2026-11-29", "2026-11-29T06:00:00Z"),
        (on(None, 8), "GB", "Europe/London", "2026-11-23T07:59:00Z", "2026-11-23", "2026-11-23T08:00:00Z"),
        (on(None, 8), "GB", "Europe/London", "2026-11-23T08:00:00Z", "2026-11-30", "2026-11-30T08:00:00Z"),
        (on(Some(Day::Fri), 17), "GB", "Europe/London", "2026-07-01T00:00:00Z", "2026-07-03", "2026-07-03T16:00:00Z"),
        // Two o'clock does not exist on that Friday: three o'clock stands in.
        (on(Some(Day::Fri), 2), "IL", "Asia/Jerusalem", "2026-03-26T10:00:00Z", "2026-03-27", "2026-03-27T00:00:00Z"),
    ];
    for (weekly, country, zone, after, on_day, at) in table {
        let zone = TimeZone::get(zone).unwrap();
        let told = next(&weekly, country, &zone, after.parse().unwrap());
        assert_eq!(told, Some((day(on_day), at.parse().unwrap())), "{after}");
        let (day, at) = told.unwrap();
        assert!(is_due(&weekly, country, &zone, day, at) && is_due(&weekly, country, &zone, day, at + 47.hours()));
        assert!(!is_due(&weekly, country, &zone, day, at - 1.second()), "not before its hour");
        assert!(!is_due(&weekly, country, &zone, day, at + 48.hours()), "a node that slept for days tells no old news");
        assert!(!is_due(&Weekly { on: false, ..weekly.clone() }, country, &zone, day, at));
        assert!(
            !is_due(&Weekly { day: Some(Day::Tue), ..weekly }, country, &zone, day, at),
            "the owner chose another day"
        );
    }
}

fn letter<'a>(language: &'a str, now: &'a Summary, then: &'a Summary) -> Letter<'a> {
    let first = day("2026-11-16");
    let days = (0..7i64).map(|n| (first.saturating_add(n.days()), n * 3, n % 3)).collect();
    Letter {
        business: "Levy & Sons <Plumbers>",
        language,
        first,
        last: day("2026-11-22"),
        days,
        now,
        then,
        worth: Some("£1,250".into()),
        ready: 2,
        tasks: 1,
        address: "https://ring.example",
    }
}

#[test]
fn text_and_page_say_the_same_in_both_languages() {
    let now = Summary { missed: 6, recovered: 5, reached: 6, ..Summary::default() };
    let then = Summary { missed: 9, recovered: 1, ..Summary::default() };
    let said = [
        (
            "en",
            ["6 missed calls, 5 came back", "Worth about £1,250. The week before: 1", "and one open task"],
            "dir=\"ltr\"",
        ),
        (
            "he",
            ["6 שיחות שלא נענו, 5 חזרו כלידים", "בשווי של בערך £1,250. בשבוע שלפני כן: 1", "ועוד משימה פתוחה אחת"],
            "dir=\"rtl\"",
        ),
    ];
    for (language, parts, direction) in said {
        let letter = letter(language, &now, &then);
        let (text, html) = (letter.text(), letter.html());
        insta::assert_snapshot!(format!("letter_{language}"), format!("{text}\n{html}"));
        for part in parts {
            assert!(text.contains(part) && html.contains(part), "{part}\n{text}\n{html}");
        }
        assert!(html.contains(direction) && html.contains("Levy &amp; Sons &lt;Plumbers&gt;"), "{html}");
        assert_eq!(html.matches("bgcolor=\"#1f9276\"").count(), 6, "a bar for each day that has answered calls");
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("http:"), "{html}");
        assert!(text.starts_with("Levy & Sons <Plumbers>: "), "the first line is the subject");
        assert_eq!(text.lines().filter(|line| line.starts_with("  ") && line.contains("11: ")).count(), 7);
    }
}

#[test]
fn a_quiet_week_is_told_without_a_picture() {
    let nothing = Summary::default();
    let mut letter = letter("en", &nothing, &nothing);
    letter.days.iter_mut().for_each(|day| (day.1, day.2) = (0, 0));
    assert!(letter.text().starts_with("Levy & Sons <Plumbers>: your week, no missed calls\n"));
    assert!(!letter.html().contains("Calls by day"));
}
