//! Model services played faithfully on loopback: for tests and the demo (D4).
//!
//! A fake checks what it receives as the real one does (keys, headers, models, fields, schemas), answers with reasoning
//! before the text and text in several parts, and fails in every way that `Mode` names. Streaming, tools and caches are not
//! played: the clients here do not use them.

pub mod anthropic;
pub mod lint;
pub mod openai;

use crate::prompts::read_message::Data;
use crate::prompts::{analyse_call, analyse_history, read_back, read_turn};
use crate::seam::{Brain, CallRequest, Known, MessageRequest, TurnRequest};
use crate::wire::{AnalyseCall, AnalyseHistory, ReadMessage, ReadTurn};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures::future::BoxFuture;
use jiff::{Timestamp, civil, tz::TimeZone};
use ringleader_core::analysis::{Understanding, complete::Analysed, overview, score::score};
use ringleader_core::{call::Turn, conversation::ChatState, reading::Reading};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The only key that fakes accept.
pub const KEY: &str = "fake-key";

/// How a fake behaves.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    /// Answers what the answer function gives.
    Ok,
    /// Answers this text, nonsense or not.
    Text(String),
    /// Answers without any text.
    Empty,
    /// Declines to answer.
    Refusing,
    /// A content filter stopped it.
    Filtered,
    /// Stops at the token limit, in the middle of the JSON.
    Truncated,
    /// Ends for a reason that no sheet names (Anthropic), or fails after 200 (OpenAI).
    Failed,
    /// 429 for speed, with the pause if there is one.
    Throttled(Option<Duration>),
    /// 429 for money.
    OutOfQuota,
    /// 500.
    Failing,
    /// 529 or 503.
    Overloaded,
    /// 413 with a body that is no JSON.
    TooLarge,
    /// Never answers.
    Silent,
    /// The connection breaks in the middle of the answer.
    Cut,
    /// A proxy's page with status 200.
    Page,
    /// Exactly this: status, headers, body.
    Raw(u16, Vec<(&'static str, String)>, String),
}

type Answers<D> = Arc<dyn Fn(D) -> BoxFuture<'static, Value> + Send + Sync>;

/// A running fake. It stops when dropped.
pub struct Fake {
    /// What clients are given as their base address, `/v1` included where the real one has it.
    pub base_url: String,
    stage: Arc<Stage>,
    server: tokio::task::JoinHandle<()>,
}

/// What the fake does and has seen.
struct Stage {
    mode: Mutex<(Mode, VecDeque<Mode>)>,
    answers: Mutex<Answers<Data>>,
    analyses: Mutex<Answers<analyse_call::Data>>,
    histories: Mutex<Answers<analyse_history::Data>>,
    turns: Mutex<Answers<read_turn::Data>>,
    bodies: Mutex<Vec<Value>>,
}

impl Fake {
    /// Serves `routes` on a free port of loopback; `path` ends the base address.
    async fn start(routes: impl FnOnce(Arc<Stage>) -> axum::Router, path: &str) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let base_url = format!("http://{}{path}", listener.local_addr()?);
        let stage = Arc::new(Stage::new());
        let router = routes(Arc::clone(&stage));
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "A fake model service ended");
            }
        });
        Ok(Self { base_url, stage, server })
    }

    /// Behaves so from now on.
    pub fn set(&self, mode: Mode) {
        *self.stage.script() = (mode, VecDeque::new());
    }

    /// Behaves so for the next requests, one mode each, then as before.
    pub fn next(&self, modes: impl IntoIterator<Item = Mode>) {
        self.stage.script().1.extend(modes);
    }

    /// Answers with what `answer` makes of the data of a request.
    pub fn answer(&self, answer: impl Fn(&Data) -> Value + Send + Sync + 'static) {
        *lock(&self.stage.answers) = Arc::new(move |data| {
            let value = answer(&data);
            Box::pin(async move { value })
        });
    }

    /// Answers with what `analyse` makes of a call; else the local brain does.
    pub fn analyse(&self, analyse: impl Fn(&analyse_call::Data) -> Value + Send + Sync + 'static) {
        *lock(&self.stage.analyses) = Arc::new(move |data| {
            let value = analyse(&data);
            Box::pin(async move { value })
        });
    }

    /// Answers with what `sum_up` makes of a history; else the rules do.
    pub fn sum_up(&self, sum_up: impl Fn(&analyse_history::Data) -> Value + Send + Sync + 'static) {
        *lock(&self.stage.histories) = Arc::new(move |data| {
            let value = sum_up(&data);
            Box::pin(async move { value })
        });
    }

    /// Answers with what `read` makes of a turn of a caller; else the local brain does.
    pub fn turn(&self, read: impl Fn(&read_turn::Data) -> Value + Send + Sync + 'static) {
        *lock(&self.stage.turns) = Arc::new(move |data| {
            let value = read(&data);
            Box::pin(async move { value })
        });
    }

    /// Answers with what `brain` understands of the customer's messages: how the demo plays a model.
    pub fn answer_with(&self, brain: Arc<dyn Brain>) {
        *lock(&self.stage.answers) = Arc::new(move |data| {
            let brain = Arc::clone(&brain);
            Box::pin(async move { answer_of(&*brain, &data).await })
        });
    }

    /// How many requests came, refused ones included.
    pub fn requests(&self) -> usize {
        lock(&self.stage.bodies).len()
    }

    /// The bodies that came, oldest first; the last thousand are kept.
    pub fn bodies(&self) -> Vec<Value> {
        lock(&self.stage.bodies).clone()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Stage {
    fn new() -> Self {
        let nothing: Answers<Data> = Arc::new(|_| Box::pin(async { to_json(&Reading::nothing(), &TimeZone::UTC) }));
        let local: Answers<analyse_call::Data> = Arc::new(|data| Box::pin(async move { analysis_of(&data) }));
        let rules: Answers<analyse_history::Data> = Arc::new(|data| Box::pin(async move { history_of(&data) }));
        let heard: Answers<read_turn::Data> = Arc::new(|data| Box::pin(async move { turn_of(&data) }));
        Self {
            turns: Mutex::new(heard),
            histories: Mutex::new(rules),
            mode: Mutex::new((Mode::Ok, VecDeque::new())),
            answers: Mutex::new(nothing),
            analyses: Mutex::new(local),
            bodies: Mutex::default(),
        }
    }

    fn script(&self) -> MutexGuard<'_, (Mode, VecDeque<Mode>)> {
        lock(&self.mode)
    }

    /// The mode of this request.
    fn mode(&self) -> Mode {
        let mut script = self.script();
        script.1.pop_front().unwrap_or_else(|| script.0.clone())
    }

    /// Keeps a body; null stands for one that is no JSON.
    fn received(&self, body: &Bytes) -> Value {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let mut bodies = lock(&self.bodies);
        if bodies.len() >= 1000 {
            bodies.remove(0);
        }
        bodies.push(body.clone());
        body
    }

    /// The JSON text of a good answer to a user turn.
    async fn answer(&self, turn: &str) -> String {
        let (answers, analyses) = (Arc::clone(&lock(&self.answers)), Arc::clone(&lock(&self.analyses)));
        if let Some(call) = read_back(turn) {
            return analyses(call).await.to_string();
        }
        if let Some(history) = read_back(turn) {
            let sum_up = Arc::clone(&lock(&self.histories));
            return sum_up(history).await.to_string();
        }
        if let Some(heard) = read_back(turn) {
            let read = Arc::clone(&lock(&self.turns));
            return read(heard).await.to_string();
        }
        match read_back(turn) {
            Some(data) => answers(data).await.to_string(),
            None => to_json(&Reading::nothing(), &TimeZone::UTC).to_string(),
        }
    }
}

