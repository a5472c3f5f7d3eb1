//! Settings: the business and its hours, texts, connections, lines, people, keys and brains, and the trail of every change.
//! Everything is changed by the same functions as in the API, so the same rules and the same words hold.

mod brain;
mod business;
mod connection;
mod connections;
mod deeds;
mod hours;
pub(super) use hours::{intervals, read as read_intervals};
mod keys;
mod lines;
mod people;
mod reception;
mod templates;
mod text;
mod trail;

pub(super) use connection::webhook_address;
pub(super) use people::shown as link_shown;

use super::shell::{Page, Place, tabs};
use crate::problem::{Problem, Result};
use crate::session::Me;
use crate::state::AppState;
use axum::Router;
use maud::{Markup, html};
use ringleader_core::settings::Span;
use ringleader_providers::problem::FieldError;
use serde_json::Value;

/// A page of the settings.
pub(crate) struct Tab {
    pub(crate) path: &'static str,
    pub(crate) words: (&'static str, &'static str),
}

const fn tab(path: &'static str, words: (&'static str, &'static str)) -> Tab {
    Tab { path, words }
}

/// All of them, in their order.
pub(crate) const TABS: [Tab; 10] = [
    tab("/settings", ("Business", "העסק")),
    tab("/settings/hours", ("Hours and Shabbat", "שעות ושבת")),
    tab("/settings/reception", ("Receptionist", "מזכירה")),
    tab("/settings/connections", ("Connections", "חיבורים")),
    tab("/settings/lines", ("Lines", "קווים")),
    tab("/settings/texts", ("Texts", "טקסטים")),
    tab("/settings/people", ("People", "אנשים")),
    tab("/settings/keys", ("API keys", "מפתחות API")),
    tab("/settings/brain", ("Understanding", "הבנה")),
    tab("/settings/trail", ("Trail", "יומן שינויים")),
];

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .merge(business::router())
        .merge(hours::router())
        .merge(connections::router())
        .merge(connection::router())
        .merge(lines::router())
        .merge(text::router())
        .merge(people::router())
        .merge(keys::router())
        .merge(reception::router())
        .merge(brain::router())
        .merge(trail::router())
}

/// A length of time as people write it.
fn written(span: Span) -> String {
    serde_json::to_value(span).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Rows of a form that were sent, each with the row it stands in: empty ones are left out, so that the numbers in the
/// settings are others.
pub(in crate::pages) type Rows = Vec<(usize, Value)>;

/// What stands in the rows.
pub(in crate::pages) fn values(rows: &Rows) -> Vec<Value> {
    rows.iter().map(|(_, value)| value.clone()).collect()
}

/// The same problem with the names that its fields have in the form: `settings.notify.recipients[1].phone` is `r2_phone`, and
/// `settings.reception.people[1].hours[0].from` is `p2h0_from`.
pub(in crate::pages) fn at_their_fields(problem: Problem, setting: &str, prefix: &str, rows: &Rows) -> Problem {
    let named = |error: &FieldError| {
        let rest = error.field.strip_prefix(setting)?.strip_prefix('[')?;
        let (at, part) = rest.split_once(']')?;
        let (row, _) = rows.get(at.parse::<usize>().ok()?)?;
        let part = part.strip_prefix('.').unwrap_or("phone"); // about the row as a whole
        let (list, part) = part.split_once("].").map_or((String::new(), part), |(list, part)| {
            let (name, at) = list.split_once('[').unwrap_or((list, ""));
            (name.chars().take(1).chain(at.chars()).collect(), part)
        });
        let part = if part == "days" { "day" } else { part };
        Some(FieldError::new(format!("{prefix}{row}{list}_{part}"), error.message.clone()))
    };
    if problem.errors().is_empty() {
        return problem;
    }
    Problem::invalid(problem.errors().iter().map(|error| named(error).unwrap_or_else(|| error.clone())).collect())
}

/// A page of the settings in its frame.
async fn framed(state: &AppState, me: &Me, here: &str, body: Markup) -> Result<Markup> {
    let l = me.lang;
    let views: Vec<_> =
        TABS.iter().map(|tab| (tab.path.to_owned(), l.t(tab.words.0, tab.words.1), tab.path == here)).collect();
    let name = TABS.iter().find(|tab| tab.path == here).map_or("", |tab| l.t(tab.words.0, tab.words.1));
    let title = format!("{}: {name}", l.t("Settings", "הגדרות"));
    let body = html! { (tabs(l.t("Settings", "הגדרות"), &views)) (body) };
    Page::new(me, Place::Settings, &title, body).show(state).await
}
