//! For whoever watches the program: alive, ready, and in figures.

use crate::auth::Admin;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::header;
use std::time::Duration;

/// `/healthz`, `/readyz`, `/metrics`.
pub fn router() -> Router<AppState> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).route("/metrics", get(metrics))
}

/// The process answers.
async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers too.
async fn ready(State(state): State<AppState>) -> Result<&'static str> {
    let asked = async { state.store.read_system().await.map(drop) };
    match tokio::time::timeout(Duration::from_secs(2), asked).await {
        Ok(Ok(())) => Ok("ready\n"),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(Problem::overloaded()),
    }
}

/// Figures in Prometheus' text format. They may have a listener of their own instead (`metrics_listen`).
async fn metrics(State(state): State<AppState>, _: Admin) -> Result<([(header::HeaderName, &'static str); 1], String)> {
    let text = state.metrics.as_ref().ok_or_else(Problem::not_found)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text()))
}
