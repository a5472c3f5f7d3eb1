//! Lines: the tenant's telephone numbers and what they are used for (A4).

use super::Listed;
use crate::auth::{Manager, Reader, TenantKey};
use crate::extract::{IdOf, Json, ListQuery, Query, given};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use ringleader_core::id::{ConnectionId, LineId, TenantId};
use ringleader_core::phone;
use ringleader_core::tenant::{Line, LineUse};
use ringleader_jobs::actions;
use ringleader_providers::problem::FieldError;
use ringleader_store::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(show, change, end))
}

/// A telephone number of the tenant.
#[derive(Debug, Serialize, ToSchema)]
struct LineView {
    id: String,
    /// E.164.
    number: String,
    /// `missed_call`, `receptionist`, `voice_agent`, `messaging`.
    uses: Vec<String>,
    /// The connection that sends for this line; null: the tenant's first for the channel.
    connection_id: Option<String>,
    /// Languages spoken on this line, preferred first.
    languages: Vec<String>,
    since: Timestamp,
    until: Option<Timestamp>,
}

impl LineView {
    fn of(line: Line) -> Self {
        Self {
            id: line.id.to_string(),
            number: line.number.as_str().to_owned(),
            uses: line.uses.iter().map(|purpose| purpose.to_string()).collect(),
            connection_id: line.connection_id.map(|id| id.to_string()),
            languages: line.languages,
            since: line.since,
            until: line.until,
        }
    }
}

/// A line to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLine {
    /// E.164, or as written in the tenant's country.
    pub(crate) number: String,
    /// What it is used for.
    #[schema(value_type = Vec<String>)]
    pub(crate) uses: Vec<LineUse>,
    /// The connection that sends for it.
    #[serde(default)]
    pub(crate) connection_id: Option<String>,
    /// Languages spoken on it, preferred first.
    #[serde(default)]
    pub(crate) languages: Vec<String>,
}

/// Add a line. Calls that came for this number before are processed now.
#[utoipa::path(post, path = "/lines", tag = "lines", request_body = NewLine, responses((status = 201, body = LineView)))]
async fn create(
    State(state): State<AppState>,
    Manager(key): Manager,
    Json(body): Json<NewLine>,
) -> Result<(StatusCode, axum::Json<LineView>)> {
    let line = add(&state, key.tenant, &key.actor(), body).await?;
    Ok((StatusCode::CREATED, axum::Json(LineView::of(line))))
}

/// Checks and adds a line, for the pages too.
pub(crate) async fn add(state: &AppState, id: TenantId, actor: &str, body: NewLine) -> Result<Line> {
    let mut tx = state.store.begin(id).await?;
    let country = tx.tenants().me().await?.country;
    let number = phone::parse(&body.number, &country).phone;
    let connection = connection_of(&mut tx, body.connection_id.as_ref()).await;
    let mut errors = check(&body.uses, &body.languages);
    if number.is_none() {
        errors.push(FieldError::new("number", "must be a phone number, best written with its country code"));
    }
    let connection = connection.unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    let (Some(number), true) = (number, errors.is_empty()) else { return Err(Problem::invalid(errors)) };
    if tx.tenants().line_by_number(&number).await?.is_some() {
        return Err(Problem::conflict("This number is one of the lines already."));
    }
    let line = tx.tenants().add_line(&number, &body.uses, connection, &body.languages).await?;
    let after = Some(json!({"uses": line.uses, "connection_id": line.connection_id, "languages": line.languages}));
    tx.usage().audit(actor, "line.create", &line.id.to_string(), None, after).await?;
    actions::route_again(&mut tx).await?;
    tx.commit().await?;
    Ok(line)
}

