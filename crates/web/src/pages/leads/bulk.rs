//! Several leads at once: they are ticked in the list or on the board, then moved, handed to someone or labelled; one click
//! takes it back.

use super::Sorting;
use crate::pages::look;
use crate::pages::shell::{Said, form_key, hidden, terms};
use crate::problem::{Problem, Result};
use crate::session::{Agent, Fields, Form, Me};
use crate::state::AppState;
use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use ringleader_core::id::{AuditId, LeadId};
use ringleader_core::lead::{Lead, LeadStatus};
use ringleader_jobs::actions::{self, LeadChange};

/// The form that the ticked boxes of a page belong to.
pub(super) fn bar(me: &Me, sorting: &Sorting) -> Markup {
    let l = me.lang;
    html! {
        form id="bulk" method="post" action="/leads/bulk" class="bulk" aria-label=(l.t("The chosen leads", "הלידים שסומנו")) {
            (form_key(me)) (hidden("back", &Said::without(&me.path)))
            label class="tick scripted" hidden { input type="checkbox" data-all="lead"; span { (l.t("Choose all", "לסמן הכול")) } }
            div class="field" {
                label class="unseen" for="change" { (l.t("What to do with the chosen leads", "מה לעשות עם הלידים שסומנו")) }
                select id="change" name="change" {
                    option value="" { (l.t("With the chosen…", "עם המסומנים…")) }
                    optgroup label=(l.t("Move to", "להעביר אל")) { (statuses(me, None)) }
                    optgroup label=(l.t("Hand to", "להטיל על")) { (people(me, sorting, None)) }
                    @if !sorting.labels.is_empty() {
                        optgroup label=(l.t("Label", "תווית")) { @for label in &sorting.labels { option value={ "label:+" (label) } { "+ " (label) } } }
                        optgroup label=(l.t("Take off", "להסיר תווית")) { @for label in &sorting.labels { option value={ "label:-" (label) } { "− " (label) } } }
                    }
                }
            }
            button type="submit" class="button" { (l.t("Apply", "ביצוע")) }
            div class="field" { label class="unseen" for="new-label" { (l.t("New label", "תווית חדשה")) } input id="new-label" name="label" maxlength="40" dir="auto" placeholder=(l.t("New label", "תווית חדשה")); }
            button type="submit" class="button" name="do" value="label" { (l.t("Add label", "הוספת תווית")) }
        }
    }
}

/// The box of a lead in a list.
pub(super) fn tick(me: &Me, lead: &Lead, phone: Option<&str>) -> Markup {
    let who = lead.name.as_deref().or(phone).unwrap_or_default();
    let label = format!("{} {who}", me.lang.t("Choose", "סימון"));
    html! { input type="checkbox" class="pick" name="lead" value=(lead.id) form="bulk" aria-label=(label.trim_end()); }
}

fn statuses(me: &Me, now: Option<LeadStatus>) -> Markup {
    html! { @for status in LeadStatus::ALL { option value={ "status:" (status) } selected[now == Some(*status)] { (terms::lead(me.lang, *status).1) } } }
}

fn people(me: &Me, sorting: &Sorting, lead: Option<&Lead>) -> Markup {
    let is = |id| lead.is_some_and(|lead| lead.assigned_to == id);
    html! {
        @for user in sorting.people.iter().filter(|user| user.disabled_at.is_none() || is(Some(user.id))) {
            option value={ "assign:" (user.id) } selected[is(Some(user.id))] { (user.name) @if user.id == me.user.id { " (" (me.lang.t("me", "אני")) ")" } }
        }
        option value="assign:" selected[is(None)] { (me.lang.t("Nobody in particular", "אף אחד")) }
    }
}

/// Who looks after one lead, its labels, and where it stands, each with a way to change it.
pub(super) fn of_one(me: &Me, lead: &Lead, labels: &[String], sorting: &Sorting) -> Markup {
    let l = me.lang;
    let form = |class: &str, body: Markup| {
        html! { form method="post" action="/leads/bulk" class=(class) { (form_key(me)) (hidden("lead", &lead.id.to_string())) (hidden("back", &Said::without(&me.path))) (body) } }
    };
    let choice = |id: &str, label: &str, options: Markup| {
        html! {
            div class="field" { label for=(id) { (label) } select id=(id) name="change" { (options) } }
            button type="submit" class="button" aria-label={ (label) ": " (l.t("save", "שמירה")) } { (l.t("Save", "שמירה")) }
        }
    };
    html! {
        section class="card" id="work" data-live="lead user" {
            h2 { (l.t("Handling", "טיפול")) }
            (form("inline grow", choice("lead-status", l.t("Where it stands", "מצב הליד"), statuses(me, Some(lead.status)))))
            (form("inline grow", choice("lead-person", l.t("Looked after by", "באחריות"), people(me, sorting, Some(lead)))))
            @if !labels.is_empty() {
                ul class="labels" { @for label in labels { li { (form("inline", html! { span class="pill" { bdi { (label) } }
                    button type="submit" class="link" name="change" value={ "label:-" (label) } aria-label={ (l.t("Take off the label ", "להסיר את התווית ")) (label) } { "×" } })) } } }
            }
            (form("inline grow", html! {
                div class="field" { label for="lead-label" { (l.t("New label", "תווית חדשה")) } input id="lead-label" name="label" maxlength="40" dir="auto" list="labels" required;
                    datalist id="labels" { @for label in &sorting.labels { option value=(label) {} } } }
                button type="submit" class="button" name="do" value="label" { (l.t("Add", "הוספה")) }
            }))
        }
    }
}

/// What the form asks for: a choice of the list, or a new label by the button beside it. One press is one change, so that
/// one click takes it back.
fn wish(fields: &Fields) -> Result<LeadChange> {
    let unknown = || Problem::field("change", "is none of the known words");
    if let Some(label) = fields.given("label").filter(|_| fields.given("do") == Some("label")) {
        return Ok(LeadChange::Label { label: label.to_owned(), on: true });
    }
    let choice = fields.given("change").ok_or_else(|| Problem::field("change", "choose what to do"))?;
    let (what, which) = choice.split_once(':').ok_or_else(unknown)?;
    Ok(match (what, which) {
        ("status", status) => LeadChange::Status(status.parse().map_err(|_| unknown())?),
        ("assign", "") => LeadChange::Assign(None),
        ("assign", user) => LeadChange::Assign(Some(user.parse().map_err(|_| unknown())?)),
        ("label", label) => {
            let on = label.starts_with('+');
            LeadChange::Label { label: label.get(1..).ok_or_else(unknown)?.trim().to_owned(), on }
        }
        _ => return Err(unknown()),
    })
}

pub(super) async fn change(State(state): State<AppState>, Agent(me): Agent, Form(fields): Form) -> Result<Redirect> {
    let wish = wish(&fields)?;
    let leads = fields.all("lead").map(look::id).collect::<Result<Vec<LeadId>>>()?;
    let back = fields.given("back").unwrap_or("/leads");
    let changed = actions::change_leads(&state.cx, me.tenant.id, &leads, &wish, &me.actor()).await?;
    let word = if changed.left > 0 { "leads-some" } else { "leads" };
    Ok(Said::about(word, &changed.undo.to_string(), back))
}

pub(super) async fn undo(State(state): State<AppState>, Agent(me): Agent, Form(fields): Form) -> Result<Redirect> {
    let line: AuditId = look::id(fields.trimmed("what"))?;
    actions::undo_lead_change(&state.cx, me.tenant.id, line, &me.actor()).await?;
    Ok(Said::then("undone", fields.given("back").unwrap_or("/leads")))
}
