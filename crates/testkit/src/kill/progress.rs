//! How far everything is: what the parts of a run tell each other.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use tokio::sync::watch;

/// Counters of one run.
pub struct Progress {
    /// Deliveries may be taken up to this one.
    allowed: watch::Sender<usize>,
    /// The next delivery to be taken.
    next: AtomicUsize,
    /// Records posted, tries included.
    pub posts: AtomicU64,
    /// Posts without an answer, or with one that asks for another try.
    pub unanswered: AtomicU64,
    /// Deliveries that were acknowledged.
    pub acknowledged: AtomicUsize,
    /// First messages that reached their customers.
    pub contacted: AtomicUsize,
    /// Messages that customers wrote.
    pub written: AtomicUsize,
    /// Messages in the provider's books that customers have looked at.
    pub seen: AtomicU64,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            allowed: watch::Sender::new(0),
            next: AtomicUsize::new(0),
            posts: AtomicU64::new(0),
            unanswered: AtomicU64::new(0),
            acknowledged: AtomicUsize::new(0),
            contacted: AtomicUsize::new(0),
            written: AtomicUsize::new(0),
            seen: AtomicU64::new(0),
        }
    }
}

impl Progress {
    /// Lets deliveries go on up to this one.
    pub fn allow(&self, deliveries: usize) {
        self.allowed.send_replace(deliveries);
    }

    /// Takes the next delivery when its turn has come; `None`: all are taken.
    pub async fn take(&self, deliveries: usize) -> Option<usize> {
        let mine = self.next.fetch_add(1, Ordering::SeqCst);
        if mine >= deliveries {
            return None;
        }
        let mut allowed = self.allowed.subscribe();
        allowed.wait_for(|allowed| mine < *allowed).await.ok()?;
        Some(mine)
    }

    /// Waits until deliveries may go on as far as this.
    pub async fn reach(&self, delivery: usize) {
        let mut allowed = self.allowed.subscribe();
        let _ = allowed.wait_for(|allowed| delivery <= *allowed).await;
    }

    /// Changes whenever anything went on.
    pub fn pulse(&self) -> (usize, usize, u64) {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        (count(&self.acknowledged), count(&self.written), self.seen.load(Ordering::Relaxed))
    }
}
