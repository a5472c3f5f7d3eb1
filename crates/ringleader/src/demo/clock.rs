//! The demo's time: begins now, stands until it is told to run, runs as fast as is asked, and can jump.

use jiff::SignedDuration;
use ringleader_store::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// Between two moves of the hand: short enough that nobody notices at ordinary speed.
const STEP: Duration = Duration::from_millis(50);

/// A clock that a task moves on. It stands still when this is dropped.
pub(super) struct DemoClock {
    clock: Clock,
    speed: Arc<AtomicU64>,
    hand: JoinHandle<()>,
}

impl DemoClock {
    /// Begins at the system's time and stands still until its speed is set.
    pub(super) fn start() -> Self {
        let clock = Clock::manual(Clock::system().now());
        let speed = Arc::new(AtomicU64::new(0_f64.to_bits()));
        let hand = tokio::spawn(turn(clock.clone(), speed.clone()));
        Self { clock, speed, hand }
    }

    /// The clock that everything asks.
    pub(super) fn shown(&self) -> &Clock {
        &self.clock
    }

    /// How many times as fast as real time it runs.
    pub(super) fn speed(&self) -> f64 {
        f64::from_bits(self.speed.load(Ordering::Relaxed))
    }

    /// Changes how fast it runs.
    pub(super) fn set_speed(&self, factor: f64) {
        self.speed.store(factor.to_bits(), Ordering::Relaxed);
    }
}

impl Drop for DemoClock {
    fn drop(&mut self) {
        self.hand.abort();
    }
}

async fn turn(clock: Clock, speed: Arc<AtomicU64>) {
    let mut steps = tokio::time::interval(STEP);
    steps.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut last = Instant::now();
    loop {
        steps.tick().await;
        let passed = last.elapsed();
        last += passed;
        let passed = passed.mul_f64(f64::from_bits(speed.load(Ordering::Relaxed)));
        clock.advance(SignedDuration::try_from(passed).unwrap_or(SignedDuration::ZERO));
    }
}
