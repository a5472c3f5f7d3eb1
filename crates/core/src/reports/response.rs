//! How long somebody waited for a first answer, with the clock stopped while the business is closed (D2).

use super::Clockwork;
use jiff::Timestamp;

/// Longer waits than this are not followed hour by hour: they count in full.
const LONGEST: i64 = 60 * 24 * 3600;

/// Seconds from `asked` to `answered` in which the business was open; all of them where it has told no hours. Nothing for an
/// answer that came first.
pub fn open_seconds(asked: Timestamp, answered: Timestamp, clock: &Clockwork<'_>) -> i64 {
    let whole = answered.duration_since(asked).as_secs();
    if whole <= 0 {
        return 0;
    }
    let Some(hours) = clock.open.filter(|_| whole <= LONGEST) else { return whole };
    let (mut at, mut seconds) = (asked, 0);
    while at < answered {
        let Some(open) = hours.next_open(at).filter(|open| *open < answered) else { break };
        let Some(until) = hours.open_until(open).filter(|until| *until > open) else { break };
        seconds += until.min(answered).duration_since(open).as_secs();
        at = until;
    }
    seconds
}