fn check(uses: &[LineUse], languages: &[String]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if uses.is_empty() {
        let words: Vec<_> = LineUse::ALL.iter().map(|word| word.as_str()).collect();
        errors.push(FieldError::new("uses", format!("needs at least one of: {}", words.join(", "))));
    }
    let tag =
        |text: &String| (2..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    for (i, _) in languages.iter().enumerate().filter(|(_, language)| !tag(language)) {
        errors.push(FieldError::new(format!("languages[{i}]"), "must be a language tag, as in `he` or `en-GB`"));
    }
    errors
}

/// The connection that a body names, if it is the tenant's.
async fn connection_of(tx: &mut Tx, text: Option<&String>) -> Result<Option<ConnectionId>, FieldError> {
    let Some(text) = text else { return Ok(None) };
    let unknown = || FieldError::new("connection_id", "is none of the tenant's connections");
    let id: ConnectionId = text.parse().map_err(|_| unknown())?;
    match tx.connections().get(id).await {
        Ok(Some(_)) => Ok(Some(id)),
        _ => Err(unknown()),
    }
}

/// Present lines, newest first.
#[utoipa::path(get, path = "/lines", tag = "lines", params(ListQuery), responses((status = 200, body = Listed<LineView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<LineView>>> {
    query.only(&[])?;
    let found = state.store.read(key.tenant).await?.tenants().list_lines(&query.page()?).await?;
    Ok(Listed::of(found, LineView::of))
}

/// One line.
#[utoipa::path(get, path = "/lines/{id}", tag = "lines", responses((status = 200, body = LineView)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<LineId>,
) -> Result<axum::Json<LineView>> {
    view(&state, &key, id).await
}

async fn view(state: &AppState, key: &TenantKey, id: LineId) -> Result<axum::Json<LineView>> {
    let line = state.store.read(key.tenant).await?.tenants().line(id).await?;
    line.map(|line| axum::Json(LineView::of(line))).ok_or_else(Problem::not_found)
}

/// What may be changed of a line. Its number may not: end it and add another.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeLine {
    /// What it is used for.
    #[schema(value_type = Option<Vec<String>>)]
    pub uses: Option<Vec<LineUse>>,
    /// The connection that sends for it; null: the tenant's first for the channel.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub connection_id: Option<Option<String>>,
    /// Languages spoken on it, preferred first.
    pub languages: Option<Vec<String>>,
}

/// Change a line.
#[utoipa::path(patch, path = "/lines/{id}", tag = "lines", request_body = ChangeLine, responses((status = 200, body = LineView)))]
async fn change(
    State(state): State<AppState>,
    Manager(key): Manager,
    IdOf(id): IdOf<LineId>,
    Json(body): Json<ChangeLine>,
) -> Result<axum::Json<LineView>> {
    let line = change_now(&state, key.tenant, &key.actor(), id, body).await?;
    Ok(axum::Json(LineView::of(line)))
}

/// Changes a line, for the pages too.
pub(crate) async fn change_now(
    state: &AppState,
    tenant: TenantId,
    actor: &str,
    id: LineId,
    body: ChangeLine,
) -> Result<Line> {
    let mut tx = state.store.begin(tenant).await?;
    let before = tx.tenants().line(id).await?.filter(|line| line.until.is_none()).ok_or_else(Problem::not_found)?;
    let mut line = before.clone();
    line.uses = body.uses.unwrap_or(line.uses);
    line.languages = body.languages.unwrap_or(line.languages);
    if let Some(connection) = body.connection_id {
        let found = connection_of(&mut tx, connection.as_ref()).await;
        line.connection_id = found.map_err(|error| Problem::invalid(vec![error]))?;
    }
    let errors = check(&line.uses, &line.languages);
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    tx.tenants().update_line(&line).await?;
    let trail = |line: &Line| {
        Some(json!({"uses": line.uses, "connection_id": line.connection_id, "languages": line.languages}))
    };
    tx.usage().audit(actor, "line.update", &id.to_string(), trail(&before), trail(&line)).await?;
    tx.commit().await?;
    Ok(line)
}

/// End a line: the number is no longer the tenant's. Calls of its time stay.
#[utoipa::path(delete, path = "/lines/{id}", tag = "lines", responses((status = 204)))]
async fn end(State(state): State<AppState>, Manager(key): Manager, IdOf(id): IdOf<LineId>) -> Result<StatusCode> {
    end_now(&state, key.tenant, &key.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a line, for the pages too.
pub(crate) async fn end_now(state: &AppState, tenant: TenantId, actor: &str, id: LineId) -> Result<()> {
    let mut tx = state.store.begin(tenant).await?;
    let now = tx.now();
    if !tx.tenants().end_line(id, now).await? {
        return Err(Problem::not_found());
    }
    tx.usage().audit(actor, "line.end", &id.to_string(), None, None).await?;
    tx.commit().await?;
    Ok(())
}
