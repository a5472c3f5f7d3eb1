//! The send ledger: what was sent or held back, under which rule, on what evidence (P8).

use super::Listed;
use crate::auth::Reader;
use crate::extract::{ListQuery, Query, e164, id_text};
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::State;
use jiff::Timestamp;
use ringleader_core::decision::Decision;
use ringleader_core::id::{CallId, ContactId, EpisodeId};
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
    /// In a shop owner's words.
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
    fn of(decision: Decision) -> Self {
        Self {
            id: decision.id.to_string(),
            at: decision.at,
            verdict: decision.verdict.to_string(),
            rule: decision.rule,
            reason: decision.reason,
            explanation: decision.explanation,
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
    Query(query): Query,
) -> Result<axum::Json<Listed<DecisionView>>> {
    query.only(&["phone", "contact_id", "episode_id", "call_id", "verdict", "kind", "since", "until"])?;
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
    let found = state.store.read(key.tenant).await?.decisions().list(filter, &query.page()?).await?;
    Ok(Listed::of(found, DecisionView::of))
}
