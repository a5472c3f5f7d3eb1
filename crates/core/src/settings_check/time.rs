//! What is wrong with settings of time: quiet and opening hours, special days, Shabbat (A7).

use super::{Wrong, add, between};
use crate::hours::parse_time;
use crate::settings::{Days, Hours, Interval, QuietHours, Shabbat, Span, SpecialDay, TenantSettings};
use jiff::SignedDuration;

const WEEK: usize = 7 * 24 * 60;

pub(super) fn check(it: &TenantSettings, wrong: &mut Wrong) {
    quiet_hours(&it.quiet_hours, "quiet_hours", wrong);
    if always_quiet(&it.quiet_hours) {
        add(
            wrong,
            "quiet_hours",
            "the whole week is quiet: nothing would ever go out. Leave some hours, or shorten one",
        );
    }
    intervals(&it.opening_hours, "opening_hours", wrong);
    if it.outreach.only_when_open && it.opening_hours.is_empty() {
        add(wrong, "outreach.only_when_open", "needs `opening_hours`: without them it would never be open");
    }
    special_days(&it.special_days, wrong);
    shabbat(&it.shabbat, wrong);
}

/// Quiet hours, of the business or of one person (who may be away the whole week).
pub(super) fn quiet_hours(it: &QuietHours, field: &str, wrong: &mut Wrong) {
    intervals(&it.0, field, wrong);
}

pub(crate) fn intervals(list: &[Interval], name: &str, wrong: &mut Wrong) {
    for (i, Interval { days, from, to }) in list.iter().enumerate() {
        times(from, to, &format!("{name}[{i}]"), wrong);
        if matches!(days, Days::Some(list) if list.is_empty()) {
            add(wrong, &format!("{name}[{i}].days"), "\"all\" or at least one day");
        }
    }
}

fn times(from: &str, to: &str, field: &str, wrong: &mut Wrong) {
    for (name, text) in [("from", from), ("to", to)] {
        if parse_time(text).is_none() {
            add(wrong, &format!("{field}.{name}"), "a time is written HH:MM, as 21:00; the end of the day is 24:00");
        }
    }
}

/// Whether no minute of the week is left.
fn always_quiet(hours: &QuietHours) -> bool {
    let mut quiet = vec![false; WEEK];
    for Interval { days, from, to } in &hours.0 {
        let (Some(from), Some(to)) = (parse_time(from), parse_time(to)) else { continue };
        let minute =
            |(hour, minute): (i8, i8)| usize::from(hour.unsigned_abs()) * 60 + usize::from(minute.unsigned_abs());
        let (from, to) = (minute(from), minute(to));
        let to = if to <= from { to + 24 * 60 } else { to };
        for day in 0..7i8 {
            let weekday = jiff::civil::Weekday::from_sunday_zero_offset(day).expect("0 to 6 are days of the week");
            if days.contain(weekday) {
                (from..to).for_each(|m| quiet[(usize::from(day.unsigned_abs()) * 24 * 60 + m) % WEEK] = true);
            }
        }
    }
    quiet.iter().all(|quiet| *quiet)
}

fn special_days(list: &[SpecialDay], wrong: &mut Wrong) {
    for (i, day) in list.iter().enumerate() {
        let field = format!("special_days[{i}]");
        if day.until.is_some_and(|until| until < day.date) {
            add(wrong, &format!("{field}.until"), "the last date is before the first");
        }
        if day.quiet.is_none() && day.open.is_none() {
            add(wrong, &field, "say `quiet` or `open`: without either nothing is special about it");
        }
        let both = |a: &Option<Vec<Hours>>, b: &Option<Vec<Hours>>| a.is_some() && b.is_some();
        let twice = list[..i].iter().position(|other| {
            let meet = other.covers(day.date) || day.covers(other.date);
            meet && (both(&other.quiet, &day.quiet) || both(&other.open, &day.open))
        });
        if let Some(other) = twice {
            add(wrong, &format!("{field}.date"), &format!("special_days[{other}] is about this date already"));
        }
        for (name, hours) in [("quiet", &day.quiet), ("open", &day.open)] {
            for (n, Hours { from, to }) in hours.iter().flatten().enumerate() {
                times(from, to, &format!("{field}.{name}[{n}]"), wrong);
            }
        }
    }
}

fn shabbat(it: &Shabbat, wrong: &mut Wrong) {
    let mut span = |span: Option<Span>, most: i64, name: &str, range: &str| {
        let most = SignedDuration::from_mins(most);
        span.into_iter()
            .for_each(|span| between(span, SignedDuration::ZERO, most, &format!("shabbat.{name}"), range, wrong));
    };
    span(it.candles, 120, "candles", "0s to 2h before sunset, as \"18m\"");
    span(it.ends_after, 180, "ends_after", "0s to 3h after sunset, as \"72m\"");
    if !(3.0..=20.0).contains(&it.stars) {
        add(wrong, "shabbat.stars", "3 to 20 degrees below the horizon; three small stars are out at 8.5");
    }
    let within = |value: Option<f64>, most: f64| value.is_none_or(|value| (-most..=most).contains(&value));
    if !within(it.latitude, 90.0) {
        add(wrong, "shabbat.latitude", "-90 to 90 degrees, north is positive");
    }
    if !within(it.longitude, 180.0) {
        add(wrong, "shabbat.longitude", "-180 to 180 degrees, east is positive");
    }
    match (it.latitude, it.longitude) {
        (Some(_), None) => add(wrong, "shabbat.longitude", "is missing: a place needs latitude and longitude"),
        (None, Some(_)) => add(wrong, "shabbat.latitude", "is missing: a place needs latitude and longitude"),
        _ => {}
    }
}
