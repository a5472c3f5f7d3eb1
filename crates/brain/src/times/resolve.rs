//! From the pieces of one time expression to a window in the tenant's zone, safe over clock changes.

use super::Reference;
use super::clock::Clock;
use super::scan::Item;
use super::span::Span;
use super::words::{Bound, Day, Part};
use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// The window that was meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Window {
    /// Its beginning.
    pub from: Option<Timestamp>,
    /// Its end.
    pub until: Option<Timestamp>,
    /// Other readings are possible.
    pub ambiguous: bool,
    /// Meant as "not then".
    pub excluded: bool,
}

/// The pieces of one expression, sorted.
#[derive(Debug, Default)]
pub(crate) struct Said {
    day: Option<Day>,
    last_day: Option<Day>,
    part: Option<Part>,
    clocks: Vec<Clock>,
    bound: Option<Bound>,
    item: Option<Item>,
    excluded: bool,
}

impl Said {
    /// Takes a piece, unless it does not belong to this expression any more.
    pub fn take(&mut self, item: Item) -> bool {
        match item {
            Item::Day(day) => match (self.day, day) {
                (None, _) => self.day = Some(day),
                (Some(Day::Coming(_)), Day::Date { .. } | Day::OfMonth(_)) => self.day = Some(day),
                (Some(Day::Week(1)), Day::Coming(weekday)) => self.day = Some(Day::NextWeek(weekday)),
                (Some(Day::Date { .. }), Day::Coming(_)) => {}
                (Some(_), _) if self.bound == Some(Bound::To) && self.last_day.is_none() && self.clocks.is_empty() => {
                    (self.last_day, self.bound) = (Some(day), None);
                }
                _ => return false,
            },
            Item::Part(part) if self.part.is_none() => self.part = Some(part),
            Item::Clock(clock) if self.clocks.is_empty() || (self.clocks.len() == 1 && self.is_range()) => {
                self.clocks.push(clock)
            }
            Item::Bound(bound) if self.bound.is_none() || bound == Bound::To => {
                if !(bound == Bound::To && self.bound == Some(Bound::Between)) {
                    self.bound = Some(bound);
                }
            }
            Item::In(_) | Item::Within(_) | Item::Ago(_) | Item::Now if self.item.is_none() && self.is_empty() => {
                self.item = Some(item)
            }
            Item::Not if self.is_empty() => self.excluded = true,
            _ => return false,
        }
        true
    }

    fn is_empty(&self) -> bool {
        self.day.is_none() && self.part.is_none() && self.clocks.is_empty() && self.item.is_none()
    }

    fn is_range(&self) -> bool {
        matches!(self.bound, Some(Bound::Between | Bound::To))
    }

    /// Whether the expression lies behind us ("a week ago").
    pub fn is_past(&self) -> bool {
        let day = matches!(self.day, Some(Day::Offset(n) | Day::Week(n) | Day::Month(n)) if n < 0);
        day || matches!(self.day, Some(Day::Last(_))) || matches!(self.item, Some(Item::Ago(_)))
    }

    /// The window, counted from the reference.
    pub fn resolve(&self, reference: &Reference) -> Window {
        let window = self.item.and_then(|item| relative(item, reference)).or_else(|| self.calendar(reference));
        Window { excluded: self.excluded, ..window.unwrap_or_default() }
    }

