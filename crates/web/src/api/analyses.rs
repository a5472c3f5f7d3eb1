//! Analyses: what was understood from a call, and from all calls of a contact (B5-B7).

mod view;

pub use view::AnalysisView;

use super::Listed;
use crate::auth::{Reader, Writer};
use crate::extract::{IdOf, ListQuery, Query, e164, id_text};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use ringleader_core::analysis::Analysis;
use ringleader_core::id::{AnalysisId, CallId, ContactId, TenantId};
use ringleader_jobs::actions;
use ringleader_store::Read;
use ringleader_store::repo::Filter;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(rerun))
        .routes(routes!(analyse))
        .routes(routes!(of_contact))
        .routes(routes!(history))
}

/// Analyses, newest first.
#[utoipa::path(get, path = "/analyses", tag = "analyses", params(ListQuery), responses((status = 200, body = Listed<AnalysisView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<AnalysisView>>> {
    query.only(&["phone", "contact_id", "call_id", "state", "status", "kind", "since", "until"])?;
    let phone = e164(&state, key.tenant, query.phone.as_ref()).await?;
    let filter = Filter::default()
        .and_expr(
            "call_id IN (SELECT id FROM calls WHERE tenant_id = $1 AND (from_number = {} OR to_number = {}))",
            phone,
        )
        .and_expr(
            "call_id IN (SELECT id FROM calls WHERE tenant_id = $1 AND contact_id = {})",
            id_text::<ContactId>("contact_id", query.contact_id.as_ref())?,
        )
        .and("call_id =", id_text::<CallId>("call_id", query.call_id.as_ref())?)
        .and("state =", query.standing())
        .and("kind =", query.kind.clone())
        .and("called_at >=", query.since)
        .and("called_at <", query.until);
    let mut read = state.store.read(key.tenant).await?;
    let found = read.analyses().list(filter, &query.page()?).await?;
    let calls: Vec<CallId> = found.rows.iter().map(|analysis| analysis.call_id).collect();
    let whose = read.calls().contacts_of(&calls).await?;
    Ok(Listed::of(found, |analysis| {
        let contact = whose.get(&analysis.call_id).copied();
        AnalysisView::of(analysis, contact)
    }))
}

/// As the wire shows it, with whose it is.
async fn viewed(read: &mut Read, analysis: Analysis) -> Result<axum::Json<AnalysisView>> {
    let whose = read.calls().contacts_of(&[analysis.call_id]).await?;
    let contact = whose.get(&analysis.call_id).copied();
    Ok(axum::Json(AnalysisView::of(analysis, contact)))
}

async fn asked_for(
    state: &AppState,
    tenant: TenantId,
    analysis: Analysis,
) -> Result<(StatusCode, axum::Json<AnalysisView>)> {
    Ok((StatusCode::ACCEPTED, viewed(&mut state.store.read(tenant).await?, analysis).await?))
}

/// One analysis.
#[utoipa::path(get, path = "/analyses/{id}", tag = "analyses", responses((status = 200, body = AnalysisView)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<AnalysisId>,
) -> Result<axum::Json<AnalysisView>> {
    let mut read = state.store.read(key.tenant).await?;
    let found = read.analyses().get(id).await?.ok_or_else(Problem::not_found)?;
    viewed(&mut read, found).await
}

/// Make an analysis again: it is `pending` until then, and shows what is known.
#[utoipa::path(post, path = "/analyses/{id}/rerun", tag = "analyses", responses((status = 202, body = AnalysisView)))]
async fn rerun(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<AnalysisId>,
) -> Result<(StatusCode, axum::Json<AnalysisView>)> {
    let analysis = actions::rerun_analysis(&state.cx, key.tenant, id, &key.actor()).await?;
    asked_for(&state, key.tenant, analysis).await
}

/// Analyse a call, for the first time or again.
#[utoipa::path(post, path = "/calls/{id}/analysis", tag = "calls", responses((status = 202, body = AnalysisView)))]
async fn analyse(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<CallId>,
) -> Result<(StatusCode, axum::Json<AnalysisView>)> {
    let analysis = actions::analyse_call(&state.cx, key.tenant, id, &key.actor()).await?;
    asked_for(&state, key.tenant, analysis).await
}

/// What all calls of a contact say together.
#[utoipa::path(get, path = "/contacts/{id}/analysis", tag = "contacts", responses((status = 200, body = AnalysisView)))]
async fn of_contact(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<ContactId>,
) -> Result<axum::Json<AnalysisView>> {
    let found = state.store.read(key.tenant).await?.analyses().of_contact(id).await?;
    found.map(|analysis| axum::Json(AnalysisView::of(analysis, None))).ok_or_else(Problem::not_found)
}

/// Complete analyses of a contact whose place was taken, newest first.
#[utoipa::path(get, path = "/contacts/{id}/analysis/history", tag = "contacts", responses((status = 200, body = Listed<AnalysisView>)))]
async fn history(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<ContactId>,
) -> Result<axum::Json<Listed<AnalysisView>>> {
    let mut read = state.store.read(key.tenant).await?;
    read.contacts().get(id).await?.ok_or_else(Problem::not_found)?;
    let past = read.analyses().past(id).await?;
    Ok(Listed::all(past.into_iter().map(|analysis| AnalysisView::of(analysis, None)).collect()))
}
