//! The tenant of the key: name, owner and settings.

use crate::auth::{Manager, Reader};
use crate::extract::{Json, field_error};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ringleader_core::calendar::RestDays;
use ringleader_core::id::TenantId;
use ringleader_core::phone;
use ringleader_core::settings::TenantSettings;
use ringleader_core::tenant::{Owner, Tenant};
use ringleader_jobs::release;
use ringleader_providers::problem::FieldError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show, change))
}

/// A business.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantView {
    id: String,
    name: String,
    locale: String,
    country: String,
    time_zone: Option<String>,
    place: Option<String>,
    owner: OwnerView,
    /// All settings, with defaults filled in.
    #[schema(value_type = Object)]
    settings: TenantSettings,
    created_at: Timestamp,
}

/// Who is told of leads.
#[derive(Debug, Serialize, ToSchema)]
struct OwnerView {
    name: String,
    phone: Option<String>,
    email: Option<String>,
}

impl TenantView {
    /// As the wire shows it.
    pub fn of(tenant: Tenant) -> Self {
        Self {
            id: tenant.id.to_string(),
            time_zone: tenant.time_zone.iana_name().map(str::to_owned),
            owner: OwnerView {
                name: tenant.owner.name,
                phone: tenant.owner.phone.map(|phone| phone.as_str().to_owned()),
                email: tenant.owner.email,
            },
            name: tenant.name,
            locale: tenant.locale,
            country: tenant.country,
            place: tenant.place,
            settings: tenant.settings,
            created_at: tenant.created_at,
        }
    }
}

/// An owner as told to us.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerBody {
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Mobile number, E.164 or as written in the tenant's country.
    #[serde(default)]
    pub phone: Option<String>,
    /// Address.
    #[serde(default)]
    pub email: Option<String>,
    /// Password to sign in with; only when the tenant is made.
    #[serde(default)]
    pub password: Option<String>,
}

/// Reads an owner, with numbers as the country writes them.
pub fn read_owner(body: &OwnerBody, country: &str) -> Result<Owner, Vec<FieldError>> {
    let mut errors = Vec::new();
    let given =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let phone = given(&body.phone).and_then(|text| {
        let phone = phone::parse(&text, country).phone;
        if phone.is_none() {
            errors.push(FieldError::new("owner.phone", "must be a phone number, best written with its country code"));
        }
        phone
    });
    let email = given(&body.email);
    if email.as_ref().is_some_and(|email| !looks_like_email(email)) {
        errors.push(FieldError::new("owner.email", "must be an email address"));
    }
    if errors.is_empty() { Ok(Owner { name: body.name.trim().to_owned(), phone, email }) } else { Err(errors) }
}

fn looks_like_email(text: &str) -> bool {
    let blank = text.chars().any(|c| c.is_whitespace() || c.is_control());
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
        && !blank
}

/// Reads what differs from the defaults into settings, or names everything that is wrong. Numbers are read as the country
/// writes them.
pub fn check_settings(differences: &Value, country: &str) -> Result<TenantSettings, Vec<FieldError>> {
    let under = |field: &str| format!("settings.{field}").trim_end_matches('.').to_owned();
    let settings: TenantSettings = serde_path_to_error::deserialize(differences).map_err(|error| {
        let path = error.path().to_string();
        let wrong = field_error(&path, &error.into_inner().to_string());
        vec![FieldError::new(under(&wrong.field), wrong.message)]
    })?;
    let wrong: Vec<_> = settings
        .validate(country)
        .into_iter()
        .map(|(field, message)| FieldError::new(under(&field), message))
        .collect();
    if wrong.is_empty() { Ok(settings) } else { Err(wrong) }
}

/// Whoever keeps Shabbat needs a place whose sun is known.
pub fn check_place(settings: &Value, place: Option<&str>, country: &str, tz: &TimeZone) -> Option<FieldError> {
    let settings = check_settings(settings, country).ok()?;
    let days = RestDays::at(&settings.shabbat, place, country, tz.clone());
    let message = "must be a known place for `keeps_shabbat`, as in `Jerusalem`; or give `settings.shabbat.latitude` and \
                   `settings.shabbat.longitude`";
    (settings.keeps_shabbat && !days.knows_the_sun()).then(|| FieldError::new("place", message))
}

/// JSON merge patch (RFC 7396): objects are merged, null takes away, everything else replaces.
pub fn merge_patch(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (name, value) in patch {
        match value {
            Value::Null => drop(target.shift_remove(name)),
            value => merge_patch(target.entry(name.clone()).or_insert(Value::Null), value),
        }
    }
}

/// The tenant of this key.
#[utoipa::path(get, path = "/tenant", tag = "tenant", responses((status = 200, body = TenantView)))]
async fn show(State(state): State<AppState>, Reader(key): Reader) -> Result<axum::Json<TenantView>> {
    let tenant = state.store.read(key.tenant).await?.tenants().me().await?;
    Ok(axum::Json(TenantView::of(tenant)))
}

