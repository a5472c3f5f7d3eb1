//! Leads: the list with its views and search, and a person's page. What a person corrects here wins over everything (P9).

mod person;
mod timeline;

pub(super) use person::name_of;

use super::look::{self, Look};
use super::shell::{Page, Place, Said, When, dial, empty, icon, more_link, number, person as who, tabs};
use super::today::{preference, standing};
use crate::problem::{Problem, Result};
use crate::session::{Agent, Form, Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};
use ringleader_core::id::{ContactId, LeadId, TaskId};
use ringleader_core::lead::LeadStatus;
use ringleader_core::task::TaskState;
use ringleader_jobs::actions::{self, ContactChange};
use ringleader_store::repo::{Filter, LeadRow};
use serde_json::{Value, json};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/leads", get(list))
        .route("/leads/{id}", get(person::of_lead))
        .route("/leads/{id}/fact", post(fact))
        .route("/leads/{id}/status", post(status))
        .route("/leads/{id}/spoke", post(spoke))
        .route("/contacts/{id}", get(person::of_contact).post(contact))
}

/// Views of the list: their word and their name.
const VIEWS: [(&str, (&str, &str)); 6] = [
    ("", ("All", "הכול")),
    ("ready", ("Ready to call", "מוכנים לשיחה")),
    ("talking", ("In conversation", "בשיחה")),
    ("spoken", ("Spoken with", "דיברנו")),
    ("silent", ("No answer", "ללא מענה")),
    ("closed", ("Closed", "סגורים")),
];

/// The condition of a view; the texts are ours.
fn in_view(show: &str) -> Filter {
    let condition = match show {
        "ready" => "status = 'qualified' AND id <> {}",
        "talking" => "status IN ('new', 'qualifying') AND id <> {}",
        "spoken" => "status IN ('contacted', 'viewing_booked', 'offer_made') AND id <> {}",
        "silent" => "status = 'unresponsive' AND id <> {}",
        "closed" => "status IN ('converted', 'lost') AND id <> {}",
        _ => "id <> {}",
    };
    Filter::default().and_expr(condition, Some(""))
}

async fn list(State(state): State<AppState>, Viewer(me): Viewer, Query(look): Query<Look>) -> Result<Markup> {
    let l = me.lang;
    let number = look.number(&me.tenant.country);
    let words = look.pattern().filter(|_| number.is_none());
    let filter = in_view(&look.show)
        .and_expr(
            "contact_id IN (SELECT contact_id FROM identities WHERE tenant_id = $1 AND kind = 'phone' AND value = {})",
            number,
        )
        .and_expr("(LOWER(name) LIKE {} ESCAPE '\\' OR LOWER(need) LIKE {} ESCAPE '\\')", words);
    let found = state.store.read(me.tenant.id).await?.desk().leads(filter, &look.page(50)).await?;
    let path = |show: &str| Look { q: look.q.clone(), show: show.to_owned(), ..Look::default() }.path("/leads");
    let views: Vec<_> = VIEWS.iter().map(|(show, w)| (path(show), l.t(w.0, w.1), look.show == *show)).collect();
    let body = html! {
        (tabs(l.t("Which leads", "אילו לידים"), &views))
        form class="filters" method="get" action="/leads" role="search" {
            @if !look.show.is_empty() { input type="hidden" name="show" value=(look.show); }
            div class="field" { label for="q" { (l.t("Name, need or number", "שם, צורך או מספר")) } input id="q" type="search" name="q" value=(look.q) dir="auto"; }
            button type="submit" class="button" { (icon("search")) span { (l.t("Find", "חיפוש")) } }
        }
        section class="card" id="leads" data-live="lead contact" {
            @if found.rows.is_empty() { (nothing(&me, &look)) } @else { ul class="rows" { @for lead in &found.rows { (row(&me, lead)) } } }
            (more_link(l, &look.path("/leads"), found.next.as_deref()))
        }
    };
    Page::new(&me, Place::Leads, l.t("Leads", "לידים"), body).show(&state).await
}

