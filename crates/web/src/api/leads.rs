//! Leads and their facts.

use super::Listed;
use crate::auth::{Reader, TenantKey, Writer};
use crate::extract::{IdOf, Json, ListQuery, Query, e164, id_text};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::{Path, State};
use jiff::Timestamp;
use ringleader_core::analysis::Tag;
use ringleader_core::id::{ContactId, LeadId, UserId};
use ringleader_core::lead::{Fact, LeadScore, LeadStatus};
use ringleader_jobs::actions;
use ringleader_jobs::scores::score_of;
use ringleader_store::repo::{self, Filter};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show, change))
        .routes(routes!(set_fact))
        .routes(routes!(history))
        .routes(routes!(merge))
}

/// The commercial interest of a contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeadView {
    id: String,
    contact_id: String,
    phone: Option<String>,
    name: Option<String>,
    need: Option<String>,
    /// When and how to get back to them: `{text, from, until}`.
    #[schema(value_type = Option<Object>)]
    preference: Option<Value>,
    /// `new`, `qualifying`, `qualified`, `contacted`, `viewing_booked`, `offer_made`, `converted`, `lost`, `unresponsive`.
    status: String,
    source: String,
    score: Option<ScoreView>,
    temperature: Option<String>,
    /// `Hot`, `Warm` or `Cold`, by its calls.
    tag: Option<String>,
    /// The user who looks after it.
    assigned_to: Option<String>,
    /// What people sort it by.
    labels: Vec<String>,
    facts: Vec<FactView>,
    open_since: Timestamp,
    closed_at: Option<Timestamp>,
    updated_at: Timestamp,
}

/// How promising a lead is, and why.
#[derive(Debug, Serialize, ToSchema)]
struct ScoreView {
    /// 0 to 100.
    total: i64,
    /// They add up to the total.
    parts: Vec<PartView>,
    /// Which formula: `calls-1` is of analysed calls, `reception@1` of what the receptionist knows.
    version: String,
}

impl ScoreView {
    fn of(score: LeadScore) -> Self {
        let parts = score.parts.into_iter().map(|(name, points)| PartView { name, points }).collect();
        Self { total: score.total.into(), parts, version: score.version }
    }
}

/// One reason for a score.
#[derive(Debug, Serialize, ToSchema)]
struct PartView {
    name: String,
    points: i64,
}

/// One known thing.
#[derive(Debug, Serialize, ToSchema)]
struct FactView {
    name: String,
    #[schema(value_type = Object)]
    value: Value,
    confidence: f64,
    /// `person`, `explicit` or `inferred`.
    source: String,
    /// Read by a brain that was not the first choice; read again when a model is back.
    provisional: bool,
    at: Timestamp,
}

impl LeadView {
    /// As the wire shows it.
    pub fn of(view: repo::LeadView) -> Self {
        let lead = view.lead;
        Self {
            id: lead.id.to_string(),
            contact_id: lead.contact_id.to_string(),
            phone: view.phone,
            name: lead.name,
            need: lead.need,
            preference: lead.preference,
            status: lead.status.to_string(),
            source: lead.source,
            tag: lead.score.as_ref().map(|score| score.tag.to_string()),
            temperature: lead.score.as_ref().and_then(LeadScore::temperature).map(str::to_owned),
            score: lead.score.map(ScoreView::of),
            assigned_to: lead.assigned_to.map(|user| user.to_string()),
            labels: view.labels,
            facts: view.facts.into_iter().map(FactView::of).collect(),
            open_since: lead.opened_at,
            closed_at: lead.closed_at,
            updated_at: lead.updated_at,
        }
    }
}

impl FactView {
    fn of(fact: Fact) -> Self {
        let Fact { name, value, confidence, source, provisional, at, .. } = fact;
        Self { name, value, confidence, source: source.to_string(), provisional, at }
    }
}

/// Leads, newest first.
#[utoipa::path(get, path = "/leads", tag = "leads", params(ListQuery), responses((status = 200, body = Listed<LeadView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<LeadView>>> {
    query.only(&[
        "phone",
        "contact_id",
        "state",
        "status",
        "since",
        "until",
        "line",
        "q",
        "assigned_to",
        "label",
        "tag",
        "min_score",
    ])?;
    let phone = e164(&state, key.tenant, query.phone.as_ref()).await?;
    let line = e164(&state, key.tenant, query.line.as_ref()).await?;
    let tag = match query.tag.as_deref().map(str::parse::<Tag>) {
        Some(Err(_)) => return Err(Problem::field("tag", "must be one of: Hot, Warm, Cold")),
        tag => tag.and_then(Result::ok).map(|tag| tag.to_string()),
    };
    if query.min_score.is_some_and(|score| !(0..=100).contains(&score)) {
        return Err(Problem::field("min_score", "must be between 0 and 100"));
    }
    let filter = Filter::default()
        .and_expr(super::contacts::HAS_NUMBER, phone)
        .and("contact_id =", id_text::<ContactId>("contact_id", query.contact_id.as_ref())?)
        .and("status =", query.standing())
        .and("opened_at >=", query.since)
        .and("opened_at <", query.until)
        .and_expr("id IN (SELECT lead_id FROM calls WHERE tenant_id = $1 AND line = {})", line)
        .and("assigned_to =", id_text::<UserId>("assigned_to", query.assigned_to.as_ref())?)
        .and_expr("id IN (SELECT lead_id FROM lead_labels WHERE tenant_id = $1 AND label = {})", query.label.clone())
        .and("tag =", tag)
        .and("score_total >=", query.min_score)
        .and_found("words", "leads_by_words", query.q.as_deref());
    let found = state.store.read(key.tenant).await?.leads().list(filter, &query.page()?).await?;
    Ok(Listed::of(found, LeadView::of))
}

