//! Texts (A16): every text that people read, in both languages, with own words, a preview, and a check before they are kept.

use super::framed;
use crate::api::texts::{sample, set_words};
use crate::pages::shell::{Said, form_key, icon, pill, terms};
use crate::problem::{Problem, Result};
use crate::session::{Form, Lang, Me, Owner};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use ringleader_core::texts::{self, Key};
use std::collections::BTreeMap;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/settings/texts", get(list)).route("/settings/texts/{key}", get(show).post(save))
}

const HERE: &str = "/settings/texts";

/// Groups of texts by the beginning of their key: `(prefixes, title)`; the first has all the others.
fn group(l: Lang, key: Key) -> &'static str {
    match key.as_str().split('_').next() {
        Some("owner" | "button") => l.t("What you are told", "מה נאמר לך"),
        Some("task") => l.t("Tasks", "משימות"),
        Some("why") => l.t("Explanations", "הסברים"),
        _ => l.t("What customers read", "מה הלקוחות קוראים"),
    }
}

/// The first words of a line.
fn begun(line: &str) -> String {
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", line[..end].rsplit_once(' ').map_or(&line[..end], |(words, _)| words)),
        None => line.to_owned(),
    }
}

/// What a text is called: its key as words where those are the reader's (`first_message` is "First message"), else the words
/// that it says.
fn name(me: &Me, key: Key) -> String {
    if me.lang == Lang::He {
        let language = me.tenant.language();
        let said = sample(&me.tenant, key, language, None, &BTreeMap::new()).unwrap_or_default();
        return begun(said.lines().next().unwrap_or_default());
    }
    let mut words = key.as_str().replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

async fn list(State(state): State<AppState>, Owner(me): Owner) -> Result<Markup> {
    let l = me.lang;
    let language = me.tenant.language();
    let mut groups: Vec<(&str, Vec<Key>)> = Vec::new();
    for key in Key::ALL {
        let title = group(l, *key);
        match groups.iter_mut().find(|(known, _)| *known == title) {
            Some((_, keys)) => keys.push(*key),
            None => groups.push((title, vec![*key])),
        }
    }
    let body = html! {
        @for (nth, (title, keys)) in groups.iter().enumerate() {
            section class="card" {
                details open[nth == 0] {
                    summary { (title) " (" (keys.len()) ")" }
                    ul class="rows" {
                        @for key in keys {
                            li {
                                span class="what" {
                                    a href={ (HERE) "/" (key) } { bdi { (name(&me, *key)) } }
                                    @if l == Lang::En { span class="line" dir="auto" { (sample(&me.tenant, *key, language, None, &BTreeMap::new()).unwrap_or_default()) } }
                                }
                                @if me.tenant.settings.texts.contains_key(key.as_str()) { (pill("info", l.t("Own words", "נוסח שלך"))) }
                            }
                        }
                    }
                }
            }
        }
    };
    framed(&state, &me, HERE, body).await
}

async fn show(State(state): State<AppState>, Owner(me): Owner, Path(key): Path<String>) -> Result<Markup> {
    let key: Key = key.parse().map_err(|_| Problem::not_found())?;
    let own = |language: &str| me.tenant.settings.texts.get(key.as_str()).and_then(|all| all.get(language)).cloned();
    editor(&state, &me, key, [own("he"), own("en")]).await
}

/// Both languages side by side, as they stand in the fields now.
async fn editor(state: &AppState, me: &Me, key: Key, own: [Option<String>; 2]) -> Result<Markup> {
    let l = me.lang;
    let body = html! {
        p { a href=(HERE) { (icon("back")) " " (l.t("All texts", "כל הטקסטים")) } }
        form method="post" action={ (HERE) "/" (key) } class="form" {
            (form_key(me))
            div class="two even" {
                @for ((language, title), own) in [("he", "עברית"), ("en", "English")].into_iter().zip(&own) { (one(me, key, language, title, own.as_deref())) }
            }
            @if !key.variables().is_empty() {
                p class="soft" { (l.t("It may name: ", "אפשר להזכיר: ")) @for it in key.variables() { code dir="ltr" { "{{ " (it.name) " }}" } " " @if it.optional { small { (l.t("(may be empty) ", "(עשוי להיות ריק) ")) } } } }
            }
            div class="acts" {
                button type="submit" name="do" value="save" class="button main" { (l.t("Save", "שמירה")) }
                button type="submit" name="do" value="preview" class="button" { (l.t("Preview", "תצוגה מקדימה")) }
            }
            small { (l.t("An empty field goes back to the built-in words.", "שדה ריק מחזיר את הנוסח המובנה.")) }
        }
    };
    framed(state, me, HERE, html! { h2 { bdi { (name(me, key)) } } (body) }).await
}

fn one(me: &Me, key: Key, language: &str, title: &str, own: Option<&str>) -> Markup {
    let l = me.lang;
    let built_in = texts::source(key, language);
    let shown = sample(&me.tenant, key, language, Some(own.unwrap_or(built_in)), &BTreeMap::new());
    html! {
        div {
            section class="card" lang=(language) dir=(if language == "he" { "rtl" } else { "ltr" }) {
                div class="field" {
                    label for={ "words-" (language) } { (title) }
                    textarea id={ "words-" (language) } name=(language) dir="auto" rows="6" placeholder=(built_in) { (own.unwrap_or_default()) }
                }
                div class="preview" id={ "preview-" (language) } {
                    @match shown {
                        Ok(words) => div class="bubble ours" { p dir="auto" { (words) } },
                        Err(problem) => p class="wrong" role="alert" lang=(l.tag()) dir="auto" { (terms::fault(l, problem.errors().first().map_or("", |error| error.message.as_str()))) },
                    }
                }
            }
        }
    }
}

async fn save(
    State(state): State<AppState>,
    Owner(me): Owner,
    Path(key): Path<String>,
    Form(fields): Form,
) -> Result<Response> {
    let key: Key = key.parse().map_err(|_| Problem::not_found())?;
    let words = |language: &str| fields.given(language).map(|text| text.replace("\r\n", "\n"));
    if fields.trimmed("do") == "preview" {
        return Ok(editor(&state, &me, key, [words("he"), words("en")]).await?.into_response());
    }
    let wanted = [("he", Some(words("he"))), ("en", Some(words("en")))];
    set_words(&state, me.tenant.id, &me.actor(), key, wanted).await?;
    Ok(Said::then("saved", &format!("{HERE}/{key}")).into_response())
}