    fn calendar(&self, reference: &Reference) -> Option<Window> {
        let now = reference.now.to_zoned(reference.zone.clone());
        let today = now.date();
        let (first, mut last, mut ambiguous) = match self.day {
            Some(day) => days(day, today, reference.week_start)?,
            None => (today, today, false),
        };
        if let Some(day) = self.last_day {
            // "Monday to Friday, 9 to 5" comes again each day; the first of them is given.
            let end = days(day, today, reference.week_start)?.1;
            let end = if end < first { end.checked_add(7.days()).ok()? } else { end };
            (last, ambiguous) =
                if self.clocks.is_empty() && self.part.is_none() { (end, false) } else { (first, true) };
        }
        let (mut from, mut until, by_clock) = self.hours()?;
        ambiguous |= by_clock;
        if let (Some(Day::AfterShabbat), None) = (self.day, from) {
            from = Some((20, 0));
        }
        if let (Some(Day::BeforeShabbat), None) = (self.day, until) {
            (from, until) = (from.or(Some((8, 0))), Some((14, 0)));
        }
        let at = |date: Date, (hour, minute): (i8, i8)| moment(date, hour, minute, reference);
        let day_bound = self.clocks.is_empty() && self.part.is_none();
        let mut window = Window { ambiguous, excluded: false, ..Window::default() };
        match (self.bound, day_bound) {
            (Some(Bound::After), true) => window.from = Some(at(last.tomorrow().ok()?, (0, 0))?),
            (Some(Bound::Until), true) => window.until = Some(at(last.tomorrow().ok()?, (0, 0))?),
            _ => {
                let opens =
                    if until.is_some_and(|(hour, _)| hour > 8) && self.bound == Some(Bound::Until) { 8 } else { 0 };
                window.from = from.map_or_else(|| self.day.and_then(|_| at(first, (opens, 0))), |hm| at(first, hm));
                window.until = match until {
                    Some(hm) => at(last, hm),
                    None if self.bound == Some(Bound::After) => None,
                    None => at(last.tomorrow().ok()?, (0, 0)),
                };
            }
        }
        if let ([_], None) = (&self.clocks[..], self.bound) {
            // An hour of real time, also where the clocks change.
            window.until = window.from.and_then(|from| from.checked_add(SignedDuration::from_hours(1)).ok());
        }
        let passed = window.until.or(window.from).is_some_and(|t| t <= reference.now);
        if self.day.is_none() && passed && self.bound != Some(Bound::After) {
            let tomorrow =
                |t: Timestamp| t.to_zoned(reference.zone.clone()).checked_add(1.day()).ok().map(|z| z.timestamp());
            window.from = window.from.and_then(tomorrow);
            window.until = window.until.and_then(tomorrow);
        }
        Some(window)
    }

    /// Hours from and until, and whether they can be read in another way.
    #[expect(clippy::type_complexity, reason = "two optional times of day and a flag, used once")]
    fn hours(&self) -> Option<(Option<(i8, i8)>, Option<(i8, i8)>, bool)> {
        let (first, second) = (self.clocks.first(), self.clocks.get(1));
        let Some(first) = first else {
            let Some(part) = self.part else { return Some((None, None, false)) };
            let (from, until) = part.hours();
            return Some(match self.bound {
                Some(Bound::After) => (Some((until, 0)), None, false),
                Some(Bound::Until) => (None, Some((if part == Part::DayEnd { until } else { from }, 0)), false),
                _ => (Some((from, 0)), Some((until, 0)), false),
            });
        };
        if let Some(second) = second {
            return Some(self.range(*first, *second));
        }
        let ((hour, minute), ambiguous) = self.read(*first);
        let plus = |minutes: i16| later((hour, minute), minutes);
        Some(match self.bound {
            Some(Bound::After) => (Some((hour, minute)), None, ambiguous),
            Some(Bound::Until) => (None, Some((hour, minute)), ambiguous),
            Some(Bound::Around) => (Some(plus(-30)), Some(plus(30)), ambiguous),
            _ => (Some((hour, minute)), Some(plus(60)), ambiguous),
        })
    }

    #[expect(clippy::type_complexity, reason = "two optional times of day and a flag, used once")]
    fn range(&self, first: Clock, second: Clock) -> (Option<(i8, i8)>, Option<(i8, i8)>, bool) {
        let first = Clock { pm: first.pm.or(second.pm.filter(|pm| !pm || first.hour <= second.hour)), ..first };
        let (from, unsure) = self.read(first);
        let (mut until, also) = self.read(second);
        if until <= from && until.0 < 12 {
            until.0 += 12;
        }
        (Some(from), Some(until), unsure || also)
    }

    /// A bare hour is read as office hours are: 1 to 7 after noon.
    fn read(&self, clock: Clock) -> ((i8, i8), bool) {
        let Clock { hour, minute, .. } = clock;
        let pm = clock.pm.or(match self.part {
            Some(Part::Morning) => Some(false),
            Some(Part::Noon) => Some(hour < 11),
            Some(Part::Afternoon { .. } | Part::Evening | Part::DayEnd) => Some(true),
            Some(Part::Night) => Some((6..12).contains(&hour)),
            None => None,
        });
        match pm {
            Some(true) if hour < 12 => ((hour + 12, minute), false),
            Some(false) if hour == 12 => ((0, minute), false),
            Some(_) => ((hour, minute), false),
            None if clock.exact || hour == 0 || hour > 12 => ((hour, minute), false),
            None if (1..=7).contains(&hour) => ((hour + 12, minute), true),
            None => ((hour, minute), self.bound == Some(Bound::Around) || hour == 8),
        }
    }
}

