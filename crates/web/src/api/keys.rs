//! API keys of the tenant. The key itself is shown once, when it is made.

use super::Listed;
use crate::auth::{Manager, Scope};
use crate::extract::{IdOf, Json};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use ringleader_core::id::{ApiKeyId, TenantId};
use ringleader_jobs::tokens;
use ringleader_providers::problem::FieldError;
use ringleader_store::repo::ApiKey;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create, list)).routes(routes!(revoke))
}

/// An API key, without its text.
#[derive(Debug, Serialize, ToSchema)]
struct KeyView {
    id: String,
    name: String,
    scopes: Vec<String>,
    created_at: Timestamp,
    revoked_at: Option<Timestamp>,
    /// The key itself; only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<String>,
}

impl KeyView {
    fn of(key: ApiKey) -> Self {
        let ApiKey { id, name, scopes, created_at, revoked_at, .. } = key;
        Self { id: id.to_string(), name, scopes, created_at, revoked_at, api_key: None }
    }
}

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewKey {
    /// What it is for.
    name: String,
    /// `read`, `write`, `admin`; each includes what stands before it. Without any: `read`.
    #[serde(default)]
    scopes: Vec<String>,
}

/// Make a key.
#[utoipa::path(post, path = "/api-keys", tag = "keys", request_body = NewKey, responses((status = 201, body = KeyView)))]
async fn create(
    State(state): State<AppState>,
    Manager(caller): Manager,
    Json(body): Json<NewKey>,
) -> Result<(StatusCode, axum::Json<KeyView>)> {
    let (view, secret) = make(&state, caller.tenant, &caller.actor(), &body.name, body.scopes).await?;
    Ok((StatusCode::CREATED, axum::Json(KeyView { api_key: Some(secret), ..KeyView::of(view) })))
}

/// Makes a key, for the pages too; its text is given this once.
pub(crate) async fn make(
    state: &AppState,
    tenant: TenantId,
    actor: &str,
    name: &str,
    scopes: Vec<String>,
) -> Result<(ApiKey, String)> {
    let name = name.trim();
    let scopes = if scopes.is_empty() { vec![Scope::Read.to_string()] } else { scopes };
    let unknown = scopes.iter().enumerate().filter(|(_, word)| word.parse::<Scope>().is_err());
    let mut errors: Vec<_> =
        unknown.map(|(i, _)| FieldError::new(format!("scopes[{i}]"), "must be `read`, `write` or `admin`")).collect();
    if name.is_empty() {
        errors.push(FieldError::new("name", "is empty"));
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let secret = tokens::new_token("rl_");
    let mut tx = state.store.begin(tenant).await?;
    let id = tx.people().add_key(name, &scopes, &tokens::digest(&secret)).await?;
    let after = Some(json!({"name": name, "scopes": scopes}));
    tx.usage().audit(actor, "key.create", &id.to_string(), None, after).await?;
    let created_at = tx.now();
    tx.commit().await?;
    Ok((ApiKey { tenant_id: tenant, id, name: name.to_owned(), scopes, created_at, revoked_at: None }, secret))
}

/// All keys.
#[utoipa::path(get, path = "/api-keys", tag = "keys", responses((status = 200, body = Listed<KeyView>)))]
async fn list(State(state): State<AppState>, Manager(caller): Manager) -> Result<axum::Json<Listed<KeyView>>> {
    let keys = state.store.read(caller.tenant).await?.people().keys().await?;
    Ok(Listed::all(keys.into_iter().map(KeyView::of).collect()))
}

/// Take a key back. It stops working at once on this node, and within seconds on others.
#[utoipa::path(delete, path = "/api-keys/{id}", tag = "keys", responses((status = 204)))]
async fn revoke(
    State(state): State<AppState>,
    Manager(caller): Manager,
    IdOf(id): IdOf<ApiKeyId>,
) -> Result<StatusCode> {
    take_back(&state, caller.tenant, &caller.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a key back, for the pages too.
pub(crate) async fn take_back(state: &AppState, tenant: TenantId, actor: &str, id: ApiKeyId) -> Result<()> {
    let mut tx = state.store.begin(tenant).await?;
    let was = tx.people().keys().await?.into_iter().find(|key| key.id == id);
    if !tx.people().revoke_key(id).await? {
        return Err(Problem::not_found());
    }
    let before = was.map(|key| json!({"name": key.name, "scopes": key.scopes}));
    tx.usage().audit(actor, "key.revoke", &id.to_string(), before, None).await?;
    tx.commit().await?;
    state.key_ring.forget();
    Ok(())
}
