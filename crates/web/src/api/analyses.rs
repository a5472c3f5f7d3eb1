//! Analyses: what was understood from a call, and from all calls of a contact (B5-B7).

use super::Listed;
use crate::auth::{Reader, Writer};
use crate::extract::{IdOf, ListQuery, Query, e164, id_text};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use ringleader_core::analysis::record::{Says, Summed};
use ringleader_core::analysis::{Analysis, CallsToAction, Dimension, Dimensions, Understanding};
use ringleader_core::id::{AnalysisId, CallId, ContactId};
use ringleader_core::reading::{Found, Preference};
use ringleader_jobs::actions;
use ringleader_store::repo::Filter;
use serde::Serialize;
use utoipa::ToSchema;
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

/// What was understood from a call, or from all calls of a contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnalysisView {
    id: String,
    /// `individual`: of one call; `complete`: of all calls of a contact.
    kind: String,
    /// The call; of a complete one the latest that counts.
    call_id: String,
    /// Whose; only of a complete one.
    contact_id: Option<String>,
    /// `pending`, `running`, `done`, `provisional` (made without the model that was wanted, made again when it is back) or
    /// `failed`.
    state: String,
    /// Counts up with each new result.
    version: i64,
    /// When the call began.
    called_at: Timestamp,
    /// 0 to 100, by the documented formula.
    score: Option<u8>,
    /// `Hot`, `Warm` or `Cold`.
    tag: Option<String>,
    /// The version of the formula.
    formula: Option<u8>,
    /// The model's own total: kept beside the score, never used.
    model_total: Option<u8>,
    /// How many calls count.
    calls_analysed: i64,
    dimensions: Vec<DimensionView>,
    /// Name, company, email, need, budget, with the call that each comes from.
    facts: Vec<SaidView>,
    calls_to_action: Option<ActionsView>,
    /// When to call back.
    call_back: Option<TimeView>,
    /// When the agreed appointment is.
    demo_at: Option<TimeView>,
    /// Why the call is no lead: `opt_out`, `wrong_number`, `sells_to_us` or null.
    no_lead: Option<String>,
    summary: Option<String>,
    /// One line to know before anything else.
    notification: Option<String>,
    /// Of a complete one: `first`, `rising`, `steady` or `falling`.
    trend: Option<String>,
    /// Of a complete one: the score of each call, oldest first.
    progression: Vec<StepView>,
    /// What made it.
    brain: Option<String>,
    /// Name and version of the prompt; empty for rules.
    prompt: Option<String>,
    tokens_in: Option<i64>,
    tokens_out: Option<i64>,
    /// In millionths of a US dollar, as far as prices are known.
    cost_micros: Option<i64>,
    latency_ms: Option<i64>,
    error: Option<String>,
    /// When it was last asked for.
    asked_at: Timestamp,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// One judgement, with the words that prove it.
#[derive(Debug, Serialize, ToSchema)]
struct DimensionView {
    /// `intent`, `urgency`, `budget`, `fit` or `engagement`.
    name: String,
    /// `none`, `low`, `medium` or `high`.
    level: String,
    /// 0 to 3.
    score: u8,
    reasoning: String,
    /// As they stand in a transcript.
    quotes: Vec<String>,
}

/// One known thing, and where it was said.
#[derive(Debug, Serialize, ToSchema)]
struct SaidView {
    name: String,
    value: String,
    confidence: f64,
    /// Said in so many words, or concluded.
    explicit: bool,
    call_id: String,
}

/// What was asked for or agreed to.
#[derive(Debug, Serialize, ToSchema)]
struct ActionsView {
    pricing: bool,
    demo: bool,
    follow_up: bool,
    sample: bool,
    escalated_to_human: bool,
}

/// A time that was meant.
#[derive(Debug, Serialize, ToSchema)]
struct TimeView {
    text: String,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    ambiguous: bool,
}

/// The score of one call.
#[derive(Debug, Serialize, ToSchema)]
struct StepView {
    call_id: String,
    score: u8,
}

impl AnalysisView {
    /// As the wire shows it.
    pub fn of(analysis: Analysis) -> Self {
        let Analysis { id, call_id, result, scored, made, .. } = analysis;
        let blank = Self {
            id: id.to_string(),
            kind: analysis.kind.to_string(),
            call_id: call_id.to_string(),
            contact_id: analysis.contact_id.map(|id| id.to_string()),
            state: analysis.state.to_string(),
            version: analysis.version,
            called_at: analysis.called_at,
            score: scored.map(|scored| scored.score),
            tag: scored.map(|scored| scored.tag.to_string()),
            formula: scored.map(|scored| scored.version),
            model_total: None,
            calls_analysed: analysis.calls_analysed,
            dimensions: Vec::new(),
            facts: Vec::new(),
            calls_to_action: None,
            call_back: None,
            demo_at: None,
            no_lead: None,
            summary: None,
            notification: None,
            trend: None,
            progression: Vec::new(),
            tokens_in: made.as_ref().map(|made| made.tokens_in),
            tokens_out: made.as_ref().map(|made| made.tokens_out),
            cost_micros: made.as_ref().map(|made| made.cost_micros),
            latency_ms: made.as_ref().map(|made| made.latency_ms),
            brain: made.as_ref().map(|made| made.brain.clone()),
            prompt: made.map(|made| made.prompt),
            error: analysis.error,
            asked_at: analysis.asked_at,
            created_at: analysis.created_at,
            updated_at: analysis.updated_at,
        };
        match result {
            None => blank,
            Some(Says::Call(understood)) => blank.with_call(call_id, *understood),
            Some(Says::History(summed)) => blank.with_history(*summed),
        }
    }

