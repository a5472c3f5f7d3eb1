//! The send ledger: what was sent or held back, under which rule, on what evidence (P8).

use super::Listed;
use crate::auth::Reader;
use crate::extract::{ListQuery, Query, e164, id_text, reader_language};
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::State;
use http::HeaderMap;
use jiff::Timestamp;
use ringleader_core::decision::Decision;
use ringleader_core::id::{CallId, ContactId, EpisodeId};
use ringleader_core::tenant::Tenant;
use ringleader_jobs::ledger;
use ringleader_store::repo::Filter;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// One line of the send ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionView {
    id: String,
    at: Timestamp,
    /// `send`, `wait`, `hold` or `skip`.
    verdict: String,
    /// The rule it follows from: `A6`.
    rule: String,
    /// A word for programs.
    reason: String,
    /// In a shop owner's words, in the reader's language.
    explanation: String,
    /// What it rests on.
    #[schema(value_type = Object)]
    evidence: Value,
    wait_until: Option<Timestamp>,
    contact_id: Option<String>,
    episode_id: Option<String>,
    call_id: Option<String>,
    message_id: Option<String>,
}

impl DecisionView {
    fn of(decision: Decision, tenant: &Tenant, language: &str) -> Self {
        let explanation = ledger::told(tenant, &decision, language);
        Self {
            id: decision.id.to_string(),
            at: decision.at,
            verdict: decision.verdict.to_string(),
            rule: decision.rule,
            reason: decision.reason,
            explanation,
            evidence: decision.evidence,
            wait_until: decision.wait_until,
            contact_id: decision.contact_id.map(|id| id.to_string()),
            episode_id: decision.episode_id.map(|id| id.to_string()),
            call_id: decision.call_id.map(|id| id.to_string()),
            message_id: decision.message_id.map(|id| id.to_string()),
        }
    }
}

/// Decisions, newest first.
#[utoipa::path(get, path = "/decisions", tag = "decisions", params(ListQuery), responses((status = 200, body = Listed<DecisionView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    headers: HeaderMap,
    Query(query): Query,
) -> Result<axum::Json<Listed<DecisionView>>> {
    query.only(&["phone", "contact_id", "episode_id", "call_id", "verdict", "kind", "since", "until", "language"])?;
    let phone = e164(&state, key.tenant, query.phone.as_ref()).await?;
    let filter = Filter::default()
        .and_expr(super::contacts::HAS_NUMBER, phone)
        .and("contact_id =", id_text::<ContactId>("contact_id", query.contact_id.as_ref())?)
        .and("episode_id =", id_text::<EpisodeId>("episode_id", query.episode_id.as_ref())?)
        .and("call_id =", id_text::<CallId>("call_id", query.call_id.as_ref())?)
        .and("verdict =", query.verdict.clone())
        .and("reason =", query.kind.clone())
        .and("at >=", query.since)
        .and("at <", query.until);
    let mut read = state.store.read(key.tenant).await?;
    let tenant = read.tenants().me().await?;
    let language = reader_language(query.language.as_deref(), &headers, &tenant)?;
    let found = read.decisions().list(filter, &query.page()?).await?;
    Ok(Listed::of(found, |decision| DecisionView::of(decision, &tenant, language)))
}
