//! Faults on demand for the fakes: the next so many sends, or each by chance. Some come after the message was accepted:
//! the double-send traps (P2).
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// What goes wrong with a send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// Meta's error object with this code; nothing is accepted.
    Error {
        /// The code.
        code: i64,
    },
    /// A bare HTTP status without an error object; nothing is accepted.
    Status {
        /// The status.
        status: u16,
    },
    /// The connection is cut; nothing is accepted.
    CutBefore,
    /// Accepted, then HTTP 500.
    Http500AfterAccept,
    /// Accepted, then no answer for so long.
    HangAfterAccept {
        /// Milliseconds of real time.
        ms: u64,
    },
    /// Accepted, then the connection is cut.
    CutAfterAccept,
    /// Accepted, then 200 with a body that makes no sense.
    GarbageAfterAccept,
    /// Accepted, then a `failed` status with this code.
    FailsLater {
        /// The code.
        code: i64,
    },
    /// Accepted, and no status ever comes.
    LostAfterAccept,
}

/// A fault by chance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Chance {
    /// Between 0 and 1.
    pub p: f64,
    /// What happens.
    #[serde(flatten)]
    pub fault: Fault,
}

/// What is lined up.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    next: VecDeque<(u32, Fault)>,
    pub(crate) chances: Vec<Chance>,
}

impl Faults {
    pub(crate) fn next(&mut self, times: u32, fault: Fault) {
        if times > 0 {
            self.next.push_back((times, fault));
        }
    }

    /// The fault of the send at hand.
    pub(crate) fn take(&mut self, dice: &mut Dice) -> Option<Fault> {
        if let Some((left, fault)) = self.next.front_mut() {
            let fault = fault.clone();
            *left -= 1;
            if *left == 0 {
                self.next.pop_front();
            }
            return Some(fault);
        }
        self.chances.iter().find(|c| dice.chance(c.p)).map(|c| c.fault.clone())
    }
}

/// Repeatable chance (splitmix64).
#[derive(Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `n`; 0 for 0.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        if n == 0 { 0 } else { self.roll() % n }
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        p > 0.0 && (self.below(1 << 32) as f64) < p * f64::from(u32::MAX)
    }
}
