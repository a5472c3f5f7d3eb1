//! Appointments: viewings, valuations, visits, the free slots for them, and when agents take them (C6, C7).

use super::Listed;
use crate::auth::{Manager, Reader, TenantKey, Writer};
use crate::extract::{IdOf, Json, ListQuery, Query, field_error, id_text, query};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::{StatusCode, Uri};
use jiff::Timestamp;
use ringleader_core::appointment::{Appointment, AppointmentState};
use ringleader_core::id::{AppointmentId, ContactId, PropertyId, UserId};
use ringleader_core::reception::words::Purpose;
use ringleader_core::settings::{Days, Interval};
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use ringleader_store::repo::Filter;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(show, change))
        .routes(routes!(viewings))
        .routes(routes!(valuations))
        .routes(routes!(slots))
        .routes(routes!(agents))
        .routes(routes!(set_hours))
        .routes(routes!(give_calendar, revoke_calendar))
}

/// An appointment.
#[derive(Debug, Serialize, ToSchema)]
struct AppointmentView {
    id: String,
    /// `viewing`, `valuation` or `visit`.
    purpose: String,
    contact_id: Option<String>,
    property_id: Option<String>,
    /// Who goes.
    agent_id: String,
    /// Where, as it is told.
    place: String,
    starts_at: Timestamp,
    minutes: i64,
    /// `booked`, `cancelled`, `done` or `no_show`.
    state: String,
    /// How often it was changed.
    sequence: i64,
    created_at: Timestamp,
    /// When they were asked what they thought of it.
    feedback_asked_at: Option<Timestamp>,
    /// What they thought of it.
    feedback: Option<FeedbackView>,
}

/// What somebody thought of a viewing.
#[derive(Debug, Serialize, ToSchema)]
struct FeedbackView {
    /// In their words; empty if they only tapped.
    words: String,
    /// Whether they liked it, where that was plain.
    liked: Option<bool>,
    at: Timestamp,
}

impl AppointmentView {
    fn of(it: Appointment) -> Self {
        Self {
            id: it.id.to_string(),
            purpose: it.purpose.to_string(),
            contact_id: it.contact_id.map(|id| id.to_string()),
            property_id: it.property_id.map(|id| id.to_string()),
            agent_id: it.agent_id,
            place: it.place,
            starts_at: it.start,
            minutes: it.minutes,
            state: it.state.to_string(),
            sequence: it.sequence,
            created_at: it.created_at,
            feedback_asked_at: it.feedback_asked_at,
            feedback: it.feedback.map(|it| FeedbackView { words: it.words, liked: it.liked, at: it.at }),
        }
    }
}

/// Appointments, newest first; `since` and `until` are about their begin, `kind` is the purpose.
#[utoipa::path(get, path = "/appointments", tag = "appointments", params(ListQuery), responses((status = 200, body = Listed<AppointmentView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<AppointmentView>>> {
    query.only(&["contact_id", "state", "status", "kind", "since", "until"])?;
    let kind = query.kind.clone();
    listed(&state, &key, query, kind).await
}

/// Viewings, newest first.
#[utoipa::path(get, path = "/viewings", tag = "appointments", params(ListQuery), responses((status = 200, body = Listed<AppointmentView>)))]
async fn viewings(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<AppointmentView>>> {
    query.only(&["contact_id", "state", "status", "since", "until"])?;
    listed(&state, &key, query, Some(Purpose::Viewing.to_string())).await
}

/// Valuations, newest first.
#[utoipa::path(get, path = "/valuations", tag = "appointments", params(ListQuery), responses((status = 200, body = Listed<AppointmentView>)))]
async fn valuations(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<AppointmentView>>> {
    query.only(&["contact_id", "state", "status", "since", "until"])?;
    listed(&state, &key, query, Some(Purpose::Valuation.to_string())).await
}

async fn listed(
    state: &AppState,
    key: &TenantKey,
    query: ListQuery,
    purpose: Option<String>,
) -> Result<axum::Json<Listed<AppointmentView>>> {
    let filter = Filter::default()
        .and("contact_id =", id_text::<ContactId>("contact_id", query.contact_id.as_ref())?)
        .and("state =", query.standing())
        .and("purpose =", purpose)
        .and("starts_at >=", query.since)
        .and("starts_at <", query.until);
    let found = state.store.read(key.tenant).await?.appointments().list(filter, &query.page()?).await?;
    Ok(Listed::of(found, AppointmentView::of))
}

/// One appointment.
#[utoipa::path(get, path = "/appointments/{id}", tag = "appointments", responses((status = 200, body = AppointmentView)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<AppointmentId>,
) -> Result<axum::Json<AppointmentView>> {
    let found = state.store.read(key.tenant).await?.appointments().get(id).await?;
    found.map(|it| axum::Json(AppointmentView::of(it))).ok_or_else(Problem::not_found)
}

/// An appointment to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MakeAppointment {
    /// `viewing`, `valuation` or `visit`.
    #[schema(value_type = String)]
    purpose: Purpose,
    /// With whom; they are told.
    contact_id: String,
    /// Of which property; a viewing needs one.
    property_id: Option<String>,
    /// Where, for what is no property of yours.
    place: Option<String>,
    /// One of the free slots.
    #[schema(value_type = String)]
    starts_at: Timestamp,
    /// Who goes; left out: the one who has least.
    agent_id: Option<String>,
}

