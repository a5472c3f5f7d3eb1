//! The calendar: what is booked, day by day, and what can be done about it (C6, D1).

use super::look::{self, Look};
use super::shell::{Page, Place, Said, When, empty, field_in, form_key, hidden, icon, pill};
use crate::problem::{Problem, Result};
use crate::session::{Agent, Form, Lang, Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, ToSpan as _};
use maud::{Markup, html};
use ringleader_core::appointment::{Appointment, AppointmentState};
use ringleader_core::id::{AppointmentId, ContactId};
use ringleader_core::reception::words::Purpose;
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use std::collections::{BTreeMap, HashMap};

/// So many days are shown.
const DAYS: i64 = 14;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/calendar", get(show)).route("/calendar/{id}", post(change))
}

async fn show(State(state): State<AppState>, Viewer(me): Viewer, Query(look): Query<Look>) -> Result<Markup> {
    let l = me.lang;
    let today = me.now.to_zoned(me.tenant.time_zone.clone()).date();
    let first: Date = look.date.parse().unwrap_or(today);
    let end = first.saturating_add(DAYS.days());
    let moment = |day: Date| day.to_zoned(me.tenant.time_zone.clone()).map(|at| at.timestamp());
    let (from, until) = match (moment(first), moment(end)) {
        (Ok(from), Ok(until)) => (from, until),
        _ => return Err(Problem::field("date", "is no day")),
    };
    let mut read = state.store.read(me.tenant.id).await?;
    let rows = read.appointments().within(from, until).await?;
    let names: HashMap<ContactId, String> = read.desk().with_whom(from, until).await?.into_iter().collect();
    let users = read.users().all().await?;
    drop(read);
    let agents: HashMap<String, String> = users.into_iter().map(|user| (user.id.to_string(), user.name)).collect();
    let mut days: BTreeMap<Date, Vec<&Appointment>> = BTreeMap::new();
    for it in &rows {
        days.entry(it.start.to_zoned(me.tenant.time_zone.clone()).date()).or_default().push(it);
    }
    let when = When::of(&me);
    let body = html! {
        div class="acts" {
            a class="button" rel="prev" href={ "/calendar?date=" (first.saturating_sub(DAYS.days())) } { (l.t("Earlier", "מוקדם יותר")) }
            a class="button" href="/calendar" { (l.t("Today", "היום")) }
            a class="button" rel="next" href={ "/calendar?date=" (end) } { (l.t("Later", "מאוחר יותר")) }
        }
        div id="calendar" data-live="appointment" {
            @if days.is_empty() {
                section class="card" { (empty("clock", l.t("Nothing is booked", "אין פגישות"), l.t("What the receptionist books comes here, and what is booked over the API.", "מה שהמזכירה קובעת, או שנקבע דרך ה-API, מופיע כאן."))) }
            }
            @for (day, all) in &days {
                section class="card" {
                    h2 { (when.date(*day)) }
                    ul class="rows" { @for it in all { (row(&me, it, &names, &agents)) } }
                }
            }
        }
    };
    Page::new(&me, Place::Calendar, l.t("Calendar", "יומן"), body).show(&state).await
}

pub(super) fn what(l: Lang, purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Viewing => l.t("Viewing", "ביקור בנכס"),
        Purpose::Valuation => l.t("Valuation", "הערכת שווי"),
        Purpose::Visit => l.t("Appointment", "פגישה"),
    }
}

/// What became of it, if it is over.
pub(super) fn became(l: Lang, it: &Appointment) -> Markup {
    // In Hebrew a viewing is a word of the other gender.
    let he = |viewing, other| if it.purpose == Purpose::Viewing { viewing } else { other };
    match it.state {
        AppointmentState::Booked => html! {},
        AppointmentState::Cancelled => pill("quiet", l.t("Cancelled", he("בוטל", "בוטלה"))),
        AppointmentState::Done => pill("good", l.t("Took place", he("התקיים", "התקיימה"))),
        AppointmentState::NoShow => pill("bad", l.t("Did not come", "לא הגיעו")),
    }
}

