//! The trail: who changed what, when, from what to what.

use super::{deeds, framed};
use crate::pages::leads::name_of;
use crate::pages::look::Look;
use crate::pages::shell::{When, empty, icon, more_link};
use crate::problem::Result;
use crate::session::{Lang, Owner};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, html};
use ringleader_store::repo::{AuditEntry, Erasure, Filter, Listing};
use serde_json::Value;
use std::collections::HashMap;

/// The view of the receipts alone, page by page.
const ERASED: &str = "erased";

/// Rows of a page.
const ROWS: u32 = 50;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/settings/trail", get(show))
}

async fn show(State(state): State<AppState>, Owner(me): Owner, Query(look): Query<Look>) -> Result<Markup> {
    let (l, when) = (me.lang, When::of(&me));
    let mut read = state.store.read(me.tenant.id).await?;
    let names = read.users().names().await?;
    let only_erased = look.show == ERASED;
    let from = if only_erased { look.page(ROWS) } else { Look::default().page(ROWS) };
    let erased = read.erasures().list(Filter::default(), &from).await?;
    let receipts = html! {
        @if !erased.rows.is_empty() { (receipts(l, &when, &erased, &names)) }
    };
    if only_erased {
        drop(read);
        return framed(&state, &me, "/settings/trail", receipts).await;
    }
    let found = read.usage().list_audit(Filter::default(), &look.page(ROWS)).await?;
    drop(read);
    let body = html! {
        section class="card" id="trail" data-live="user tenant connection line lead contact conversation call task appointment ticket property" {
            h2 { (l.t("Who changed what", "מי שינה מה")) }
            @if found.rows.is_empty() { (empty("clock", l.t("Nothing was changed yet", "עוד לא שונה דבר"), "")) }
            ul class="rows" {
                @for it in &found.rows {
                    li {
                        span class="face" aria-hidden="true" { (icon("pencil")) }
                        span class="what" {
                            b { bdi { (actor(l, &it.actor, &names)) } " · " @match deeds::done(l, &it.action) { Some(words) => (words), None => code dir="ltr" { (it.action) } } }
                            span class="line" title=(it.action) { (subject(l, &it.subject, &names)) }
                            (changed(l, it))
                        }
                        span class="end" { (when.at(it.at)) }
                    }
                }
            }
            (more_link(l, "/settings/trail", found.next.as_deref()))
        }
        (receipts)
    };
    framed(&state, &me, "/settings/trail", body).await
}

/// What was erased: when, by whom and why; nothing of who they were (P10).
fn receipts(l: Lang, when: &When, found: &Listing<Erasure>, names: &HashMap<String, String>) -> Markup {
    html! {
        section class="card" id="erased" {
            h2 { (l.t("What was erased", "מה שנמחק")) }
            ul class="rows" {
                @for it in &found.rows {
                    li {
                        span class="face" aria-hidden="true" { (icon("skip")) }
                        span class="what" {
                            b { bdi { (actor(l, &it.actor, names)) } }
                            @if !it.reason.is_empty() { span class="line" { bdi { (it.reason) } } }
                            details id={ "erased-" (it.id) } {
                                summary { small { (l.t("Receipt", "אישור")) } }
                                p { small { code dir="ltr" { (it.id) } } }
                                p { small { code dir="ltr" { @for (table, rows) in &it.counts { (table) ": " (rows) " " } } } }
                            }
                        }
                        span class="end" { (when.at(it.at)) }
                    }
                }
            }
            (more_link(l, &format!("/settings/trail?show={ERASED}"), found.next.as_deref()))
        }
    }
}

/// What was changed: the way to it where it has a page, a colleague by name.
fn subject(l: Lang, subject: &str, names: &HashMap<String, String>) -> Markup {
    let pages = [
        ("lead_", "/leads/", ("The lead", "הליד")),
        ("call_", "/calls/", ("The call", "השיחה")),
        ("cnt_", "/contacts/", ("The person", "האדם")),
        ("cnv_", "/inbox/", ("The conversation", "השיחה הכתובה")),
        ("con_", "/settings/connections/", ("The connection", "החיבור")),
        ("app_", "/calendar#", ("The appointment", "הפגישה")),
        ("tkt_", "/tickets#", ("The repair", "התקלה")),
    ];
    let id = subject.split('/').next().unwrap_or(subject);
    html! {
        @match pages.into_iter().find(|(prefix, ..)| id.starts_with(prefix)) {
            Some((_, page, words)) => a href={ (page) (id) } { (l.t(words.0, words.1)) },
            None => @match name_of(id, names) { Some(name) => bdi { (name) }, None => bdi dir="ltr" { (subject) } },
        }
    }
}

/// Who did it: a person by name, else what acts for them.
fn actor<'a>(l: Lang, actor: &'a str, names: &'a HashMap<String, String>) -> &'a str {
    match actor {
        "admin" => l.t("The installation", "המערכת"),
        "bot" => l.t("The bot", "הבוט"),
        "receptionist" => l.t("The receptionist", "המזכירה"),
        "on_call" => l.t("Someone on call", "מי שבתורנות"),
        "retention" => l.t("By your settings", "לפי ההגדרות"),
        "system" => l.t("The program", "התוכנה"),
        key if key.starts_with("key_") => l.t("An API key", "מפתח API"),
        other => name_of(other, names).unwrap_or(other),
    }
}

/// Before and after, where it was written down.
fn changed(l: Lang, it: &AuditEntry) -> Markup {
    let text = |value: &Option<Value>| value.as_ref().filter(|value| !value.is_null()).map(ToString::to_string);
    html! {
        @if it.before.is_some() || it.after.is_some() {
            details id={ "trail-" (it.id) } {
                summary { small { (l.t("Before and after", "לפני ואחרי")) } }
                @if let Some(before) = text(&it.before) { p { small { code dir="ltr" { "− " (before) } } } }
                @if let Some(after) = text(&it.after) { p { small { code dir="ltr" { "+ " (after) } } } }
            }
        }
    }
}
