//! The one clock. Everything that depends on time asks it, so that tests and the demo can move it (D4).
//!
//! Always true: `now()` has microsecond precision, as the database keeps it; a sleeper wakes when the clock says so,
//! however it came there; leases use `wall()`, since a demo that runs 60 times faster must not lose its workers.

use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Tells the time. Cheap to clone; clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    System,
    Scaled { origin: Timestamp, since: Instant, factor: f64 },
    Manual { now: watch::Sender<Timestamp>, wall_ahead_micros: AtomicI64 },
}

/// The longest uninterrupted sleep: after a change of the system's clock, sleepers notice within this time.
const LONGEST_NAP: Duration = Duration::from_secs(5);

impl Clock {
    /// The system's time.
    pub fn system() -> Self {
        Self(Arc::new(Kind::System))
    }

    /// Starts at `origin` and runs `factor` times as fast as the system's time (`demo --speed 60`).
    pub fn scaled(origin: Timestamp, factor: f64) -> Self {
        Self(Arc::new(Kind::Scaled { origin, since: Instant::now(), factor: factor.max(0.001) }))
    }

    /// Stands still at `start` until it is moved by [`Clock::set`] or [`Clock::advance`].
    pub fn manual(start: Timestamp) -> Self {
        let now = watch::Sender::new(micros(start));
        Self(Arc::new(Kind::Manual { now, wall_ahead_micros: AtomicI64::new(0) }))
    }

    /// The time it is.
    pub fn now(&self) -> Timestamp {
        match &*self.0 {
            Kind::System => system_now(),
            Kind::Scaled { origin, since, factor } => {
                let passed = SignedDuration::try_from(since.elapsed().mul_f64(*factor)).unwrap_or(SignedDuration::MAX);
                micros(origin.saturating_add(passed).unwrap_or(Timestamp::MAX))
            }
            Kind::Manual { now, .. } => *now.borrow(),
        }
    }

    /// The system's own time, whatever this clock shows: for leases, which must not be stretched or bent.
    pub fn wall(&self) -> Timestamp {
        match &*self.0 {
            Kind::Manual { wall_ahead_micros, .. } => {
                let ahead = SignedDuration::from_micros(wall_ahead_micros.load(Ordering::SeqCst));
                system_now().saturating_add(ahead).unwrap_or(Timestamp::MAX)
            }
            _ => system_now(),
        }
    }

    /// Moves a manual clock to `to`, which may lie in the past; wakes sleepers. Other clocks stay as they are.
    pub fn set(&self, to: Timestamp) {
        if let Kind::Manual { now, .. } = &*self.0 {
            now.send_replace(micros(to));
        }
    }

    /// Moves a manual clock on; wakes sleepers. Other clocks stay as they are.
    pub fn advance(&self, by: SignedDuration) {
        if let Kind::Manual { now, .. } = &*self.0 {
            now.send_modify(|now| *now = now.saturating_add(by).unwrap_or(Timestamp::MAX));
        }
    }

    /// Lets `wall()` of a manual clock run ahead by so much more, so that a test can see leases expire.
    pub fn advance_wall(&self, by: SignedDuration) {
        if let Kind::Manual { wall_ahead_micros, .. } = &*self.0 {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            wall_ahead_micros.fetch_add(by, Ordering::SeqCst);
        }
    }

    /// Returns when this clock shows `until` or later. Dropping the future is always fine.
    pub async fn sleep_until(&self, until: Timestamp) {
        if let Kind::Manual { now, .. } = &*self.0 {
            let mut seen = now.subscribe();
            // The sender lives as long as this clock, so an error cannot come.
            let _ = seen.wait_for(|now| *now >= until).await;
            return;
        }
        loop {
            let left = self.real_time(until.duration_since(self.now()));
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(LONGEST_NAP)).await;
        }
    }

    /// How much real time passes while this clock moves by `span`; zero if that is over.
    fn real_time(&self, span: SignedDuration) -> Duration {
        let span = Duration::try_from(span).unwrap_or(Duration::ZERO);
        match &*self.0 {
            Kind::Scaled { factor, .. } => span.div_f64(*factor),
            _ => span,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one clock")]
fn system_now() -> Timestamp {
    micros(Timestamp::now())
}

/// Cut to microseconds, as the database keeps it.
fn micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    #[tokio::test]
    async fn a_manual_clock_stands_still_and_wakes_its_sleepers_when_moved() {
        let clock = Clock::manual(noon());
        assert_eq!(clock.now(), noon());
        let due = noon() + SignedDuration::from_mins(2);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep_until(due).await }
        });
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(SignedDuration::from_mins(2));
        sleeper.await.unwrap();
        assert_eq!(clock.now(), due);
    }

    #[test]
    fn a_scaled_clock_begins_at_its_origin_and_never_goes_back() {
        let clock = Clock::scaled(noon(), 60.0);
        let first = clock.now();
        assert!(first >= noon());
        assert!(clock.now() >= first);
        assert_eq!(clock.real_time(SignedDuration::from_mins(1)), Duration::from_secs(1));
    }

    #[test]
    fn times_have_the_precision_that_the_database_keeps() {
        let clock = Clock::manual("2026-11-21T12:00:00.123456789Z".parse().unwrap());
        assert_eq!(clock.now().to_string(), "2026-11-21T12:00:00.123456Z");
        assert_eq!(Clock::system().now().as_nanosecond() % 1000, 0);
    }

    #[test]
    fn the_wall_of_a_manual_clock_can_run_ahead_without_moving_the_clock() {
        let clock = Clock::manual(noon());
        let before = clock.wall();
        clock.advance_wall(SignedDuration::from_hours(1));
        assert!(clock.wall() >= before + SignedDuration::from_hours(1));
        assert_eq!(clock.now(), noon());
    }
}
