//! The API under `/api/v1` (DESIGN 9): one file per thing, each with its wire type, its list and its changes.
//!
//! To add an endpoint: a handler with its `#[utoipa::path]`, and its line in the thing's `routes`. The OpenAPI document is
//! made from the same lines, so it cannot miss one.
//!
//! Always true: the tenant comes from the key; another tenant's id is 404; every change leaves a line in the audit trail.

pub mod analyses;
pub mod appointments;
pub mod audit;
pub mod calls;
pub mod connections;
pub mod contacts;
pub mod conversations;
pub mod credits;
pub(crate) mod days;
pub mod decisions;
pub mod episodes;
pub mod erasures;
pub mod events;
pub mod figures;
pub mod hours;
pub mod inbox;
pub mod keys;
pub mod lead_changes;
pub mod leads;
pub mod lines;
pub mod loss_account;
pub mod messages;
pub mod openapi;
pub mod properties;
pub mod quality;
pub mod readings;
pub mod reports;
pub mod statement;
pub mod talks;
pub mod tasks;
pub mod tenancies;
pub mod tenant;
pub mod tenants;
pub mod texts;
pub mod tickets;

use crate::idempotency;
use crate::state::AppState;
use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};
use ringleader_store::repo::Listing;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Listed<T> {
    /// The rows, newest first.
    data: Vec<T>,
    /// Pass as `cursor` for the next page; null at the end.
    next: Option<String>,
}

impl<T> Listed<T> {
    /// A page of the store as the wire shows it.
    fn of<R>(listing: Listing<R>, view: impl FnMut(R) -> T) -> axum::Json<Self> {
        axum::Json(Self { data: listing.rows.into_iter().map(view).collect(), next: listing.next })
    }

    /// Everything there is.
    fn all(data: Vec<T>) -> axum::Json<Self> {
        axum::Json(Self { data, next: None })
    }
}

/// All routes with their documentation.
fn documented() -> OpenApiRouter<AppState> {
    [
        tenants::routes(),
        tenant::routes(),
        keys::routes(),
        connections::routes(),
        lines::routes(),
        calls::routes(),
        analyses::routes(),
        leads::routes(),
        lead_changes::routes(),
        contacts::routes(),
        conversations::routes(),
        messages::routes(),
        credits::routes(),
        statement::routes(),
        figures::routes(),
        reports::routes(),
        quality::routes(),
        readings::routes(),
        decisions::routes(),
        episodes::routes(),
        erasures::routes(),
        loss_account::routes(),
        tasks::routes(),
        hours::routes(),
        properties::routes(),
        tenancies::routes(),
        appointments::routes(),
        tickets::routes(),
        talks::routes(),
        inbox::routes(),
        audit::routes(),
        texts::routes(),
    ]
    .into_iter()
    .fold(OpenApiRouter::new(), OpenApiRouter::merge)
}

/// The routes under `/api/v1`, and the document that describes them.
pub fn router(state: &AppState) -> (Router<AppState>, utoipa::openapi::OpenApi) {
    let api = OpenApiRouter::new().nest("/api/v1", documented());
    let stream = OpenApiRouter::new().nest("/api/v1", events::routes());
    let (api, mut document) = api.split_for_parts();
    let (stream, of_stream) = stream.split_for_parts();
    document.merge(of_stream);
    openapi::finish(&mut document);
    document.merge(<crate::webhooks::Described as utoipa::OpenApi>::openapi());
    let api = api
        .route("/api/v1/openapi.json", openapi::served(&document))
        .layer(middleware::from_fn_with_state(state.clone(), idempotency::once))
        .layer(crate::edge::compression())
        .layer(DefaultBodyLimit::disable()); // bodies are read by `body::read` with `settings.api_limit`
    (api.merge(stream), document)
}
