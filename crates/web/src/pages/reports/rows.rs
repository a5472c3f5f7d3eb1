//! The things behind a number of the reports: calls, outreaches, leads, chats, with who it is about and the way to each.

use super::figures::Amount;
use super::{Opened, back, query};
use crate::pages::shell::{Page, Place, When, empty, icon, more_link, number, person};
use crate::problem::Result;
use crate::session::{Lang, Me};
use crate::state::AppState;
use axum::extract::State;
use maud::{Markup, html};
use ringleader_store::repo::{Behind, Subject, Whose};

/// Rows of a page.
const ROWS: u32 = 50;

pub(super) async fn show(
    State(state): State<AppState>,
    Opened { me, asked, chosen, mut read }: Opened,
) -> Result<Markup> {
    let l = me.lang;
    let cursor = Some(asked.cursor.as_str()).filter(|cursor| !cursor.is_empty());
    let only = asked.only();
    let (rows, next) = read.reports().behind_only(&asked.measure, &chosen.period, &only, cursor, ROWS).await?;
    let subjects: Vec<Subject> = rows.iter().map(|row| row.subject).collect();
    let whose = read.reports().whose(&subjects).await?;
    drop(read);
    let link = |page| {
        let mut link = chosen.path(page, Some(&asked.measure));
        for (name, value) in [("weekday", &asked.weekday), ("hour", &asked.hour), ("agent", &asked.agent)] {
            if !value.is_empty() {
                link = format!("{link}&{}", query(&[(name, value)]));
            }
        }
        link
    };
    let here = link("/reports/rows");
    let body = html! {
        (back(&me, &chosen))
        section class="card" id="rows" {
            @if !rows.is_empty() { header { a href=(link("/reports/rows.csv")) { (icon("next")) " CSV" } } }
            @if rows.is_empty() { (empty("search", l.t("Nothing behind this number", "אין שורות מאחורי המספר הזה"), "")) }
            @else { ul class="rows" { @for (row, whose) in rows.iter().zip(&whose) { (shown(&me, &asked.measure, row, whose.as_ref())) } } }
            (more_link(l, &here, next.as_deref()))
        }
    };
    Page::new(&me, Place::Reports, l.t("Behind the number", "מאחורי המספר"), body).show(&state).await
}

/// The page of a thing; that of the person where it has none of its own.
fn link(me: &Me, row: &Behind, whose: &Whose) -> Option<String> {
    let person = || whose.contact.map(|contact| format!("/contacts/{contact}"));
    match row.subject {
        Subject::Call(id) => Some(format!("/calls/{id}")),
        Subject::Episode(_) => person(),
        Subject::Appointment(_) => {
            let day = whose.at.to_zoned(me.tenant.time_zone.clone()).date();
            Some(format!("/calendar?date={day}"))
        }
        Subject::Talk(_) => whose.call.map(|call| format!("/calls/{call}")).or_else(person),
        Subject::Lead(id) => Some(format!("/leads/{id}")),
        Subject::Chat(id, ..) => Some(format!("/inbox/{id}")),
    }
}

fn shown(me: &Me, measure: &str, row: &Behind, whose: Option<&Whose>) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let (sign, words) = match row.subject {
        Subject::Call(_) => ("calls", l.t("Call", "שיחת טלפון")),
        Subject::Episode(_) => ("missed", l.t("Missed, and what followed", "שיחה שלא נענתה, ומה שבא אחריה")),
        Subject::Appointment(_) => ("clock", l.t("Appointment", "פגישה")),
        Subject::Talk(_) => ("calls", l.t("Talk with the receptionist", "שיחה עם המענה האוטומטי")),
        Subject::Lead(_) => ("leads", l.t("Lead", "ליד")),
        Subject::Chat(..) => ("inbox", l.t("Chat", "שיחה כתובה")),
    };
    let Some(whose) = whose else {
        return html! { li { span class="what" { b { (words) } } span class="end" { (when.date(row.place.day)) } } };
    };
    let who = person(l, whose.name.as_deref(), whose.phone.as_ref().map(|phone| phone.as_str()));
    html! {
        li {
            span class="face info" aria-hidden="true" { (icon(sign)) }
            span class="what" {
                @match link(me, row, whose) { Some(link) => a href=(link) { (who) }, None => b { (who) } }
                span class="line" { (words) @if !row.place.line.is_empty() { " · " (number(&row.place.line)) } }
            }
            span class="end" { @if let Some(share) = share(me.lang, measure, row.value) { b { bdi { (share) } } } (when.at(whose.at)) }
        }
    }
}

/// How much of the number is a thing's, where that is more than to be counted.
fn share(l: Lang, measure: &str, value: i64) -> Option<String> {
    match measure {
        "credits" => Some(l.ns(value, ("One credit", "קרדיט אחד"), ("{n} credits", "{n} קרדיטים"))),
        "platform_cost_micros" => Some(Amount::Dollars(value).words()),
        _ if measure.ends_with("_seconds") => Some(Amount::Seconds(Some(value as f64)).words()),
        _ => None,
    }
}
