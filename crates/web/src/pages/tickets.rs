//! Repairs: what was reported, how far it is, and emergencies that somebody must take (C8).

use super::look::{self, Look};
use super::shell::{
    Page, Place, Said, When, dial, empty, field_in, form_key, hidden, icon, more_link, pill, select_in, tabs,
};
use crate::problem::Result;
use crate::session::{Agent, Form, Lang, Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};
use ringleader_core::id::{AlarmId, TicketId};
use ringleader_core::reception::words::FaultUrgency;
use ringleader_core::ticket::{Alarm, AlarmState, Photo, Ticket, TicketState};
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use ringleader_store::Read;
use ringleader_store::repo::{Filter, Page as Rows};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/tickets", get(list))
        .route("/tickets/{id}", post(change))
        .route("/tickets/alarms/{id}", post(take))
}

async fn list(State(state): State<AppState>, Viewer(me): Viewer, Query(look): Query<Look>) -> Result<Markup> {
    let l = me.lang;
    let shown = look.show.parse().unwrap_or(TicketState::Open);
    let mut read = state.store.read(me.tenant.id).await?;
    let alarms = read.tickets().open_alarms().await?;
    let found = read.tickets().list(Filter::default().and("state =", Some(shown)), &look.page(50)).await?;
    let first_page = look.cursor.is_empty();
    let mut rows = if first_page { emergencies(&mut read, shown).await? } else { Vec::new() };
    rows.extend(found.rows.into_iter().filter(|ticket| ticket.urgency != FaultUrgency::Emergency));
    let ids: Vec<TicketId> = rows.iter().map(|ticket| ticket.id).collect();
    let photos = read.tickets().photos(&ids).await?;
    drop(read);
    let views: Vec<_> = TicketState::ALL
        .iter()
        .map(|state| (format!("/tickets?show={state}"), of_state(l, *state), *state == shown))
        .collect();
    let body = html! {
        section class="card" id="alarms" data-live="alarm" hidden[alarms.is_empty()] {
            @if !alarms.is_empty() {
                h2 { (l.t("Emergencies", "חירום")) }
                ul class="rows" { @for alarm in &alarms { (alarm_row(&me, alarm)) } }
            }
        }
        (tabs(l.t("Which repairs", "אילו תקלות"), &views))
        section class="card" id="tickets" data-live="ticket" {
            @if rows.is_empty() {
                (empty("tasks", l.t("Nothing here", "אין כאן כלום"), l.t("What tenants report to the receptionist comes here.", "מה שדיירים מדווחים למזכירה מופיע כאן.")))
            } @else {
                ul class="rows" { @for ticket in &rows { (row(&me, ticket, &photos)) } }
            }
            (more_link(l, &look.path("/tickets"), found.next.as_deref()))
        }
    };
    Page::new(&me, Place::Tickets, l.t("Repairs", "תקלות"), body).show(&state).await
}

/// Emergencies stand above everything else, however old they are.
async fn emergencies(read: &mut Read, state: TicketState) -> Result<Vec<Ticket>> {
    let filter = Filter::default().and("state =", Some(state)).and("urgency =", Some(FaultUrgency::Emergency));
    Ok(read.tickets().list(filter, &Rows { limit: 50, before: None }).await?.rows)
}

pub(super) fn of_state(l: Lang, state: TicketState) -> &'static str {
    match state {
        TicketState::Open => l.t("Open", "פתוחות"),
        TicketState::InProgress => l.t("In progress", "בטיפול"),
        TicketState::Waiting => l.t("Waiting", "בהמתנה"),
        TicketState::Done => l.t("Done", "טופלו"),
        TicketState::Dismissed => l.t("Put aside", "נסגרו"),
    }
}

/// The same of one repair.
pub(super) fn stands(l: Lang, state: TicketState) -> &'static str {
    match state {
        TicketState::Open => l.t("Open", "פתוחה"),
        TicketState::Done => l.t("Done", "טופלה"),
        TicketState::Dismissed => l.t("Put aside", "נסגרה"),
        TicketState::InProgress | TicketState::Waiting => of_state(l, state),
    }
}

