//! Properties: what is let and sold, looked through, marked as gone, and taken in from a file that can be tried first (C5, D1).

use super::look::{self, Look};
use super::sent::Sent;
use super::shell::{
    Page, Place, Said, When, empty, form_key, hidden, icon, more_link, pill, select, select_in, tabs, terms,
};
use super::{tenancies, viewings};
use crate::problem::{Problem, Result};
use crate::session::{Agent, Form, Lang, Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use ringleader_core::id::PropertyId;
use ringleader_core::property::{MediumKind, Property, PropertyState};
use ringleader_core::reception::say::{self, Card, Style};
use ringleader_core::reception::words::Deal;
use ringleader_core::rows::BadRow;
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use ringleader_store::repo::Filter;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/properties", get(list))
        .route("/properties/import", post(import).get(show_import))
        .route("/properties/{id}", get(show).post(change))
}

/// So many bad rows are named; who mends these finds the others.
const NAMED: usize = 50;

async fn list(State(state): State<AppState>, Viewer(me): Viewer, Query(look): Query<Look>) -> Result<Markup> {
    let l = me.lang;
    let shown: Option<PropertyState> = look.show.parse().ok();
    let deal: Option<Deal> = look.view.parse().ok();
    let filter = Filter::default()
        .and("state =", shown.map(|it| it.as_str()))
        .and("deal =", deal.map(|it| it.as_str()))
        .and_words(&["reference", "street", "area", "postcode", "search_words"], Some(look.q.as_str()));
    let found = state.store.read(me.tenant.id).await?.properties().list(filter, &look.page(50)).await?;
    let at = |show: &str| Look { show: show.to_owned(), ..look.clone() }.path("/properties");
    let mut views = vec![(at(""), l.t("All", "הכול"), shown.is_none())];
    views.extend(PropertyState::ALL.iter().map(|it| (at(it.as_str()), of_state(l, *it).1, shown == Some(*it))));
    let body = html! {
        (tabs(l.t("Which properties", "אילו נכסים"), &views))
        form class="filters" method="get" action="/properties" role="search" {
            @if !look.show.is_empty() { (hidden("show", &look.show)) }
            div class="field" { label for="q" { (l.t("Road, area, reference or what it has", "רחוב, אזור, מספר נכס או מאפיין")) } input id="q" type="search" name="q" value=(look.q) dir="auto"; }
            (select(l.t("To rent or to buy", "להשכרה או למכירה"), "view", &look.view, &[("", l.t("Both", "שניהם")), ("rent", of_deal(l, Deal::Rent)), ("sale", of_deal(l, Deal::Sale))]))
            button type="submit" class="button" { (icon("search")) span { (l.t("Find", "חיפוש")) } }
        }
        section class="card" id="properties" data-live="property" {
            @if found.rows.is_empty() {
                @if look.bare() && look.view.is_empty() { (empty("key", l.t("No properties yet", "עוד אין נכסים"), l.t("What you let and sell comes here, from a file or over the API, and the receptionist tells callers of it.", "מה שמשכירים ומוכרים מופיע כאן, מקובץ או דרך ה-API, והמזכירה מספרת עליו לפונים."))) }
                @else { (empty("search", l.t("Nothing found", "לא נמצא דבר"), l.t("Try fewer letters, or another view.", "אפשר לנסות פחות אותיות, או תצוגה אחרת."))) }
            } @else { ul class="rows" { @for property in &found.rows { (row(&me, property)) } } }
            (more_link(l, &look.path("/properties"), found.next.as_deref()))
        }
    };
    let beside = html! { @if me.may(Role::Agent) { a class="button" href="/properties/import" { (icon("plus")) span { (l.t("From a file", "מקובץ")) } } } };
    Page::new(&me, Place::Properties, l.t("Properties", "נכסים"), body).beside(beside).show(&state).await
}

fn of_deal(l: Lang, deal: Deal) -> &'static str {
    match deal {
        Deal::Rent => l.t("To rent", "להשכרה"),
        Deal::Sale => l.t("To buy", "למכירה"),
    }
}

/// The tone and the words of a state.
fn of_state(l: Lang, state: PropertyState) -> (&'static str, &'static str) {
    match state {
        PropertyState::Available => ("good", l.t("Available", "פנוי")),
        PropertyState::UnderOffer => ("warn", l.t("Under offer", "במשא ומתן")),
        PropertyState::Gone => ("info", l.t("Let or sold", "הושכר או נמכר")),
        PropertyState::Withdrawn => ("quiet", l.t("Off the market", "ירד מהשוק")),
    }
}

fn card(me: &Me, property: &Property) -> Card {
    property.card(me.lang.tag(), me.tenant.currency())
}

