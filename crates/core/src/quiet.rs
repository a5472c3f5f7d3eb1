//! Quiet hours: several intervals on chosen days, past midnight too, other ones on special dates, in a zone (A7).
//!
//! Always true: the moment waited for is not itself quiet, and every moment before it is.

use crate::hours::{Timetable, Use};
use crate::settings::{QuietHours, SpecialDay};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Intervals that follow each other are one silence; more than this many in a row would be no business any more.
const CHAIN: usize = 64;

impl QuietHours {
    /// When messages may go out again; `None` if they may go now. Malformed intervals count for nothing: they are refused
    /// when settings are saved.
    pub fn wait_until(&self, special: &[SpecialDay], now: Timestamp, tz: &TimeZone) -> Option<Timestamp> {
        let mut at = now;
        for _ in 0..CHAIN {
            match self.end_of(special, at, tz) {
                Some(end) => at = end,
                None => break,
            }
        }
        (at > now).then_some(at)
    }

    /// The end of the one interval that `at` falls into.
    pub(crate) fn end_of(&self, special: &[SpecialDay], at: Timestamp, tz: &TimeZone) -> Option<Timestamp> {
        Timetable { what: Use::Quiet, weekly: &self.0, special, tz }.end_of(at)
    }
}
