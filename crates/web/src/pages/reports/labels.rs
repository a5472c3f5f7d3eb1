//! Ten readings of the last week, each with all the words that were read and what was understood: facts, intents, signals. One
//! tap each says whether it was right (D2).

use super::{Chosen, Opened, given};
use crate::api::readings::is_right;
use crate::pages::afterwards::intent_words;
use crate::pages::sent::Sent;
use crate::pages::shell::{Page, Place, Said, When, empty, form_key, icon, more_link, pill, terms};
use crate::problem::{Problem, Result};
use crate::session::{Lang, Me, Viewer};
use crate::state::AppState;
use axum::extract::State;
use axum::response::Redirect;
use jiff::ToSpan;
use maud::{Markup, html};
use ringleader_core::id::ReadingId;
use ringleader_core::user::Role;
use ringleader_jobs::quality;
use ringleader_store::repo::{Sample, WhichVerdicts};
use serde_json::Value;

pub(super) async fn show(State(state): State<AppState>, Viewer(me): Viewer) -> Result<Markup> {
    let (l, when) = (me.lang, When::of(&me));
    let mut read = state.store.read(me.tenant.id).await?;
    let (first, all) = quality::sample(&mut read, &me.tenant).await?;
    drop(read);
    let left = i64::try_from(all.iter().filter(|it| it.right.is_none()).count()).unwrap_or(0);
    let body = html! {
        p { a href="/reports/brain" { (icon("back")) " " (l.t("Back", "חזרה")) } }
        p { (l.t("What was written and said in the week from ", "מה שנכתב ונאמר בשבוע של ")) (when.date(first)) (l.t(" to ", " עד ")) (when.date(first.saturating_add(6.days()))) ". "
            @if all.is_empty() {} @else if left == 0 { (l.t("All are judged, thank you.", "הכול נבדק, תודה.")) } @else { (l.n(left, "{n} to go.", "נשארו {n}.")) } }
        section class="card" id="sample" {
            @if all.is_empty() { (empty("check", l.t("Nothing was read last week", "בשבוע שעבר לא נקרא דבר"), "")) }
            @else { ul class="rows" { @for it in &all { (row(&me, it, true)) } } }
        }
    };
    Page::new(&me, Place::Reports, l.t("Was it read right?", "האם זה נקרא נכון?"), body).show(&state).await
}

/// Readings of a page.
const ROWS: u32 = 50;

/// The address of the readings of a period that people judged; `which` narrows them.
pub(super) fn path(chosen: &Chosen, which: &[(&str, &str)]) -> String {
    chosen.narrowed("/reports/judged", which)
}

/// What people judged in a period: the readings behind the numbers of their verdicts.
pub(super) async fn judged(
    State(state): State<AppState>,
    Opened { me, asked, chosen, mut read }: Opened,
) -> Result<Markup> {
    let l = me.lang;
    let (begin, end) = chosen.period.span(&me.zone());
    let intent = given(&asked.intent).map(|word| if word == NONE { String::new() } else { word.to_owned() });
    let right = given(&asked.verdict).map(is_right).transpose()?;
    let which = WhichVerdicts { right, language: asked.lang.parse().ok(), intent };
    let (all, next) = read.quality().judged(&which, begin, end, given(&asked.cursor), ROWS).await?;
    drop(read);
    let here = path(&chosen, &[("verdict", &asked.verdict), ("lang", &asked.lang), ("intent", &asked.intent)]);
    let body = html! {
        p { a href=(chosen.path("/reports/brain", None)) { (icon("back")) " " (l.t("Back", "חזרה")) } }
        section class="card" id="judged" {
            @if all.is_empty() { (empty("check", l.t("Nothing behind this number", "אין שורות מאחורי המספר הזה"), "")) }
            @else { ul class="rows" { @for it in &all { (row(&me, it, false)) } } }
            (more_link(l, &here, next.as_deref()))
        }
    };
    Page::new(&me, Place::Reports, l.t("What you judged", "מה שנבדק"), body).show(&state).await
}

/// Stands in an address for what was taken for nothing.
pub(super) const NONE: &str = "none";

fn row(me: &Me, it: &Sample, asks: bool) -> Markup {
    let l = me.lang;
    html! {
        li id=(it.reading.id) {
            span class="what" {
                @for words in &it.words { b class="line" dir="auto" { (words) } }
                @for (name, value) in &it.read { span class="line" { (terms::fact(l, name)) @if !value.is_null() { ": " bdi { (said(value)) } } } }
                @if !it.reading.intents.is_empty() || !it.reading.signals.is_empty() {
                    span class="line" { @for word in it.reading.intents.iter().chain(&it.reading.signals) { span class="tag" { (understood(l, Some(word.as_str()))) } " " } }
                } @else if it.read.is_empty() { span class="line soft" { (l.t("Nothing was understood", "לא הובן דבר")) } }
                @match it.right {
                    Some(true) => span { (pill("good", l.t("Right", "נכון"))) },
                    Some(false) => span { (pill("bad", l.t("Wrong", "לא נכון"))) },
                    None => {}
                }
            }
            @if asks && me.may(Role::Agent) { span class="acts" {
                (button(me, it, "right", "check", l.t("Right", "נכון")))
                (button(me, it, "wrong", "close", l.t("Wrong", "לא נכון")))
            } }
        }
    }
}

fn button(me: &Me, it: &Sample, verdict: &str, sign: &str, words: &str) -> Markup {
    html! {
        form method="post" action={ "/reports/labels/" (it.reading.id) } {
            (form_key(me))
            input type="hidden" name="verdict" value=(verdict);
            button type="submit" class="button" { (icon(sign)) span { (words) } }
        }
    }
}

/// What words were taken for: an intent or a signal; nothing of these where they only told facts.
pub(super) fn understood(l: Lang, word: Option<&str>) -> String {
    let Some(word) = word else { return l.t("Details, or nothing", "פרטים, או כלום").to_owned() };
    word.parse().map_or_else(|_| terms::signal(l, word), |intent| intent_words(l, intent).to_owned())
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

pub(super) async fn label(State(state): State<AppState>, sent: Sent<ReadingId>) -> Result<Redirect> {
    let right = is_right(sent.fields.trimmed("verdict"))?;
    let mut tx = state.store.begin(sent.me.tenant.id).await?;
    if !quality::label(&mut tx, sent.id, right, &sent.me.actor()).await? {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(Said::then("saved", "/reports/labels"))
}
