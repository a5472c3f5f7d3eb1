//! The fake's control API, for other processes: the phone page, the kill harness. JSON, under `/__control`.
//!
//! | request | does |
//! |---|---|
//! | `GET state` | totals, how much is still to be delivered, behaviour |
//! | `GET sent?after=&to=&number=&limit=&wait_ms=` | accepted messages with `seq` above `after`; waits for one if there is none |
//! | `GET chat?number=&phone=` | window and typing of one chat |
//! | `POST say {number?, phone, name?, says: {type: "text", body}}` | a customer writes |
//! | `POST faults {next?: [{times, fault, …}], chances?: [{p, fault, …}]}` | faults |
//! | `POST customers {phone, …}`, `numbers {…}`, `templates {…}`, `webhook {url, app_secret}` | registers |
//! | `POST behaviour {…}` | replaces what is named, keeps the rest |
//! | `POST announce {field, value}` | any other news |
//! | `POST settle` | waits until what is due was delivered |
//! | `POST reset` | forgets what happened |

use super::options::{Behaviour, CustomerSpec, NumberSpec, TemplateSpec, Webhook};
use super::state::Sent;
use super::{Says, Shared};
use crate::faults::{Chance, Fault};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

type Cx = State<Arc<Shared>>;

pub(super) fn router() -> Router<Arc<Shared>> {
    let routes = Router::new()
        .route("/state", get(state))
        .route("/sent", get(sent))
        .route("/chat", get(chat))
        .route("/say", post(say))
        .route("/faults", post(faults))
        .route("/customers", post(customers))
        .route("/numbers", post(async |State(cx): Cx, Json(spec): Json<NumberSpec>| cx.state().add_number(spec)))
        .route("/templates", post(templates))
        .route("/webhook", post(webhook))
        .route("/behaviour", post(behaviour))
        .route("/announce", post(announce))
        .route("/settle", post(async |State(cx): Cx| cx.settle().await))
        .route("/reset", post(async |State(cx): Cx| cx.state().reset()));
    Router::new().nest("/__control", routes)
}

async fn state(State(cx): Cx) -> Json<Value> {
    let state = cx.state();
    Json(json!({ "counts": state.counts, "pending": state.due.len() + state.in_flight,
        "remembered": state.sent.len(), "behaviour": state.behaviour }))
}

#[derive(Deserialize)]
#[serde(default)]
struct Window {
    after: u64,
    to: Option<String>,
    number: Option<String>,
    limit: usize,
    wait_ms: u64,
}

impl Default for Window {
    fn default() -> Self {
        Self { after: 0, to: None, number: None, limit: 1000, wait_ms: 0 }
    }
}

impl Window {
    fn page(&self, cx: &Shared) -> Vec<Sent> {
        let state = cx.state();
        let from = state.sent.partition_point(|s| s.seq <= self.after);
        let theirs = |s: &&Sent| self.to.as_ref().is_none_or(|to| *to == s.to);
        let ours = |s: &&Sent| self.number.as_ref().is_none_or(|n| *n == s.number);
        state.sent.range(from..).filter(theirs).filter(ours).take(self.limit).cloned().collect()
    }
}

async fn sent(State(cx): Cx, Query(window): Query<Window>) -> Json<Value> {
    let wait = async {
        loop {
            let changed = cx.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let page = window.page(&cx);
            if !page.is_empty() {
                return page;
            }
            changed.await;
        }
    };
    let page = tokio::time::timeout(Duration::from_millis(window.wait_ms), wait).await;
    Json(json!({ "data": page.unwrap_or_default() }))
}

#[derive(Deserialize)]
struct Who {
    number: Option<String>,
    phone: String,
}

async fn chat(State(cx): Cx, Query(who): Query<Who>) -> Json<Value> {
    let now = (cx.now)();
    let mut state = cx.state();
    let number = who.number.unwrap_or_else(|| state.first_number());
    let chat = state.chat(&number, &who.phone);
    Json(json!({ "window_until": chat.window_until, "typing": chat.typing_until.is_some_and(|t| now < t) }))
}

#[derive(Deserialize)]
struct Say {
    number: Option<String>,
    phone: String,
    name: Option<String>,
    says: Says,
}

async fn say(State(cx): Cx, Json(say): Json<Say>) -> Json<Value> {
    let number = {
        let mut state = cx.state();
        if let Some(name) = say.name {
            state.customers.entry(say.phone.clone()).or_default().name = Some(name);
        }
        say.number.unwrap_or_else(|| state.first_number())
    };
    Json(json!({ "id": cx.customer_says(&number, &say.phone, &say.says) }))
}

#[derive(Deserialize)]
struct Next {
    times: u32,
    #[serde(flatten)]
    fault: Fault,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetFaults {
    #[serde(default)]
    next: Vec<Next>,
    chances: Option<Vec<Chance>>,
}

async fn faults(State(cx): Cx, Json(set): Json<SetFaults>) {
    let mut state = cx.state();
    set.next.into_iter().for_each(|n| state.faults.next(n.times, n.fault));
    if let Some(chances) = set.chances {
        state.faults.chances = chances;
    }
}

async fn customers(State(cx): Cx, Json(mut body): Json<Value>) -> Result<(), (StatusCode, String)> {
    let phone = body.as_object_mut().and_then(|o| o.remove("phone"));
    let Some(Value::String(phone)) = phone else {
        return Err((StatusCode::BAD_REQUEST, "phone is required".to_owned()));
    };
    let spec: CustomerSpec = serde_json::from_value(body).map_err(|e| (StatusCode::BAD_REQUEST, e.to_string()))?;
    cx.state().set_customer(&phone, spec);
    Ok(())
}

async fn templates(State(cx): Cx, Json(spec): Json<TemplateSpec>) {
    let now = (cx.now)();
    cx.state().set_template(spec, now);
    cx.wake.notify_one();
}

async fn webhook(State(cx): Cx, Json(webhook): Json<Webhook>) {
    cx.state().webhook = Some(webhook);
    cx.wake.notify_one();
}

async fn behaviour(State(cx): Cx, Json(change): Json<Value>) -> Result<(), (StatusCode, String)> {
    let mut state = cx.state();
    let mut merged = json!(state.behaviour);
    for (name, value) in change.as_object().into_iter().flatten() {
        merged[name] = value.clone();
    }
    let merged: Behaviour = serde_json::from_value(merged).map_err(|e| (StatusCode::BAD_REQUEST, e.to_string()))?;
    state.behaviour = merged;
    Ok(())
}

#[derive(Deserialize)]
struct Announce {
    field: String,
    value: Value,
}

async fn announce(State(cx): Cx, Json(news): Json<Announce>) {
    cx.announce(&news.field, news.value);
}
