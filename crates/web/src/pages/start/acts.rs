//! What the steps can do at a press: take the sandbox's accounts, and choose the templates that fit.

use super::facts::{Facts, wanted};
use crate::api::tenant::{ChangeTenant, apply};
use crate::pages::settings::webhook_address;
use crate::pages::shell::Said;
use crate::problem::{Problem, Result};
use crate::sandbox::{Accounts, Sandbox};
use crate::session::{Form, Me, Owner};
use crate::state::AppState;
use axum::extract::State;
use axum::response::Redirect;
use ringleader_core::id::ConnectionId;
use ringleader_core::texts::{Key, TEMPLATES};
use ringleader_jobs::actions;
use ringleader_providers::all::{self, Capability};
use ringleader_store::repo::{Connection, Page, Template};
use serde_json::{Map, Value, json};
use std::sync::Arc;

const HERE: &str = "/start";

/// The sandbox, and what it gives this business; 404 where there is none.
async fn given(state: &AppState, me: &Me) -> Result<(Arc<dyn Sandbox>, Accounts)> {
    let sandbox = state.sandbox.clone().ok_or_else(Problem::not_found)?;
    let accounts = sandbox.accounts(&me.tenant).await?.ok_or_else(Problem::not_found)?;
    Ok((sandbox, accounts))
}

/// Connects what the sandbox gave, or puts a connection of that kind right.
pub(super) async fn use_sandbox(State(state): State<AppState>, Owner(me): Owner, Form(sent): Form) -> Result<Redirect> {
    let (sandbox, accounts) = given(&state, &me).await?;
    let able = match sent.trimmed("use") {
        "switchboard" => Capability::CallEvents,
        "whatsapp" => Capability::Whatsapp,
        _ => return Err(Problem::field("use", "is none of the known words")),
    };
    let (kind, config) = accounts.that_can(able).ok_or_else(Problem::not_found)?;
    let connection = connect(&state, &me, kind, config.clone()).await?;
    if able == Capability::CallEvents {
        report_here(&state, &me, sandbox.as_ref(), &connection).await?;
    }
    if able == Capability::Whatsapp {
        actions::sync_templates(&state.cx, me.tenant.id, connection.id).await?;
    }
    Ok(Said::then("tested", HERE))
}

/// Enters the address of the switchboard's connection at the sandbox's switchboard.
pub(super) async fn enter_address(State(state): State<AppState>, Owner(me): Owner, _: Form) -> Result<Redirect> {
    let (sandbox, _) = given(&state, &me).await?;
    let board = Facts::of(&state, &me).await?.board.ok_or_else(Problem::not_found)?;
    report_here(&state, &me, sandbox.as_ref(), &board.connection).await?;
    Ok(Said::then("saved", HERE))
}

async fn connect(state: &AppState, me: &Me, kind: &'static str, config: Map<String, Value>) -> Result<Connection> {
    let all = state.store.read(me.tenant.id).await?.connections().list(&Page { limit: 200, before: None }).await?.rows;
    let connection = match all.into_iter().find(|it| it.kind == kind) {
        Some(it) => actions::update_connection(&state.cx, me.tenant.id, &me.actor(), it.id, None, Some(config)).await?,
        None => {
            let name = all::spec(kind).map_or(kind, |spec| spec.title);
            actions::create_connection(&state.cx, me.tenant.id, &me.actor(), kind, name, config).await?
        }
    };
    state.directory.forget();
    actions::test_connection(&state.cx, me.tenant.id, connection.id).await?;
    Ok(connection)
}

async fn report_here(state: &AppState, me: &Me, sandbox: &dyn Sandbox, connection: &Connection) -> Result<()> {
    let address = webhook_address(state, connection).ok_or_else(Problem::not_found)?;
    sandbox.report_to(me.tenant.id, &address).await
}

/// Reads the templates and chooses those that bear the names of the catalogue and fit; what is chosen already stays if nothing
/// fits better.
pub(super) async fn choose_templates(State(state): State<AppState>, Owner(me): Owner, _: Form) -> Result<Redirect> {
    let writer = Facts::of(&state, &me)
        .await?
        .writer
        .ok_or_else(|| Problem::conflict("Connect WhatsApp first: the templates are kept there."))?;
    let id: ConnectionId = writer.id;
    let known = actions::sync_templates(&state.cx, me.tenant.id, id).await?;
    let chosen = fitting(&me, &known);
    if !chosen.contains_key(Key::FirstMessage.as_str()) {
        return Ok(Said::then("no-template", HERE));
    }
    let change = ChangeTenant { settings: Some(json!({ "templates": chosen })), ..ChangeTenant::default() };
    apply(&state, me.tenant.id, &me.actor(), change).await?;
    Ok(Said::then("chosen", HERE))
}

/// For each text that leaves as a template, the one of its name that can go out.
fn fitting(me: &Me, known: &[Template]) -> Map<String, Value> {
    let of = |key: &Key| {
        let wanted = wanted(me, *key);
        let it = known.iter().find(|it| it.name == key.as_str() && wanted.fits(it))?;
        Some((key.as_str().to_owned(), json!({ "name": it.name, "language": it.language })))
    };
    TEMPLATES.iter().filter_map(of).collect()
}