/// Make an appointment. 409 when somebody has that time.
#[utoipa::path(post, path = "/appointments", tag = "appointments", request_body = MakeAppointment, responses((status = 201, body = AppointmentView)))]
async fn make(
    State(state): State<AppState>,
    Writer(key): Writer,
    Json(body): Json<MakeAppointment>,
) -> Result<(StatusCode, axum::Json<AppointmentView>)> {
    let wanted = actions::Wanted {
        purpose: body.purpose,
        contact_id: id_in("contact_id", &body.contact_id)?,
        property_id: body.property_id.map(|id| id_in::<PropertyId>("property_id", &id)).transpose()?,
        place: body.place,
        start: body.starts_at,
        agent_id: body.agent_id,
    };
    let made = actions::make_appointment(&state.cx, key.tenant, wanted, &key.actor()).await?;
    Ok((StatusCode::CREATED, axum::Json(AppointmentView::of(made))))
}

fn id_in<T: std::str::FromStr>(field: &str, text: &str) -> Result<T> {
    text.parse().map_err(|_| Problem::field(field, "is no such id"))
}

/// What may be changed of an appointment: its time, or what became of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeAppointment {
    /// Another time; the contact is told and the invitation is brought up to date.
    #[schema(value_type = Option<String>)]
    starts_at: Option<Timestamp>,
    /// `cancelled`, `done` or `no_show`.
    #[schema(value_type = Option<String>)]
    state: Option<AppointmentState>,
}

/// Move an appointment, call it off, or say that it took place or nobody came.
#[utoipa::path(patch, path = "/appointments/{id}", tag = "appointments", request_body = ChangeAppointment, responses((status = 200, body = AppointmentView)))]
async fn change(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<AppointmentId>,
    Json(body): Json<ChangeAppointment>,
) -> Result<axum::Json<AppointmentView>> {
    let (cx, tenant, actor) = (&state.cx, key.tenant, key.actor());
    let changed = match (body.starts_at, body.state) {
        (Some(start), None) => actions::move_appointment(cx, tenant, id, start, &actor).await?,
        (None, Some(to)) => actions::close_appointment(cx, tenant, id, to, &actor).await?,
        _ => return Err(Problem::field("starts_at", "give either `starts_at` or `state`")),
    };
    Ok(axum::Json(AppointmentView::of(changed)))
}

/// Which slots.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SlotQuery {
    /// Of this property.
    property_id: Option<String>,
    /// Not before; now, if it is left out.
    #[param(value_type = Option<String>)]
    from: Option<Timestamp>,
    /// So many days; 7, at most 60.
    days: Option<i64>,
}

/// A free slot.
#[derive(Debug, Serialize, ToSchema)]
struct SlotView {
    starts_at: Timestamp,
    /// Who could take it, the one who has least first.
    agents: Vec<String>,
}

