//! How a property is shown, where it differs from the business's own ways (C6).

use super::sent::Sent;
use super::settings::{at_their_fields, intervals, read_intervals, values};
use super::shell::{Said, field, form_key, select};
use crate::problem::{Problem, Result};
use crate::session::Me;
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::post;
use maud::{Markup, html};
use ringleader_core::id::PropertyId;
use ringleader_core::property::{Property, Viewings};
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use ringleader_store::repo::User;
use serde_json::json;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/properties/{id}/viewings", post(save))
}

/// How it is shown, to be changed by who may.
pub(super) fn shown(me: &Me, property: &Property, colleagues: &[User]) -> Markup {
    let l = me.lang;
    let it = property.entered.viewings.clone().unwrap_or_default();
    let takes = colleagues.iter().filter(|user| user.role >= Role::Agent);
    let takes = takes.map(|user| (user.email.as_str(), user.name.as_str()));
    let takes: Vec<_> = [("", l.t("Whoever is free", "מי שפנוי"))].into_iter().chain(takes).collect();
    let shown_by = it.shown_by.as_deref().unwrap_or_default().trim().to_lowercase();
    html! {
        section class="card" id="viewings" {
            h2 { (l.t("Viewings", "ביקורים")) }
            form method="post" action={ "/properties/" (property.id) "/viewings" } class="form" {
                (form_key(me))
                (select(l.t("Shown by", "מי מראה את הנכס"), "shown_by", &shown_by, &takes))
                (field(l.t("Earliest in, as in 24h; empty: as everywhere", "המוקדם ביותר בעוד, למשל 24h; ריק: כמו בכל מקום"), "notice", "text", &it.notice.map(|span| json!(span).as_str().unwrap_or_default().to_owned()).unwrap_or_default()))
                p class="soft" { (l.t("When it can be seen; leave the times empty for whenever somebody can go.", "מתי אפשר לבקר; בלי שעות: מתי שמישהו פנוי.")) }
                (intervals(me, "v", &it.hours))
                (field(l.t("For whoever goes: the key, who lives there", "למי שמגיע: המפתח, מי גר שם"), "note", "text", it.note.as_deref().unwrap_or_default()))
                div class="acts" { button type="submit" class="button main" { (l.t("Save", "שמירה")) } }
            }
        }
    }
}

async fn save(State(state): State<AppState>, sent: Sent<PropertyId>) -> Result<Redirect> {
    let mut tx = state.store.begin(sent.me.tenant.id).await?;
    let known = tx.properties().get(sent.id).await?.ok_or_else(Problem::not_found)?.entered.viewings;
    let hours = read_intervals(&sent.fields, "v", known.map_or(0, |viewings| viewings.hours.len()));
    let part = |name: &str| sent.fields.given(name);
    let told =
        json!({"notice": part("notice"), "hours": values(&hours), "shown_by": part("shown_by"), "note": part("note")});
    let viewings: Viewings = serde_json::from_value(told)
        .map_err(|_| Problem::field("notice", "a duration is written as \"90m\" or \"24h\""))?;
    let set = actions::set_viewings(&mut tx, sent.id, &viewings, &sent.me.actor()).await;
    set.map_err(|error| at_their_fields(error.into(), "viewings.hours", "v", &hours))?;
    tx.commit().await?;
    Ok(Said::then("saved", &format!("/properties/{}", sent.id)))
}
