//! Calls: one row per phone call; its recording is played, and a call that goes on is ended.

use super::Listed;
use super::analyses::AnalysisView;
use crate::auth::{Reader, Writer};
use crate::extract::{IdOf, ListQuery, Query, e164, id_text};
use crate::problem::{Problem, Result};
use crate::recording;
use crate::state::AppState;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use ringleader_core::call::{AgentCall, Call, Hangup};
use ringleader_core::id::{CallId, ContactId, EpisodeId, LeadId};
use ringleader_core::lifecycle::Event;
use ringleader_core::reception::afterwards::Afterwards;
use ringleader_jobs::actions;
use ringleader_store::repo::Filter;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show)).routes(routes!(recording)).routes(routes!(hang_up))
}

/// A phone call.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallView {
    id: String,
    provider: String,
    provider_call_id: String,
    /// `inbound`, `outbound` or `internal`.
    direction: String,
    from: Option<String>,
    to: Option<String>,
    line: Option<String>,
    contact_id: Option<String>,
    lead_id: Option<String>,
    episode_id: Option<String>,
    /// The provider's own last word.
    lifecycle: String,
    /// `in_progress`, `completed`, `failed` or `cancelled`.
    status: String,
    /// `answered`, `silent`, `voicemail`, `menu`, `missed`, `technical`, `unknown` or null.
    outcome: Option<String>,
    received_at: Timestamp,
    started_at: Option<Timestamp>,
    ringing_at: Option<Timestamp>,
    answered_at: Option<Timestamp>,
    disconnected_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    ring_seconds: Option<i64>,
    /// Seconds of talk, rounded up.
    duration_seconds: Option<i64>,
    duration_minutes: Option<i64>,
    credits: Option<i64>,
    hangup: Option<HangupView>,
    answered_by: Option<String>,
    /// Where the provider keeps it; `/calls/{id}/recording` plays it even where the provider wants a key.
    recording_url: Option<String>,
    transcript: Vec<TurnView>,
    /// What was wanted of the receptionist; only with a single call, as `actions` and `follow_ups`.
    intents: Vec<String>,
    /// What the receptionist did: `booked`, `ticket` …
    #[schema(value_type = Vec<Object>)]
    actions: Vec<Value>,
    /// What is left to do after a call of the receptionist's.
    #[schema(value_type = Vec<Object>)]
    follow_ups: Vec<Value>,
    flags: Vec<String>,
    /// What only a voice agent's call has.
    agent: Option<AgentView>,
    /// What was understood from it; only with a single call.
    #[serde(skip_serializing_if = "Option::is_none")]
    analysis: Option<AnalysisView>,
}

/// What only a voice agent's call has.
#[derive(Debug, Serialize, ToSchema)]
struct AgentView {
    agent_id: Option<String>,
    /// Which attempt of the execution, counted from 0.
    attempt: i64,
    voicemail: bool,
    /// What the platform charges, in millionths of a US dollar.
    platform_cost_micros: Option<i64>,
    /// What the platform itself extracted, as it came.
    #[schema(value_type = Option<Object>)]
    extraction: Option<Value>,
    summary: Option<String>,
    error: Option<String>,
    /// What the agent said when it handed the call on.
    #[schema(value_type = Option<Object>)]
    handover: Option<Value>,
}

impl AgentView {
    fn of(call: AgentCall) -> Self {
        Self {
            agent_id: call.agent_id,
            attempt: call.attempt,
            voicemail: call.voicemail,
            platform_cost_micros: call.cost_micros,
            extraction: call.extraction,
            summary: call.summary,
            error: call.error,
            handover: call.handover,
        }
    }
}

/// A call with what its platform told of it, in the order in which it came.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallDetail {
    #[serde(flatten)]
    call: CallView,
    /// Of voice agents' calls; empty for others.
    events: Vec<EventView>,
}

/// One thing that a platform of voice agents told of a call.
#[derive(Debug, Serialize, ToSchema)]
struct EventView {
    /// The platform's word, with hyphens.
    status: String,
    /// Which attempt of the execution, counted from 0.
    attempt: i64,
    /// The platform's time.
    at: Option<Timestamp>,
    /// When it came here.
    received_at: Timestamp,
    /// It was fetched from the platform; else a webhook told it.
    fetched: bool,
}

impl EventView {
    fn of(event: Event) -> Self {
        let told = event.progress;
        Self {
            status: told.status,
            attempt: told.attempt,
            at: told.at,
            received_at: event.received_at,
            fetched: told.fetched,
        }
    }
}

/// Who ended a call, and why.
#[derive(Debug, Serialize, ToSchema)]
struct HangupView {
    by: Option<String>,
    reason: Option<String>,
    code: Option<String>,
}

/// One turn of a transcript.
#[derive(Debug, Serialize, ToSchema)]
struct TurnView {
    role: String,
    text: String,
}

