//! The installation, for who runs it: work that stands still, and the tray of events that nobody could handle (D5).

use super::look::{self, Look};
use super::shell::{Page, Place, Said, When, empty, form_key, hidden, icon, pill, tabs, terms};
use crate::problem::{Problem, Result};
use crate::session::{Form, Me, Operator};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};
use ringleader_core::id::{Id as _, InboxId, JobId, TenantId};
use ringleader_jobs::actions;
use ringleader_store::inbox::{self, Event};
use ringleader_store::jobs::{Filter, JobRow, State as JobState};
use std::collections::HashMap;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/installation", get(jobs))
        .route("/installation/jobs/{id}", post(act))
        .route("/installation/tray", get(tray))
        .route("/installation/tray/{id}", post(settle))
}

type Names = HashMap<TenantId, String>;

async fn names(state: &AppState) -> Result<Names> {
    let all = state.store.read_system().await?.tenants().all().await?;
    Ok(all.into_iter().map(|tenant| (tenant.id, tenant.name)).collect())
}

pub(super) fn views(me: &Me, here: &str) -> Markup {
    let l = me.lang;
    let view = |path: &str, words| (path.to_owned(), words, path == here);
    let all = [
        view("/installation", l.t("Standing still", "עבודות שנעצרו")),
        view("/installation?show=waiting", l.t("Waiting", "ממתינות")),
        view("/installation?show=done", l.t("Done", "בוצעו")),
        view("/installation/tray", l.t("Tray", "מגש")),
        view("/installation/businesses", l.t("Businesses", "עסקים")),
    ];
    tabs(l.t("Installation", "המערכת"), &all)
}

async fn jobs(State(state): State<AppState>, Operator(me): Operator, Query(look): Query<Look>) -> Result<Markup> {
    let l = me.lang;
    let (states, here) = match look.show.as_str() {
        "waiting" => (
            vec![JobState::Available, JobState::Scheduled, JobState::Retryable, JobState::Running],
            "/installation?show=waiting",
        ),
        "done" => (vec![JobState::Completed, JobState::Cancelled], "/installation?show=done"),
        _ => (vec![JobState::Discarded, JobState::Retryable], "/installation"),
    };
    let filter = Filter { states, limit: 100, ..Filter::default() };
    let found = state.store.read_system().await?.jobs().list(&filter).await?;
    let names = names(&state).await?;
    let body = html! {
        (views(&me, here))
        section class="card" id="jobs" data-live="call message connection" {
            @if found.is_empty() { (empty("check", l.t("Nothing stands still", "שום דבר לא תקוע"), l.t("Work that failed for good shows here, with its reason.", "עבודה שנכשלה סופית תופיע כאן, עם הסיבה."))) }
            ul class="rows" { @for job in &found { (job_row(&me, job, &names)) } }
        }
    };
    Page::new(&me, Place::Installation, l.t("Installation", "המערכת"), body).show(&state).await
}

fn job_row(me: &Me, job: &JobRow, names: &Names) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let (tone, words) = match job.state {
        JobState::Discarded => ("bad", l.t("Given up", "הופסקה")),
        JobState::Retryable => ("warn", l.t("Tried again later", "תנוסה שוב")),
        JobState::Running => ("info", l.t("Running", "רצה")),
        JobState::Available | JobState::Scheduled => ("info", l.t("Waiting", "ממתינה")),
        JobState::Completed => ("good", l.t("Done", "בוצעה")),
        JobState::Cancelled => ("quiet", l.t("Not needed", "לא נדרשה")),
    };
    let button = |what: &str, words: &str| {
        html! { form method="post" action={ "/installation/jobs/" (job.id) } { (form_key(me)) (hidden("do", what)) (hidden("back", &Said::without(&me.path))) button type="submit" class="button small" { (words) } } }
    };
    let waits = matches!(job.state, JobState::Available | JobState::Scheduled | JobState::Retryable);
    html! {
        li {
            span class="what" {
                b { bdi dir="ltr" { (job.kind) } }
                span class="line" { (names.get(&job.tenant).map_or("", String::as_str)) " · " (l.n(i64::from(job.attempt), "attempt {n}", "ניסיון {n}")) }
                @if let Some(error) = &job.last_error { small { bdi dir="ltr" lang="en" { (error) } } }
            }
            span class="end" { (pill(tone, words)) (when.at(job.run_at)) }
            span class="acts" {
                @if job.state != JobState::Running && job.state != JobState::Completed { (button("retry", l.t("Try again", "ניסיון נוסף"))) }
                @if waits { (button("discard", l.t("Give up", "ויתור"))) }
            }
        }
    }
}

