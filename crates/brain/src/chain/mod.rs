//! The chain: asks the tenant's brains in order until one understands; the local brain is the last and never fails (P6, B7).
//!
//! Always true:
//! - every request gets an answer, in at most two requests per model: one, and one repair of an invalid answer;
//! - a model with an open breaker, or without budget, is not asked; a refusal is not repaired;
//! - an answer of the local brain where the tenant wanted another first is provisional.
//!
//! Breakers are kept per process and count on the time they are given; nothing here reads a clock to decide.

mod breaker;
mod request;

use breaker::Breaker;
use request::Request;

use crate::seam::{Asked, Brain, BrainError, CallRequest, HistoryRequest, MessageRequest, ModelUse, TurnRequest};
use jiff::Timestamp;
use ringleader_core::analysis::Understanding;
use ringleader_core::analysis::overview::{self, Overview};
use ringleader_core::reading::{Language, ReadBy, Reading};
use ringleader_core::reception::reading::TurnReading;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, Span};

/// The name of the last resort.
pub const LOCAL: &str = "local";

/// What the chain made of a burst or a call, and how.
#[derive(Debug, Clone)]
pub struct Outcome<T = Reading> {
    /// What was understood.
    pub reading: T,
    /// The brain that understood it.
    pub brain: String,
    /// Read by the local brain although the tenant wanted another: to be read again when a model is back (P6).
    pub provisional: bool,
    /// Why no model answered, where one was wanted.
    pub missed: Option<Missed>,
    /// The prompt it was read with, `read_message@1`, or the rules, `read_message@local-0.1.0`.
    pub prompt: String,
    /// Each request made on the way, for the usage ledger.
    pub uses: Vec<ModelUse>,
}

ringleader_core::words! {
    /// Why no model answered: one variant for each thing that can be done about it, the most hopeful last.
    pub enum Missed {
        /// It refused, or its answers could not be used: asking again will give the same.
        Declined = "declined",
        /// Key, quota or model are wrong: somebody must mend that first (4xx but 429).
        Misconfigured = "misconfigured",
        /// Network, overload, rate limit, an open breaker, no budget left, or none is set up: another time it may answer.
        Away = "away",
    }
}

impl Missed {
    fn of(error: &BrainError) -> Self {
        match error {
            BrainError::Unavailable { .. } => Self::Away,
            BrainError::Misconfigured { .. } => Self::Misconfigured,
            BrainError::Refused | BrainError::Invalid { .. } => Self::Declined,
        }
    }
}

impl<T> Outcome<T> {
    /// Who read it, for what is kept of it; `language` is that of the words.
    pub fn read_by(&self, language: Language) -> ReadBy {
        ReadBy { brain: self.brain.clone(), prompt: self.prompt.clone(), language }
    }
}

/// The configured brains.
pub struct Chain {
    models: Vec<Member>,
    local: Arc<dyn Brain>,
    breaker_open: Duration,
}

struct Member {
    brain: Arc<dyn Brain>,
    limit: Duration,
    breaker: Mutex<Breaker>,
    /// For requests that a caller waits for: a model that is too slow for them may be quick enough for the rest.
    hurried: Mutex<Breaker>,
}

impl Chain {
    /// A chain of the configured models, each with the time limit of one request, before `local`, which never fails.
    /// `breaker_open` is how long a model that is down or wrongly set up is left alone.
    pub fn new(models: Vec<(Arc<dyn Brain>, Duration)>, local: Arc<dyn Brain>, breaker_open: Duration) -> Self {
        let member = |(brain, limit)| Member { brain, limit, breaker: Mutex::default(), hurried: Mutex::default() };
        Self { models: models.into_iter().map(member).collect(), local, breaker_open }
    }

    /// Reads a burst with the first brain of `order` that can; names that are not configured are skipped. Without budget
    /// (P12) no model is asked.
    pub async fn read_message(
        &self,
        request: &MessageRequest,
        order: &[String],
        budget_ok: bool,
        now: Timestamp,
    ) -> Outcome {
        self.understand(request, order, budget_ok, now).await
    }

    /// Analyses one call, in the same way (B5, B7).
    pub async fn analyse_call(
        &self,
        request: &CallRequest,
        order: &[String],
        budget_ok: bool,
        now: Timestamp,
    ) -> Outcome<Understanding> {
        self.understand(request, order, budget_ok, now).await
    }

