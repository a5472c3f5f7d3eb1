//! API keys of the tenant. The key itself is shown once, when it is made.

use super::Listed;
use crate::auth::{Manager, Scope};
use crate::extract::{IdOf, Json};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use ringleader_core::id::ApiKeyId;
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
    let scopes = if body.scopes.is_empty() { vec![Scope::Read.to_string()] } else { body.scopes };
    let unknown = scopes.iter().enumerate().filter(|(_, word)| word.parse::<Scope>().is_err());
    let errors: Vec<_> =
        unknown.map(|(i, _)| FieldError::new(format!("scopes[{i}]"), "must be `read`, `write` or `admin`")).collect();
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    if body.name.trim().is_empty() {
        return Err(Problem::field("name", "is empty"));
    }
    let secret = tokens::new_token("rl_");
    let mut tx = state.store.begin(caller.tenant).await?;
    let id = tx.people().add_key(body.name.trim(), &scopes, &tokens::digest(&secret)).await?;
    let after = Some(json!({"name": body.name.trim(), "scopes": scopes}));
    tx.usage().audit(&caller.actor(), "key.create", &id.to_string(), None, after).await?;
    let created_at = tx.now();
    tx.commit().await?;
    let name = body.name.trim().to_owned();
    let view = KeyView { id: id.to_string(), name, scopes, created_at, revoked_at: None, api_key: Some(secret) };
    Ok((StatusCode::CREATED, axum::Json(view)))
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
    let mut tx = state.store.begin(caller.tenant).await?;
    if !tx.people().revoke_key(id).await? {
        return Err(Problem::not_found());
    }
    tx.usage().audit(&caller.actor(), "key.revoke", &id.to_string(), None, None).await?;
    tx.commit().await?;
    state.key_ring.forget();
    Ok(StatusCode::NO_CONTENT)
}
