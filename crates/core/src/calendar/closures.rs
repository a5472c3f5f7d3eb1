//! When a business takes no appointments, whoever of it would work (A7, C6): dated exceptions, Shabbat and festivals.
//!
//! Ordinary opening hours close nothing here: people show properties outside of them, and their own weeks say when.

use super::RestDays;
use crate::hours::closed_by_date;
use crate::tenant::Tenant;
use jiff::Timestamp;

/// The stretches between two moments in which the business is closed, in no order.
pub fn closures(tenant: &Tenant, from: Timestamp, until: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let mut closed = closed_by_date(&tenant.settings.special_days, &tenant.time_zone, from, until);
    let days = RestDays::of(tenant);
    let mut at = from;
    while let Some(rest) = days.as_ref().and_then(|days| days.next(at)).filter(|rest| rest.from < until) {
        closed.push((rest.from, rest.until));
        at = rest.until;
    }
    closed
}
