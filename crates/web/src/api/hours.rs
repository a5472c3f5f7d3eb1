//! When messages may go: what the settings of time come to at a moment (A7). Nothing is sent or changed by asking.

use crate::auth::Reader;
use crate::extract::query;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::Uri;
use jiff::Timestamp;
use ringleader_core::calendar::RestDays;
use ringleader_core::calendar::windows::{Deferral, Matter, Windows, in_words};
use ringleader_core::hours::OpeningHours;
use ringleader_core::policy;
use ringleader_core::tenant::Tenant;
use ringleader_core::{phone, texts};
use ringleader_jobs::ledger;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show))
}

/// What may go when.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoursView {
    /// The moment that was asked about.
    at: Timestamp,
    /// All sending to customers is stopped; what is below holds when the stop is lifted.
    emergency_stop: bool,
    /// A first message to someone who has called at that moment.
    first_message: AllowedView,
    /// A reminder that is due at that moment.
    reminder: AllowedView,
    /// The day of rest at that moment, or the next one; null if the tenant keeps none.
    rest: Option<RestView>,
    /// Null if no opening hours are told.
    opening: Option<OpeningView>,
}

/// The first moment at which something may go.
#[derive(Debug, Serialize, ToSchema)]
struct AllowedView {
    /// Then.
    at: Timestamp,
    /// Why not earlier, in the tenant's language; null if it may go at once.
    explanation: Option<String>,
    /// Everything that is waited for, one after the other: `{why, until, occasion?}`.
    #[schema(value_type = Vec<Object>)]
    waits_for: Value,
}

/// A silence of Shabbat or festival.
#[derive(Debug, Serialize, ToSchema)]
struct RestView {
    /// Candle lighting.
    from: Timestamp,
    /// Nightfall.
    until: Timestamp,
    /// What its last day is: `shabbat`, `rosh_hashana` …
    occasion: String,
    /// The place whose sun counts; null for coordinates of the settings, and where no place is known.
    place: Option<&'static str>,
    /// The sun of the place is known; if not, wide hours of the clock stand in for it.
    exact: bool,
}

/// Opening hours at that moment.
#[derive(Debug, Serialize, ToSchema)]
struct OpeningView {
    /// Open at that moment.
    open: bool,
    /// When it closes, if it is open.
    closes_at: Option<Timestamp>,
    /// When it opens next, if it is closed; null if not within two months.
    opens_at: Option<Timestamp>,
}

/// What to ask.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct Ask {
    /// The moment, RFC 3339; without it: now.
    #[param(value_type = Option<String>)]
    at: Option<Timestamp>,
    /// Whom: a phone number, whose country may have other nights.
    phone: Option<String>,
}

/// When a first message and a reminder may go.
#[utoipa::path(get, path = "/hours", tag = "tenant", params(Ask), responses((status = 200, body = HoursView)))]
async fn show(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<axum::Json<HoursView>> {
    let ask: Ask = query(&uri)?;
    let mut read = state.store.read(key.tenant).await?;
    let tenant = read.tenants().me().await?;
    let at = ask.at.unwrap_or_else(|| read.now());
    let to = match ask.phone.as_deref().map(|text| phone::parse(text, &tenant.country).phone) {
        Some(None) => return Err(Problem::field("phone", "must be a phone number")),
        Some(phone) => phone,
        None => None,
    };
    let windows = Windows::of(&tenant, to.as_ref());
    let fresh = policy::matter(at, &tenant.settings.outreach);
    Ok(axum::Json(HoursView {
        at,
        emergency_stop: tenant.settings.emergency_stop,
        first_message: allowed(&tenant, windows.wait(fresh, at), at),
        reminder: allowed(&tenant, windows.wait(Matter::CanWait, at), at),
        rest: rest(&tenant, at),
        opening: opening(&tenant, at),
    }))
}

fn allowed(tenant: &Tenant, wait: Option<Deferral>, now: Timestamp) -> AllowedView {
    let Some(wait) = wait else { return AllowedView { at: now, explanation: None, waits_for: Value::Array(vec![]) } };
    let mut vars = texts::Vars::from([("until", in_words(wait.until, now, &tenant.time_zone, tenant.language()))]);
    if let Some(occasion) = wait.occasion() {
        vars.insert("occasion", occasion.name(tenant.language()).to_owned());
    }
    let explanation = Some(ledger::words(tenant, wait.because.text(), &vars));
    AllowedView { at: wait.until, explanation, waits_for: wait.evidence()["waits_for"].take() }
}

fn rest(tenant: &Tenant, at: Timestamp) -> Option<RestView> {
    let days = RestDays::of(tenant)?;
    let rest = days.next(at)?;
    Some(RestView {
        from: rest.from,
        until: rest.until,
        occasion: rest.occasion.to_string(),
        place: days.place(),
        exact: days.knows_the_sun(),
    })
}

fn opening(tenant: &Tenant, at: Timestamp) -> Option<OpeningView> {
    let settings = &tenant.settings;
    let hours = OpeningHours::of(&settings.opening_hours, &settings.special_days, &tenant.time_zone)?;
    let open = hours.is_open(at);
    Some(OpeningView { open, closes_at: hours.open_until(at), opens_at: if open { None } else { hours.next_open(at) } })
}
