//! What a run found, for people.

use super::Options;
use super::progress::Progress;
use super::proof::{Finding, Tally};
use ringleader_providers::whatsapp_cloud::fake::Counts;
use std::fmt;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Findings that are printed one by one.
const SHOWN: usize = 40;

/// How a run went.
#[derive(Debug, Clone)]
pub struct Report {
    /// With what it ran.
    pub options: Options,
    /// Kills, of them while the program was still starting.
    pub kills: (u32, u32),
    /// Calls of voice agents.
    pub agents: usize,
    /// From start to ready, each time.
    pub starts: Vec<Duration>,
    /// Posts of call records, of them without a good answer.
    pub posts: (u64, u64),
    /// From the first post until the last kill.
    pub killing: Duration,
    /// From the first post until all was quiet.
    pub took: Duration,
    /// What the provider counted.
    pub provider: Counts,
    /// What was counted.
    pub tally: Tally,
    /// What is not as it should be.
    pub findings: Vec<Finding>,
}

impl Report {
    pub(super) fn new(options: &Options, progress: &Progress) -> Self {
        let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
        Self {
            options: options.clone(),
            kills: (0, 0),
            agents: 0,
            starts: vec![],
            posts: (count(&progress.posts), count(&progress.unanswered)),
            killing: Duration::ZERO,
            took: Duration::ZERO,
            provider: Counts::default(),
            tally: Tally::default(),
            findings: vec![],
        }
    }

    /// Nothing lost, nothing doubled, nothing odd.
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }

    fn start(&self, percent: usize) -> u128 {
        let mut starts = self.starts.clone();
        starts.sort_unstable();
        starts.get((starts.len() * percent / 100).min(starts.len().saturating_sub(1))).map_or(0, Duration::as_millis)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (it, tally) = (&self.options, &self.tally);
        let seconds = self.took.as_secs_f64();
        writeln!(f, "{}: seed {}, {} kills ({} while starting)", it.database, it.seed, self.kills.0, self.kills.1)?;
        writeln!(
            f,
            "  time       {seconds:.0} s, of them {:.0} s under kills; {:.1} calls/s over all",
            self.killing.as_secs_f64(),
            tally.calls as f64 / seconds.max(0.001)
        )?;
        let (p50, p95, most) = (self.start(50), self.start(95), self.start(100));
        writeln!(f, "  start      ready after {p50} ms (half), {p95} ms (19 of 20), {most} ms (longest)")?;
        writeln!(
            f,
            "  calls      {}, reported by {} posts, {} of them unanswered",
            tally.calls, self.posts.0, self.posts.1
        )?;
        writeln!(f, "  agents     {} calls of voice agents, each one row, one debit, one analysis", self.agents)?;
        writeln!(
            f,
            "  messages   {} accepted by the provider, {} faults played, {} webhooks",
            self.provider.accepted,
            self.provider.faults,
            self.provider.webhooks.values().sum::<u64>()
        )?;
        writeln!(
            f,
            "  effects    {} first messages, {} messages of customers, {} answers, {} complete leads, {} owner notices",
            tally.openers, tally.written, tally.answers, tally.complete, tally.notices
        )?;
        writeln!(f, "  asked      {} messages of unknown fate stand before a person", tally.asked)?;
        for finding in self.findings.iter().take(SHOWN) {
            writeln!(f, "  {finding}")?;
        }
        match self.findings.len() {
            0 => write!(f, "  zero lost, zero doubled"),
            n => write!(f, "  {n} findings"),
        }
    }
}
