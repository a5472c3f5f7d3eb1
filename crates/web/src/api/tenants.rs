//! Making tenants: for whoever runs the installation.

use super::Listed;
use super::tenant::{OwnerBody, TenantView, check_place, check_settings, read_owner};
use crate::auth::{Admin, Scope};
use crate::extract::Json;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use ringleader_core::id::TenantId;
use ringleader_core::tenant::Tenant;
use ringleader_jobs::tokens;
use ringleader_providers::problem::FieldError;
use ringleader_store::repo::NewTenant;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(create, list))
}

/// A tenant to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTenantBody {
    /// Name of the business, as customers know it.
    name: String,
    /// BCP 47: `he-IL`.
    locale: String,
    /// IANA zone: `Asia/Jerusalem`.
    time_zone: String,
    /// ISO 3166 alpha-2: `IL`.
    country: String,
    /// Where it is, for sun and holidays: `Jerusalem`.
    #[serde(default)]
    place: Option<String>,
    /// Who is told of leads.
    owner: OwnerBody,
    /// What differs from the default settings.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
}

/// A tenant and its first key.
#[derive(Debug, Serialize, ToSchema)]
struct Created {
    /// The tenant.
    tenant: TenantView,
    /// An API key with all scopes. It is shown this once.
    api_key: String,
}

/// Make a tenant.
#[utoipa::path(post, path = "/tenants", tag = "tenants", request_body = NewTenantBody, responses((status = 201, body = Created)))]
async fn create(
    State(state): State<AppState>,
    _: Admin,
    Json(body): Json<NewTenantBody>,
) -> Result<(StatusCode, axum::Json<Created>)> {
    let password = body.owner.password.clone();
    let new = checked(body)?;
    let id: TenantId = state.store.ids().new_id();
    let secret = tokens::new_token("rl_");
    let hash = password_hash(password).await?;
    let mut tx = state.store.begin(id).await?;
    tx.tenants().insert(id, &new).await?;
    let scopes: Vec<String> = Scope::ALL.iter().map(|scope| scope.to_string()).collect();
    tx.people().add_key("first key", &scopes, &tokens::digest(&secret)).await?;
    if let Some(email) = &new.owner.email {
        tx.people().add_user(&new.owner.name, email, "owner", hash.as_deref()).await?;
    }
    let tenant = tx.tenants().me().await?;
    ringleader_jobs::work::check_loss_account::plan(&mut tx, &tenant).await?;
    let after = json!({"name": tenant.name, "locale": tenant.locale, "country": tenant.country});
    tx.usage().audit("admin", "tenant.create", &id.to_string(), None, Some(after)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(Created { tenant: TenantView::of(tenant), api_key: secret })))
}

/// All tenants.
#[utoipa::path(get, path = "/tenants", tag = "tenants", responses((status = 200, body = Listed<TenantView>)))]
async fn list(State(state): State<AppState>, _: Admin) -> Result<axum::Json<Listed<TenantView>>> {
    let tenants: Vec<Tenant> = state.store.read_system().await?.tenants().all().await?;
    Ok(Listed::all(tenants.into_iter().map(TenantView::of).collect()))
}

/// Everything that is wrong with the body at once, or the tenant.
fn checked(body: NewTenantBody) -> Result<NewTenant> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: &str| errors.push(FieldError::new(field, message));
    if body.name.trim().is_empty() {
        wrong("name", "is empty");
    }
    let country = body.country.trim().to_uppercase();
    if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
        wrong("country", "must be two letters, as in `IL` or `GB`");
    }
    if jiff::tz::TimeZone::get(&body.time_zone).is_err() {
        wrong("time_zone", "must be an IANA zone, as in `Asia/Jerusalem` or `Europe/London`");
    }
    let subtag = body.locale.split('-').next().unwrap_or_default();
    if !(2..=3).contains(&subtag.len()) || !body.locale.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        wrong("locale", "must be a language tag, as in `he-IL` or `en-GB`");
    }
    if body.owner.password.as_ref().is_some_and(|password| password.chars().count() < 10) {
        wrong("owner.password", "must have at least 10 characters");
    }
    if body.owner.password.is_some() && body.owner.email.as_ref().is_none_or(|email| email.trim().is_empty()) {
        wrong("owner.email", "is required with a password: it is the name to sign in with");
    }
    let owner = read_owner(&body.owner, &country).map_err(|more| errors.extend(more));
    let settings = body.settings.unwrap_or_else(|| json!({}));
    if let Err(more) = check_settings(&settings) {
        errors.extend(more);
    }
    if let Ok(tz) = jiff::tz::TimeZone::get(&body.time_zone) {
        errors.extend(check_place(&settings, body.place.as_deref(), &country, &tz));
    }
    match owner {
        Ok(owner) if errors.is_empty() => Ok(NewTenant {
            name: body.name.trim().to_owned(),
            locale: body.locale,
            country,
            time_zone: body.time_zone,
            place: body.place,
            owner,
            settings,
        }),
        _ => Err(Problem::invalid(errors)),
    }
}

/// Argon2id takes a while on purpose, so it runs beside the requests.
async fn password_hash(password: Option<String>) -> Result<Option<String>> {
    let Some(password) = password else { return Ok(None) };
    let hashed = tokio::task::spawn_blocking(move || {
        use argon2::PasswordHasher;
        argon2::Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    });
    match hashed.await {
        Ok(Ok(hash)) => Ok(Some(hash)),
        _ => Err(Problem::internal()),
    }
}