impl CallView {
    fn of(call: Call) -> Self {
        let over = call.ended_at.filter(|_| call.status != ringleader_core::call::CallStatus::InProgress);
        let rang = call.ring_seconds.filter(|seconds| *seconds > 0).and(call.started_at);
        Self {
            id: call.id.to_string(),
            provider: call.provider,
            provider_call_id: call.provider_call_id,
            direction: call.direction.to_string(),
            from: call.from,
            to: call.to,
            line: call.line.map(|line| line.as_str().to_owned()),
            contact_id: call.contact_id.map(|id| id.to_string()),
            lead_id: call.lead_id.map(|id| id.to_string()),
            episode_id: call.episode_id.map(|id| id.to_string()),
            lifecycle: call.lifecycle,
            status: call.status.to_string(),
            outcome: call.outcome.map(|outcome| outcome.to_string()),
            received_at: call.received_at,
            started_at: call.started_at,
            ringing_at: call.ringing_at.or(rang),
            answered_at: call.answered_at,
            disconnected_at: call.ended_at,
            completed_at: call.completed_at.or(over),
            ring_seconds: call.ring_seconds,
            duration_seconds: call.duration_seconds,
            duration_minutes: call.duration_seconds.map(ringleader_core::credits::minutes),
            credits: call.credits,
            hangup: call.hangup.map(|Hangup { by, reason, code }| HangupView { by, reason, code }),
            answered_by: call.answered_by,
            recording_url: call.recording_url,
            transcript: call.transcript.into_iter().map(|turn| TurnView { role: turn.role, text: turn.text }).collect(),
            intents: Vec::new(),
            actions: Vec::new(),
            follow_ups: Vec::new(),
            flags: call.flags,
            agent: call.agent.map(AgentView::of),
            analysis: None,
        }
    }
}

impl CallView {
    /// With what the receptionist's talk came to.
    fn after(self, after: Option<&Afterwards>) -> Self {
        let Some(after) = after else { return self };
        let json = |list: Result<Value, serde_json::Error>| match list {
            Ok(Value::Array(list)) => list,
            _ => Vec::new(),
        };
        Self {
            intents: after.intents.iter().map(ToString::to_string).collect(),
            actions: json(serde_json::to_value(&after.actions)),
            follow_ups: json(serde_json::to_value(&after.follow_ups)),
            ..self
        }
    }
}

/// Calls, newest first.
#[utoipa::path(get, path = "/calls", tag = "calls", params(ListQuery), responses((status = 200, body = Listed<CallView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<CallView>>> {
    let known =
        ["phone", "contact_id", "lead_id", "episode_id", "state", "status", "outcome", "since", "until", "line", "q"];
    query.only(&known)?;
    let phone = e164(&state, key.tenant, query.phone.as_ref()).await?;
    let line = e164(&state, key.tenant, query.line.as_ref()).await?;
    let filter = Filter::default()
        .and_expr("(from_number = {} OR to_number = {})", phone)
        .and("contact_id =", id_text::<ContactId>("contact_id", query.contact_id.as_ref())?)
        .and("lead_id =", id_text::<LeadId>("lead_id", query.lead_id.as_ref())?)
        .and("episode_id =", id_text::<EpisodeId>("episode_id", query.episode_id.as_ref())?)
        .and("status =", query.standing())
        .and("outcome =", query.outcome.clone())
        .and("line =", line)
        .and("received_at >=", query.since)
        .and("received_at <", query.until)
        .and_words(&["provider_call_id", "from_number", "to_number"], query.q.as_deref());
    let found = state.store.read(key.tenant).await?.calls().list(filter, &query.page()?).await?;
    Ok(Listed::of(found, CallView::of))
}

/// One call, with what was told of it and what was understood from it.
#[utoipa::path(get, path = "/calls/{id}", tag = "calls", responses((status = 200, body = CallDetail)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<CallId>,
) -> Result<axum::Json<CallDetail>> {
    let mut read = state.store.read(key.tenant).await?;
    let call = read.calls().get(id).await?.ok_or_else(Problem::not_found)?;
    let analysis = read.analyses().of_call(id).await?.map(|analysis| AnalysisView::of(analysis, call.contact_id));
    let events = read.agent_calls().events(id).await?.into_iter().map(EventView::of).collect();
    let after = read.voice().of_call(id).await?.and_then(|held| held.summary);
    let call = CallView { analysis, ..CallView::of(call) }.after(after.as_ref());
    Ok(axum::Json(CallDetail { call, events }))
}

/// The sound of a call's recording; `Range` is heeded. Where the provider wants no key, the answer leads to it (307).
#[utoipa::path(get, path = "/calls/{id}/recording", tag = "calls",
    responses((status = 200, description = "The sound", content_type = "audio/mpeg"), (status = 206, description = "A part of it"), (status = 307, description = "It is to be had at the provider")))]
async fn recording(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<CallId>,
    headers: HeaderMap,
) -> Result<Response> {
    recording::play(&state, key.tenant, id, &headers, &key.actor()).await
}

/// Ends a call that goes on, or calls off one that a voice agent is yet to dial. The call changes when its provider tells.
#[utoipa::path(post, path = "/calls/{id}/hang-up", tag = "calls", responses((status = 202)))]
async fn hang_up(State(state): State<AppState>, Writer(key): Writer, IdOf(id): IdOf<CallId>) -> Result<StatusCode> {
    actions::hang_up(&state.cx, key.tenant, id, &key.actor()).await?;
    Ok(StatusCode::ACCEPTED)
}
