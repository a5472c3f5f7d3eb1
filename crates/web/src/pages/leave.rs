//! The page behind the link by which a customer leaves from an email (A14): one button; mail programs press it for them (RFC 8058).
//!
//! Always true: looking changes nothing, since mail scanners look too; the page names the business alone (P10).

use super::answer::{NOINDEX, Page, frame};
use crate::problem::Result;
use crate::session::page_problems;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::Html;
use axum::routing::get;
use axum::{Router, extract::DefaultBodyLimit, middleware};
use maud::{Markup, html};
use ringleader_jobs::actions::{self, LeavingPage};

/// `/leave/{token}`.
pub fn router(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/leave/{token}", get(look).post(leave))
        .layer(DefaultBodyLimit::max(1_024))
        .layer(middleware::from_fn_with_state(state.clone(), page_problems))
}

async fn look(State(state): State<AppState>, Path(token): Path<String>) -> Result<Page> {
    Ok(show(&actions::look_at_leaving(&state.cx, &token).await?))
}

async fn leave(State(state): State<AppState>, Path(token): Path<String>) -> Result<Page> {
    Box::pin(actions::leave_by_link(&state.cx, &token)).await?;
    Ok(show(&actions::look_at_leaving(&state.cx, &token).await?))
}

fn show(page: &LeavingPage) -> Page {
    let hebrew = page.language == "he";
    let t = |en: &'static str, he: &'static str| if hebrew { he } else { en };
    let body: Markup = if page.left {
        html! { p role="status" { (t("Done: no more messages from us, on any channel. To hear from us again, write START to us.", "בוצע: לא יישלחו מאיתנו עוד הודעות, בשום ערוץ. כדי לחזור ולקבל הודעות, אפשר לכתוב לנו START.")) } }
    } else {
        html! {
            p { (t("Stop all messages from us, on every channel?", "להפסיק את כל ההודעות מאיתנו, בכל הערוצים?")) }
            form method="post" { button type="submit" { (t("Stop messages", "להפסיק הודעות")) } }
        }
    };
    ([NOINDEX], Html(frame(&page.language, &page.business, &body).into_string()))
}
