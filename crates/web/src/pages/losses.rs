//! The loss account (P11): every missed call of a day, what became of it and why, and whether the sum closes.

use super::look::Look;
use super::shell::{Page, Place, When, empty, icon, more_link, number, pill, terms};
use super::today::{bar, legend};
use crate::problem::Result;
use crate::session::{Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use jiff::ToSpan as _;
use jiff::civil::Date;
use maud::{Markup, html};
use ringleader_core::loss::Fate;
use ringleader_jobs::loss::{self, Account, Placed};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/losses", get(show))
}

/// Days in the list beside the account.
const DAYS: i64 = 7;

async fn show(State(state): State<AppState>, Viewer(me): Viewer, Query(look): Query<Look>) -> Result<Markup> {
    let (l, when) = (me.lang, When::of(&me));
    let date: Date = look.date.parse().unwrap_or_else(|_| when.today());
    let fate: Option<Fate> = look.state.parse().ok();
    let mut read = state.store.read(me.tenant.id).await?;
    let account = loss::account(&mut read, &me.tenant, date).await?;
    let (calls, next) = loss::calls(&mut read, &me.tenant, date, fate, &look.page(50)).await?;
    let mut week = Vec::new();
    for day in (0..DAYS).map(|back| when.today().saturating_sub(back.days())) {
        week.push(if day == date { account.clone() } else { loss::account(&mut read, &me.tenant, day).await? });
    }
    drop(read);
    let here = look.path("/losses");
    let body = html! {
        (days(&me, date))
        div id="account" data-live="call episode decision message" { (told(&me, &account)) }
        div class="two even" {
            section class="card" id="behind" data-live="call episode decision message" {
                header { h2 { (l.t("The calls behind it", "השיחות שמאחורי המספרים")) }
                    @if fate.is_some() { a href={ "/losses?date=" (date) } { (l.t("Show all", "להציג הכול")) } } }
                @if calls.is_empty() { (empty("losses", l.t("No calls here", "אין כאן שיחות"), "")) }
                @else { ul class="rows" { @for call in &calls { (row(&me, call)) } } }
                (more_link(l, &here, next.as_deref()))
            }
            section class="card" { h2 { (l.t("The last seven days", "שבעת הימים האחרונים")) } (table(&me, &week)) }
        }
    };
    Page::new(&me, Place::Losses, l.t("Loss account", "מאזן שיחות"), body).show(&state).await
}

fn days(me: &Me, date: Date) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let (before, after) = (date.saturating_sub(1.day()), date.saturating_add(1.day()));
    html! {
        nav class="tabs" aria-label=(l.t("Day", "יום")) {
            a href={ "/losses?date=" (before) } rel="prev" { (icon("back")) " " (when.date(before)) }
            a href={ "/losses?date=" (date) } aria-current="page" { (when.date(date)) }
            @if date < when.today() { a href={ "/losses?date=" (after) } rel="next" { (when.date(after)) " " (icon("next")) } }
        }
    }
}

fn told(me: &Me, account: &Account) -> Markup {
    let l = me.lang;
    let (tone, sign) = if account.balanced() { ("good", "check") } else { ("bad", "warn") };
    let words = match (account.balanced(), account.missed()) {
        (true, 0) => l.t("No missed calls.", "אין שיחות שלא נענו.").to_owned(),
        (true, 1) => l.t("One missed call, accounted for.", "שיחה אחת שלא נענתה, והיא מטופלת.").to_owned(),
        (true, n) => l.n(n, "{n} missed calls, every one accounted for.", "{n} שיחות שלא נענו, וכולן מטופלות."),
        (false, _) => l.n(
            account.count(Fate::Lost),
            "The account does not close: {n} with nothing behind them.",
            "המאזן לא נסגר: {n} בלי שום טיפול.",
        ),
    };
    html! {
        section class={ "verdict " (tone) } {
            div class="line" { (icon(sign)) div { h2 { (words) } p { (l.t("Missed = reached + on its way + waiting for you + left out.", "לא נענו = נוצר קשר + בדרך + בטיפולך + לא נדרש.")) } } }
            @if account.missed() > 0 { (bar(me, account)) (legend(me, account)) }
            @for (state, count) in &account.set_aside {
                p { (icon("warn")) " " (l.n(*count, "{n} records in the tray: ", "{n} רשומות במגש: ")) (terms::reason(l, state)) }
            }
        }
    }
}

fn row(me: &Me, call: &Placed) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let (tone, words) = terms::fate(l, call.fate);
    html! {
        li {
            span class={ "face " (tone) } aria-hidden="true" { (icon("missed")) }
            span class="what" {
                a href={ "/calls/" (call.traced.call) } { @match &call.traced.from { Some(from) => { (number(from)) } None => { (l.t("Number withheld", "מספר חסוי")) } } }
                span class="line" { (terms::reason(l, &call.reason)) }
            }
            span class="end" { (pill(tone, words)) (when.at(call.traced.at)) }
        }
    }
}

fn table(me: &Me, week: &[Account]) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(l.t("The last seven days", "שבעת הימים האחרונים")) {
            table {
                thead { tr { th { (l.t("Day", "יום")) } th { (l.t("Missed", "לא נענו")) } th { (l.t("Reached", "נוצר קשר")) } th { (l.t("Yours", "בטיפולך")) } th { (l.t("Lost", "אבדו")) } } }
                tbody {
                    @for account in week {
                        tr {
                            td class="nowrap" { a href={ "/losses?date=" (account.date) } { (when.date(account.date)) } }
                            td { (account.missed()) } td { (account.count(Fate::Contacted)) } td { (account.count(Fate::Held)) } td { (account.count(Fate::Lost)) }
                        }
                    }
                }
            }
        }
    }
}
