//! Episodes: reasons to reach out, and "I spoke with them".

use super::Listed;
use crate::auth::{Reader, TenantKey, Writer};
use crate::extract::{IdOf, ListQuery, Query, e164, id_text};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use jiff::Timestamp;
use ringleader_core::episode::Episode;
use ringleader_core::id::{CallId, ContactId, EpisodeId};
use ringleader_jobs::actions;
use ringleader_store::repo::Filter;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(spoke))
}

/// One reason to reach out to one contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct EpisodeView {
    id: String,
    contact_id: String,
    /// `missed_call`.
    purpose: String,
    line: Option<String>,
    /// `waiting`, `deferred`, `contacted`, `held`, `cancelled` or `excluded`.
    state: String,
    /// Why it stands there: `spoke`, `wrote`, `landline` …
    reason: Option<String>,
    due_at: Timestamp,
    expires_at: Timestamp,
    call_ids: Vec<String>,
    opened_at: Timestamp,
    closed_at: Option<Timestamp>,
}

impl EpisodeView {
    fn of(episode: Episode, calls: Vec<CallId>) -> Self {
        Self {
            id: episode.id.to_string(),
            contact_id: episode.contact_id.to_string(),
            purpose: episode.purpose,
            line: episode.line.map(|line| line.as_str().to_owned()),
            state: episode.state.to_string(),
            reason: episode.reason,
            due_at: episode.due_at,
            expires_at: episode.expires_at,
            call_ids: calls.into_iter().map(|id| id.to_string()).collect(),
            opened_at: episode.opened_at,
            closed_at: episode.closed_at,
        }
    }
}

/// Episodes, newest first.
#[utoipa::path(get, path = "/episodes", tag = "episodes", params(ListQuery), responses((status = 200, body = Listed<EpisodeView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<EpisodeView>>> {
    query.only(&["phone", "contact_id", "state", "status", "line", "since", "until"])?;
    let phone = e164(&state, key.tenant, query.phone.as_ref()).await?;
    let line = e164(&state, key.tenant, query.line.as_ref()).await?;
    let filter = Filter::default()
        .and_expr(super::contacts::HAS_NUMBER, phone)
        .and("contact_id =", id_text::<ContactId>("contact_id", query.contact_id.as_ref())?)
        .and("state =", query.standing())
        .and("line =", line)
        .and("opened_at >=", query.since)
        .and("opened_at <", query.until);
    let mut read = state.store.read(key.tenant).await?;
    let found = read.episodes().list(filter, &query.page()?).await?;
    let mut data = Vec::with_capacity(found.rows.len());
    for episode in found.rows {
        let calls = read.episodes().call_ids(episode.id).await?;
        data.push(EpisodeView::of(episode, calls));
    }
    Ok(axum::Json(Listed { data, next: found.next }))
}

/// One episode.
#[utoipa::path(get, path = "/episodes/{id}", tag = "episodes", responses((status = 200, body = EpisodeView)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<EpisodeId>,
) -> Result<axum::Json<EpisodeView>> {
    view(&state, &key, id).await
}

async fn view(state: &AppState, key: &TenantKey, id: EpisodeId) -> Result<axum::Json<EpisodeView>> {
    let mut read = state.store.read(key.tenant).await?;
    let episode = read.episodes().get(id).await?.ok_or_else(Problem::not_found)?;
    let calls = read.episodes().call_ids(id).await?;
    Ok(axum::Json(EpisodeView::of(episode, calls)))
}

/// "I spoke with them": nothing more is sent for this episode.
#[utoipa::path(post, path = "/episodes/{id}/spoke", tag = "episodes", responses((status = 200, body = EpisodeView)))]
async fn spoke(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<EpisodeId>,
) -> Result<axum::Json<EpisodeView>> {
    Box::pin(actions::spoke(&state.cx, key.tenant, id, &key.actor())).await?;
    view(&state, &key, id).await
}
