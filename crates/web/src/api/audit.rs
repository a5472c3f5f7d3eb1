//! The audit trail: who changed what, when.

use super::Listed;
use crate::auth::Manager;
use crate::extract::Query;
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::State;
use jiff::Timestamp;
use ringleader_store::repo::{AuditEntry, Filter};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// One change.
#[derive(Debug, Serialize, ToSchema)]
struct AuditView {
    id: String,
    at: Timestamp,
    /// `key_…`, `usr_…`, `admin` or `system`.
    actor: String,
    /// `tenant.update` …
    action: String,
    /// On what.
    subject: String,
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
}

impl AuditView {
    fn of(entry: AuditEntry) -> Self {
        let AuditEntry { id, at, actor, action, subject, before, after } = entry;
        Self { id: id.to_string(), at, actor, action, subject, before, after }
    }
}

/// The audit trail, newest first.
#[utoipa::path(get, path = "/audit", tag = "audit", params(crate::extract::ListQuery), responses((status = 200, body = Listed<AuditView>)))]
async fn list(
    State(state): State<AppState>,
    Manager(key): Manager,
    Query(query): Query,
) -> Result<axum::Json<Listed<AuditView>>> {
    query.only(&["since", "until", "kind", "q"])?;
    let filter = Filter::default()
        .and("at >=", query.since)
        .and("at <", query.until)
        .and("action =", query.kind.clone())
        .and("subject =", query.q.clone());
    let found = state.store.read(key.tenant).await?.usage().list_audit(filter, &query.page()?).await?;
    Ok(Listed::of(found, AuditView::of))
}
