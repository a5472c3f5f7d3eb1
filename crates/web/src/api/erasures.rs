//! Erasing people for good (P10), and the receipts of it.

use super::Listed;
use crate::auth::Manager;
use crate::extract::{IdOf, Json, ListQuery, Query};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use jiff::Timestamp;
use ringleader_core::id::ContactId;
use ringleader_jobs::actions;
use ringleader_store::repo::{self, Filter};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The word that says that it is meant.
pub(crate) const CONFIRM: &str = "erase";

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(erase)).routes(routes!(export)).routes(routes!(list))
}

/// What is to be erased for good, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Erase {
    /// The word `erase`: it cannot be taken back.
    confirm: String,
    /// Why, without naming the person: it is kept with the receipt.
    #[serde(default)]
    reason: String,
}

/// The receipt of an erasure. Tells nothing of who was erased.
#[derive(Debug, Serialize, ToSchema)]
struct ErasureView {
    id: String,
    at: Timestamp,
    /// `key_…`, `usr_…` or `admin`.
    actor: String,
    reason: String,
    /// By table, how many rows were deleted or tell nothing any more.
    counts: BTreeMap<String, u64>,
}

impl ErasureView {
    fn of(erasure: repo::Erasure) -> Self {
        let repo::Erasure { id, at, actor, reason, counts } = erasure;
        Self { id: id.to_string(), at, actor, reason, counts }
    }
}

/// Erase a person for good, with all contacts that are merged into this one. What figures count stays, and tells nothing of them; whoever
/// had opted out is still not written to.
#[utoipa::path(post, path = "/contacts/{id}/erase", tag = "contacts", request_body = Erase, responses((status = 200, body = ErasureView)))]
async fn erase(
    State(state): State<AppState>,
    Manager(key): Manager,
    IdOf(id): IdOf<ContactId>,
    Json(body): Json<Erase>,
) -> Result<axum::Json<ErasureView>> {
    if body.confirm != CONFIRM {
        return Err(Problem::field("confirm", format!("must be `{CONFIRM}`: this cannot be taken back")));
    }
    let erasure = actions::erase_contact(&state.cx, key.tenant, id, &body.reason, &key.actor()).await?;
    Ok(axum::Json(ErasureView::of(erasure)))
}

/// Everything that is held about a person.
#[derive(Debug, Serialize, ToSchema)]
struct ExportView {
    /// The contact.
    contact: String,
    /// The business that holds it.
    business: String,
    at: Timestamp,
    /// By table, its rows; each by column, times in RFC 3339.
    #[schema(value_type = Object)]
    held: Value,
}

/// Everything that is held about a person, with all contacts that are merged into this one: what they said and were told, what was
/// understood of it and by which brain, consents, calls with transcripts, messages, appointments, repairs, decisions with their reason.
#[utoipa::path(get, path = "/contacts/{id}/export", tag = "contacts", responses((status = 200, body = ExportView)))]
async fn export(
    State(state): State<AppState>,
    Manager(key): Manager,
    IdOf(id): IdOf<ContactId>,
) -> Result<axum::Json<Value>> {
    Ok(axum::Json(actions::export_contact(&state.cx, key.tenant, id, &key.actor()).await?))
}

/// Receipts of erasures, newest first.
#[utoipa::path(get, path = "/erasures", tag = "audit", params(ListQuery), responses((status = 200, body = Listed<ErasureView>)))]
async fn list(
    State(state): State<AppState>,
    Manager(key): Manager,
    Query(query): Query,
) -> Result<axum::Json<Listed<ErasureView>>> {
    query.only(&["since", "until"])?;
    let filter = Filter::default().and("at >=", query.since).and("at <", query.until);
    let found = state.store.read(key.tenant).await?.erasures().list(filter, &query.page()?).await?;
    Ok(Listed::of(found, ErasureView::of))
}