    fn with_call(self, call: CallId, understood: Understanding) -> Self {
        let u = &understood;
        let said = |(name, found): (&str, &Option<Found>)| Some(SaidView::of(name, found.as_ref()?, call));
        let facts = [
            ("name", &u.name),
            ("company_name", &u.company_name),
            ("email", &u.email),
            ("need", &u.need),
            ("budget", &u.budget),
        ];
        Self {
            model_total: u.own_total,
            dimensions: dimensions(&u.dimensions),
            facts: facts.into_iter().filter_map(said).collect(),
            calls_to_action: Some(ActionsView::of(u.calls_to_action)),
            call_back: u.preference.clone().map(TimeView::of),
            demo_at: u.demo_at.clone().map(TimeView::of),
            no_lead: u.no_lead.map(|why| why.to_string()),
            summary: Some(understood.summary),
            notification: understood.notification,
            ..self
        }
    }

    fn with_history(self, Summed { complete, overview }: Summed) -> Self {
        Self {
            model_total: overview.own_total,
            dimensions: dimensions(&overview.dimensions),
            facts: complete.facts.iter().map(|fact| SaidView::of(&fact.name, &fact.found, fact.call_id)).collect(),
            calls_to_action: Some(ActionsView::of(complete.calls_to_action)),
            summary: Some(overview.summary),
            notification: overview.notification,
            trend: Some(complete.trend.to_string()),
            progression: complete
                .progression
                .into_iter()
                .map(|(call, score)| StepView { call_id: call.to_string(), score })
                .collect(),
            ..self
        }
    }
}

fn dimensions(all: &Dimensions) -> Vec<DimensionView> {
    let view = |dimension: &Dimension| {
        let judgement = all.get(*dimension);
        DimensionView {
            name: dimension.to_string(),
            level: judgement.level().to_string(),
            score: judgement.score,
            reasoning: judgement.reasoning.clone(),
            quotes: judgement.quotes.clone(),
        }
    };
    Dimension::ALL.iter().map(view).collect()
}

impl SaidView {
    fn of(name: &str, found: &Found, call: CallId) -> Self {
        let Found { value, confidence, explicit } = found.clone();
        Self { name: name.to_owned(), value, confidence, explicit, call_id: call.to_string() }
    }
}

impl ActionsView {
    fn of(asked: CallsToAction) -> Self {
        let CallsToAction { pricing, demo, follow_up, sample, escalated_to_human } = asked;
        Self { pricing, demo, follow_up, sample, escalated_to_human }
    }
}

impl TimeView {
    fn of(time: Preference) -> Self {
        Self { text: time.text, from: time.from, until: time.until, ambiguous: time.ambiguous }
    }
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
    let found = state.store.read(key.tenant).await?.analyses().list(filter, &query.page()?).await?;
    Ok(Listed::of(found, AnalysisView::of))
}

/// One analysis.
#[utoipa::path(get, path = "/analyses/{id}", tag = "analyses", responses((status = 200, body = AnalysisView)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<AnalysisId>,
) -> Result<axum::Json<AnalysisView>> {
    let found = state.store.read(key.tenant).await?.analyses().get(id).await?;
    found.map(|analysis| axum::Json(AnalysisView::of(analysis))).ok_or_else(Problem::not_found)
}

/// Make an analysis again: it is `pending` until then, and shows what is known.
#[utoipa::path(post, path = "/analyses/{id}/rerun", tag = "analyses", responses((status = 202, body = AnalysisView)))]
async fn rerun(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<AnalysisId>,
) -> Result<(StatusCode, axum::Json<AnalysisView>)> {
    let analysis = actions::rerun_analysis(&state.cx, key.tenant, id, &key.actor()).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(AnalysisView::of(analysis))))
}

/// Analyse a call, for the first time or again.
#[utoipa::path(post, path = "/calls/{id}/analysis", tag = "calls", responses((status = 202, body = AnalysisView)))]
async fn analyse(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<CallId>,
) -> Result<(StatusCode, axum::Json<AnalysisView>)> {
    let analysis = actions::analyse_call(&state.cx, key.tenant, id, &key.actor()).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(AnalysisView::of(analysis))))
}

/// What all calls of a contact say together.
#[utoipa::path(get, path = "/contacts/{id}/analysis", tag = "contacts", responses((status = 200, body = AnalysisView)))]
async fn of_contact(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<ContactId>,
) -> Result<axum::Json<AnalysisView>> {
    let found = state.store.read(key.tenant).await?.analyses().of_contact(id).await?;
    found.map(|analysis| axum::Json(AnalysisView::of(analysis))).ok_or_else(Problem::not_found)
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
    Ok(Listed::all(past.into_iter().map(AnalysisView::of).collect()))
}