    /// Sums up all calls of a contact, in the same way (B6). One call is summed up already: no model is asked.
    pub async fn analyse_history(
        &self,
        request: &HistoryRequest,
        order: &[String],
        budget_ok: bool,
        now: Timestamp,
    ) -> Outcome<Overview> {
        if request.calls.len() < 2 {
            return outcome::<HistoryRequest>(overview::of(&request.analysed()), LOCAL, None, Vec::new());
        }
        self.understand(request, order, budget_ok, now).await
    }

    /// Reads one turn of a caller (C4-C8), in the same way but within `limit`: when the time is up, the local brain reads it,
    /// and the caller waits no longer (C15).
    pub async fn read_turn(
        &self,
        request: &TurnRequest,
        order: &[String],
        budget_ok: bool,
        now: Timestamp,
        limit: Duration,
    ) -> Outcome<TurnReading> {
        self.by(request, order, budget_ok, now, Some(Instant::now() + limit)).await
    }

    async fn understand<R: Request>(
        &self,
        request: &R,
        order: &[String],
        budget_ok: bool,
        now: Timestamp,
    ) -> Outcome<R::Means> {
        self.by(request, order, budget_ok, now, None).await
    }

    /// The same, with a moment at which no model is waited for any more.
    async fn by<R: Request>(
        &self,
        request: &R,
        order: &[String],
        budget_ok: bool,
        now: Timestamp,
        deadline: Option<Instant>,
    ) -> Outcome<R::Means> {
        let mut uses = Vec::new();
        let mut missed = None;
        for member in self.wanted(order).filter(|_| budget_ok) {
            match self.ask(member, request, now, deadline, &mut uses).await {
                Ok(reading) => return outcome::<R>(reading, member.brain.name(), None, uses),
                Err(why) => missed = missed.max(Some(why)),
            }
        }
        let missed = preferred(order).next().map(|_| missed.unwrap_or(Missed::Away));
        let began = Instant::now();
        let reading = match request.ask(&*self.local, None).await {
            Ok(answer) => {
                uses.extend(answer.uses);
                answer.value
            }
            Err((error, used)) => {
                tracing::error!(brain = LOCAL, %error, "The local brain failed, which it never should");
                uses.extend(used);
                R::nothing()
            }
        };
        count(LOCAL, "ok", began.elapsed());
        uses.push(local_use(R::PROMPT, missed.is_some(), began.elapsed()));
        outcome::<R>(reading, LOCAL, missed, uses)
    }

    /// Whether a model of `order` could be asked at `now`: what was provisional can then be read again (P6).
    pub fn model_available(&self, order: &[String], now: Timestamp) -> bool {
        self.wanted(order).any(|member| member.breaker(false).is_closed(now))
    }

    /// The configured models that the order names before `local`.
    fn wanted<'a>(&'a self, order: &'a [String]) -> impl Iterator<Item = &'a Member> {
        preferred(order).filter_map(|name| self.models.iter().find(|member| member.brain.name() == name))
    }

    /// One request, and one repair if the answer was invalid; what happened is told to the breaker.
    async fn ask<R: Request>(
        &self,
        member: &Member,
        request: &R,
        now: Timestamp,
        deadline: Option<Instant>,
        uses: &mut Vec<ModelUse>,
    ) -> Result<R::Means, Missed> {
        let hurried = deadline.is_some();
        if member.left(deadline).is_zero() || !member.breaker(hurried).admit(now, member.limit) {
            count(member.brain.name(), "skipped", Duration::ZERO);
            return Err(Missed::Away);
        }
        let mut read = member.timed(request, None, deadline).await;
        if let Err((BrainError::Invalid { detail }, used)) = &mut read {
            uses.append(used);
            read = repaired(member.timed(request, Some(detail), deadline).await);
        }
        member.breaker(hurried).note(read.as_ref().err().map(|(error, _)| error), now, self.breaker_open);
        match read {
            Ok(answer) => {
                uses.extend(answer.uses);
                Ok(answer.value)
            }
            Err((error, used)) => {
                tracing::warn!(brain = member.brain.name(), result = error.word(), %error, "A brain gave no answer; the next one is asked");
                uses.extend(used);
                Err(Missed::of(&error))
            }
        }
    }
}

