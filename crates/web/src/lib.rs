//! Who talks to us: webhooks, API, pages, live stream (DESIGN 8). Decides nothing: it authenticates, reads, hands over, shows.
//!
//! Webhooks, API and pages are separate routers with their own limits; [`edge`] wraps them all. What an endpoint does beyond
//! repository work is an application function of `ringleader_jobs::actions`.

pub mod api;
pub mod auth;
pub mod body;
mod calendars;
mod csv;
pub mod digest;
pub mod directory;
pub mod edge;
pub mod extract;
pub mod health;
pub mod idempotency;
pub mod logs;
mod origin;
pub mod pages;
pub mod problem;
mod recording;
pub mod sandbox;
pub mod session;
pub mod settings;
pub mod state;
pub mod webhooks;

pub use problem::Problem;
pub use settings::{VoicePace, WebSettings};
pub use state::{AppState, Wiring};

use axum::extract::{Request, State};
use axum::response::Response;
use axum::{Router, middleware};

/// Everything, ready to be served.
pub fn router(state: AppState) -> Router {
    let (api, document) = api::router(&state);
    let mut all = Router::new()
        .merge(webhooks::router())
        .merge(api)
        .merge(calendars::router())
        .merge(health::router())
        .merge(pages::router(&state))
        .merge(pages::answer::router(&state))
        .merge(pages::leave::router(&state))
        .merge(pages::docs::router(&document));
    if state.sandbox.is_some() {
        all = all.merge(pages::phone::router());
    }
    all.fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(edge::edge))
        .with_state(state)
}

async fn unknown(State(state): State<AppState>, request: Request) -> Response {
    session::nowhere(&state, request, Problem::not_found()).await
}

async fn wrong_method(State(state): State<AppState>, request: Request) -> Response {
    let detail = "This address exists, but not for this method.";
    let problem = Problem::new(http::StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Wrong method", detail);
    session::nowhere(&state, request, problem).await
}