fn later((hour, minute): (i8, i8), by: i16) -> (i8, i8) {
    let total = (i16::from(hour) * 60 + i16::from(minute) + by).clamp(0, 24 * 60);
    ((total / 60) as i8, (total % 60) as i8)
}

fn moment(date: Date, hour: i8, minute: i8, reference: &Reference) -> Option<Timestamp> {
    let (date, hour) = if hour >= 24 { (date.tomorrow().ok()?, 0) } else { (date, hour) };
    date.at(hour, minute, 0, 0).to_zoned(reference.zone.clone()).ok().map(|zoned| zoned.timestamp())
}

fn relative(item: Item, reference: &Reference) -> Option<Window> {
    let now = reference.now;
    let shifted = |span: Span, sign: i64| -> Option<(Timestamp, SignedDuration)> {
        let zoned = now.to_zoned(reference.zone.clone());
        let (moved, width) = match span {
            Span::Minutes(n) => {
                (zoned.checked_add((sign * n).minutes()), SignedDuration::from_mins((n / 2).clamp(10, 60)))
            }
            Span::Days(n) => (zoned.checked_add((sign * n).days()), SignedDuration::from_hours(24)),
            Span::Months(n) => (zoned.checked_add((sign * n).months()), SignedDuration::from_hours(24)),
        };
        Some((moved.ok()?.timestamp(), width))
    };
    let window = |from: Option<Timestamp>, until: Option<Timestamp>| Some(Window { from, until, ..Window::default() });
    match item {
        Item::Now => window(Some(now), now.checked_add(SignedDuration::from_mins(30)).ok()),
        Item::In(span) => {
            let (at, width) = shifted(span, 1)?;
            window(Some(at), at.checked_add(width).ok())
        }
        Item::Within(span) => window(Some(now), Some(shifted(span, 1)?.0)),
        Item::Ago(span) => window(Some(shifted(span, -1)?.0), None),
        _ => None,
    }
}

/// First and last day, and whether another day may be meant.
fn days(day: Day, today: Date, week_start: Weekday) -> Option<(Date, Date, bool)> {
    let plus = |days: i32| today.checked_add(i64::from(days).days()).ok();
    let to = |weekday: Weekday| i32::from(today.weekday().until(weekday));
    let into_week = i32::from(week_start.until(today.weekday()));
    let one = |date: Date, ambiguous| Some((date, date, ambiguous));
    match day {
        Day::Offset(n) => one(plus(n)?, false),
        Day::Coming(weekday) => {
            let ahead = to(weekday);
            one(plus(if ahead == 0 { 7 } else { ahead })?, ahead == 0)
        }
        Day::NextWeek(weekday) => {
            one(plus(7 - into_week + i32::from(week_start.until(weekday)))?, to(weekday) + into_week < 7)
        }
        Day::Last(weekday) => {
            one(plus(-i32::from(weekday.until(today.weekday())).max(0) - if to(weekday) == 0 { 7 } else { 0 })?, false)
        }
        Day::Date { year, month, day } => {
            let date = Date::new(year.unwrap_or(today.year()), month, day).ok()?;
            let next =
                if year.is_none() && date < today { Date::new(today.year() + 1, month, day).ok()? } else { date };
            one(next, false)
        }
        Day::OfMonth(day) => {
            let this = Date::new(today.year(), today.month(), day).ok().filter(|date| *date >= today);
            let next = today.first_of_month().checked_add(1.month()).ok()?;
            one(this.or_else(|| Date::new(next.year(), next.month(), day).ok())?, false)
        }
        Day::Week(n) => {
            let first = plus(7 * n - into_week)?;
            Some((first.max(if n == 0 { today } else { first }), first.checked_add(6.days()).ok()?, false))
        }
        Day::Month(n) => {
            let first = today.first_of_month().checked_add(i64::from(n).months()).ok()?;
            Some((first, first.last_of_month(), false))
        }
        Day::Weekend => {
            let friday = plus(to(Weekday::Friday))?;
            let (first, length) =
                if week_start == Weekday::Sunday { (friday, 1) } else { (plus(to(Weekday::Saturday))?, 1) };
            Some((first, first.checked_add(i64::from(length).days()).ok()?, false))
        }
        Day::AfterShabbat => one(plus(to(Weekday::Saturday))?, false),
        Day::BeforeShabbat => one(plus(to(Weekday::Friday))?, false),
    }
}
