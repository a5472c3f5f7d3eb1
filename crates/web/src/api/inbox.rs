//! The inbox: raw events as they came in; what could not be read or assigned; processing one again.

use super::Listed;
use crate::auth::{Caller, Scope, Writer};
use crate::extract::{IdOf, ListQuery, Query};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::HeaderMap;
use jiff::Timestamp;
use ringleader_core::id::{Id, InboxId, TenantId};
use ringleader_jobs::actions;
use ringleader_store::db;
use ringleader_store::inbox::{self, Event, Filter};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(replay)).routes(routes!(discard))
}

/// A raw event.
#[derive(Debug, Serialize, ToSchema)]
struct EventView {
    id: String,
    /// Over which connection it came; null: none that we know.
    connection_id: Option<String>,
    provider: String,
    /// What it is about, by the provider's own id.
    event_key: String,
    /// `received`, `processed`, `unroutable`, `unreadable`, `failed` or `discarded`.
    state: String,
    /// Why: a reason and the fields at fault.
    #[schema(value_type = Option<Object>)]
    detail: Option<Value>,
    received_at: Timestamp,
    processed_at: Option<Timestamp>,
    /// How often processing failed.
    attempts: u32,
    /// As it was sent; only with a single event.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

impl EventView {
    fn of(event: Event) -> Self {
        let known = event.connection_id != inbox::no_connection();
        Self {
            id: event.id.to_string(),
            connection_id: known.then(|| event.connection_id.to_string()),
            provider: event.provider,
            event_key: event.event_key,
            state: event.state.to_string(),
            detail: event.detail,
            received_at: event.received_at,
            processed_at: event.processed_at,
            attempts: event.attempts,
            body: None,
        }
    }
}

/// The caller's own inbox; for the admin token, the tray of events that no tenant owns.
async fn whose(state: &AppState, headers: &HeaderMap) -> Result<TenantId> {
    match Caller::of(headers, state).await? {
        Caller::Admin => Ok(inbox::nobody()),
        caller => Ok(caller.with(Scope::Read)?.tenant),
    }
}

/// Events, newest first. With the admin token: those that no tenant owns.
#[utoipa::path(get, path = "/inbox", tag = "inbox", params(ListQuery), responses((status = 200, body = Listed<EventView>)))]
async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<axum::Json<Listed<EventView>>> {
    let tenant = whose(&state, &headers).await?;
    query.only(&["state", "status", "since", "until"])?;
    let page = query.page()?;
    let wanted = query.standing().map(|word| word.parse::<inbox::State>());
    let wanted = wanted.transpose().map_err(|_| {
        Problem::field("state", "must be `received`, `processed`, `unroutable`, `unreadable`, `failed` or `discarded`")
    })?;
    let before = page.before.as_deref().map(|cursor| format!("{}_{cursor}", InboxId::PREFIX).parse::<InboxId>());
    let before = before.transpose().map_err(|_| Problem::field("cursor", "must be the `next` of an earlier page"))?;
    let limit = page.limit as usize;
    let filter = Filter {
        state: wanted,
        since: query.since,
        until: query.until,
        before,
        limit: page.limit + 1,
        connection: None,
    };
    let mut events = state.store.read(tenant).await?.inbox().list(&filter).await?;
    let more = events.len() > limit;
    events.truncate(limit);
    let next = events.last().filter(|_| more).map(|event| db::id_text(event.id));
    Ok(axum::Json(Listed { data: events.into_iter().map(EventView::of).collect(), next }))
}

/// One event with its body.
#[utoipa::path(get, path = "/inbox/{id}", tag = "inbox", responses((status = 200, body = EventView)))]
async fn show(
    State(state): State<AppState>,
    headers: HeaderMap,
    IdOf(id): IdOf<InboxId>,
) -> Result<axum::Json<EventView>> {
    let tenant = whose(&state, &headers).await?;
    let event = state.store.read(tenant).await?.inbox().get(id).await?.ok_or_else(Problem::not_found)?;
    let body = String::from_utf8_lossy(&event.body).into_owned();
    Ok(axum::Json(EventView { body: Some(body), ..EventView::of(event) }))
}

/// Process an event once more. The same event leaves the same state behind.
#[utoipa::path(post, path = "/inbox/{id}/replay", tag = "inbox", responses((status = 202, body = EventView)))]
async fn replay(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<InboxId>,
) -> Result<(http::StatusCode, axum::Json<EventView>)> {
    actions::replay(&state.cx, key.tenant, id, &key.actor()).await?;
    let event = state.store.read(key.tenant).await?.inbox().get(id).await?.ok_or_else(Problem::not_found)?;
    Ok((http::StatusCode::ACCEPTED, axum::Json(EventView::of(event))))
}

/// Take an event out of the tray: nothing is to come of it. It is kept, and can still be replayed.
#[utoipa::path(post, path = "/inbox/{id}/discard", tag = "inbox", responses((status = 200, body = EventView)))]
async fn discard(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<InboxId>,
) -> Result<axum::Json<EventView>> {
    actions::discard(&state.cx, key.tenant, id, &key.actor()).await?;
    let event = state.store.read(key.tenant).await?.inbox().get(id).await?.ok_or_else(Problem::not_found)?;
    Ok(axum::Json(EventView::of(event)))
}
