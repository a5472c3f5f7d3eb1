//! Which kinds of work there are, and how one run of each is carried out safely.

use super::job::{Job, Outcome};
use futures::FutureExt;
use futures::future::BoxFuture;
use ringleader_store::jobs::{Claimed, Ending};
use std::any::Any;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

pub(super) struct Registry<C>(HashMap<&'static str, Handler<C>>);

type Start<C> = fn(Arc<C>, Arc<Claimed>) -> Result<BoxFuture<'static, Outcome>, String>;

struct Handler<C> {
    timeout: Duration,
    start: Start<C>,
}

/// What the engine has to write about a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    Done,
    Committed,
    /// Failed for this reason; the engine knows when to try again.
    Failed(String),
    /// The job was not at fault; the engine tries it again soon.
    Hindered(String),
    Ended(Ending),
}

impl Verdict {
    /// The word in metrics.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Done | Self::Committed => "done",
            Self::Failed(_) | Self::Ended(Ending::Retry(..)) => "retry",
            Self::Hindered(_) => "hindered",
            Self::Ended(Ending::Snooze(_)) => "snooze",
            Self::Ended(Ending::Cancel(_)) => "cancel",
            Self::Ended(Ending::Discard(_)) => "discard",
        }
    }

    /// Whether something went wrong that the job was at.
    pub(super) fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Hindered(_) | Self::Ended(Ending::Retry(..) | Ending::Discard(_)))
    }
}

impl<C: Send + Sync + 'static> Registry<C> {
    pub(super) fn new() -> Self {
        Self(HashMap::new())
    }

    pub(super) fn add<J: Job<Context = C>>(&mut self) {
        let handler = Handler { timeout: J::TIMEOUT, start: start::<J> };
        let before = self.0.insert(J::KIND, handler);
        assert!(before.is_none(), "two jobs are called {}", J::KIND);
    }

    pub(super) fn kinds(&self) -> Vec<&'static str> {
        let mut kinds: Vec<_> = self.0.keys().copied().collect();
        kinds.sort_unstable();
        kinds
    }

    /// Runs a job to its end, whatever it does: panics and endless waits become failures, what cannot be understood is
    /// parked.
    pub(super) async fn run(&self, cx: Arc<C>, job: Arc<Claimed>) -> Verdict {
        let Some(handler) = self.0.get(job.kind.as_str()) else {
            return Verdict::Ended(Ending::Discard("this version knows no such kind of work".into()));
        };
        let work = match (handler.start)(cx, job) {
            Ok(work) => work,
            Err(why) => return Verdict::Ended(Ending::Discard(why)),
        };
        match tokio::time::timeout(handler.timeout, AssertUnwindSafe(work).catch_unwind()).await {
            Err(_) => Verdict::Failed(format!("stopped after {} seconds", handler.timeout.as_secs())),
            Ok(Err(panic)) => Verdict::Failed(format!("panicked: {}", text_of(panic.as_ref()))),
            Ok(Ok(Outcome::Done)) => Verdict::Done,
            Ok(Ok(Outcome::Committed)) => Verdict::Committed,
            Ok(Ok(Outcome::Retry(why))) => Verdict::Failed(why),
            Ok(Ok(Outcome::Hindered(why))) => Verdict::Hindered(why),
            Ok(Ok(Outcome::Snooze(until))) => Verdict::Ended(Ending::Snooze(until)),
            Ok(Ok(Outcome::Cancel(why))) => Verdict::Ended(Ending::Cancel(why)),
        }
    }
}

fn start<J: Job>(cx: Arc<J::Context>, job: Arc<Claimed>) -> Result<BoxFuture<'static, Outcome>, String> {
    // serde's own message may quote the payload: only the place is told.
    let work: J = serde_json::from_str(&job.payload).map_err(|error| {
        format!("the payload cannot be read ({:?} error at column {})", error.classify(), error.column())
    })?;
    Ok(async move { work.run(&cx, &job).await }.boxed())
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a text".into())
}