fn row(me: &Me, property: &Property) -> Markup {
    let (l, when, card) = (me.lang, When::of(me), card(me, property));
    let (tone, words) = of_state(l, property.entered.state);
    html! {
        li {
            span class="face" aria-hidden="true" { (icon("key")) }
            span class="what" {
                a href={ "/properties/" (property.id) } { bdi { (terms::sentence(card.title.clone())) } " " bdi { (card.place) } }
                span class="line" { (of_deal(l, property.entered.deal)) " · " bdi { (price(l, &card)) } }
                small { bdi dir="ltr" { (property.entered.reference) } @if let Some(district) = &property.district { " · " bdi dir="ltr" { (district) } } }
            }
            span class="end" { (pill(tone, words)) (when.ago(property.updated_at)) }
        }
    }
}

fn price(l: Lang, card: &Card) -> String {
    say::price_of(card, l.tag(), Style::Written)
}

async fn show(State(state): State<AppState>, Viewer(me): Viewer, Path(id): Path<String>) -> Result<Markup> {
    let (l, when) = (me.lang, When::of(&me));
    let id: PropertyId = look::id(&id)?;
    let mut read = state.store.read(me.tenant.id).await?;
    let property = read.properties().get(id).await?.ok_or_else(Problem::not_found)?;
    let media = read.properties().media(&[id]).await?;
    let people = tenancies::People::read(&mut read, id).await?;
    drop(read);
    let (it, card) = (&property.entered, card(&me, &property));
    let (tone, words) = of_state(l, it.state);
    let line = |name: &str, value: Option<&str>| {
        html! { @if let Some(value) = value { div { dt { (name) } dd { bdi { (value) } } } } }
    };
    let body = html! {
        div class="two" {
            section class="card" id="property" data-live="property" {
                header { h2 { (of_deal(l, it.deal)) } (pill(tone, words)) }
                dl class="facts" {
                    (line(l.t("Price", "מחיר"), Some(&price(l, &card))))
                    (line(l.t("Road", "רחוב"), Some(&it.street)))
                    (line(l.t("Door, told to nobody without an appointment", "מספר דלת, לא נמסר בלי פגישה"), it.door.as_deref()))
                    (line(l.t("Area", "אזור"), it.area.as_deref()))
                    (line(l.t("Postcode", "מיקוד"), it.postcode.as_deref()))
                    (line(l.t("Bedrooms", "חדרי שינה"), Some(&it.bedrooms.to_string())))
                    (line(l.t("Reference", "מספר הנכס"), Some(&it.reference)))
                    @if !it.features.is_empty() { div { dt { (l.t("What it has", "מה יש בו")) } dd { @for feature in &it.features { span class="pill" { bdi { (feature) } } " " } } } }
                    @if let Some(link) = &it.link { div { dt { (l.t("Its page", "הדף שלו")) } dd { a href=(link) rel="noreferrer" dir="ltr" { (link) } } } }
                    @if !media.is_empty() { div { dt { (l.t("What is sent of it", "מה נשלח ממנו")) } dd { @for (_, it) in &media { a href=(it.url) rel="noreferrer" { (of_medium(l, it.kind)) } " " } } } }
                    div { dt { (l.t("Last change", "שינוי אחרון")) } dd { (when.at(property.updated_at)) } }
                }
            }
            div {
                @if me.may(Role::Agent) { (changing(&me, &property)) }
                (tenancies::shown(&me, &property, &people))
                @if me.may(Role::Agent) { (viewings::shown(&me, &property, &people.colleagues)) }
            }
        }
    };
    let title = format!("{} {}", terms::sentence(card.title.clone()), card.place);
    Page::new(&me, Place::Properties, &title, body).show(&state).await
}

fn changing(me: &Me, property: &Property) -> Markup {
    let l = me.lang;
    let states: Vec<_> = PropertyState::ALL.iter().map(|it| (it.as_str(), of_state(l, *it).1)).collect();
    html! {
        section class="card" {
            h2 { (l.t("Can it be had?", "האם הוא פנוי?")) }
            form method="post" action={ "/properties/" (property.id) } class="form" {
                (form_key(me))
                (select_in("one", l.t("State", "מצב"), "state", property.entered.state.as_str(), &states))
                div class="acts" { button type="submit" class="button main" { (l.t("Save", "שמירה")) } }
            }
            small { (l.t("Callers are told of available ones alone. Whoever waits for something like it hears when it can be had again.", "לפונים מספרים רק על נכסים פנויים. מי שמחכה לנכס כזה שומע כשהוא מתפנה.")) }
        }
    }
}