/// What a brain makes of the data, as a model would answer.
async fn answer_of(brain: &dyn Brain, data: &Data) -> Value {
    let zone = TimeZone::get(&data.time_zone).unwrap_or(TimeZone::UTC);
    let request = MessageRequest {
        text: data.messages.clone(),
        state: state(&data.asked),
        known: Known {
            name: data.known.name.clone(),
            need: data.known.need.clone(),
            preference: data.known.preference.clone(),
        },
        now: sent_at(&data.sent_at, &zone),
        zone: zone.clone(),
        country: data.country.clone(),
        language: data.chat_language.clone(),
        mask: Vec::new(),
    };
    let reading = brain.read_message(&request).await.map_or_else(|_| Reading::nothing(), |answer| answer.value);
    to_json(&reading, &zone)
}

/// What the local brain makes of a call, as a model would answer.
fn analysis_of(data: &analyse_call::Data) -> Value {
    let zone = TimeZone::get(&data.time_zone).unwrap_or(TimeZone::UTC);
    let understood = understood(&data.transcript, &data.started_at, &zone, (&data.country, &data.language));
    serde_json::to_value(AnalyseCall::of_understanding(&understood, &zone)).unwrap_or_default()
}

/// What the rules make of a history, as a model would answer: from the calls whose words it was given.
fn history_of(data: &analyse_history::Data) -> Value {
    let zone = TimeZone::get(&data.time_zone).unwrap_or(TimeZone::UTC);
    let calls = data.calls.iter().enumerate().filter_map(|(nth, call)| {
        let understood =
            understood(call.transcript.as_ref()?, &call.started_at, &zone, (&data.country, &data.language));
        let call_id = format!("call_{nth:032x}").parse().ok()?;
        Some(Analysed { call_id, at: sent_at(&call.started_at, &zone), scored: score(&understood), understood })
    });
    let overview = overview::of(&calls.collect::<Vec<_>>());
    serde_json::to_value(AnalyseHistory::of_overview(&overview)).unwrap_or_default()
}

