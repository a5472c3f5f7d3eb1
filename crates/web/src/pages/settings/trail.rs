//! The trail: who changed what, when, from what to what.

use super::framed;
use crate::pages::leads::name_of;
use crate::pages::look::Look;
use crate::pages::shell::{When, empty, icon, more_link};
use crate::problem::Result;
use crate::session::Owner;
use crate::state::AppState;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, html};
use ringleader_store::repo::{AuditEntry, Filter};
use serde_json::Value;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/settings/trail", get(show))
}

async fn show(State(state): State<AppState>, Owner(me): Owner, Query(look): Query<Look>) -> Result<Markup> {
    let (l, when) = (me.lang, When::of(&me));
    let mut read = state.store.read(me.tenant.id).await?;
    let found = read.usage().list_audit(Filter::default(), &look.page(50)).await?;
    let names = read.desk().user_names().await?;
    drop(read);
    let body = html! {
        section class="card" {
            h2 { (l.t("Who changed what", "מי שינה מה")) }
            @if found.rows.is_empty() { (empty("clock", l.t("Nothing was changed yet", "עוד לא שונה דבר"), "")) }
            ul class="rows" {
                @for it in &found.rows {
                    li {
                        span class="face" aria-hidden="true" { (icon("pencil")) }
                        span class="what" {
                            b { bdi { (name_of(&it.actor, &names).unwrap_or(&it.actor)) } " · " bdi dir="ltr" { (it.action) } }
                            span class="line" { bdi dir="ltr" { (it.subject) } }
                            (changed(it))
                        }
                        span class="end" { (when.at(it.at)) }
                    }
                }
            }
            (more_link(l, "/settings/trail", found.next.as_deref()))
        }
    };
    framed(&state, &me, "/settings/trail", body).await
}

/// Before and after, where it was written down.
fn changed(it: &AuditEntry) -> Markup {
    let text = |value: &Option<Value>| value.as_ref().filter(|value| !value.is_null()).map(ToString::to_string);
    html! {
        @if it.before.is_some() || it.after.is_some() {
            details id={ "trail-" (it.id) } {
                summary { small { "±" } }
                @if let Some(before) = text(&it.before) { p { small { code dir="ltr" { "− " (before) } } } }
                @if let Some(after) = text(&it.after) { p { small { code dir="ltr" { "+ " (after) } } } }
            }
        }
    }
}