fn nothing(me: &Me, look: &Look) -> Markup {
    let l = me.lang;
    if look.q.is_empty() && look.show.is_empty() {
        empty(
            "leads",
            l.t("No leads yet", "עוד אין לידים"),
            l.t("The next missed call becomes one by itself.", "השיחה הבאה שלא תיענה תהפוך לליד מעצמה."),
        )
    } else {
        empty(
            "search",
            l.t("Nothing found", "לא נמצא דבר"),
            l.t("Try fewer letters, or another view.", "אפשר לנסות פחות אותיות, או תצוגה אחרת."),
        )
    }
}

fn row(me: &Me, lead: &LeadRow) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    html! {
        li {
            span class="face" aria-hidden="true" { (initial(lead.name.as_deref())) }
            span class="what" {
                a href={ "/leads/" (lead.id) } { (who(l, lead.name.as_deref(), lead.phone.as_deref())) }
                @match &lead.need {
                    Some(need) => span class="line" dir="auto" { (need) },
                    None => span class="line" { (l.t("Need not known yet", "עוד לא ידוע מה צריך")) },
                }
                @if let Some(wish) = &lead.preference { small { (icon("clock")) " " (preference(l, &when, &json!({"from": wish["from"], "until": wish["until"], "text": if wish["from"].is_null() { wish["text"].clone() } else { Value::Null }}))) } }
                @else if let (Some(_), Some(phone)) = (&lead.name, &lead.phone) { small { (number(phone)) } }
            }
            span class="end" { (standing(l, lead.status)) (when.ago(lead.opened_at)) }
            @if let Some(phone) = lead.phone.as_ref().filter(|_| lead.status == LeadStatus::Qualified) { span class="acts" { (dial(l, phone)) } }
        }
    }
}

/// The first letter of a name, or the sign of a person.
pub(super) fn initial(name: Option<&str>) -> Markup {
    match name.and_then(|name| name.trim().chars().next()) {
        Some(letter) => html! { (letter.to_uppercase()) },
        None => icon("person"),
    }
}

/// Where an action on a lead leads back to.
fn back(fields: &crate::session::Fields, lead: LeadId) -> String {
    fields.given("back").map_or_else(|| format!("/leads/{lead}"), str::to_owned)
}

async fn fact(
    State(state): State<AppState>,
    Agent(me): Agent,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Redirect> {
    let id: LeadId = look::id(&id)?;
    let value = fields.given("value").ok_or_else(|| Problem::field("value", "is empty"))?;
    if value.chars().count() > 500 {
        return Err(Problem::field("value", "is longer than 500 characters"));
    }
    let value = Value::String(value.to_owned());
    actions::set_fact(&state.cx, me.tenant.id, id, fields.trimmed("name"), value, &me.actor()).await?;
    Ok(Said::then("fact", &back(&fields, id)))
}

async fn status(
    State(state): State<AppState>,
    Agent(me): Agent,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Redirect> {
    let id: LeadId = look::id(&id)?;
    let wanted: LeadStatus = fields.word("status")?;
    actions::set_lead_status(&state.cx, me.tenant.id, id, wanted, &me.actor()).await?;
    Ok(Said::then("status", &back(&fields, id)))
}

async fn spoke(
    State(state): State<AppState>,
    Agent(me): Agent,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Redirect> {
    let id: LeadId = look::id(&id)?;
    actions::lead_spoke(&state.cx, me.tenant.id, id, &me.actor()).await?;
    if let Some(task) = fields.given("task") {
        let task: TaskId = look::id(task)?;
        actions::set_task_state(&state.cx, me.tenant.id, task, TaskState::Done, &me.actor()).await?;
    }
    Ok(Said::then("spoke", &back(&fields, id)))
}

/// What a contact is to the business, or whether they want messages: each only where its own button says so, so that a page
/// that is older than a customer's STOP takes nothing back (A14).
async fn contact(
    State(state): State<AppState>,
    Agent(me): Agent,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Redirect> {
    let id: ContactId = look::id(&id)?;
    let change = ContactChange {
        kind: if fields.ticked("kind") { Some(fields.word("kind")?) } else { None },
        opted_out: fields.given("messages").map(|word| word == "no"),
        ..ContactChange::default()
    };
    actions::update_contact(&state.cx, me.tenant.id, id, change, &me.actor()).await?;
    Ok(Said::then("saved", fields.given("back").unwrap_or(&format!("/contacts/{id}"))))
}
