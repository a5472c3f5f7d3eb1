//! Tickets, and the calls for the people on call (C8).

use super::Listed;
use crate::auth::{Reader, TenantKey, Writer};
use crate::extract::{IdOf, Json, ListQuery, Query, id_text};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use ringleader_core::id::{AlarmId, ContactId, TicketId};
use ringleader_core::reception::words::{FaultCategory, FaultUrgency};
use ringleader_core::ticket::{Alarm, Photo, Ticket, TicketState};
use ringleader_jobs::actions;
use ringleader_store::repo::{Filter, NewTicket};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, open))
        .routes(routes!(show, change))
        .routes(routes!(alarms))
        .routes(routes!(alarm))
        .routes(routes!(take))
}

/// A fault that was reported.
#[derive(Debug, Serialize, ToSchema)]
struct TicketView {
    id: String,
    /// As it is told to people.
    number: String,
    contact_id: Option<String>,
    talk_id: Option<String>,
    property_id: Option<String>,
    /// `plumbing`, `heating`, `electrical` …
    category: String,
    /// `normal`, `urgent` or `emergency`.
    urgency: String,
    /// Danger that was found by rule: `gas`, `fire` …
    danger: Option<String>,
    /// In the reporter's words.
    report: String,
    address: Option<String>,
    /// Whose property it is, where the reporter rents it through the business.
    landlord_id: Option<String>,
    /// The colleague who looks after it: a user.
    manager_id: Option<String>,
    /// Who could mend it: name and number.
    contractor: Option<String>,
    /// `open`, `in_progress`, `waiting`, `done` or `dismissed`.
    state: String,
    /// What the reporter was told about it last.
    note: Option<String>,
    /// Photos that the reporter sent, oldest first.
    photos: Vec<PhotoView>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// A photo of what is broken.
#[derive(Debug, Serialize, ToSchema)]
struct PhotoView {
    /// The message that holds it: `GET /messages/{id}` tells its file.
    message_id: String,
    conversation_id: Option<String>,
    at: Timestamp,
}

impl PhotoView {
    fn of(photo: &Photo) -> Self {
        Self {
            message_id: photo.message_id.to_string(),
            conversation_id: photo.conversation_id.map(|id| id.to_string()),
            at: photo.at,
        }
    }
}

impl TicketView {
    fn of(ticket: Ticket, photos: &[Photo]) -> Self {
        Self {
            photos: photos.iter().filter(|photo| photo.ticket_id == ticket.id).map(PhotoView::of).collect(),
            id: ticket.id.to_string(),
            number: ticket.number,
            contact_id: ticket.contact_id.map(|id| id.to_string()),
            talk_id: ticket.talk_id.map(|id| id.to_string()),
            property_id: ticket.property_id.map(|id| id.to_string()),
            category: ticket.category.to_string(),
            urgency: ticket.urgency.to_string(),
            danger: ticket.danger.map(|danger| danger.to_string()),
            report: ticket.report,
            address: ticket.address,
            landlord_id: ticket.landlord_id.map(|id| id.to_string()),
            manager_id: ticket.manager_id.map(|id| id.to_string()),
            contractor: ticket.contractor,
            state: ticket.state.to_string(),
            note: ticket.note,
            created_at: ticket.created_at,
            updated_at: ticket.updated_at,
        }
    }
}

/// Tickets, newest first. `kind` is the category.
#[utoipa::path(get, path = "/tickets", tag = "tickets", params(ListQuery), responses((status = 200, body = Listed<TicketView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<TicketView>>> {
    query.only(&["contact_id", "state", "status", "kind", "since", "until"])?;
    let filter = Filter::default()
        .and("contact_id =", id_text::<ContactId>("contact_id", query.contact_id.as_ref())?)
        .and("state =", query.standing())
        .and("category =", query.kind.clone())
        .and("created_at >=", query.since)
        .and("created_at <", query.until);
    let mut read = state.store.read(key.tenant).await?;
    let found = read.tickets().list(filter, &query.page()?).await?;
    let ids: Vec<TicketId> = found.rows.iter().map(|ticket| ticket.id).collect();
    let photos = read.tickets().photos(&ids).await?;
    Ok(Listed::of(found, |ticket| TicketView::of(ticket, &photos)))
}

/// One ticket.
#[utoipa::path(get, path = "/tickets/{id}", tag = "tickets", responses((status = 200, body = TicketView)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<TicketId>,
) -> Result<axum::Json<TicketView>> {
    let mut read = state.store.read(key.tenant).await?;
    let ticket = read.tickets().get(id).await?.ok_or_else(Problem::not_found)?;
    let photos = read.tickets().photos(&[id]).await?;
    Ok(axum::Json(TicketView::of(ticket, &photos)))
}

/// A ticket that is entered by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OpenTicket {
    /// Who reported it; they are told of changes. Where they rent one place, it is about that unless another address is given.
    contact_id: Option<String>,
    /// `plumbing`, `heating`, `electrical` …
    #[schema(value_type = String)]
    category: FaultCategory,
    /// `normal`, `urgent` or `emergency`.
    #[schema(value_type = String)]
    urgency: FaultUrgency,
    /// What is broken.
    report: String,
    /// Where.
    address: Option<String>,
}

