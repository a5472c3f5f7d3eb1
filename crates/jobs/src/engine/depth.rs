//! How much work there is, for the scrape of metrics (D5).
//!
//! Always true: a kind of which nothing is left in a state is told as none, once it was told of; what a gauge was told last
//! stays there, so an alert about given-up work would never end.

use ringleader_store::{Result, Store};
use std::collections::BTreeSet;

/// What the gauges were told of.
#[derive(Debug, Default)]
pub struct Depth(BTreeSet<(String, &'static str)>);

impl Depth {
    /// Publishes how many jobs of each kind are in each state, and how long the database took to begin.
    pub async fn record(&mut self, store: &Store) -> Result<()> {
        let began = std::time::Instant::now();
        let mut read = store.read_system().await?;
        metrics::histogram!("ringleader_database_seconds").record(began.elapsed().as_secs_f64());
        let mut gone = std::mem::take(&mut self.0);
        for count in read.jobs().counts().await? {
            let state = count.state.as_str();
            gone.remove(&(count.kind.clone(), state));
            tell(&count.kind, state, count.count as f64);
            self.0.insert((count.kind, state));
        }
        gone.iter().for_each(|(kind, state)| tell(kind, state, 0.0));
        Ok(())
    }
}

fn tell(kind: &str, state: &'static str, count: f64) {
    metrics::gauge!("ringleader_jobs", "kind" => kind.to_owned(), "state" => state).set(count);
}