/// What may be changed of a tenant.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeTenant {
    /// New name.
    pub(crate) name: Option<String>,
    /// Where the business is, for sun and holidays: `Jerusalem`; an empty text takes it away.
    pub(crate) place: Option<String>,
    /// Merged into the owner: what is absent stays, null takes away.
    #[schema(value_type = Option<Object>)]
    pub(crate) owner: Option<Value>,
    /// Merged into the settings: what is absent stays, null goes back to the default.
    #[schema(value_type = Option<Object>)]
    pub(crate) settings: Option<Value>,
}

/// Change name, place, owner and settings.
#[utoipa::path(patch, path = "/tenant", tag = "tenant", request_body = ChangeTenant, responses((status = 200, body = TenantView)))]
async fn change(
    State(state): State<AppState>,
    Manager(key): Manager,
    Json(body): Json<ChangeTenant>,
) -> Result<axum::Json<TenantView>> {
    Ok(axum::Json(TenantView::of(apply(&state, key.tenant, &key.actor(), body).await?)))
}

/// The same for the pages: checks everything, changes it, writes it down.
pub(crate) async fn apply(state: &AppState, id: TenantId, actor: &str, body: ChangeTenant) -> Result<Tenant> {
    let mut tx = state.store.begin(id).await?;
    tx.tenants().lock().await?; // what two people change at once is merged one after the other
    let tenant = tx.tenants().me().await?;
    let before = tx.tenants().raw_settings().await?;
    let mut settings = before.clone();
    merge_patch(&mut settings, body.settings.as_ref().unwrap_or(&json!({})));
    let mut errors = check_settings(&settings, &tenant.country).err().unwrap_or_default();
    let owner = merged_owner(&tenant, body.owner.as_ref()).unwrap_or_else(|more| {
        errors.extend(more);
        tenant.owner.clone()
    });
    let name = body.name.unwrap_or_else(|| tenant.name.clone()).trim().to_owned();
    if name.is_empty() {
        errors.push(FieldError::new("name", "is empty"));
    }
    let place = match &body.place {
        Some(place) => Some(place.trim()).filter(|place| !place.is_empty()),
        None => tenant.place.as_deref(),
    };
    errors.extend(check_place(&settings, place, &tenant.country, &tenant.time_zone));
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    tx.tenants().set_place(place).await?;
    tx.tenants().update(&name, &owner, &settings).await?;
    let trail = |name: &str, place: Option<&str>, owner: &Owner, settings: Value| {
        Some(json!({"name": name, "place": place, "owner": owner, "settings": settings}))
    };
    let was = trail(&tenant.name, tenant.place.as_deref(), &tenant.owner, before);
    let is = trail(&name, place, &owner, settings);
    tx.usage().audit(actor, "tenant.update", &tenant.id.to_string(), was, is).await?;
    let changed = tx.tenants().me().await?;
    if tenant.settings.emergency_stop && !changed.settings.emergency_stop {
        release::after_stop(&mut tx, &changed).await?;
    }
    if tenant.settings.reports.weekly != changed.settings.reports.weekly {
        ringleader_jobs::work::send_weekly_letter::plan(&mut tx, &changed).await?;
    }
    let (was, is) = (&tenant.settings, &changed.settings);
    if (&was.opening_hours, &was.special_days) != (&is.opening_hours, &is.special_days) {
        ringleader_jobs::work::recount_reports::plan_all(&mut tx, &changed).await?;
    }
    tx.commit().await?;
    Ok(changed)
}

fn merged_owner(tenant: &Tenant, patch: Option<&Value>) -> Result<Owner, Vec<FieldError>> {
    let Some(patch) = patch else { return Ok(tenant.owner.clone()) };
    let wrong = |path: &str, message: &str| {
        let wrong = field_error(path, message);
        vec![FieldError::new(format!("owner.{}", wrong.field).trim_end_matches('.').to_owned(), wrong.message)]
    };
    if patch.get("password").is_some() {
        return Err(wrong("password", "is changed by the user, not here"));
    }
    let mut owner = serde_json::to_value(&tenant.owner).unwrap_or_default();
    merge_patch(&mut owner, patch);
    let body: OwnerBody = serde_path_to_error::deserialize(&owner).map_err(|error| {
        let path = error.path().to_string();
        wrong(&path, &error.into_inner().to_string())
    })?;
    read_owner(&body, &tenant.country)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_merges_objects_and_null_goes_back_to_the_default() {
        let mut stored = json!({"outreach": {"grace": "5m", "burst": "2s"}, "keeps_shabbat": true});
        merge_patch(&mut stored, &json!({"outreach": {"grace": null, "give_up": "12h"}, "keeps_shabbat": null}));
        assert_eq!(stored, json!({"outreach": {"burst": "2s", "give_up": "12h"}}));
    }

    #[test]
    fn wrong_settings_name_their_path() {
        let field = |settings: Value| check_settings(&settings, "IL").unwrap_err()[0].field.clone();
        assert_eq!(field(json!({"outreach": {"grace": "soon"}})), "settings.outreach.grace");
        assert_eq!(field(json!({"outreach": {"grce": "2m"}})), "settings.outreach.grce");
        assert_eq!(field(json!({"nonsense": 1})), "settings.nonsense");
        assert!(check_settings(&json!({}), "IL").is_ok());
    }
}