/// One lead.
#[utoipa::path(get, path = "/leads/{id}", tag = "leads", responses((status = 200, body = LeadView)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<LeadId>,
) -> Result<axum::Json<LeadView>> {
    view(&state, &key, id).await
}

async fn view(state: &AppState, key: &TenantKey, id: LeadId) -> Result<axum::Json<LeadView>> {
    let mut read = state.store.read(key.tenant).await?;
    let mut lead = read.leads().view(id).await?;
    // Time alone changes it: what is shown is of now (C10).
    if let Some(view) = lead.as_mut().filter(|view| view.lead.score.as_ref().is_some_and(LeadScore::is_reception)) {
        let now = state.store.clock().now();
        if let Some(score) = score_of(&mut read, view.lead.contact_id, now).await? {
            view.lead.score = Some(score.kept());
        }
    }
    lead.map(|lead| axum::Json(LeadView::of(lead))).ok_or_else(Problem::not_found)
}

/// What may be changed of a lead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeLead {
    /// Where it stands.
    #[schema(value_type = Option<String>)]
    status: Option<LeadStatus>,
    /// The customer's name; the same as setting the fact.
    name: Option<String>,
    /// What they need.
    need: Option<String>,
    /// When and how to get back to them.
    preference: Option<String>,
}

/// Change a lead. What a person sets wins over everything that was read.
#[utoipa::path(patch, path = "/leads/{id}", tag = "leads", request_body = ChangeLead, responses((status = 200, body = LeadView)))]
async fn change(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<LeadId>,
    Json(body): Json<ChangeLead>,
) -> Result<axum::Json<LeadView>> {
    let facts = [("name", body.name), ("need", body.need), ("preference", body.preference)];
    let facts = facts.into_iter().filter_map(|(name, value)| Some((name, Value::String(value?)))).collect();
    actions::change_lead(&state.cx, key.tenant, id, (facts, body.status), &key.actor()).await?;
    view(&state, &key, id).await
}

/// An earlier value of a fact.
#[derive(Debug, Serialize, ToSchema)]
struct PastFactView {
    name: String,
    #[schema(value_type = Object)]
    value: Value,
    confidence: f64,
    /// `person`, `explicit` or `inferred`.
    source: String,
    /// What it was read from, or who set it.
    origin: Option<String>,
    /// When it was said.
    at: Timestamp,
    /// When another value took its place, or none did.
    replaced_at: Timestamp,
}

impl PastFactView {
    fn of(past: repo::PastFact) -> Self {
        let repo::PastFact { fact: Fact { name, value, confidence, source, origin, at, .. }, replaced_at } = past;
        Self { name, value, confidence, source: source.to_string(), origin, at, replaced_at }
    }
}

/// Earlier values of a lead's facts, newest first: what was said, by whom, and when it changed.
#[utoipa::path(get, path = "/leads/{id}/facts/history", tag = "leads", responses((status = 200, body = Listed<PastFactView>)))]
async fn history(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<LeadId>,
) -> Result<axum::Json<Listed<PastFactView>>> {
    let mut read = state.store.read(key.tenant).await?;
    read.leads().get(id).await?.ok_or_else(Problem::not_found)?;
    let past = read.leads().history(id).await?;
    Ok(Listed::all(past.into_iter().map(PastFactView::of).collect()))
}

/// Which lead goes into this one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MergeLead {
    /// Its person becomes one with this lead's person.
    #[schema(value_type = String)]
    lead_id: LeadId,
}

/// Merge another lead into this one, with the people behind them. `/contacts/{id}/unmerge` takes it back.
#[utoipa::path(post, path = "/leads/{id}/merge", tag = "leads", request_body = MergeLead, responses((status = 200, body = super::contacts::MergeView)))]
async fn merge(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<LeadId>,
    Json(body): Json<MergeLead>,
) -> Result<axum::Json<super::contacts::MergeView>> {
    let merge = Box::pin(actions::merge_leads(&state.cx, key.tenant, id, body.lead_id, &key.actor())).await?;
    Ok(axum::Json(super::contacts::MergeView::of(merge)))
}

/// A fact as a person knows it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FactBody {
    /// A text; for `preference` also `{text, from, until}`.
    #[schema(value_type = Object)]
    value: Value,
}

/// Set or correct a fact.
#[utoipa::path(put, path = "/leads/{id}/facts/{name}", tag = "leads", request_body = FactBody, responses((status = 200, body = LeadView)))]
async fn set_fact(
    State(state): State<AppState>,
    Writer(key): Writer,
    Path((id, name)): Path<(String, String)>,
    Json(body): Json<FactBody>,
) -> Result<axum::Json<LeadView>> {
    let id: LeadId = id.parse().map_err(|_| Problem::not_found())?;
    let plain = !name.is_empty()
        && name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !plain {
        return Err(Problem::field("name", "must be a word of small letters, digits and underscores"));
    }
    actions::set_fact(&state.cx, key.tenant, id, &name, body.value, &key.actor()).await?;
    view(&state, &key, id).await
}
