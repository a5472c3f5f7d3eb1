//! Pages for people: server-rendered, live through one small script, strict about what they load.
//!
//! Always true: every page of the dashboard comes from a session and shows its tenant alone; what it changes goes through the
//! same actions as the API; a failure is a page in the reader's language.

mod account;
mod afterwards;
mod analysis;
pub mod answer;
mod assets;
mod businesses;
mod calendar;
mod calls;
pub mod docs;
mod inbox;
mod installation;
mod leads;
pub mod leave;
mod live;
mod look;
mod losses;
pub mod phone;
mod properties;
mod reports;
mod sent;
mod settings;
mod shell;
mod sign_in;
mod start;
mod tasks;
mod tenancies;
mod tickets;
mod today;
mod usage;
mod viewings;

pub(crate) use shell::problem_page;

use crate::session::page_problems;
use crate::state::AppState;
use crate::{edge, session};
use axum::response::Redirect;
use axum::routing::get;
use axum::{Router, middleware};

/// The dashboard.
pub fn router(state: &AppState) -> Router<AppState> {
    let pages = Router::new()
        .merge(sign_in::router())
        .merge(account::router())
        .merge(today::router())
        .merge(inbox::router())
        .merge(leads::router())
        .merge(calls::router())
        .merge(analysis::router())
        .merge(calendar::router())
        .merge(tasks::router())
        .merge(tickets::router())
        .merge(tenancies::router())
        .merge(viewings::router())
        .merge(properties::router())
        .merge(losses::router())
        .merge(usage::router())
        .merge(reports::router())
        .merge(settings::router())
        .merge(installation::router())
        .merge(businesses::router())
        .merge(start::router())
        .layer(crate::edge::compression())
        .layer(middleware::from_fn(edge::deadline));
    let pages = match state.sandbox {
        Some(_) => pages,
        None => pages.route("/", get(|_: session::Viewer| async { Redirect::temporary("/today") })),
    };
    pages
        .merge(live::router())
        .layer(middleware::from_fn_with_state(state.clone(), page_problems))
        .route("/assets/app.css", get(assets::app_css))
        .route("/assets/app.js", get(assets::app_js))
        .route("/assets/mark.svg", get(assets::mark))
}
