//! Which slots are free, and which are offered (C6): a fixed grid, agents' hours and what they have, the way between two
//! properties, notice, the property's own rules; three offers spread over days.
//!
//! Always true: a slot lies on the grid and inside someone's hours; nobody is in two places at once nor on the way while
//! they should be there; hours that a clock change skips are no slots.

use crate::hours::parse_time;
use crate::settings::Interval;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// How appointments are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The length of a slot in minutes; the grid counts from midnight.
    pub minutes: i64,
    /// Between two appointments of one agent at different places.
    pub travel: SignedDuration,
    /// The earliest slot is so far ahead.
    pub notice: SignedDuration,
    /// So many days are looked at.
    pub days: i64,
    /// So many slots are offered.
    pub offers: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            minutes: 30,
            travel: SignedDuration::from_mins(30),
            notice: SignedDuration::from_hours(2),
            days: 14,
            offers: 3,
        }
    }
}

/// When someone works, each week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The day.
    pub day: Weekday,
    /// From, local time.
    pub from: Time,
    /// Until.
    pub until: Time,
}

/// The hours of an agent who has told none, as people work in that country: Monday to Saturday, nine to six; in Israel Sunday
/// to Thursday, and Friday until one.
pub fn usual_week(country: &str) -> Vec<Shift> {
    use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    let until = |hour| move |day| Shift { day, from: Time::constant(9, 0, 0, 0), until: Time::constant(hour, 0, 0, 0) };
    if country.eq_ignore_ascii_case("IL") {
        let week = [Sunday, Monday, Tuesday, Wednesday, Thursday].map(until(18));
        return week.into_iter().chain([Friday].map(until(13))).collect();
    }
    [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday].map(until(18)).to_vec()
}

/// A week as it is set, in the words of the opening hours; what goes past midnight ends with the day.
pub fn week_of(intervals: &[Interval]) -> Vec<Shift> {
    let time = |(hour, minute): (i8, i8)| Time::new(hour, minute, 0, 0).unwrap_or(Time::MAX);
    let mut week = Vec::new();
    for Interval { days, from, to } in intervals {
        let (Some(from), Some(to)) = (parse_time(from).map(time), parse_time(to).map(time)) else { continue };
        let until = if to <= from { Time::MAX } else { to };
        let all = (0..7).filter_map(|day| Weekday::from_monday_zero_offset(day).ok());
        week.extend(all.filter(|day| days.contain(*day)).map(|day| Shift { day, from, until }));
    }
    week
}

/// Something that an agent or a property has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy {
    /// From.
    pub from: Timestamp,
    /// Until.
    pub until: Timestamp,
    /// Where; the same place needs no way between.
    pub place: Option<String>,
}

/// Someone who takes appointments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Their id.
    pub id: String,
    /// When they work.
    pub week: Vec<Shift>,
    /// What they have.
    pub busy: Vec<Busy>,
}

/// A free slot and who could take it; the first agent is the one who has least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its begin.
    pub start: Timestamp,
    /// Who could take it.
    pub agents: Vec<String>,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Where, for the way between.
    pub place: Option<&'a str>,
    /// What the property has already.
    pub property_busy: &'a [Busy],
    /// Whoever of the agents shows it goes, if they can; else whoever has least.
    pub shown_by: Option<&'a str>,
    /// Not before.
    pub from: Timestamp,
    /// The tenant's zone.
    pub zone: &'a TimeZone,
}

/// Every free slot, in order.
pub fn free(agents: &[Agent], wanted: &Wanted, rules: &Rules, now: Timestamp) -> Vec<Slot> {
    let earliest = wanted.from.max(now.saturating_add(rules.notice).unwrap_or(Timestamp::MAX));
    let first = earliest.to_zoned(wanted.zone.clone()).date();
    let mut slots = Vec::new();
    for ahead in 0..rules.days {
        let Ok(day) = first.checked_add(ahead.days()) else { break };
        for start in grid(day, rules, wanted.zone).filter(|start| *start >= earliest) {
            let end = start.saturating_add(SignedDuration::from_mins(rules.minutes)).unwrap_or(start);
            let shut = wanted.property_busy.iter().any(|busy| overlaps(busy, start, end));
            let mut able: Vec<&Agent> =
                agents.iter().filter(|_| !shut).filter(|agent| agent.can(start, end, wanted, rules)).collect();
            able.sort_by_key(|agent| (Some(agent.id.as_str()) != wanted.shown_by, agent.busy.len()));
            if !able.is_empty() {
                slots.push(Slot { start, agents: able.into_iter().map(|agent| agent.id.clone()).collect() });
            }
        }
    }
    slots
}

