//! Who is on duty (C13): each colleague's own hours, or whenever the office is open, but for the days that they are away.
//!
//! Always true: the order of the list is the order in which they are rung; who is away is rung for nothing, and no call back
//! is promised for a time at which nobody of the list is there.

use crate::hours::OpeningHours;
use crate::settings::{Colleague, Days, Interval, Rostered, SpecialDay};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Those who are on duty at a moment, in ring order.
pub fn on_duty(people: &[Rostered], at: Timestamp, zone: &TimeZone) -> Vec<Colleague> {
    let there = |person: &&Rostered| stretch_of(person, at, zone).is_some_and(|(from, _)| from == at);
    people.iter().filter(there).map(Rostered::colleague).collect()
}

/// The first stretch between two moments in which somebody is on duty; `None` if nobody is.
pub fn next_duty(
    people: &[Rostered],
    from: Timestamp,
    until: Timestamp,
    zone: &TimeZone,
) -> Option<(Timestamp, Timestamp)> {
    let stretches = people.iter().filter_map(|person| stretch_of(person, from, zone));
    let (begin, end) = stretches.min_by_key(|(begin, end)| (*begin, std::cmp::Reverse(*end)))?;
    (begin < until).then(|| (begin, end.min(until)))
}

/// When somebody is on duty next, from a moment on, and until when.
fn stretch_of(person: &Rostered, from: Timestamp, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let off = |away: &crate::settings::Away| SpecialDay {
        date: away.from,
        until: Some(away.until),
        name: String::new(),
        quiet: None,
        open: Some(Vec::new()),
    };
    let away: Vec<SpecialDay> = person.away.iter().map(off).collect();
    let always = [Interval { days: Days::All, from: "00:00".to_owned(), to: "24:00".to_owned() }];
    let week: &[Interval] = if person.hours.is_empty() { &always } else { &person.hours };
    if person.hours.is_empty() && away.is_empty() {
        return Some((from, Timestamp::MAX));
    }
    let hours = OpeningHours::of(week, &away, zone)?;
    let begin = hours.next_open(from)?;
    Some((begin, hours.open_until(begin)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Away, Day};

    fn person(name: &str, hours: Option<(&str, &str)>, away: Option<(&str, &str)>) -> Rostered {
        let weekdays = Days::Some(vec![Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri]);
        let interval = |(from, to): (&str, &str)| Interval { days: weekdays, from: from.into(), to: to.into() };
        Rostered {
            name: name.to_owned(),
            phone: "+447700900777".to_owned(),
            hours: hours.map(interval).into_iter().collect(),
            away: away
                .map(|(from, until)| Away { from: from.parse().unwrap(), until: until.parse().unwrap() })
                .into_iter()
                .collect(),
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn who_is_away_or_off_is_not_on_duty() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let people = [
            person("Ada", Some(("09:00", "13:00")), None),
            person("Bob", None, Some(("2026-11-23", "2026-11-27"))),
            person("Cleo", Some(("12:00", "17:00")), None),
        ];
        let names = |when: &str| -> Vec<String> {
            on_duty(&people, at(when), &zone).into_iter().map(|colleague| colleague.name).collect()
        };
        assert_eq!(names("2026-11-23T10:00:00Z"), ["Ada"]);
        assert_eq!(names("2026-11-23T12:30:00Z"), ["Ada", "Cleo"]);
        assert_eq!(names("2026-11-23T17:00:00Z"), [""; 0]);
        assert_eq!(names("2026-11-28T10:00:00Z"), ["Bob"], "back on Saturday");
    }

    #[test]
    fn the_next_duty_is_the_first_of_anybody_within_the_opening() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let people = [person("Ada", Some(("11:00", "13:00")), None), person("Cleo", Some(("10:00", "12:00")), None)];
        let (morning, noon) = (at("2026-11-23T09:00:00Z"), at("2026-11-23T11:30:00Z"));
        assert_eq!(next_duty(&people, morning, noon, &zone), Some((at("2026-11-23T10:00:00Z"), noon)));
        assert_eq!(next_duty(&people, morning, at("2026-11-23T10:00:00Z"), &zone), None);
        assert_eq!(next_duty(&[person("Bob", None, None)], morning, noon, &zone), Some((morning, noon)));
    }
}