fn row(me: &Me, it: &Appointment, names: &HashMap<ContactId, String>, agents: &HashMap<String, String>) -> Markup {
    let l = me.lang;
    let at = it.start.to_zoned(me.tenant.time_zone.clone());
    let end = at.datetime().saturating_add(SignedDuration::from_mins(it.minutes));
    html! {
        li id=(it.id) {
            span class="face" aria-hidden="true" { (icon("clock")) }
            span class="what" {
                b { bdi dir="ltr" { (at.strftime("%H:%M").to_string()) "–" (end.strftime("%H:%M").to_string()) } " " (what(l, it.purpose)) }
                span class="line" { bdi { (it.place) } }
                @if let Some(told) = &it.feedback {
                    span class="line" {
                        @match told.liked {
                            Some(true) => { (pill("good", l.t("Liked it", "מצא חן"))) " " }
                            Some(false) => { (pill("quiet", l.t("Not for them", "לא מתאים"))) " " }
                            None => {}
                        }
                        bdi { (told.words) }
                    }
                }
                span {
                    (became(l, it)) " "
                    @if let Some(id) = it.contact_id {
                        a href={ "/contacts/" (id) } { bdi { (names.get(&id).map_or("", String::as_str)) } }
                    }
                    small { " · " (agents.get(&it.agent_id).map_or(l.t("Office", "המשרד"), String::as_str)) " · " (When::of(me).ago(it.created_at)) }
                }
            }
            @if it.state == AppointmentState::Booked && me.may(Role::Agent) { (changing(me, it, &at.datetime())) }
        }
    }
}

fn changing(me: &Me, it: &Appointment, at: &DateTime) -> Markup {
    let l = me.lang;
    let row = it.id.to_string();
    let button = |state: &'static str, words: &'static str, sure: Option<&'static str>| {
        html! {
            form method="post" action={ "/calendar/" (it.id) } {
                (form_key(me)) (hidden("back", &Said::without(&me.path)))
                input type="hidden" name="state" value=(state);
                button type="submit" class="button" data-sure=[sure] { (words) }
            }
        }
    };
    html! {
        details id={ "change-" (row) } {
            summary { (l.t("Change", "שינוי")) }
            form method="post" action={ "/calendar/" (it.id) } class="form" {
                (form_key(me)) (hidden("back", &Said::without(&me.path)))
                (field_in(&row, l.t("Move to", "העברה אל"), "to", "datetime-local", &at.strftime("%Y-%m-%dT%H:%M").to_string()))
                button type="submit" class="button" { (l.t("Move and tell", "העברה והודעה")) }
            }
            div class="acts" {
                (button("cancelled", l.t("Cancel and tell", "ביטול והודעה"), Some(l.t("The customer is told at once. Cancel it?", "הלקוח יקבל הודעה מיד. לבטל?"))))
                @if it.start <= me.now {
                    (button("done", l.t("Took place", "התקיימה"), None))
                    (button("no_show", l.t("Did not come", "לא הגיעו"), None))
                }
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
    let id: AppointmentId = look::id(&id)?;
    let (cx, tenant, actor) = (&state.cx, me.tenant.id, me.actor());
    match fields.given("to") {
        Some(to) => {
            let local: DateTime = to.parse().map_err(|_| Problem::field("to", "is no time"))?;
            let start = me.tenant.time_zone.to_ambiguous_timestamp(local).compatible();
            let start = start.map_err(|_| Problem::field("to", "is no time"))?;
            actions::move_appointment(cx, tenant, id, start, &actor).await?;
        }
        None => {
            actions::close_appointment(cx, tenant, id, fields.word("state")?, &actor).await?;
        }
    }
    Ok(Said::then("saved", fields.given("back").unwrap_or("/calendar")))
}
