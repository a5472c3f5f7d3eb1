//! When a failed attempt is tried again: attempt⁴ seconds, as River does, at most an hour, a little scattered.

use jiff::SignedDuration;

const LONGEST_SECONDS: f64 = 3600.0;

/// The wait after this attempt (counted from 1). `chance` in 0..=1 scatters it by a tenth to either side, so that jobs
/// that failed together do not come back together.
pub(super) fn after(attempt: u32, chance: f64) -> SignedDuration {
    let seconds = f64::from(attempt.max(1)).powi(4).min(LONGEST_SECONDS);
    SignedDuration::from_secs_f64(seconds * (0.9 + 0.2 * chance.clamp(0.0, 1.0)))
}

/// The wait of a job that was hindered: half a second to two, so that those who were hindered together do not come back
/// together.
pub(super) fn soon(chance: f64) -> SignedDuration {
    SignedDuration::from_secs_f64(0.5 + 1.5 * chance.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_with_the_fourth_power_up_to_an_hour() {
        let seconds: Vec<i64> = [1, 2, 3, 5, 7, 8, 50].map(|attempt| after(attempt, 0.5).as_secs()).into();
        assert_eq!(seconds, [1, 16, 81, 625, 2401, 3600, 3600]);
        assert!(after(2, 0.0) < after(2, 1.0));
        assert_eq!(after(0, 0.5), after(1, 0.5));
    }
}
