//! Tasks: follow-ups for people.

use super::Listed;
use crate::auth::{Reader, TenantKey, Writer};
use crate::extract::{IdOf, Json, ListQuery, Query, e164, id_text};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use jiff::Timestamp;
use ringleader_core::id::{ContactId, LeadId, TaskId};
use ringleader_core::task::{Task, TaskState};
use ringleader_jobs::actions;
use ringleader_store::repo::Filter;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show, change))
}

/// A follow-up for a person.
#[derive(Debug, Serialize, ToSchema)]
struct TaskView {
    id: String,
    /// `call_back`, `check_send`, `alert` …
    kind: String,
    title: String,
    detail: String,
    contact_id: Option<String>,
    lead_id: Option<String>,
    phone: Option<String>,
    due_at: Option<Timestamp>,
    /// `normal` or `urgent`.
    urgency: String,
    /// `open`, `done` or `dismissed`.
    state: String,
    assigned_to: Option<String>,
    created_at: Timestamp,
}

impl TaskView {
    fn of(task: Task) -> Self {
        Self {
            id: task.id.to_string(),
            kind: task.kind,
            title: task.title,
            detail: task.detail,
            contact_id: task.contact_id.map(|id| id.to_string()),
            lead_id: task.lead_id.map(|id| id.to_string()),
            phone: task.phone,
            due_at: task.due_at,
            urgency: task.urgency.to_string(),
            state: task.state.to_string(),
            assigned_to: task.assigned_to.map(|id| id.to_string()),
            created_at: task.created_at,
        }
    }
}

/// Tasks, newest first.
#[utoipa::path(get, path = "/tasks", tag = "tasks", params(ListQuery), responses((status = 200, body = Listed<TaskView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<TaskView>>> {
    query.only(&["phone", "contact_id", "lead_id", "state", "status", "kind", "since", "until"])?;
    let phone = e164(&state, key.tenant, query.phone.as_ref()).await?;
    let filter = Filter::default()
        .and("phone =", phone)
        .and("contact_id =", id_text::<ContactId>("contact_id", query.contact_id.as_ref())?)
        .and("lead_id =", id_text::<LeadId>("lead_id", query.lead_id.as_ref())?)
        .and("state =", query.standing())
        .and("kind =", query.kind.clone())
        .and("created_at >=", query.since)
        .and("created_at <", query.until);
    let found = state.store.read(key.tenant).await?.tasks().list(filter, &query.page()?).await?;
    Ok(Listed::of(found, TaskView::of))
}

/// One task.
#[utoipa::path(get, path = "/tasks/{id}", tag = "tasks", responses((status = 200, body = TaskView)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<TaskId>,
) -> Result<axum::Json<TaskView>> {
    view(&state, &key, id).await
}

async fn view(state: &AppState, key: &TenantKey, id: TaskId) -> Result<axum::Json<TaskView>> {
    let task = state.store.read(key.tenant).await?.tasks().get(id).await?;
    task.map(|task| axum::Json(TaskView::of(task))).ok_or_else(Problem::not_found)
}

/// What may be changed of a task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeTask {
    /// `open`, `done` or `dismissed`.
    #[schema(value_type = String)]
    state: TaskState,
}

/// Mark a task.
#[utoipa::path(patch, path = "/tasks/{id}", tag = "tasks", request_body = ChangeTask, responses((status = 200, body = TaskView)))]
async fn change(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<TaskId>,
    Json(body): Json<ChangeTask>,
) -> Result<axum::Json<TaskView>> {
    actions::set_task_state(&state.cx, key.tenant, id, body.state, &key.actor()).await?;
    view(&state, &key, id).await
}
