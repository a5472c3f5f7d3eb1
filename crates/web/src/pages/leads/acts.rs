//! What people do with one lead, and with the person behind it. What they correct wins over everything (P9).

use crate::pages::look;
use crate::pages::sent::Sent;
use crate::pages::shell::Said;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use axum::response::Redirect;
use ringleader_core::id::{ContactId, LeadId, TaskId};
use ringleader_core::task::TaskState;
use ringleader_jobs::actions::{self, ContactChange};
use serde_json::Value;

/// Back to where the form came from, else to the lead.
fn after(said: &str, sent: &Sent<LeadId>) -> Redirect {
    Said::then(said, &sent.back(&format!("/leads/{}", sent.id)))
}

pub(super) async fn fact(State(state): State<AppState>, sent: Sent<LeadId>) -> Result<Redirect> {
    let value = sent.fields.given("value").ok_or_else(|| Problem::field("value", "is empty"))?;
    if value.chars().count() > 500 {
        return Err(Problem::field("value", "is longer than 500 characters"));
    }
    let (value, name) = (Value::String(value.to_owned()), sent.fields.trimmed("name"));
    actions::set_fact(&state.cx, sent.me.tenant.id, sent.id, name, value, &sent.me.actor()).await?;
    Ok(after("fact", &sent))
}

pub(super) async fn spoke(State(state): State<AppState>, sent: Sent<LeadId>) -> Result<Redirect> {
    actions::lead_spoke(&state.cx, sent.me.tenant.id, sent.id, &sent.me.actor()).await?;
    if let Some(task) = sent.fields.given("task") {
        let task: TaskId = look::id(task)?;
        actions::set_task_state(&state.cx, sent.me.tenant.id, task, TaskState::Done, &sent.me.actor()).await?;
    }
    Ok(after("spoke", &sent))
}

/// What a contact is to the business, how they are called, or whether they want messages: each only where its own button says so, so that a page
/// that is older than a customer's STOP takes nothing back (A14).
pub(super) async fn contact(State(state): State<AppState>, sent: Sent<ContactId>) -> Result<Redirect> {
    let change = ContactChange {
        name: sent.fields.given("name").map(|name| name.chars().take(200).collect()),
        kind: if sent.fields.ticked("kind") { Some(sent.fields.word("kind")?) } else { None },
        opted_out: sent.fields.given("messages").map(|word| word == "no"),
        ..ContactChange::default()
    };
    actions::update_contact(&state.cx, sent.me.tenant.id, sent.id, change, &sent.me.actor()).await?;
    Ok(Said::then("saved", &sent.back(&format!("/contacts/{}", sent.id))))
}