/// What the local brain makes of a turn, as a model would answer.
fn turn_of(data: &read_turn::Data) -> Value {
    let zone = TimeZone::get(&data.time_zone).unwrap_or(TimeZone::UTC);
    let offer = |text: &String| text.split_once(' ').and_then(|(_, at)| at.parse().ok());
    let reading = crate::local::turn::read_turn(&TurnRequest {
        text: data.turn.clone(),
        asked: data.asked_for.parse().ok(),
        offers: data.offers.iter().filter_map(offer).collect(),
        areas: Vec::new(),
        now: sent_at(&data.said_at, &zone),
        zone: zone.clone(),
        country: data.country.clone(),
        mask: Vec::new(),
    });
    serde_json::to_value(ReadTurn::of_reading(&reading, &zone)).unwrap_or_default()
}

fn understood(
    said: &[analyse_call::Said],
    started_at: &str,
    zone: &TimeZone,
    (country, language): (&str, &str),
) -> Understanding {
    let turn = |said: &analyse_call::Said| Turn { role: role(&said.who).to_owned(), text: said.text.clone() };
    crate::local::call::analyse_call(&CallRequest {
        transcript: said.iter().map(turn).collect(),
        started_at: sent_at(started_at, zone),
        zone: zone.clone(),
        country: country.to_owned(),
        language: language.to_owned(),
        mask: Vec::new(),
    })
}

fn role(who: &str) -> &str {
    if who == "business" { "assistant" } else { who }
}

/// A reading as a model would answer it.
pub fn to_json(reading: &Reading, zone: &TimeZone) -> Value {
    serde_json::to_value(ReadMessage::of_reading(reading, zone)).unwrap_or_default()
}

fn sent_at(text: &str, zone: &TimeZone) -> Timestamp {
    let local = text.parse::<civil::DateTime>().ok();
    local.and_then(|local| local.to_zoned(zone.clone()).ok()).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

fn state(asked: &str) -> ChatState {
    match asked {
        "name" => ChatState::AwaitingName,
        "need" => ChatState::AwaitingNeed,
        "preference" => ChatState::AwaitingPreference,
        "nothing" => ChatState::Completed,
        _ => ChatState::AwaitingResponse,
    }
}

/// What every service does alike in a mode; `None` where the formats differ.
async fn play(mode: &Mode) -> Option<Response> {
    match mode {
        Mode::Silent => std::future::pending().await,
        Mode::Cut => {
            let pieces = [Ok(Bytes::from_static(b"{\"id\":\"")), Err(std::io::Error::other("cut"))];
            let body = Body::from_stream(futures::stream::iter(pieces));
            Some(([(header::CONTENT_TYPE, "application/json")], body).into_response())
        }
        Mode::Page => Some(axum::response::Html("<html><body>Sign in to the network</body></html>").into_response()),
        Mode::TooLarge => Some((StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large").into_response()),
        Mode::Raw(status, headers, body) => Some(respond(*status, headers, body.clone())),
        _ => None,
    }
}

/// The headers that ask for a pause.
fn pause_headers(pause: Option<Duration>) -> Vec<(&'static str, String)> {
    let Some(pause) = pause else { return Vec::new() };
    vec![("retry-after", pause.as_secs().to_string()), ("retry-after-ms", pause.as_millis().to_string())]
}

fn respond(status: u16, headers: &[(&'static str, String)], body: impl Into<Body>) -> Response {
    let builder = Response::builder().status(status).header(header::CONTENT_TYPE, "application/json");
    let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, value));
    builder.body(body.into()).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// The key of a request in either form: its own header, or as a bearer.
fn key(headers: &HeaderMap) -> Option<&str> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    text("x-api-key").or_else(|| text("authorization")?.strip_prefix("Bearer "))
}

/// A rough count, as bills have it.
fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(3)
}

/// A text in two parts, cut at a character.
fn halves(text: &str) -> (&str, &str) {
    let middle = (text.len() / 2..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    text.split_at(middle)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