fn of_medium(l: Lang, kind: MediumKind) -> &'static str {
    match kind {
        MediumKind::Photo => l.t("photo", "תמונה"),
        MediumKind::FloorPlan => l.t("floor plan", "תוכנית"),
        MediumKind::Epc => l.t("energy certificate", "תעודת אנרגיה"),
        MediumKind::Tour => l.t("tour", "סיור"),
    }
}

async fn change(State(state): State<AppState>, sent: Sent<PropertyId>) -> Result<Redirect> {
    let mut tx = state.store.begin(sent.me.tenant.id).await?;
    actions::set_property_state(&mut tx, sent.id, sent.fields.word("state")?, &sent.me.actor()).await?;
    tx.commit().await?;
    Ok(Said::then("saved", &format!("/properties/{}", sent.id)))
}

/// What became of a file that was tried, or refused.
struct Tried<'a> {
    csv: &'a str,
    good: usize,
    bad: &'a [BadRow],
}

async fn show_import(State(state): State<AppState>, Agent(me): Agent) -> Result<Markup> {
    import_page(&state, &me, None).await
}

async fn import_page(state: &AppState, me: &Me, tried: Option<Tried<'_>>) -> Result<Markup> {
    let l = me.lang;
    let body = html! {
        p { a href="/properties" { (icon("back")) " " (l.t("All properties", "כל הנכסים")) } }
        @if let Some(tried) = &tried { (told(me, tried)) }
        section class="card" {
            form method="post" action="/properties/import" class="form" {
                (form_key(me))
                div class="field scripted" hidden {
                    label for="file" { (l.t("A CSV file", "קובץ CSV")) }
                    input id="file" type="file" accept=".csv,text/csv" data-into="csv";
                }
                div class="field" {
                    label for="csv" { (l.t("Its rows", "השורות שלו")) }
                    textarea id="csv" name="csv" dir="ltr" rows="10" required { (tried.as_ref().map_or("", |tried| tried.csv)) }
                    small { (l.t("The last four are https addresses; several photos have | between them. ", "ארבע האחרונות הן כתובות https; בין כמה תמונות בא |. ")) (l.t("The first row names the columns: ", "השורה הראשונה היא שמות העמודות: ")) bdi dir="ltr" { "reference, deal, kind, door, street, area, postcode, bedrooms, price, period, features, link, state, photos, floor_plan, epc, tour" } }
                }
                div class="acts" {
                    button type="submit" name="do" value="keep" class="button main" { (l.t("Take it in", "קליטה")) }
                    button type="submit" name="do" value="try" class="button" { (l.t("Only try", "ניסיון בלבד")) }
                }
                small { (l.t("Nothing is kept while a row is bad. A reference that is known is brought up to date.", "כל עוד יש שורה שגויה לא נקלט דבר. נכס שמספרו מוכר מתעדכן.")) }
            }
        }
    };
    Page::new(me, Place::Properties, l.t("Properties from a file", "נכסים מקובץ"), body).show(state).await
}

fn told(me: &Me, tried: &Tried<'_>) -> Markup {
    let l = me.lang;
    let good = i64::try_from(tried.good).unwrap_or(i64::MAX);
    let fine = l.ns(good, ("One row is good.", "שורה אחת תקינה."), ("{n} rows are good.", "{n} שורות תקינות."));
    html! {
        div id="tried" class={ "callout " (if tried.bad.is_empty() { "good" } else { "warn" }) } role="status" {
            (icon(if tried.bad.is_empty() { "check" } else { "warn" }))
            div {
                p { (fine) " " (l.t("Nothing was kept.", "לא נקלט דבר.")) }
                @if !tried.bad.is_empty() {
                    ul {
                        @for bad in tried.bad.iter().take(NAMED) {
                            li { (l.t("Row ", "שורה ")) (bad.row) @if !bad.field.is_empty() { ", " code dir="ltr" { (bad.field) } } ": " (terms::fault(l, &bad.message)) }
                        }
                    }
                    @if tried.bad.len() > NAMED { p { (l.n((tried.bad.len() - NAMED) as i64, "and {n} more", "ועוד {n}")) } }
                }
            }
        }
    }
}

async fn import(State(state): State<AppState>, Agent(me): Agent, Form(fields): Form) -> Result<Response> {
    let csv = fields.text("csv").unwrap_or_default();
    let only_try = fields.trimmed("do") == "try";
    let mut tx = state.store.begin(me.tenant.id).await?;
    let (good, bad) = actions::import_properties(&mut tx, csv, only_try, &me.actor()).await?;
    if only_try || !bad.is_empty() {
        drop(tx);
        let tried = Tried { csv, good, bad: &bad };
        return Ok(import_page(&state, &me, Some(tried)).await?.into_response());
    }
    tx.commit().await?;
    Ok(Said::then("saved", "/properties").into_response())
}