/// Free slots, earliest first.
#[utoipa::path(get, path = "/slots", tag = "appointments", params(SlotQuery), responses((status = 200, body = Listed<SlotView>)))]
async fn slots(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<axum::Json<Listed<SlotView>>> {
    let wanted: SlotQuery = query(&uri)?;
    let days = wanted.days.unwrap_or(7);
    if !(1..=60).contains(&days) {
        return Err(Problem::field("days", "must be between 1 and 60"));
    }
    let property = wanted.property_id.map(|id| id_in::<PropertyId>("property_id", &id)).transpose()?;
    let mut read = state.store.read(key.tenant).await?;
    let from = wanted.from.unwrap_or(read.now());
    let found = actions::free_slots(&mut read, property, from, days).await?;
    let view = |slot: ringleader_core::reception::slots::Slot| SlotView { starts_at: slot.start, agents: slot.agents };
    Ok(Listed::all(found.into_iter().map(view).collect()))
}

/// Someone who takes appointments.
#[derive(Debug, Serialize, ToSchema)]
struct AgentView {
    id: String,
    name: String,
    /// When they take appointments, in the words of the opening hours; null: the usual week of
    /// the country, Monday to Saturday, 9 to 18; in Israel Sunday to Thursday, 9 to 18, and Friday until 13.
    #[schema(value_type = Option<Object>)]
    hours: Option<Value>,
}

/// Who takes appointments.
#[utoipa::path(get, path = "/agents", tag = "appointments", responses((status = 200, body = Listed<AgentView>)))]
async fn agents(State(state): State<AppState>, Reader(key): Reader) -> Result<axum::Json<Listed<AgentView>>> {
    let mut read = state.store.read(key.tenant).await?;
    let users = read.users().all().await?;
    let mut all = Vec::new();
    for user in users.into_iter().filter(|user| user.disabled_at.is_none() && user.role >= Role::Agent) {
        let id = user.id.to_string();
        let hours = read.appointments().week_of(&id).await?.map(|week| json!(week));
        all.push(AgentView { id, name: user.name, hours });
    }
    Ok(Listed::all(all))
}

/// When an agent takes appointments.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetHours {
    /// As the opening hours: `[{"days": ["mon"], "from": "09:00", "to": "18:00"}]`.
    #[schema(value_type = Vec<Object>)]
    hours: Vec<Value>,
}

/// Set when an agent takes appointments.
#[utoipa::path(put, path = "/agents/{id}/hours", tag = "appointments", request_body = SetHours, responses((status = 200, body = AgentView)))]
async fn set_hours(
    State(state): State<AppState>,
    Manager(key): Manager,
    IdOf(id): IdOf<UserId>,
    Json(body): Json<SetHours>,
) -> Result<axum::Json<AgentView>> {
    let read = |value: &Value| Interval::deserialize(value).map_err(|error| field_error("hours", &error.to_string()));
    let hours: Vec<Interval> =
        body.hours.iter().map(read).collect::<Result<_, _>>().map_err(|wrong| Problem::invalid(vec![wrong]))?;
    let times = hours.iter().flat_map(|interval| [&interval.from, &interval.to]);
    if hours.iter().any(|interval| matches!(&interval.days, Days::Some(days) if days.is_empty())) {
        return Err(Problem::field("hours", "\"all\" or at least one day"));
    }
    if hours.len() > 50 || times.into_iter().any(|time| ringleader_core::hours::parse_time(time).is_none()) {
        return Err(Problem::field("hours", "a time is written HH:MM, as 09:00; at most 50 intervals"));
    }
    let mut tx = state.store.begin(key.tenant).await?;
    let user = tx.users().get(id).await?.ok_or_else(Problem::not_found)?;
    tx.appointments().set_week(&id.to_string(), &hours).await?;
    tx.usage().audit(&key.actor(), "agent.hours", &id.to_string(), None, Some(json!(hours))).await?;
    tx.commit().await?;
    Ok(axum::Json(AgentView { id: id.to_string(), name: user.name, hours: Some(json!(hours)) }))
}

/// A calendar to subscribe to.
#[derive(Debug, Serialize, ToSchema)]
struct CalendarView {
    /// The secret address; shown this once.
    url: String,
}

/// Give an agent a secret address under which a calendar program has their appointments; the one before stops working.
#[utoipa::path(post, path = "/agents/{id}/calendar", tag = "appointments", responses((status = 201, body = CalendarView)))]
async fn give_calendar(
    State(state): State<AppState>,
    Manager(key): Manager,
    IdOf(id): IdOf<UserId>,
) -> Result<(StatusCode, axum::Json<CalendarView>)> {
    let url = actions::give_feed(&state.cx, key.tenant, id, &key.actor()).await?;
    Ok((StatusCode::CREATED, axum::Json(CalendarView { url })))
}

/// Take an agent's calendar address away.
#[utoipa::path(delete, path = "/agents/{id}/calendar", tag = "appointments", responses((status = 204)))]
async fn revoke_calendar(
    State(state): State<AppState>,
    Manager(key): Manager,
    IdOf(id): IdOf<UserId>,
) -> Result<StatusCode> {
    match actions::revoke_feed(&state.cx, key.tenant, id, &key.actor()).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found()),
    }
}
