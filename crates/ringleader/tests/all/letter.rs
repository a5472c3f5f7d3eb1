//! The weekly letter as a mail program shows it (D2): in both languages, on a telephone and on a desk.
//!
//! With `RINGLEADER_PICTURES=<folder>` it leaves pictures of it there (`make pictures`).

use crate::screen::Screen;
use jiff::ToSpan;
use jiff::civil::Date;
use ringleader_core::reports::letter::Letter;
use ringleader_core::reports::summary::Summary;

/// Answered and missed calls of the days; there is one without any.
const WEEK: [(i64, i64); 7] = [(12, 3), (9, 0), (0, 0), (7, 7), (20, 5), (1, 2), (0, 4)];

/// The widths of the coloured cells of each day, against the room that a bar has.
const BARS: &str = "[...document.querySelectorAll('tr')].filter((row) => row.querySelector(':scope > td > table') && !row.querySelector('h1')).map((row) => {
    const room = row.querySelector('table').getBoundingClientRect().width;
    return ['#1f9276', '#d98a1f'].map((colour) => {
        const bar = row.querySelector(`td[bgcolor=\"${colour}\"]`)?.getBoundingClientRect();
        return bar && bar.height >= 14 ? Math.round(100 * bar.width / room) : 0;
    });
})";

fn letter<'a>(language: &'a str, now: &'a Summary, then: &'a Summary) -> Letter<'a> {
    let first: Date = "2026-11-15".parse().expect("a day");
    let day = |(n, (answered, missed)): (i64, (i64, i64))| (first.saturating_add(n.days()), answered, missed);
    Letter {
        business: if language == "he" { "שלי ובניו אינסטלציה" } else { "Harbour & Sons <Plumbers>" },
        language,
        first,
        last: first.saturating_add(6.days()),
        days: (0..).zip(WEEK).map(day).collect(),
        now,
        then,
        worth: Some("₪12,345".into()),
        ready: 12,
        tasks: 1,
        address: "https://ring.example",
    }
}

#[tokio::test]
async fn the_weekly_letter_fits_a_telephone_and_a_desk_in_both_languages() {
    let now = Summary { missed: 21, recovered: 15, reached: 18, ..Summary::default() };
    let then = Summary { missed: 9, recovered: 1, ..Summary::default() };
    let screen = Screen::blank("letter").await;
    for (language, direction) in [("he", "rtl"), ("en", "ltr")] {
        let html = letter(language, &now, &then).html();
        for (width, name) in [(320, "narrow"), (390, "telephone"), (1000, "wide")] {
            screen.size(width, 900).await;
            screen.show(&html).await;
            let name = format!("letter-{language}-{name}");
            screen.whole_picture(&format!("{name}.png")).await;
            screen.assert_nothing_sticks_out().await;
            assert_eq!(screen.value::<String>("getComputedStyle(document.body).direction").await, direction, "{name}");
            let end = "getComputedStyle(document.querySelector('h1').parentElement).textAlign";
            assert_eq!(screen.value::<String>(end).await, if language == "he" { "right" } else { "left" }, "{name}");
            let bars: Vec<[i64; 2]> = screen.value(BARS).await;
            assert_eq!(bars.len(), WEEK.len(), "{name}");
            for ([answered, missed], (of_answered, of_missed)) in bars.into_iter().zip(WEEK) {
                for (wide, value) in [(answered, of_answered), (missed, of_missed)] {
                    assert!(
                        (wide - value * 100 / 25).abs() <= 3 && (wide > 0) == (value > 0),
                        "{name}: {wide}% for {value}"
                    );
                }
            }
        }
    }
    screen.close().await;
}
