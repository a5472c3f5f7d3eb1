//! Times as people read them. They come as RFC 3339 in the business's zone, so their text is their local time.

use super::words::Words;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// `14:05`.
pub(super) fn time(at: &str) -> &str {
    at.get(11..16).unwrap_or_default()
}

/// `14:05:30`.
pub(super) fn seconds(at: &str) -> &str {
    at.get(11..19).unwrap_or_default()
}

/// The day alone, for comparing.
pub(super) fn date(at: &str) -> &str {
    at.get(..10).unwrap_or_default()
}

/// Today, yesterday, tomorrow, or the weekday and the date.
pub(super) fn day(words: &Words, at: &str, now: &str) -> String {
    let (Ok(day), Ok(today)) = (date(at).parse::<Date>(), date(now).parse::<Date>()) else { return String::new() };
    let near = [(0, words.today), (-1, words.yesterday), (1, words.tomorrow)];
    let near = near.into_iter().find(|(away, _)| today.checked_add(away.days()).is_ok_and(|near| near == day));
    match near {
        Some((_, word)) => word.to_owned(),
        None => dated(words, day),
    }
}

/// `Sat 21 Nov`, or with the month as a number
pub(super) fn full_day(words: &Words, at: &str) -> String {
    date(at).parse().map(|day| dated(words, day)).unwrap_or_default()
}

fn dated(words: &Words, day: Date) -> String {
    let weekday = words.weekdays[usize::try_from(day.weekday().to_sunday_zero_offset()).unwrap_or(0)];
    let month = usize::try_from(day.month()).ok().and_then(|month| words.months.get(month.checked_sub(1)?));
    match month {
        Some(month) => format!("{weekday} {} {month}", day.day()),
        None => format!("{weekday} {}.{}", day.day(), day.month()),
    }
}

/// The time, with its day if that is not today.
pub(super) fn moment(words: &Words, at: &str, now: &str) -> String {
    if date(at) == date(now) { time(at).to_owned() } else { format!("{} {}", day(words, at, now), time(at)) }
}

/// From when until when, the day said once if it is one day; it may be open.
pub(super) fn window(words: &Words, (from, until): &(String, Option<String>), now: &str) -> String {
    let Some(until) = until else { return format!("{} {} {}", day(words, from, now), words.from, time(from)) };
    let end = if date(from) == date(until) { time(until).to_owned() } else { moment(words, until, now) };
    format!("{} {}–{end}", day(words, from, now), time(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-21T14:00:00+02:00";

    #[test]
    fn days_near_now_have_names_and_others_a_weekday_and_a_date() {
        let words = Words::in_language("en");
        for (at, want) in [
            ("2026-11-21T09:30:00+02:00", "09:30"),
            ("2026-11-20T23:59:00+02:00", "Yesterday 23:59"),
            ("2026-11-22T08:00:00+02:00", "Tomorrow 08:00"),
            ("2026-11-25T08:00:00+02:00", "Wed 25 Nov 08:00"),
        ] {
            assert_eq!(moment(words, at, NOW), want);
        }
        let span = |from: &str, until: &str| (from.to_owned(), Some(until.to_owned()));
        let morning = span("2026-11-22T08:00:00+02:00", "2026-11-22T12:00:00+02:00");
        assert_eq!(window(words, &morning, NOW), "Tomorrow 08:00–12:00");
        let days = span("2026-11-21T18:00:00+02:00", "2026-11-22T12:00:00+02:00");
        assert_eq!(window(words, &days, NOW), "Today 18:00–Tomorrow 12:00");
        let open = ("2026-11-21T17:00:00+02:00".to_owned(), None);
        assert_eq!(window(words, &open, NOW), "Today from 17:00");
    }

    #[test]
    fn what_is_no_time_shows_as_nothing() {
        let words = Words::in_language("he");
        assert_eq!((time(""), day(words, "soon", NOW).as_str()), ("", ""));
    }
}