fn alarm_row(me: &Me, alarm: &Alarm) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    html! {
        li {
            span class="face bad" aria-hidden="true" { (icon("warn")) }
            span class="what" {
                b { bdi { (alarm.report) } }
                @if let Some(address) = &alarm.address { span class="line" dir="auto" { (address) } }
                @if let Some(contractor) = &alarm.contractor { span class="line" { (l.t("Contractor: ", "בעל מקצוע: ")) bdi { (contractor) } } }
                span {
                    @if alarm.state == AlarmState::Unanswered { (pill("bad", l.t("Nobody answered", "איש לא ענה"))) " " }
                    small { (l.n(alarm.told, "{n} told", "{n} קיבלו הודעה")) " · " (when.ago(alarm.created_at)) }
                }
            }
            span class="acts" {
                @if let Some(phone) = &alarm.phone { (dial(l, phone)) }
                @if me.may(Role::Agent) {
                    form method="post" action={ "/tickets/alarms/" (alarm.id) } {
                        (form_key(me))
                        button type="submit" class="button main" { (l.t("I take it", "הטיפול אצלי")) }
                    }
                }
            }
        }
    }
}

fn row(me: &Me, ticket: &Ticket, photos: &[Photo]) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let photos: Vec<&Photo> = photos.iter().filter(|photo| photo.ticket_id == ticket.id).collect();
    html! {
        li id=(ticket.id) {
            span class={ "face" @if ticket.urgency == FaultUrgency::Emergency { " bad" } } aria-hidden="true" { (icon("settings")) }
            span class="what" {
                @match ticket.contact_id {
                    Some(contact) => a href={ "/contacts/" (contact) } { bdi { (ticket.report) } },
                    None => b { bdi { (ticket.report) } },
                }
                @if let Some(address) = &ticket.address {
                    @match ticket.property_id {
                        Some(property) => a class="line" dir="auto" href={ "/properties/" (property) } { (address) },
                        None => span class="line" dir="auto" { (address) },
                    }
                }
                @if let Some(contractor) = &ticket.contractor { span class="line" { (l.t("Contractor: ", "בעל מקצוע: ")) bdi { (contractor) } } }
                @if let Some(chat) = photos.last().and_then(|photo| photo.conversation_id) {
                    a class="line" href={ "/inbox/" (chat) } { (l.ns(photos.len() as i64, ("A photo", "תמונה"), ("{n} photos", "{n} תמונות"))) }
                }
                @if let Some(note) = &ticket.note { span class="line" dir="auto" { (note) } }
                span {
                    @match ticket.urgency {
                        FaultUrgency::Emergency => { (pill("bad", l.t("Emergency", "חירום"))) " " }
                        FaultUrgency::Urgent => { (pill("warn", l.t("Urgent", "דחוף"))) " " }
                        FaultUrgency::Normal => {}
                    }
                    small { bdi { (ticket.number) } " · " (when.ago(ticket.created_at)) }
                }
            }
            @if me.may(Role::Agent) { (changing(me, ticket)) }
        }
    }
}

/// State and a word for those who are told.
fn changing(me: &Me, ticket: &Ticket) -> Markup {
    let (l, row) = (me.lang, ticket.id.to_string());
    let states: Vec<(&str, &str)> =
        TicketState::ALL.iter().map(|state| (state.as_str(), of_state(l, *state))).collect();
    html! {
        details id={ "change-" (row) } {
            summary { (l.t("Change", "שינוי")) }
            form method="post" action={ "/tickets/" (row) } class="form" {
                (form_key(me)) (hidden("back", &Said::without(&me.path)))
                (select_in(&row, l.t("State", "מצב"), "state", ticket.state.as_str(), &states))
                (field_in(&row, l.t("A word for the reporter", "מילה למדווח"), "note", "text", ""))
                @if ticket.landlord_id.is_some_and(|landlord| Some(landlord) != ticket.contact_id) {
                    small { (l.t("The landlord reads it with the next news.", "בעל הנכס יקבל אותה עם העדכון הבא.")) }
                }
                button type="submit" class="button" { (l.t("Save and tell", "שמירה והודעה")) }
            }
        }
    }
}

async fn change(
    State(state): State<AppState>,
    Agent(me): Agent,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Redirect> {
    let id: TicketId = look::id(&id)?;
    let note = fields.given("note").map(str::to_owned);
    let change = actions::TicketChange { state: Some(fields.word("state")?), note, urgency: None };
    actions::change_ticket(&state.cx, me.tenant.id, id, change, &me.actor()).await?;
    Ok(Said::then("saved", fields.given("back").unwrap_or("/tickets")))
}

async fn take(
    State(state): State<AppState>,
    Agent(me): Agent,
    Path(id): Path<String>,
    Form(_): Form,
) -> Result<Redirect> {
    let id: AlarmId = look::id(&id)?;
    let taken = actions::take_alarm(&state.cx, me.tenant.id, id, &me.user.name, &me.actor()).await?;
    Ok(Said::then(if taken { "alarm-taken" } else { "alarm-gone" }, "/tickets"))
}