/// The moments of a day on the grid; a wall-clock time that does not exist that day is none.
fn grid(day: Date, rules: &Rules, zone: &TimeZone) -> impl Iterator<Item = Timestamp> {
    let zone = zone.clone();
    let step = rules.minutes.max(5);
    (0..24 * 60 / step).filter_map(move |nth| {
        let minutes = nth * step;
        let time = Time::new(i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?, 0, 0).ok()?;
        let wall = day.to_datetime(time);
        let found = zone.to_ambiguous_timestamp(wall);
        if found.is_ambiguous() { None } else { found.unambiguous().ok() }
    })
}

fn overlaps(busy: &Busy, start: Timestamp, end: Timestamp) -> bool {
    busy.from < end && start < busy.until
}

impl Agent {
    fn can(&self, start: Timestamp, end: Timestamp, wanted: &Wanted, rules: &Rules) -> bool {
        let (begin, finish) = (local(start, wanted.zone), local(end, wanted.zone));
        within(&self.week, begin, finish)
            && self.busy.iter().all(|busy| {
                let same = busy.place.is_some() && busy.place.as_deref() == wanted.place;
                let gap = if same { SignedDuration::ZERO } else { rules.travel };
                let from = busy.from.saturating_sub(gap).unwrap_or(busy.from);
                let until = busy.until.saturating_add(gap).unwrap_or(busy.until);
                !(from < end && start < until)
            })
    }
}

/// Whether a time lies inside of a week's hours.
fn within(week: &[Shift], begin: DateTime, finish: DateTime) -> bool {
    week.iter().any(|shift| {
        shift.day == begin.weekday()
            && begin.time() >= shift.from
            && finish.date() == begin.date()
            && finish.time() <= shift.until
    })
}

/// What is left of free slots where a property has hours, and somebody to show it, of its own (C6).
pub fn as_shown(
    mut slots: Vec<Slot>,
    week: &[Shift],
    shown_by: Option<&str>,
    minutes: i64,
    zone: &TimeZone,
) -> Vec<Slot> {
    slots.retain_mut(|slot| {
        let end = slot.start.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(slot.start);
        slot.agents.retain(|agent| shown_by.is_none_or(|own| own == agent));
        !slot.agents.is_empty() && (week.is_empty() || within(week, local(slot.start, zone), local(end, zone)))
    });
    slots
}

fn local(at: Timestamp, zone: &TimeZone) -> DateTime {
    at.to_zoned(zone.clone()).datetime()
}

/// A few of the free slots, spread over days and over morning and afternoon.
pub fn spread(slots: &[Slot], rules: &Rules, zone: &TimeZone) -> Vec<Slot> {
    let mut chosen: Vec<&Slot> = Vec::new();
    let day = |slot: &Slot| local(slot.start, zone).date();
    let half = |slot: &Slot| local(slot.start, zone).hour() >= 13;
    let mut afternoon = false;
    // One a day first, mornings and afternoons in turn; then whatever is left, earliest first.
    for slot in slots {
        let wanted_half = slots.iter().any(|other| day(other) == day(slot) && half(other) == afternoon);
        let fits = !wanted_half || half(slot) == afternoon;
        if chosen.len() < rules.offers && fits && chosen.iter().all(|other| day(other) != day(slot)) {
            chosen.push(slot);
            afternoon = !afternoon;
        }
    }
    for slot in slots {
        if chosen.len() >= rules.offers {
            break;
        }
        if !chosen.iter().any(|other| other.start == slot.start) {
            chosen.push(slot);
        }
    }
    chosen.sort_by_key(|slot| slot.start);
    chosen.into_iter().cloned().collect()
}