/// Open a ticket.
#[utoipa::path(post, path = "/tickets", tag = "tickets", request_body = OpenTicket, responses((status = 201, body = TicketView)))]
async fn open(
    State(state): State<AppState>,
    Writer(key): Writer,
    Json(body): Json<OpenTicket>,
) -> Result<(StatusCode, axum::Json<TicketView>)> {
    let length = body.report.trim().chars().count();
    if !(1..=500).contains(&length) {
        return Err(Problem::field("report", "must be 1 to 500 characters long"));
    }
    if body.address.as_ref().is_some_and(|address| address.chars().count() > 200) {
        return Err(Problem::field("address", "must be at most 200 characters long"));
    }
    let mut tx = state.store.begin(key.tenant).await?;
    let contact_id = match body.contact_id.map(|id| id.parse::<ContactId>()) {
        None => None,
        Some(Ok(id)) if tx.contacts().get(id).await?.is_some() => Some(id),
        Some(_) => return Err(Problem::field("contact_id", "there is no such contact")),
    };
    let new = NewTicket {
        contact_id,
        talk_id: None,
        property_id: None,
        category: body.category,
        urgency: body.urgency,
        danger: None,
        report: body.report.trim().to_owned(),
        address: body.address,
        landlord_id: None,
        manager_id: None,
        contractor: None,
    };
    let ticket = actions::open_ticket(&mut tx, new, &key.actor()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(TicketView::of(ticket, &[]))))
}

/// What may be changed of a ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeTicket {
    /// `open`, `in_progress`, `waiting`, `done` or `dismissed`.
    #[schema(value_type = Option<String>)]
    state: Option<TicketState>,
    /// `normal`, `urgent` or `emergency`.
    #[schema(value_type = Option<String>)]
    urgency: Option<FaultUrgency>,
    /// What the reporter is told about it; an empty text takes it away.
    note: Option<String>,
}

/// Change a ticket. A new state or note is told to whoever reported it.
#[utoipa::path(patch, path = "/tickets/{id}", tag = "tickets", request_body = ChangeTicket, responses((status = 200, body = TicketView)))]
async fn change(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<TicketId>,
    Json(body): Json<ChangeTicket>,
) -> Result<axum::Json<TicketView>> {
    let change = actions::TicketChange { state: body.state, urgency: body.urgency, note: body.note };
    let ticket = actions::change_ticket(&state.cx, key.tenant, id, change, &key.actor()).await?;
    let photos = state.store.read(key.tenant).await?.tickets().photos(&[id]).await?;
    Ok(axum::Json(TicketView::of(ticket, &photos)))
}

/// A call for the people on call.
#[derive(Debug, Serialize, ToSchema)]
struct AlarmView {
    id: String,
    /// `gas`, `fire`, `flood` …
    danger: String,
    contact_id: Option<String>,
    talk_id: Option<String>,
    phone: Option<String>,
    /// In the reporter's words.
    report: String,
    address: Option<String>,
    /// Who could mend it: name and number.
    contractor: Option<String>,
    /// `ringing`, `acknowledged` or `unanswered`.
    state: String,
    /// How many people were told.
    told: i64,
    /// Who took it.
    taken_by: Option<String>,
    created_at: Timestamp,
    closed_at: Option<Timestamp>,
}

impl AlarmView {
    fn of(alarm: Alarm) -> Self {
        Self {
            id: alarm.id.to_string(),
            danger: alarm.danger.to_string(),
            contact_id: alarm.contact_id.map(|id| id.to_string()),
            talk_id: alarm.talk_id.map(|id| id.to_string()),
            phone: alarm.phone,
            report: alarm.report,
            address: alarm.address,
            contractor: alarm.contractor,
            state: alarm.state.to_string(),
            told: alarm.told,
            taken_by: alarm.taken_by,
            created_at: alarm.created_at,
            closed_at: alarm.closed_at,
        }
    }
}

/// Calls for the people on call, newest first.
#[utoipa::path(get, path = "/alarms", tag = "tickets", params(ListQuery), responses((status = 200, body = Listed<AlarmView>)))]
async fn alarms(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<AlarmView>>> {
    query.only(&["contact_id", "state", "status", "kind", "since", "until"])?;
    let filter = Filter::default()
        .and("contact_id =", id_text::<ContactId>("contact_id", query.contact_id.as_ref())?)
        .and("state =", query.standing())
        .and("danger =", query.kind.clone())
        .and("created_at >=", query.since)
        .and("created_at <", query.until);
    let found = state.store.read(key.tenant).await?.tickets().alarms(filter, &query.page()?).await?;
    Ok(Listed::of(found, AlarmView::of))
}

/// One call for the people on call.
#[utoipa::path(get, path = "/alarms/{id}", tag = "tickets", responses((status = 200, body = AlarmView)))]
async fn alarm(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<AlarmId>,
) -> Result<axum::Json<AlarmView>> {
    view(&state, &key, id).await
}

async fn view(state: &AppState, key: &TenantKey, id: AlarmId) -> Result<axum::Json<AlarmView>> {
    let alarm = state.store.read(key.tenant).await?.tickets().alarm(id).await?;
    alarm.map(|alarm| axum::Json(AlarmView::of(alarm))).ok_or_else(Problem::not_found)
}

/// Take an emergency: nobody else is told of it any more. Taken already, it stays with whoever has it.
#[utoipa::path(post, path = "/alarms/{id}/taken", tag = "tickets", responses((status = 200, body = AlarmView)))]
async fn take(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<AlarmId>,
) -> Result<axum::Json<AlarmView>> {
    actions::take_alarm(&state.cx, key.tenant, id, &key.actor(), &key.actor()).await?;
    view(&state, &key, id).await
}
