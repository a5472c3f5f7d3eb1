//! New ids: UUIDv7, so that they sort by the time they were made.
//!
//! Always true: within one process each id is greater than the one before, whatever the clock does.

use crate::clock::Clock;
use ring::rand::{SecureRandom, SystemRandom};
use ringleader_core::id::Id;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Makes ids. Cheap to clone; clones never make the same one.
#[derive(Clone, Debug)]
pub struct Ids {
    clock: Clock,
    random: Arc<Mutex<Random>>,
    /// The last stamp: milliseconds in the upper 48 bits, a fraction of a millisecond in the next 12 (60 bits in all).
    last: Arc<AtomicU64>,
}

impl Ids {
    /// Ids that follow this clock.
    pub fn new(clock: Clock) -> Self {
        Self { clock, random: Arc::default(), last: Arc::default() }
    }

    /// A new id.
    pub fn new_id<T: Id>(&self) -> T {
        T::from_uuid(self.new_uuid())
    }

    /// A new bare UUID.
    pub fn new_uuid(&self) -> Uuid {
        let stamp = self.next_stamp();
        let chance = self.random.lock().unwrap_or_else(PoisonError::into_inner).next();
        let high = ((stamp >> 12) << 16) | 0x7000 | (stamp & 0xfff);
        let low = (chance >> 2) | 0x8000_0000_0000_0000;
        Uuid::from_u64_pair(high, low)
    }

    /// The clock's time, or one more than the last stamp if that is not later.
    fn next_stamp(&self) -> u64 {
        let micros = u64::try_from(self.clock.now().as_microsecond()).unwrap_or(0);
        let stamp = ((micros / 1000) << 12) | ((micros % 1000) * 4096 / 1000);
        let mut last = self.last.load(Ordering::Relaxed);
        loop {
            let next = stamp.max(last + 1);
            match self.last.compare_exchange_weak(last, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return next,
                Err(newer) => last = newer,
            }
        }
    }
}

/// Random numbers, asked of the system for many ids at once.
#[derive(Debug, Default)]
struct Random(Vec<u8>);

impl Random {
    fn next(&mut self) -> u64 {
        loop {
            if let Some((rest, last)) = self.0.split_last_chunk() {
                let (left, number) = (rest.len(), u64::from_be_bytes(*last));
                self.0.truncate(left);
                return number;
            }
            let mut fresh = [0; 1024];
            SystemRandom::new().fill(&mut fresh).expect("the system gives random bytes");
            self.0.extend(fresh);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{SignedDuration, Timestamp};
    use ringleader_core::id::LeadId;

    #[test]
    fn ids_are_version_7_carry_the_time_and_keep_rising_when_the_clock_goes_back() {
        let start: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let clock = Clock::manual(start);
        let ids = Ids::new(clock.clone());
        let mut last = ids.new_uuid();
        assert_eq!(last.get_version_num(), 7);
        assert_eq!(last.get_timestamp().unwrap().to_unix().0, start.as_second() as u64);
        for step in [0, 1, -3600, 0, 7200] {
            clock.advance(SignedDuration::from_secs(step));
            let next = ids.new_uuid();
            assert!(next > last);
            assert_eq!(next.get_variant(), uuid::Variant::RFC4122);
            last = next;
        }
    }

    #[test]
    fn many_threads_never_make_the_same_id() {
        let ids = Ids::new(Clock::manual(Timestamp::UNIX_EPOCH));
        let made: std::collections::HashSet<LeadId> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..4).map(|_| scope.spawn(|| (0..1000).map(|_| ids.new_id()).collect::<Vec<LeadId>>())).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(made.len(), 4000);
    }
}
