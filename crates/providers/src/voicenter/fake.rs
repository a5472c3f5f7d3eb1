//! Voicenter played faithfully: scenarios, encodings, late and repeated delivery, a Call Log (D4).
//!
//! ```text
//! let call = Scenario::missed("0501234567", "0771234567").id("call-1").at(now);
//! let fake = VoicenterFake::new(client, webhook_url, 7);
//! fake.deliver(&call.payload(Encoding::Json)).await;
//! ```
//!
//! It reads no clock and sleeps never: times and the seed come in, and [`VoicenterFake::delay`] tells how late a record
//! would have come, so that who drives it can make the time pass.

mod call_log;
mod encode;
mod scenario;

pub use call_log::{CallLog, CallLogRules, Now};
pub use encode::{Encoding, Payload, Style};
pub use scenario::Scenario;

use jiff::SignedDuration;
use std::sync::Mutex;
use std::time::Duration;

/// What came of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// How often the record was posted.
    pub attempts: u32,
    /// The last answer's status; `None` when there was none.
    pub status: Option<u16>,
    /// The last answer's body.
    pub body: String,
}

/// How deliveries go wrong, on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Disorder {
    /// Out of a hundred records so many are sent again although they were taken.
    pub duplicates_percent: u8,
    /// Older records come after newer ones.
    pub shuffle: bool,
}

/// The side of Voicenter that posts records.
#[derive(Debug)]
pub struct VoicenterFake {
    client: reqwest::Client,
    webhook_url: String,
    random: Mutex<Random>,
    /// An answer that takes longer counts as none.
    pub patience: Duration,
    /// A record is given up after so many posts.
    pub attempts: u32,
}

impl VoicenterFake {
    /// A switchboard that posts to `webhook_url`; the same seed makes the same disorder.
    pub fn new(client: reqwest::Client, webhook_url: impl Into<String>, seed: u64) -> Self {
        let random = Mutex::new(Random(seed));
        Self { client, webhook_url: webhook_url.into(), random, patience: Duration::from_secs(5), attempts: 4 }
    }

    /// Posts one record, and the identical body again while the answer is not 200 or too slow.
    pub async fn deliver(&self, payload: &Payload) -> Delivered {
        let mut delivered = Delivered { attempts: 0, status: None, body: String::new() };
        while delivered.attempts < self.attempts.max(1) && delivered.status != Some(200) {
            delivered.attempts += 1;
            (delivered.status, delivered.body) = self.post(payload).await.unwrap_or_default();
        }
        delivered
    }

    /// Posts the records one after the other, in order or not, some of them twice.
    pub async fn deliver_all(&self, payloads: &[Payload], disorder: Disorder) -> Vec<Delivered> {
        let mut delivered = Vec::new();
        for index in self.order(payloads.len(), disorder) {
            delivered.push(self.deliver(&payloads[index]).await);
        }
        delivered
    }

    /// How long after the end of a call its record comes: one to ten minutes.
    pub fn delay(&self) -> SignedDuration {
        SignedDuration::from_secs(60 + self.below(541).try_into().unwrap_or(0))
    }

    async fn post(&self, payload: &Payload) -> Option<(Option<u16>, String)> {
        let request = self.client.post(&self.webhook_url).header("content-type", payload.content_type);
        let answer = request.timeout(self.patience).body(payload.body.clone()).send().await.ok()?;
        let status = answer.status().as_u16();
        Some((Some(status), answer.text().await.unwrap_or_default()))
    }

    fn order(&self, count: usize, disorder: Disorder) -> Vec<usize> {
        let again = |_: &usize| self.below(100) < u64::from(disorder.duplicates_percent);
        let mut order: Vec<usize> = (0..count).flat_map(|i| if again(&i) { vec![i, i] } else { vec![i] }).collect();
        if disorder.shuffle {
            for last in (1..order.len()).rev() {
                order.swap(last, usize::try_from(self.below(last as u64 + 1)).unwrap_or(last));
            }
        }
        order
    }

    fn below(&self, limit: u64) -> u64 {
        self.random.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next() % limit.max(1)
    }
}

/// SplitMix64: small, seeded, the same everywhere.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
