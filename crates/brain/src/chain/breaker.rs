//! The circuit breaker of one model (B7).
//!
//! Always true: closed until `FAILURES` failures in a row, one wrong setting, or a pause asked for; once the time is over one
//! request is let through to try, and the others wait for how it ends; one success closes it.

use crate::seam::BrainError;
use jiff::Timestamp;
use std::time::Duration;

/// How many failures in a row open it.
pub const FAILURES: u32 = 5;

/// Whether a model may be asked.
#[derive(Debug, Default)]
pub struct Breaker {
    failures: u32,
    /// Open, or a trial is under way, until then.
    until: Option<Timestamp>,
}

impl Breaker {
    /// Whether a request would be let through at `now`.
    pub fn is_closed(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now >= until)
    }

    /// Lets a request through, or not. After a pause the first one is the trial: others wait until it ended, at most `limit`.
    pub fn admit(&mut self, now: Timestamp, limit: Duration) -> bool {
        let admitted = self.is_closed(now);
        if admitted && self.until.is_some() {
            self.until = Some(after(now, limit));
        }
        admitted
    }

    /// Learns how a request ended. An answer that is invalid or a refusal came from a model that is up.
    pub fn note(&mut self, error: Option<&BrainError>, now: Timestamp, open: Duration) {
        match error {
            None | Some(BrainError::Refused | BrainError::Invalid { .. }) => *self = Self::default(),
            Some(BrainError::Misconfigured { .. }) => {
                self.failures = FAILURES;
                self.until = Some(after(now, open));
            }
            Some(BrainError::Unavailable { retry_after, .. }) => {
                self.failures = self.failures.saturating_add(1);
                let open = (self.failures >= FAILURES).then_some(open);
                self.until = open.max(*retry_after).map(|pause| after(now, pause));
            }
        }
    }
}

fn after(now: Timestamp, pause: Duration) -> Timestamp {
    now.checked_add(pause).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Duration = Duration::from_secs(30);
    const LIMIT: Duration = Duration::from_secs(10);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + second).unwrap()
    }

    fn down(retry_after: Option<u64>) -> BrainError {
        BrainError::Unavailable { detail: String::new(), retry_after: retry_after.map(Duration::from_secs) }
    }

    fn after_failures(count: u32) -> Breaker {
        let mut breaker = Breaker::default();
        (0..count).for_each(|_| breaker.note(Some(&down(None)), at(0), OPEN));
        breaker
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_four_do_not() {
        assert!(after_failures(FAILURES - 1).is_closed(at(0)));
        assert!(!after_failures(FAILURES).is_closed(at(29)));
        assert!(after_failures(FAILURES).is_closed(at(30)));
    }

    #[test]
    fn a_success_in_between_starts_the_count_anew() {
        let mut breaker = after_failures(FAILURES - 1);
        breaker.note(None, at(0), OPEN);
        breaker.note(Some(&down(None)), at(0), OPEN);
        assert!(breaker.is_closed(at(0)));
    }

    #[test]
    fn after_the_pause_one_trial_goes_and_others_wait_for_it() {
        let mut breaker = after_failures(FAILURES);
        assert!(breaker.admit(at(30), LIMIT));
        assert!(!breaker.admit(at(31), LIMIT));
        breaker.note(None, at(30), OPEN);
        assert!(breaker.admit(at(31), LIMIT) && breaker.admit(at(31), LIMIT));
    }

    #[test]
    fn a_failed_trial_opens_it_again() {
        let mut breaker = after_failures(FAILURES);
        assert!(breaker.admit(at(30), LIMIT));
        breaker.note(Some(&down(None)), at(30), OPEN);
        assert!(!breaker.is_closed(at(59)));
    }

    #[test]
    fn a_trial_that_never_ends_blocks_no_longer_than_its_limit() {
        let mut breaker = after_failures(FAILURES);
        assert!(breaker.admit(at(30), LIMIT));
        assert!(breaker.admit(at(40), LIMIT));
    }

    #[test]
    fn a_pause_asked_for_is_kept_at_the_first_time() {
        let mut breaker = Breaker::default();
        breaker.note(Some(&down(Some(120))), at(0), OPEN);
        assert!(!breaker.is_closed(at(119)));
        assert!(breaker.is_closed(at(120)));
    }

    #[test]
    fn a_wrong_setting_opens_it_at_once_and_a_refusal_never() {
        let mut breaker = Breaker::default();
        breaker.note(Some(&BrainError::Refused), at(0), OPEN);
        assert!(breaker.is_closed(at(0)));
        breaker.note(Some(&BrainError::Misconfigured { detail: String::new() }), at(0), OPEN);
        assert!(!breaker.is_closed(at(29)));
    }
}
