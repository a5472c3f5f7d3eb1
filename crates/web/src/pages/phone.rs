//! The phone page of the sandbox (D4): a customer's phone on one side, what the business gets on the other. Live by asking
//! every second; mounted only in the demo.

use crate::extract::Json;
use crate::problem::Problem;
use crate::sandbox::{Sandbox, Scene};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// Routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/phone") }))
        .route("/phone", get(|| async { page() }))
        .route("/assets/phone.css", get(super::assets::phone_css))
        .route("/assets/phone.js", get(super::assets::phone_js))
        .route("/sandbox/scene", get(scene))
        .route("/sandbox/call", post(call))
        .route("/sandbox/say", post(say))
        .route("/sandbox/tap", post(tap))
        .route("/sandbox/time", post(time))
}

fn sandbox(state: &AppState) -> Result<Arc<dyn Sandbox>, Problem> {
    state.sandbox.clone().ok_or_else(Problem::not_found)
}

#[derive(Deserialize)]
struct Who {
    customer: String,
}

async fn scene(State(state): State<AppState>, Query(who): Query<Who>) -> Result<axum::Json<Scene>, Problem> {
    Ok(axum::Json(sandbox(&state)?.scene(&who.customer).await?))
}

#[derive(Deserialize)]
struct Call {
    customer: String,
    line: Option<String>,
}

async fn call(State(state): State<AppState>, Json(it): Json<Call>) -> Result<(), Problem> {
    sandbox(&state)?.place_missed_call(&it.customer, it.line.as_deref()).await
}

#[derive(Deserialize)]
struct Words {
    customer: String,
    text: String,
}

async fn say(State(state): State<AppState>, Json(it): Json<Words>) -> Result<(), Problem> {
    sandbox(&state)?.customer_says(&it.customer, &it.text).await
}

#[derive(Deserialize)]
struct Tap {
    customer: String,
    message: String,
    button: String,
}

async fn tap(State(state): State<AppState>, Json(it): Json<Tap>) -> Result<(), Problem> {
    sandbox(&state)?.customer_taps(&it.customer, &it.message, &it.button).await
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

fn page() -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Ringleader phone" }
                link rel="stylesheet" href="/assets/phone.css";
                script src="/assets/phone.js" defer {}
            }
            body {
                header {
                    h1 { "Ringleader" }
                    p id="business" {}
                    div class="time" {
                        output id="now" {}
                        button type="button" data-speed="1" { "×1" }
                        button type="button" data-speed="60" { "×60" }
                        button type="button" data-advance="120" { "+2 min" }
                        button type="button" data-advance="7200" { "+2 h" }
                    }
                }
                main {
                    section class="phone" aria-label="Customer's phone" {
                        div class="bar" {
                            label { "Customer " select id="customer" {} }
                            button type="button" id="call" { "Call, and nobody answers" }
                        }
                        ol id="chat" aria-live="polite" {}
                        form id="say" {
                            input name="text" dir="auto" autocomplete="off" aria-label="Message" placeholder="היי, קוראים לי…";
                            button { "Send" }
                        }
                    }
                    section class="card" aria-label="Lead" {
                        h2 { "The lead" }
                        div id="lead" { p class="empty" { "Nothing yet: place a call." } }
                        h2 { "What the owner is told" }
                        ol id="owner" {}
                    }
                    section class="card" aria-label="Decisions" {
                        h2 { "Why" }
                        ol id="decisions" {}
                    }
                }
            }
        }
    }
}
