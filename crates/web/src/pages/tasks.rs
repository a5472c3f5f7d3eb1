//! Tasks: what people are asked to do, marked with one tap and taken back with another.

use super::look::Look;
use super::sent::Sent;
use super::shell::{Page, Place, Said, When, dial, empty, icon, more_link, pill, tabs, task_button};
use crate::problem::Result;
use crate::session::{Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};
use ringleader_core::id::TaskId;
use ringleader_core::task::{Task, TaskState, Urgency};
use ringleader_jobs::actions;
use ringleader_store::repo::Filter;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/tasks", get(list)).route("/tasks/{id}", post(mark))
}

/// The view of urgent tasks alone: what does not fit on the first page of all.
const URGENT: &str = "urgent";

async fn list(State(state): State<AppState>, Viewer(me): Viewer, Query(look): Query<Look>) -> Result<Markup> {
    let l = me.lang;
    let shown = look.show.parse().unwrap_or(TaskState::Open);
    let only_urgent = shown == TaskState::Open && look.view == URGENT;
    let mut read = state.store.read(me.tenant.id).await?;
    let (mut rows, mut more_urgent, mut next) = (Vec::new(), None, None);
    if only_urgent || shown == TaskState::Open && look.cursor.is_empty() {
        let urgent = read.tasks().urgent(&look.page(50)).await?;
        (rows, more_urgent) = (urgent.rows, urgent.next);
    }
    if !only_urgent {
        let filter = Filter::default().and("state =", Some(shown));
        let others = Some(Urgency::Urgent).filter(|_| shown == TaskState::Open);
        let found = read.tasks().list(filter.and("urgency <>", others), &look.page(50)).await?;
        rows.extend(found.rows);
        next = found.next;
    }
    drop(read);
    let tab = |state: TaskState, words| (format!("/tasks?show={state}"), words, state == shown);
    let views = [
        tab(TaskState::Open, l.t("Open", "פתוחות")),
        tab(TaskState::Done, l.t("Done", "בוצעו")),
        tab(TaskState::Dismissed, l.t("Put aside", "הוסרו")),
    ];
    let body = html! {
        (tabs(l.t("Which tasks", "אילו משימות"), &views))
        section class="card" id="tasks" data-live="task" {
            @if rows.is_empty() { (nothing(&me, shown)) }
            @else { ul class="rows" { @for task in &rows { (row(&me, task)) } } }
            @if let Some(last) = &more_urgent {
                p class="further" { a class="button" rel="next" href={ "/tasks?view=" (URGENT) "&cursor=" (last) } { (l.t("More urgent tasks", "עוד משימות דחופות")) } }
            }
            (more_link(l, &look.path("/tasks"), next.as_deref()))
        }
    };
    Page::new(&me, Place::Tasks, l.t("Tasks", "משימות"), body).show(&state).await
}

fn nothing(me: &Me, shown: TaskState) -> Markup {
    let l = me.lang;
    match shown {
        TaskState::Open => empty(
            "tasks",
            l.t("All done", "הכול בוצע"),
            l.t(
                "What a program cannot do alone comes here: call-backs, questions, things to mend.",
                "מה שתוכנה לא יכולה לעשות לבד מגיע לכאן: חזרות ללקוחות, שאלות ודברים לתיקון.",
            ),
        ),
        _ => empty("tasks", l.t("Nothing here yet", "עוד אין כאן כלום"), ""),
    }
}

pub(super) fn row(me: &Me, task: &Task) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let urgent = task.urgency == Urgency::Urgent && task.state == TaskState::Open;
    html! {
        li {
            span class={ "face" @if urgent { " bad" } } aria-hidden="true" { (icon(sign(&task.kind))) }
            span class="what" {
                @match (task.lead_id, task.contact_id) {
                    (Some(lead), _) => a href={ "/leads/" (lead) } { bdi { (task.title) } },
                    (None, Some(contact)) => a href={ "/contacts/" (contact) } { bdi { (task.title) } },
                    (None, None) => b { bdi { (task.title) } },
                }
                @if !task.detail.is_empty() { span class="line" { bdi { (task.detail) } } }
                span { @if urgent { (pill("bad", l.t("Urgent", "דחוף"))) " " } small { (when.ago(task.created_at)) } }
            }
            span class="acts" {
                @if let Some(phone) = task.phone.as_ref().filter(|_| task.state == TaskState::Open) { (dial(l, phone)) }
                @if task.state == TaskState::Open {
                    (task_button(me, task.id, "done", l.t("Done", "בוצע"), "check", "button"))
                    (task_button(me, task.id, "dismissed", l.t("Put aside", "להסיר"), "close", "button"))
                } @else {
                    (task_button(me, task.id, "open", l.t("Open again", "לפתוח מחדש"), "undo", "button"))
                }
            }
        }
    }
}

fn sign(kind: &str) -> &'static str {
    match kind {
        "call_back" | "call_now" => "phone",
        "emergency" => "warn",
        "review" | "check_send" => "inbox",
        "loss_account" => "losses",
        "repair" => "key",
        _ => "settings",
    }
}

async fn mark(State(state): State<AppState>, sent: Sent<TaskId>) -> Result<Redirect> {
    let wanted: TaskState = sent.fields.word("state")?;
    actions::set_task_state(&state.cx, sent.me.tenant.id, sent.id, wanted, &sent.me.actor()).await?;
    let said = match wanted {
        TaskState::Open => "task-open",
        TaskState::Done => "task-done",
        TaskState::Dismissed => "task-dismissed",
    };
    Ok(Said::about(said, &sent.id.to_string(), &sent.back("/tasks")))
}
