//! Lines: the business's numbers and what each is for (A4).

use super::framed;
use crate::api::lines::{ChangeLine, NewLine, add, change_now, end_now};
use crate::pages::sent::Sent;
use crate::pages::shell::{
    Said, When, empty, field_in, field_with_help, form_key, icon, number, pill, select, select_in,
};
use crate::problem::Result;
use crate::session::{Form, Lang, Me, Owner};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::{get, post};
use maud::{Markup, html};
use ringleader_core::id::LineId;
use ringleader_core::tenant::{Line, LineUse};
use ringleader_store::repo::Page;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/settings/lines", get(show).post(create))
        .route("/settings/lines/{id}", post(change))
        .route("/settings/lines/{id}/end", post(end))
}

fn purpose(l: Lang, purpose: LineUse) -> &'static str {
    match purpose {
        LineUse::MissedCall => l.t("Missed calls", "שיחות שלא נענו"),
        LineUse::Receptionist => l.t("Receptionist", "מענה אוטומטי"),
        LineUse::VoiceAgent => l.t("Voice agent", "סוכן קולי"),
        LineUse::Messaging => l.t("Messages", "הודעות"),
    }
}

async fn show(State(state): State<AppState>, Owner(me): Owner) -> Result<Markup> {
    let (l, when) = (me.lang, When::of(&me));
    let mut read = state.store.read(me.tenant.id).await?;
    let lines = read.tenants().lines().await?;
    let connections = read.connections().list(&Page::default()).await?.rows;
    drop(read);
    let names: Vec<(String, String)> = connections.iter().map(|it| (it.id.to_string(), it.name.clone())).collect();
    let mut options = vec![("", l.t("The first that can", "הראשון שיכול"))];
    options.extend(names.iter().map(|(id, name)| (id.as_str(), name.as_str())));
    let body = html! {
        section class="card" id="lines" data-live="line" {
            h2 { (l.t("Your numbers", "המספרים שלך")) }
            @if lines.is_empty() { (empty("calls", l.t("No line yet", "עוד אין קו"), l.t("Calls to a number that is not here wait in the tray; they are processed when it is added.", "שיחות למספר שלא רשום כאן מחכות במגש, ומטופלות ברגע שמוסיפים אותו."))) }
            ul class="rows" {
                @for line in &lines {
                    li {
                        span class="face" aria-hidden="true" { (icon("calls")) }
                        span class="what" {
                            b { (number(line.number.as_str())) }
                            span { @for it in &line.uses { (pill("info", purpose(l, *it))) " " } small { (l.t("since ", "מאז ")) (when.at(line.since)) } }
                        }
                        span class="acts" { form method="post" action={ "/settings/lines/" (line.id) "/end" } { (form_key(&me)) button type="submit" class="button small" data-sure=(l.t("End this line? Its calls stay.", "לסיים את הקו? השיחות נשארות.")) { (l.t("End", "סיום")) } } }
                        details class="wide" { summary { (l.t("Change", "שינוי")) } (changing(&me, line, &options)) }
                    }
                }
            }
        }
        section class="card" {
            h2 { (l.t("Add a line", "הוספת קו")) }
            form method="post" action="/settings/lines" class="form" {
                (form_key(&me))
                div class="pairs" {
                    (field_with_help(l.t("Number", "מספר"), "number", "tel", "", l.t("As customers dial it", "כפי שהלקוחות מחייגים")))
                    (select(l.t("Messages go out over", "הודעות יוצאות דרך"), "connection_id", "", &options))
                }
                (tick_uses(l, &[LineUse::MissedCall]))
                div class="acts" { button type="submit" class="button main" { (icon("plus")) (l.t("Add", "הוספה")) } }
            }
        }
    };
    framed(&state, &me, "/settings/lines", body).await
}

fn changing(me: &Me, line: &Line, connections: &[(&str, &str)]) -> Markup {
    let l = me.lang;
    let (row, over) = (line.id.to_string(), line.connection_id.map(|id| id.to_string()).unwrap_or_default());
    html! {
        form method="post" action={ "/settings/lines/" (line.id) } class="form" {
            (form_key(me))
            (tick_uses(l, &line.uses))
            div class="pairs" {
                (select_in(&row, l.t("Messages go out over", "הודעות יוצאות דרך"), "connection_id", &over, connections))
                (field_in(&row, l.t("Languages, the preferred first: he, en-GB", "שפות, המועדפת קודם: he, en-GB"), "languages", "text", &line.languages.join(", ")))
            }
            div class="acts" { button type="submit" class="button main" { (l.t("Save", "שמירה")) } }
        }
    }
}

fn tick_uses(l: Lang, uses: &[LineUse]) -> Markup {
    html! {
        fieldset {
            legend { (l.t("What it is for", "למה הוא משמש")) }
            @for it in LineUse::ALL { label class="tick" { input type="checkbox" name="uses" value=(it) checked[uses.contains(it)]; span { (purpose(l, *it)) } } }
        }
    }
}

async fn change(State(state): State<AppState>, Sent { me, id, fields, .. }: Sent<LineId, Owner>) -> Result<Redirect> {
    let languages = fields.trimmed("languages").split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    let body = ChangeLine {
        uses: Some(fields.all("uses").filter_map(|word| word.parse().ok()).collect()),
        connection_id: Some(fields.given("connection_id").map(str::to_owned)),
        languages: Some(languages.collect()),
    };
    change_now(&state, me.tenant.id, &me.actor(), id, body).await?;
    Ok(Said::then("saved", "/settings/lines"))
}

async fn create(State(state): State<AppState>, Owner(me): Owner, Form(fields): Form) -> Result<Redirect> {
    let uses = fields.all("uses").filter_map(|word| word.parse().ok()).collect();
    let connection_id = fields.given("connection_id").map(str::to_owned);
    let new = NewLine { number: fields.trimmed("number").to_owned(), uses, connection_id, languages: vec![] };
    add(&state, me.tenant.id, &me.actor(), new).await?;
    Ok(Said::then("saved", fields.given("back").unwrap_or("/settings/lines")))
}

async fn end(State(state): State<AppState>, Sent { me, id, .. }: Sent<LineId, Owner>) -> Result<Redirect> {
    end_now(&state, me.tenant.id, &me.actor(), id).await?;
    Ok(Said::then("removed", "/settings/lines"))
}
