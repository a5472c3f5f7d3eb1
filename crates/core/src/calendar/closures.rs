//! When a business takes no appointments, whoever of it would work (A7, C6): dated exceptions, public holidays, Shabbat and
//! festivals.
//!
//! Ordinary opening hours close nothing here: people show properties outside of them, and their own weeks say when.

use super::{HolidayTable, RestDays};
use crate::hours::closed_by_date;
use crate::tenant::Tenant;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

/// The stretches between two moments in which the business is closed, in no order.
pub fn closures(tenant: &Tenant, from: Timestamp, until: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let mut closed = closed_by_date(&tenant.settings.special_days, &tenant.time_zone, from, until);
    closed.extend(holidays(tenant, from, until));
    let days = RestDays::of(tenant);
    let mut at = from;
    while let Some(rest) = days.as_ref().and_then(|days| days.next(at)).filter(|rest| rest.from < until) {
        closed.push((rest.from, rest.until));
        at = rest.until;
    }
    closed
}

/// Public holidays between two moments, and what is cut off the days before them; a date for which the business has told hours is its own affair.
fn holidays(tenant: &Tenant, from: Timestamp, until: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let table = tenant.settings.public_holidays.unwrap_or_else(|| HolidayTable::of_country(&tenant.country));
    let zone = &tenant.time_zone;
    let [first, last] = [from, until].map(|at| at.to_zoned(zone.clone()).date());
    let told = |day: Date| tenant.settings.special_days.iter().any(|it| it.covers(day) && it.open.is_some());
    let local = |day: Date, hour: i8| Some(day.at(hour, 0, 0, 0).to_zoned(zone.clone()).ok()?.timestamp());
    let closed = |day: Date| {
        let from = if table.holds(day) { 0 } else { table.ends_early(day)? };
        Some((local(day, from)?, local(day.tomorrow().ok()?, 0)?))
    };
    first.series(1.day()).take_while(|day| *day <= last).filter(|day| !told(*day)).filter_map(closed).collect()
}
