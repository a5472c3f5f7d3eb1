//! The model clients: one file per wire format, alike in shape (B7). They ask once and sort what comes back; they never
//! retry (the chain's breaker keeps the pauses) and never log text (P10).
//!
//! To add one: a file with a config, its wire types, and `impl Wire`, which makes it a brain.
//! Always true: every request that left is in the uses of the answer or of the failure; no error repeats a text.

pub mod anthropic;
pub mod compatible;
pub mod complaint;
pub mod openai;
pub mod price;
mod question;
pub mod transport;

pub use transport::http_client;

use crate::prompts::{Prompt, repair_note};
use crate::seam::{
    Answer, Asked, Brain, BrainError, CallRequest, HistoryRequest, MessageRequest, ModelUse, TurnRequest,
};
use complaint::Complaint;
use price::Tokens;
use question::Question;
use ringleader_core::analysis::{Understanding, overview::Overview};
use ringleader_core::reading::Reading;
use ringleader_core::reception::reading::TurnReading;
use serde_json::Value;
use tokio::time::Instant;

/// What is asked of a model, in any format.
struct Task {
    /// Which question.
    name: &'static str,
    /// What the model is told.
    prompt: Prompt,
    /// What the answer must look like.
    schema: &'static Value,
    /// The user turn, with the flaw of the last answer when this is a repair.
    text: String,
    most_tokens: u32,
}

impl Task {
    fn new<Q: Question>(turn: &str, flaw: Option<&str>) -> Self {
        let text = flaw.map_or_else(|| turn.to_owned(), |flaw| format!("{turn}\n\n{}", repair_note(flaw)));
        let most_tokens = if flaw.is_some() { 3 * Q::MOST_TOKENS } else { Q::MOST_TOKENS };
        Self { name: Q::NAME, prompt: Q::PROMPT, schema: Q::schema(), text, most_tokens }
    }
}

/// What a model said, and what it cost, whether or not it can be used.
struct Said {
    /// The JSON text, or why there is none.
    text: Result<String, BrainError>,
    tokens: Tokens,
    /// The model's resolved name.
    model: Option<String>,
}

/// What the wire formats differ in.
trait Wire: Send + Sync {
    const NAME: &'static str;
    fn model(&self) -> &str;
    /// The prompt it is asked with, for the ledger.
    fn prompt(&self, task: &Task) -> String {
        task.prompt.id.to_owned()
    }
    /// The request, ready to go.
    fn request(&self, task: &Task) -> reqwest::RequestBuilder;
    /// The content of a good answer; an error when it is not of this format at all.
    fn said(&self, body: &[u8]) -> Result<Said, BrainError>;
    /// What a bad answer means, by the provider's sheet.
    fn sort(&self, complaint: &Complaint) -> BrainError;
    /// Millionths of a dollar, where the price is known.
    fn cost(&self, model: &str, tokens: Tokens) -> Option<i64> {
        price::cost_micros(model, tokens)
    }
}

#[async_trait::async_trait]
impl<W: Wire> Brain for W {
    fn name(&self) -> &'static str {
        W::NAME
    }

    fn model(&self) -> &str {
        Wire::model(self)
    }

    async fn read_message(&self, request: &MessageRequest) -> Asked<Reading> {
        ask(self, request, None).await
    }

    async fn repair_message(&self, request: &MessageRequest, flaw: &str) -> Asked<Reading> {
        ask(self, request, Some(flaw)).await
    }

    async fn analyse_call(&self, request: &CallRequest, flaw: Option<&str>) -> Asked<Understanding> {
        ask(self, request, flaw).await
    }

    async fn analyse_history(&self, request: &HistoryRequest, flaw: Option<&str>) -> Asked<Overview> {
        ask(self, request, flaw).await
    }

    async fn read_turn(&self, request: &TurnRequest, flaw: Option<&str>) -> Asked<TurnReading> {
        ask(self, request, flaw).await
    }
}

/// Asks once.
async fn ask<W: Wire, Q: Question>(wire: &W, question: &Q, flaw: Option<&str>) -> Asked<Q::Means> {
    let turn = question.turn();
    let task = Task::new::<Q>(&turn.text, flaw);
    let began = Instant::now();
    let said = send(wire, &task).await;
    let latency_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
    let (tokens, model) = said.as_ref().map(|said| (said.tokens, said.model.clone())).unwrap_or_default();
    let read = said.and_then(|said| question.understood(&said.text?, &turn.masked));
    let model = model.unwrap_or_else(|| wire.model().to_owned());
    let used = ModelUse {
        brain: W::NAME.to_owned(),
        prompt: wire.prompt(&task),
        tokens_in: tokens.total_in(),
        tokens_out: tokens.output,
        cost_micros: if tokens == Tokens::default() { None } else { wire.cost(&model, tokens) },
        model,
        latency_ms,
        result: read.as_ref().err().map_or("ok", BrainError::word).to_owned(),
    };
    match read {
        Ok(value) => Ok(Answer { value, uses: vec![used] }),
        Err(error) => Err((error, vec![used])),
    }
}

async fn send<W: Wire>(wire: &W, task: &Task) -> Result<Said, BrainError> {
    let reply = transport::send(wire.request(task)).await?;
    match reply.status {
        200..=299 => wire.said(&reply.body),
        _ => Err(wire.sort(&Complaint::read(&reply))),
    }
}

/// An answer that is not of the provider's format: a proxy's page, or something else at that address.
fn alien() -> BrainError {
    BrainError::Unavailable {
        detail: "what answered does not speak this API; check base_url".to_owned(),
        retry_after: None,
    }
}

fn cut() -> BrainError {
    invalid("the answer was cut at the token limit")
}

fn invalid(detail: &str) -> BrainError {
    BrainError::Invalid { detail: detail.to_owned() }
}
