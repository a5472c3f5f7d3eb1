//! The model clients: one file per wire format, alike in shape (B7). They ask once and sort what comes back; they never
//! retry (the chain's breaker keeps the pauses) and never log text (P10).
//!
//! To add one: a file with a config, its wire types, `request`, `said` and `sort`, and `impl Brain` by `read`.
//! Always true: every request that left is in the uses of the answer or of the failure; no error repeats a text.

pub mod anthropic;
pub mod compatible;
pub mod complaint;
pub mod openai;
pub mod price;
pub mod transport;

pub use transport::http_client;

use crate::prompts::read_message::{Turn, turn};
use crate::prompts::{Masked, READ_MESSAGE};
use crate::seam::{Answer, BrainError, MessageRequest, ModelUse};
use crate::wire::ReadMessage;
use complaint::Complaint;
use price::Tokens;
use ringleader_core::reading::Reading;
use tokio::time::Instant;

/// How many tokens a model may spend on an answer, thinking included.
const MOST_TOKENS: u32 = 2_000;

/// The same for a repair: the first answer may have been cut.
const MOST_TOKENS_REPAIR: u32 = 6_000;

/// What is asked of a model: the user turn, and the flaw of its last answer when this is a repair.
struct Task<'a> {
    turn: &'a Turn,
    flaw: Option<&'a str>,
}

impl Task<'_> {
    /// The text of the user turn.
    fn text(&self) -> String {
        match self.flaw {
            Some(flaw) => format!("{}\n\n{}", self.turn.text, crate::prompts::read_message::repair_note(flaw)),
            None => self.turn.text.clone(),
        }
    }

    const fn most_tokens(&self) -> u32 {
        if self.flaw.is_some() { MOST_TOKENS_REPAIR } else { MOST_TOKENS }
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
    fn prompt(&self) -> &str {
        READ_MESSAGE.id
    }
    /// The request, ready to go.
    fn request(&self, task: &Task<'_>) -> reqwest::RequestBuilder;
    /// The content of a good answer; an error when it is not of this format at all.
    fn said(&self, body: &[u8]) -> Result<Said, BrainError>;
    /// What a bad answer means, by the provider's sheet.
    fn sort(&self, complaint: &Complaint) -> BrainError;
    /// Millionths of a dollar, where the price is known.
    fn cost(&self, model: &str, tokens: Tokens) -> Option<i64> {
        price::cost_micros(model, tokens)
    }
}

type Read = Result<Answer<Reading>, (BrainError, Vec<ModelUse>)>;

/// Asks for a reading, once.
async fn read<W: Wire>(wire: &W, request: &MessageRequest, flaw: Option<&str>) -> Read {
    let turn = turn(request);
    let began = Instant::now();
    let said = ask(wire, &Task { turn: &turn, flaw }).await;
    let latency_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
    let (tokens, model) = said.as_ref().map(|said| (said.tokens, said.model.clone())).unwrap_or_default();
    let read = said.and_then(|said| understood(&said.text?, &turn.masked, request));
    let model = model.unwrap_or_else(|| wire.model().to_owned());
    let used = ModelUse {
        brain: W::NAME.to_owned(),
        prompt: wire.prompt().to_owned(),
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

async fn ask<W: Wire>(wire: &W, task: &Task<'_>) -> Result<Said, BrainError> {
    let reply = transport::send(wire.request(task)).await?;
    match reply.status {
        200..=299 => wire.said(&reply.body),
        _ => Err(wire.sort(&Complaint::read(&reply))),
    }
}

/// JSON text to a reading within bounds, identifiers back in their places.
fn understood(text: &str, masked: &Masked, request: &MessageRequest) -> Result<Reading, BrainError> {
    let mut answer = ReadMessage::parse(text)?;
    answer.for_each_text(|text| *text = masked.restore(text));
    answer.into_reading(request)
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