impl Member {
    /// Runs a request within the member's limit and counts it. The client has the same limit and usually knows more.
    async fn timed<R: Request>(&self, request: &R, flaw: Option<&str>, deadline: Option<Instant>) -> Asked<R::Means> {
        let (began, span) = (Instant::now(), self.span(R::PROMPT));
        let asked = request.ask(&*self.brain, flaw).instrument(span.clone());
        let read = tokio::time::timeout(self.left(deadline), asked).await;
        let read = read.unwrap_or_else(|_| Err(self.too_slow(R::PROMPT, began.elapsed())));
        let result = read.as_ref().err().map_or("ok", |(error, _)| error.word());
        span.record("result", result);
        if read.is_err() {
            span.record("otel.status_code", "ERROR");
        }
        count(self.brain.name(), result, began.elapsed());
        read
    }

    /// What traces say of a request: who was asked what, never a word of it (P10).
    fn span(&self, prompt: &str) -> Span {
        let brain = self.brain.name();
        tracing::debug_span!(
            "brain",
            otel.name = format_args!("{brain} {prompt}"),
            otel.kind = "client",
            otel.status_code = Empty,
            brain,
            model = self.brain.model(),
            prompt,
            result = Empty,
            http.response.status_code = Empty
        )
    }

    fn too_slow(&self, prompt: &str, took: Duration) -> (BrainError, Vec<ModelUse>) {
        let error = BrainError::Unavailable { detail: "no answer within the time limit".to_owned(), retry_after: None };
        let used = ModelUse {
            brain: self.brain.name().to_owned(),
            model: self.brain.model().to_owned(),
            prompt: prompt.to_owned(),
            tokens_in: 0,
            tokens_out: 0,
            cost_micros: None,
            latency_ms: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
            result: error.word().to_owned(),
        };
        (error, vec![used])
    }

    /// How long it may take.
    fn left(&self, deadline: Option<Instant>) -> Duration {
        deadline.map_or(self.limit, |by| by.saturating_duration_since(Instant::now()).min(self.limit))
    }

    fn breaker(&self, hurried: bool) -> std::sync::MutexGuard<'_, Breaker> {
        let breaker = if hurried { &self.hurried } else { &self.breaker };
        breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The names that the order puts before `local`.
fn preferred(order: &[String]) -> impl Iterator<Item = &str> {
    order.iter().map(String::as_str).take_while(|name| *name != LOCAL)
}

fn repaired<T>(mut read: Asked<T>) -> Asked<T> {
    if let Ok(answer) = &mut read {
        answer.uses.iter_mut().for_each(|used| "repaired".clone_into(&mut used.result));
    }
    read
}

/// The rules of the local brain in a prompt's place. They are others with each version of the program.
pub fn rules(prompt: &str) -> String {
    format!("{}@{LOCAL}-{}", prompt.split('@').next().unwrap_or(prompt), env!("CARGO_PKG_VERSION"))
}

/// A use of the local brain, `instead` of a model or because it was wanted. It costs nothing.
pub fn local_use(prompt: &str, instead: bool, took: Duration) -> ModelUse {
    ModelUse {
        brain: LOCAL.to_owned(),
        model: LOCAL.to_owned(),
        prompt: rules(prompt),
        tokens_in: 0,
        tokens_out: 0,
        cost_micros: Some(0),
        latency_ms: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
        result: if instead { "fallback" } else { "ok" }.to_owned(),
    }
}

fn outcome<R: Request>(
    reading: R::Means,
    brain: &str,
    missed: Option<Missed>,
    uses: Vec<ModelUse>,
) -> Outcome<R::Means> {
    let told = uses.last().filter(|used| used.brain == brain).map(|used| used.prompt.clone());
    let prompt = told.unwrap_or_else(|| if brain == LOCAL { rules(R::PROMPT) } else { R::PROMPT.to_owned() });
    Outcome { reading, brain: brain.to_owned(), provisional: missed.is_some(), missed, prompt, uses }
}

fn count(brain: &'static str, result: &'static str, took: Duration) {
    metrics::counter!("ringleader_brain_requests_total", "brain" => brain, "result" => result).increment(1);
    metrics::histogram!("ringleader_brain_seconds", "brain" => brain).record(took.as_secs_f64());
}
