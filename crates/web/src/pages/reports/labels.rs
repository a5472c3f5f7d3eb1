//! Ten messages of the last week, with what was read from them: one tap each says whether it was right (D2).

use crate::api::quality::is_right;
use crate::pages::sent::Sent;
use crate::pages::shell::{Page, Place, Said, When, empty, form_key, icon, pill, terms};
use crate::problem::{Problem, Result};
use crate::session::{Me, Viewer};
use crate::state::AppState;
use axum::extract::State;
use axum::response::Redirect;
use jiff::ToSpan;
use maud::{Markup, html};
use ringleader_core::id::MessageId;
use ringleader_core::user::Role;
use ringleader_jobs::quality;
use ringleader_store::repo::Sample;
use serde_json::Value;

pub(super) async fn show(State(state): State<AppState>, Viewer(me): Viewer) -> Result<Markup> {
    let (l, when) = (me.lang, When::of(&me));
    let mut read = state.store.read(me.tenant.id).await?;
    let (first, all) = quality::sample(&mut read, &me.tenant).await?;
    drop(read);
    let left = i64::try_from(all.iter().filter(|it| it.right.is_none()).count()).unwrap_or(0);
    let body = html! {
        p { a href="/reports/brain" { (icon("back")) " " (l.t("Back", "חזרה")) } }
        p { (l.t("Messages of the week from ", "הודעות מהשבוע של ")) (when.date(first)) (l.t(" to ", " עד ")) (when.date(first.saturating_add(6.days()))) ". "
            @if all.is_empty() {} @else if left == 0 { (l.t("All are judged, thank you.", "כולן נבדקו, תודה.")) } @else { (l.n(left, "{n} to go.", "נשארו {n}.")) } }
        section class="card" id="sample" {
            @if all.is_empty() { (empty("check", l.t("Nothing was read from messages last week", "בשבוע שעבר לא נקרא דבר מהודעות"), "")) }
            @else { ul class="rows" { @for it in &all { (row(&me, it)) } } }
        }
    };
    Page::new(&me, Place::Reports, l.t("Was it read right?", "האם זה נקרא נכון?"), body).show(&state).await
}

fn row(me: &Me, it: &Sample) -> Markup {
    let l = me.lang;
    html! {
        li id=(it.message) {
            span class="what" {
                b dir="auto" { (it.words) }
                @for (name, value) in &it.read { span class="line" { (terms::fact(l, name)) ": " bdi { (said(value)) } } }
                @match it.right {
                    Some(true) => span { (pill("good", l.t("Right", "נכון"))) },
                    Some(false) => span { (pill("bad", l.t("Wrong", "לא נכון"))) },
                    None => {}
                }
            }
            @if me.may(Role::Agent) { span class="acts" {
                (button(me, it, "right", "check", l.t("Right", "נכון")))
                (button(me, it, "wrong", "close", l.t("Wrong", "לא נכון")))
            } }
        }
    }
}

fn button(me: &Me, it: &Sample, verdict: &str, sign: &str, words: &str) -> Markup {
    html! {
        form method="post" action={ "/reports/labels/" (it.message) } {
            (form_key(me))
            input type="hidden" name="verdict" value=(verdict);
            button type="submit" class="button" { (icon(sign)) span { (words) } }
        }
    }
}

/// A fact's value in words: a preference has its own.
fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(parts) => {
            parts.get("text").and_then(Value::as_str).map_or_else(|| value.to_string(), str::to_owned)
        }
        other => other.to_string(),
    }
}

pub(super) async fn label(State(state): State<AppState>, sent: Sent<MessageId>) -> Result<Redirect> {
    let right = is_right(sent.fields.trimmed("verdict"))?;
    let mut tx = state.store.begin(sent.me.tenant.id).await?;
    if !quality::label(&mut tx, sent.id, right, &sent.me.actor()).await? {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(Said::then("saved", "/reports/labels"))
}
