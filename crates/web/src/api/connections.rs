//! Connections: the tenant's accounts at providers. Secrets go in and never come out (PRODUCT 0).

use super::Listed;
use crate::auth::{Manager, TenantKey};
use crate::extract::{IdOf, Json, ListQuery, Query};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use ringleader_core::id::ConnectionId;
use ringleader_jobs::actions;
use ringleader_providers::all;
use ringleader_store::repo::Connection;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(show, change, remove))
        .routes(routes!(test))
        .routes(routes!(templates))
}

/// An account at a provider.
#[derive(Debug, Serialize, ToSchema)]
struct ConnectionView {
    id: String,
    /// `voicenter`, `whatsapp_cloud`, `twilio`, `bolna`, `smtp`, `slack` or `calls`.
    kind: String,
    name: String,
    /// Its settings; secrets are not shown, `secrets` names those that are set.
    #[schema(value_type = Object)]
    config: Value,
    /// Names of the secrets that are set.
    secrets: Vec<String>,
    /// Addresses to enter at the provider, by name.
    webhook_urls: BTreeMap<String, String>,
    health: HealthView,
    created_at: Timestamp,
}

/// Whether a connection works.
#[derive(Debug, Serialize, ToSchema)]
struct HealthView {
    /// `untested`, `good`, `failing` or `halted`.
    state: String,
    /// What is the matter and what to do.
    detail: Option<String>,
}

impl ConnectionView {
    fn of(state: &AppState, connection: Connection) -> Self {
        let opened = actions::open_config(&state.cx, &connection).unwrap_or_default();
        let spec = all::spec(&connection.kind);
        let key = opened.get("key").and_then(Value::as_str).unwrap_or_default();
        let urls = spec.into_iter().flat_map(|spec| spec.webhooks).map(|(name, path)| {
            ((*name).to_owned(), format!("{}{}", state.settings.public_url, path.replace("{key}", key)))
        });
        let secrets = spec.into_iter().flat_map(|spec| spec.fields).filter(|field| field.secret);
        let set = secrets.filter(|field| opened.get(field.name).is_some_and(|value| !value.is_null()));
        Self {
            id: connection.id.to_string(),
            webhook_urls: urls.collect(),
            secrets: set.map(|field| field.name.to_owned()).collect(),
            kind: connection.kind,
            name: connection.name,
            config: connection.config,
            health: HealthView { state: connection.health, detail: connection.health_detail },
            created_at: connection.created_at,
        }
    }
}

/// A connection to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewConnectionBody {
    /// `voicenter`, `whatsapp_cloud`, `twilio`, `bolna`, `smtp`, `slack` or `calls`.
    kind: String,
    /// As you call it; without one, the provider's name.
    #[serde(default)]
    name: Option<String>,
    /// The settings of that kind.
    #[serde(default)]
    #[schema(value_type = Object)]
    config: Map<String, Value>,
}

/// Make a connection.
#[utoipa::path(post, path = "/connections", tag = "connections", request_body = NewConnectionBody, responses((status = 201, body = ConnectionView)))]
async fn create(
    State(state): State<AppState>,
    Manager(key): Manager,
    Json(body): Json<NewConnectionBody>,
) -> Result<(StatusCode, axum::Json<ConnectionView>)> {
    let Some(spec) = all::spec(&body.kind) else {
        let kinds: Vec<_> = all::ALL.iter().map(|spec| spec.kind).collect();
        return Err(Problem::field("kind", format!("must be one of: {}", kinds.join(", "))));
    };
    let errors = spec.check(&body.config);
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let name = body.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).unwrap_or(spec.title);
    let made = actions::create_connection(&state.cx, key.tenant, &key.actor(), &body.kind, name, body.config).await?;
    state.directory.forget();
    Ok((StatusCode::CREATED, axum::Json(ConnectionView::of(&state, made))))
}

/// Connections, newest first.
#[utoipa::path(get, path = "/connections", tag = "connections", params(ListQuery), responses((status = 200, body = Listed<ConnectionView>)))]
async fn list(
    State(state): State<AppState>,
    Manager(key): Manager,
    Query(query): Query,
) -> Result<axum::Json<Listed<ConnectionView>>> {
    query.only(&[])?;
    let found = state.store.read(key.tenant).await?.connections().list(&query.page()?).await?;
    Ok(Listed::of(found, |connection| ConnectionView::of(&state, connection)))
}

/// One connection. Its webhook addresses hold its key, so this needs the scope `admin`.
#[utoipa::path(get, path = "/connections/{id}", tag = "connections", responses((status = 200, body = ConnectionView)))]
async fn show(
    State(state): State<AppState>,
    Manager(key): Manager,
    IdOf(id): IdOf<ConnectionId>,
) -> Result<axum::Json<ConnectionView>> {
    let connection = found(&state, &key, id).await?;
    Ok(axum::Json(ConnectionView::of(&state, connection)))
}

async fn found(state: &AppState, key: &TenantKey, id: ConnectionId) -> Result<Connection> {
    state.store.read(key.tenant).await?.connections().get(id).await?.ok_or_else(Problem::not_found)
}

/// What may be changed of a connection. Its kind may not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeConnection {
    /// New name.
    name: Option<String>,
    /// Settings to change; what is absent stays, null takes away.
    #[schema(value_type = Option<Object>)]
    config: Option<Map<String, Value>>,
}

/// Change a connection.
#[utoipa::path(patch, path = "/connections/{id}", tag = "connections", request_body = ChangeConnection, responses((status = 200, body = ConnectionView)))]
async fn change(
    State(state): State<AppState>,
    Manager(key): Manager,
    IdOf(id): IdOf<ConnectionId>,
    Json(body): Json<ChangeConnection>,
) -> Result<axum::Json<ConnectionView>> {
    let changed = actions::update_connection(&state.cx, key.tenant, &key.actor(), id, body.name, body.config).await?;
    state.directory.forget();
    Ok(axum::Json(ConnectionView::of(&state, changed)))
}

/// Take a connection away. Its webhooks are unknown from then on; its history stays.
#[utoipa::path(delete, path = "/connections/{id}", tag = "connections", responses((status = 204)))]
async fn remove(
    State(state): State<AppState>,
    Manager(key): Manager,
    IdOf(id): IdOf<ConnectionId>,
) -> Result<StatusCode> {
    actions::delete_connection(&state.cx, key.tenant, &key.actor(), id).await?;
    state.directory.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Ask the provider whether the connection works.
#[utoipa::path(post, path = "/connections/{id}/test", tag = "connections", responses((status = 200, body = Object)))]
async fn test(
    State(state): State<AppState>,
    Manager(key): Manager,
    IdOf(id): IdOf<ConnectionId>,
) -> Result<axum::Json<Value>> {
    let report = actions::test_connection(&state.cx, key.tenant, id).await?;
    serde_json::to_value(report).map(axum::Json).map_err(|_| Problem::internal())
}

/// Read the approved templates from the provider.
#[utoipa::path(post, path = "/connections/{id}/templates", tag = "connections", responses((status = 200, body = Object)))]
async fn templates(
    State(state): State<AppState>,
    Manager(key): Manager,
    IdOf(id): IdOf<ConnectionId>,
) -> Result<axum::Json<Value>> {
    let rows = actions::sync_templates(&state.cx, key.tenant, id).await?;
    let data = serde_json::to_value(rows).map_err(|_| Problem::internal())?;
    Ok(axum::Json(serde_json::json!({ "data": data, "next": null })))
}
