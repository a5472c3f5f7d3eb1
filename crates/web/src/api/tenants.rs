//! Making tenants: for whoever runs the installation.

use super::Listed;
use super::tenant::{OwnerBody, TenantView, check_place, check_settings, read_owner};
use crate::auth::{Admin, Scope};
use crate::extract::Json;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use ringleader_core::id::{TenantId, UserId};
use ringleader_core::secret::Secret;
use ringleader_core::tenant::Tenant;
use ringleader_core::user::Role;
use ringleader_jobs::access::{self, password};
use ringleader_jobs::tokens;
use ringleader_providers::problem::FieldError;
use ringleader_store::repo::{NewTenant, NewUser};
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
pub(crate) struct NewTenantBody {
    /// Name of the business, as customers know it.
    pub(crate) name: String,
    /// BCP 47: `he-IL`.
    pub(crate) locale: String,
    /// IANA zone: `Asia/Jerusalem`.
    pub(crate) time_zone: String,
    /// ISO 3166 alpha-2: `IL`.
    pub(crate) country: String,
    /// Where it is, for sun and holidays: `Jerusalem`.
    #[serde(default)]
    pub(crate) place: Option<String>,
    /// Who is told of leads.
    pub(crate) owner: OwnerBody,
    /// What differs from the default settings.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub(crate) settings: Option<Value>,
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
    let given = body.owner.password.clone().map(Secret::new);
    let new = checked(body)?;
    let hash = match given {
        Some(given) => Some(password::hash(given).await.ok_or_else(Problem::internal)?),
        None => None,
    };
    let secret = tokens::new_token("rl_");
    let (tenant, _) = make(&state, &new, hash, Some(&secret), "admin").await?;
    Ok((StatusCode::CREATED, axum::Json(Created { tenant: TenantView::of(tenant), api_key: secret })))
}

/// Makes a tenant with its owner, and with a first key where one is given; for the pages too.
pub(crate) async fn make(
    state: &AppState,
    new: &NewTenant,
    password_hash: Option<String>,
    key: Option<&str>,
    actor: &str,
) -> Result<(Tenant, Option<UserId>)> {
    let id: TenantId = state.store.ids().new_id();
    let mut tx = state.store.begin(id).await?;
    tx.tenants().insert(id, new).await?;
    if let Some(secret) = key {
        let scopes: Vec<String> = Scope::ALL.iter().map(|scope| scope.to_string()).collect();
        tx.people().add_key("first key", &scopes, &tokens::digest(secret)).await?;
    }
    let owner = match &new.owner.email {
        Some(email) => {
            let owner = NewUser { name: &new.owner.name, email, role: Role::Owner, password_hash };
            access::make_user(&mut tx, &owner, actor).await?
        }
        None => None,
    };
    let tenant = tx.tenants().me().await?;
    ringleader_jobs::work::check_loss_account::plan(&mut tx, &tenant).await?;
    ringleader_jobs::work::recount_reports::plan(&mut tx, &tenant).await?;
    ringleader_jobs::work::send_weekly_letter::plan(&mut tx, &tenant).await?;
    ringleader_jobs::work::forget_old::plan(&mut tx, &tenant).await?;
    let after = json!({"name": tenant.name, "locale": tenant.locale, "country": tenant.country});
    tx.usage().audit(actor, "tenant.create", &id.to_string(), None, Some(after)).await?;
    tx.commit().await?;
    Ok((tenant, owner))
}

/// All tenants.
#[utoipa::path(get, path = "/tenants", tag = "tenants", responses((status = 200, body = Listed<TenantView>)))]
async fn list(State(state): State<AppState>, _: Admin) -> Result<axum::Json<Listed<TenantView>>> {
    let tenants: Vec<Tenant> = state.store.read_system().await?.tenants().all().await?;
    Ok(Listed::all(tenants.into_iter().map(TenantView::of).collect()))
}

/// Everything that is wrong with the body at once, or the tenant.
pub(crate) fn checked(body: NewTenantBody) -> Result<NewTenant> {
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
    if let Some(fault) = body.owner.password.as_deref().and_then(password::fault) {
        wrong("owner.password", &fault);
    }
    if body.owner.password.is_some() && body.owner.email.as_ref().is_none_or(|email| email.trim().is_empty()) {
        wrong("owner.email", "is required with a password: it is the name to sign in with");
    }
    let owner = read_owner(&body.owner, &country).map_err(|more| errors.extend(more));
    let settings = body.settings.unwrap_or_else(|| json!({}));
    if let Err(more) = check_settings(&settings, &country) {
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