async fn act(
    State(state): State<AppState>,
    Operator(me): Operator,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Redirect> {
    let id: JobId = look::id(&id)?;
    let job = state.store.read_system().await?.jobs().get(id).await?.ok_or_else(Problem::not_found)?;
    let mut tx = state.store.begin(job.tenant).await?;
    let (done, action, said) = match fields.trimmed("do") {
        "retry" => (tx.jobs().retry(id).await?, "job.retry", "retried"),
        "discard" => (tx.jobs().discard(id).await?, "job.discard", "given-up"),
        _ => return Err(Problem::field("do", "is none of the known words")),
    };
    if !done {
        return Err(Problem::conflict("The job is running, or one like it waits already."));
    }
    tx.usage().audit(&me.actor(), action, &id.to_string(), None, None).await?;
    tx.commit().await?;
    Ok(Said::then(said, fields.given("back").unwrap_or("/installation")))
}

async fn tray(State(state): State<AppState>, Operator(me): Operator) -> Result<Markup> {
    let l = me.lang;
    let mut found = Vec::new();
    let mut read = state.store.read_system().await?;
    for state in inbox::State::ALL.iter().filter(|state| state.is_in_tray()) {
        let filter = inbox::Filter { state: Some(*state), limit: 100, ..inbox::Filter::default() };
        found.extend(read.inbox().list(&filter).await?);
    }
    drop(read);
    found.sort_by_key(|event| std::cmp::Reverse(event.id.uuid()));
    let names = names(&state).await?;
    let body = html! {
        (views(&me, "/installation/tray"))
        section class="card" id="tray" data-live="call message connection line" {
            @if found.is_empty() { (empty("inbox", l.t("The tray is empty", "המגש ריק"), l.t("Events that no line or connection knows wait here, so that none is lost.", "אירועים בלי קו או חיבור מתאים מחכים כאן, כדי ששום דבר לא יאבד."))) }
            ul class="rows" { @for event in &found { (event_row(&me, event, &names)) } }
        }
    };
    Page::new(&me, Place::Installation, l.t("Installation", "המערכת"), body).show(&state).await
}

fn event_row(me: &Me, event: &Event, names: &Names) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let nobody = l.t("Nobody's yet", "עוד לא שייך לאף עסק");
    let button = |what: &str, label: &str| {
        html! { button type="submit" name="do" value=(what) class="button small" { (label) } }
    };
    html! {
        li {
            span class="face warn" aria-hidden="true" { (icon("warn")) }
            span class="what" {
                b { bdi dir="ltr" { (event.provider) } }
                span class="line" { (names.get(&event.tenant).map_or(nobody, String::as_str)) " · " (terms::reason(l, event.state.as_str())) }
            }
            span class="end" { (when.at(event.received_at)) }
            span class="acts" {
                form method="post" action={ "/installation/tray/" (event.id) } {
                    (form_key(me)) (hidden("tenant", &event.tenant.to_string()))
                    @if event.state != inbox::State::Unreadable { (button("replay", l.t("Try again", "ניסיון נוסף"))) }
                    (button("discard", l.t("Discard", "הסרה מהמגש")))
                }
            }
        }
    }
}

async fn settle(
    State(state): State<AppState>,
    Operator(me): Operator,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Redirect> {
    let (id, tenant): (InboxId, TenantId) = (look::id(&id)?, look::id(fields.trimmed("tenant"))?);
    let said = match fields.trimmed("do") {
        "replay" => actions::replay(&state.cx, tenant, id, &me.actor()).await.map(|()| "retried")?,
        "discard" => actions::discard(&state.cx, tenant, id, &me.actor()).await.map(|()| "discarded")?,
        _ => return Err(Problem::field("do", "is none of the known words")),
    };
    Ok(Said::then(said, "/installation/tray"))
}
