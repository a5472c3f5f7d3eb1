//! The phone page of the sandbox (D4): a customer's phone, what the business knows, and its owner's phone, side by side and
//! live. Mounted only in the demo.
//!
//! Always true: everything that is shown is made here, on the server, so the page can be read without script; the script
//! only swaps parts whose id arrives and posts forms; no address carries a phone number (P10).

mod call;
mod icons;
mod live;
mod parts;
mod view;
mod when;
mod words;

use crate::extract::Json;
use crate::problem::Problem;
use crate::sandbox::{CallKind, Sandbox, Scene, Speaker, Who};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use http::{HeaderMap, header};
use maud::Markup;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use words::Words;

/// Routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/phone") }))
        .route("/phone", get(page))
        .route("/assets/phone.css", get(super::assets::phone_css))
        .route("/assets/phone.js", get(super::assets::phone_js))
        .route("/sandbox/scene", get(scene))
        .route("/sandbox/live", get(live::stream))
        .route("/sandbox/call", post(call))
        .route("/sandbox/say", post(say))
        .route("/sandbox/tap", post(tap))
        .route("/sandbox/receptionist", post(receptionist))
        .route("/sandbox/time", post(time))
}

/// What the page is asked to show, and in which language; without one, the browser's.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Look {
    shop: String,
    customer: String,
    lang: String,
}

impl Look {
    fn who(&self) -> Who {
        Who { shop: self.shop.clone(), customer: self.customer.clone() }
    }

    fn words(&self, headers: &HeaderMap) -> &'static Words {
        let browser = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Words::in_language(if self.lang.is_empty() { browser.unwrap_or_default() } else { &self.lang })
    }
}

fn sandbox(state: &AppState) -> Result<Arc<dyn Sandbox>, Problem> {
    state.sandbox.clone().ok_or_else(Problem::not_found)
}

async fn page(State(state): State<AppState>, headers: HeaderMap, Query(look): Query<Look>) -> Result<Markup, Problem> {
    let (sandbox, who) = (sandbox(&state)?, look.who());
    let shown = sandbox.scene(&who).await?;
    view::page(look.words(&headers), &sandbox.shops(), &who, &shown).ok_or_else(Problem::not_found)
}

async fn scene(State(state): State<AppState>, Query(look): Query<Look>) -> Result<axum::Json<Scene>, Problem> {
    Ok(axum::Json(sandbox(&state)?.scene(&look.who()).await?))
}

#[derive(Deserialize)]
struct Called {
    #[serde(flatten)]
    who: Who,
    #[serde(default)]
    call: CallKind,
}

async fn call(State(state): State<AppState>, Json(it): Json<Called>) -> Result<(), Problem> {
    sandbox(&state)?.places_call(&it.who, it.call).await
}

#[derive(Deserialize)]
struct Said {
    #[serde(flatten)]
    who: Who,
    #[serde(default)]
    speaker: Speaker,
    text: String,
}

async fn say(State(state): State<AppState>, Json(it): Json<Said>) -> Result<(), Problem> {
    match it.text.trim() {
        "" => Ok(()),
        text => sandbox(&state)?.says(&it.who, it.speaker, text).await,
    }
}

#[derive(Deserialize)]
struct Tapped {
    #[serde(flatten)]
    who: Who,
    #[serde(default)]
    speaker: Speaker,
    message: String,
    button: String,
}

async fn tap(State(state): State<AppState>, Json(it): Json<Tapped>) -> Result<(), Problem> {
    sandbox(&state)?.taps(&it.who, it.speaker, &it.message, &it.button).await
}

/// What the customer does with the receptionist: calls, says something, presses a key, hangs up.
#[derive(Deserialize)]
struct Telephones {
    #[serde(flatten)]
    who: Who,
    #[serde(default)]
    action: String,
    #[serde(default)]
    text: String,
}

async fn receptionist(State(state): State<AppState>, Json(it): Json<Telephones>) -> Result<(), Problem> {
    let sandbox = sandbox(&state)?;
    match (it.action.as_str(), it.text.trim()) {
        ("call", _) => sandbox.calls_receptionist(&it.who).await,
        ("hang_up", _) => sandbox.presses(&it.who, None).await,
        (_, "") => Ok(()),
        ("key", key) => sandbox.presses(&it.who, key.chars().next()).await,
        (_, words) => sandbox.speaks(&it.who, words).await,
    }
}

#[derive(Deserialize)]
struct Time {
    advance_seconds: Option<u64>,
    speed: Option<f64>,
}

async fn time(State(state): State<AppState>, Json(it): Json<Time>) -> Result<(), Problem> {
    let sandbox = sandbox(&state)?;
    if let Some(speed) = it.speed {
        sandbox.set_speed(speed).await?;
    }
    if let Some(seconds) = it.advance_seconds {
        sandbox.advance(Duration::from_secs(seconds)).await?;
    }
    Ok(())
}
