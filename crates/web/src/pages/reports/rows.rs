//! The things behind a number of the reports: calls, leads, chats, with the way to each.

use super::{Asked, back, path};
use crate::pages::shell::{Page, Place, When, empty, icon, more_link, number};
use crate::problem::Result;
use crate::session::{Me, Viewer};
use crate::state::AppState;
use axum::extract::{Query, State};
use jiff::civil::Time;
use maud::{Markup, html};
use ringleader_store::repo::{Behind, Subject};

/// Rows of a page.
const ROWS: u32 = 50;

pub(super) async fn show(
    State(state): State<AppState>,
    Viewer(me): Viewer,
    Query(asked): Query<Asked>,
) -> Result<Markup> {
    let l = me.lang;
    let period = asked.period(&me);
    let cursor = Some(asked.cursor.as_str()).filter(|cursor| !cursor.is_empty());
    let mut read = state.store.read(me.tenant.id).await?;
    let (rows, next) = read.reports().behind(&asked.measure, &period, cursor, ROWS).await?;
    drop(read);
    let here = path("/reports/rows", &period, Some(&asked.measure));
    let body = html! {
        (back(&me, &period))
        section class="card" id="rows" {
            @if rows.is_empty() { (empty("search", l.t("Nothing behind this number", "אין שורות מאחורי המספר הזה"), "")) }
            @else { ul class="rows" { @for row in &rows { (shown(&me, row)) } } }
            (more_link(l, &here, next.as_deref()))
        }
    };
    Page::new(&me, Place::Reports, l.t("Behind the number", "מאחורי המספר"), body).show(&state).await
}

fn shown(me: &Me, row: &Behind) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let (sign, words, link) = match row.subject {
        Subject::Call(id) => ("calls", l.t("Call", "שיחת טלפון"), format!("/calls/{id}")),
        Subject::Episode(_) => ("missed", l.t("Run of missed calls", "רצף של שיחות שלא נענו"), String::new()),
        Subject::Appointment(_) => ("clock", l.t("Appointment", "פגישה"), format!("/calendar?date={}", row.place.day)),
        Subject::Talk(_) => ("calls", l.t("Talk with the receptionist", "שיחה עם הקבלה"), String::new()),
        Subject::Lead(id) => ("leads", l.t("Lead", "ליד"), format!("/leads/{id}")),
        Subject::Chat(id, ..) => ("inbox", l.t("Chat", "שיחה כתובה"), format!("/inbox/{id}")),
    };
    let hour = Time::new(row.place.hour, 0, 0, 0).map_or(String::new(), |at| at.strftime("%H:%M").to_string());
    html! {
        li {
            span class="face info" aria-hidden="true" { (icon(sign)) }
            span class="what" {
                @if link.is_empty() { b { (words) } } @else { a href=(link) { (words) } }
                @if !row.place.line.is_empty() { span class="line" { (number(&row.place.line)) } }
            }
            span class="end" { (when.date(row.place.day)) " " bdi { (hour) } }
        }
    }
}
