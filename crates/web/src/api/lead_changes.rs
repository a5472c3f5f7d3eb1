//! Several leads at once: moved, handed to someone, labelled; and that taken back.

use crate::auth::Writer;
use crate::extract::{IdOf, Json};
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::State;
use ringleader_core::id::{AuditId, LeadId, UserId};
use ringleader_core::lead::LeadStatus;
use ringleader_jobs::actions::{self, LeadChange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(change)).routes(routes!(undo))
}

/// Which leads, and what becomes of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Body {
    /// At most 200.
    #[schema(value_type = Vec<String>)]
    leads: Vec<LeadId>,
    change: Wanted,
}

/// What becomes of them: one of these.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    /// Where they stand.
    #[schema(value_type = String)]
    Status(LeadStatus),
    /// The user who looks after them; null: nobody in particular.
    #[schema(value_type = Option<String>)]
    Assign(Option<UserId>),
    /// A label is put on.
    Label(String),
    /// A label is taken off.
    Unlabel(String),
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
struct ChangedView {
    /// Leads that are as wanted now.
    done: usize,
    /// Leads that stay as they were, since their person has another open lead.
    left: usize,
    /// Names the change, to take it back.
    change_id: String,
}

/// Change several leads alike.
#[utoipa::path(post, path = "/leads/changes", tag = "leads", request_body = Body, responses((status = 200, body = ChangedView)))]
async fn change(
    State(state): State<AppState>,
    Writer(key): Writer,
    Json(body): Json<Body>,
) -> Result<axum::Json<ChangedView>> {
    let change = match body.change {
        Wanted::Status(status) => LeadChange::Status(status),
        Wanted::Assign(user) => LeadChange::Assign(user),
        Wanted::Label(label) => LeadChange::Label { label: label.trim().to_owned(), on: true },
        Wanted::Unlabel(label) => LeadChange::Label { label: label.trim().to_owned(), on: false },
    };
    let changed = actions::change_leads(&state.cx, key.tenant, &body.leads, &change, &key.actor()).await?;
    Ok(axum::Json(ChangedView { done: changed.done, left: changed.left, change_id: changed.undo.to_string() }))
}

/// What was taken back.
#[derive(Debug, Serialize, ToSchema)]
struct UndoneView {
    /// Leads that are as they were before; those that were changed since are not.
    done: usize,
}

/// Take a change of one's own back.
#[utoipa::path(post, path = "/leads/changes/{id}/undo", tag = "leads", responses((status = 200, body = UndoneView)))]
async fn undo(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<AuditId>,
) -> Result<axum::Json<UndoneView>> {
    let done = actions::undo_lead_change(&state.cx, key.tenant, id, &key.actor()).await?;
    Ok(axum::Json(UndoneView { done }))
}
