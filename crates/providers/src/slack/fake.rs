//! Slack's incoming webhooks, played over real HTTP: takes posts, checks them as Slack does, refuses on demand.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;

/// What goes wrong with a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlackFault {
    /// One of Slack's words with its status: `(403, "invalid_token")`; nothing is posted.
    Word(u16, &'static str),
    /// 429 with `Retry-After` in seconds.
    RateLimited(u64),
    /// It is posted, then HTTP 500: the double-post trap.
    Http500AfterPost,
    /// It is posted, then no answer for so many milliseconds of real time.
    HangAfterPost(u64),
}

#[derive(Default)]
struct Room {
    posts: Vec<Value>,
    faults: VecDeque<(u32, SlackFault)>,
}

type Shared = Arc<Mutex<Room>>;

/// A running fake with one room. Dropping it closes the port.
pub struct SlackFake {
    room: Shared,
    address: SocketAddr,
    task: JoinHandle<()>,
}

/// The webhook's path; any other is gone.
const PATH: &str = "T0SIM/B0SIM/sim-hook";

impl SlackFake {
    /// Starts to listen. Fails only if the address cannot be had.
    pub async fn start(listen: SocketAddr) -> std::io::Result<Self> {
        let room = Shared::default();
        let app = Router::new().route("/services/{*hook}", post(take)).with_state(room.clone());
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "The Slack fake stopped");
            }
        });
        Ok(Self { room, address, task })
    }

    /// What a connection has as `webhook_url`.
    pub fn webhook_url(&self) -> String {
        format!("http://{}/services/{PATH}", self.address)
    }

    /// Everything that was posted, oldest first.
    pub fn posts(&self) -> Vec<Value> {
        lock(&self.room).posts.clone()
    }

    /// The next `times` posts meet this fault.
    pub fn fail_next(&self, times: u32, fault: SlackFault) {
        lock(&self.room).faults.push_back((times, fault));
    }
}

impl Drop for SlackFake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(room: &Mutex<Room>) -> MutexGuard<'_, Room> {
    room.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Room {
    fn fault(&mut self) -> Option<SlackFault> {
        let (left, fault) = self.faults.front_mut()?;
        let fault = fault.clone();
        *left -= 1;
        if *left == 0 {
            self.faults.pop_front();
        }
        Some(fault)
    }
}

fn word(status: u16, word: &'static str) -> Response {
    (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), word).into_response()
}

async fn take(State(room): State<Shared>, Path(hook): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    if hook != PATH {
        return word(404, "no_service");
    }
    let json = headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    let checked = serde_json::from_slice(&body).ok().filter(|_| json).ok_or("invalid_payload").and_then(check);
    let fault = lock(&room).fault();
    let fault = match (fault, checked) {
        (Some(SlackFault::Word(status, text)), _) => return word(status, text),
        (Some(SlackFault::RateLimited(seconds)), _) => {
            return ([("retry-after", seconds.to_string())], word(429, "rate_limited")).into_response();
        }
        (_, Err(problem)) => return word(400, problem),
        (fault, Ok(payload)) => {
            lock(&room).posts.push(payload);
            fault
        }
    };
    match fault {
        Some(SlackFault::Http500AfterPost) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(SlackFault::HangAfterPost(ms)) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            word(200, "ok")
        }
        _ => word(200, "ok"),
    }
}

/// The limits of messages and blocks.
fn check(payload: Value) -> Result<Value, &'static str> {
    let text = payload["text"].as_str().unwrap_or_default();
    let blocks = payload["blocks"].as_array().map(Vec::as_slice).unwrap_or_default();
    if text.is_empty() && blocks.is_empty() {
        return Err("no_text");
    }
    let fits = |value: &Value, most: usize| value.as_str().is_none_or(|t| (1..=most).contains(&t.chars().count()));
    let good = |block: &Value| match block["type"].as_str() {
        Some("section") => fits(&block["text"]["text"], 3_000),
        Some("header") => fits(&block["text"]["text"], 150),
        Some("actions") => block["elements"].as_array().is_some_and(|buttons| {
            let button = |b: &Value| fits(&b["text"]["text"], 75) && fits(&b["url"], 3_000);
            (1..=25).contains(&buttons.len()) && buttons.iter().all(button)
        }),
        Some("context" | "divider") => true,
        _ => false,
    };
    if blocks.len() > 50 || !blocks.iter().all(good) {
        return Err("invalid_blocks");
    }
    Ok(payload)
}
