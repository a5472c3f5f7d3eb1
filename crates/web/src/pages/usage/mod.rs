//! Usage and credits: what the voice agents' calls cost, what the models were asked, and how many messages there were, month
//! by month (B3, B7).

mod sums;

pub(super) use sums::dollars;

use super::look::Look;
use super::shell::{Page, Place, Said, When, empty, field, field_with_help, form_key, hidden, icon, more_link, pill};
use crate::api::statement::{self, Month};
use crate::problem::{Problem, Result};
use crate::session::{Form, Lang, Me, Owner, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use jiff::ToSpan as _;
use maud::{Markup, html};
use ringleader_core::credits::EntryKind;
use ringleader_core::currency::grouped;
use ringleader_core::user::Role;
use ringleader_jobs::actions;
use ringleader_store::repo::{CreditEntry, Listing, Statement};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/usage", get(show)).route("/usage/credits.csv", get(file)).route("/usage/top-up", post(top_up))
}

fn month(me: &Me, look: &Look) -> Result<Month> {
    let asked = Some(look.month.as_str()).filter(|month| !month.is_empty());
    Month::of(asked, me.now, &me.zone())
}

async fn show(State(state): State<AppState>, Viewer(me): Viewer, Query(look): Query<Look>) -> Result<Markup> {
    let l = me.lang;
    let month = month(&me, &look)?;
    let (begin, end) = (month.begin, month.end);
    let mut read = state.store.read(me.tenant.id).await?;
    let balance = read.credits().balance().await?;
    let credits = read.credits().statement(begin, end).await?;
    let entries = read.credits().within(begin, end, &look.page(25)).await?;
    let ever = read.credits().last_top_up().await?.is_some() || credits.opening != 0 || !entries.rows.is_empty();
    let models = read.sums().models(begin, end).await?;
    let messages = read.sums().messages(begin, end).await?;
    drop(read);
    let body = html! {
        (months(&me, &month))
        div class="two" {
            section class="card" id="credits" data-live="credit" {
                header { h2 { (l.t("Credits of the voice agent", "קרדיטים של הסוכן הקולי")) }
                    @if ever { a class="button small" href={ "/usage/credits.csv?month=" (month.name) } download { (icon("copy")) span { (l.t("Statement as a file", "הדפסת חשבון לקובץ")) } } } }
                @if ever { (account(&me, balance, &credits)) (ledger(&me, &look, &entries)) } @else {
                    (empty("usage", l.t("Nothing was charged yet", "עוד לא חויב דבר"), l.t("When a voice agent has talked to someone, its minutes are counted here.", "אחרי שיחה ראשונה של סוכן קולי, הדקות ייספרו כאן.")))
                }
            }
            div {
                (prices(&me))
                section class="card" id="models" { h2 { (l.t("Language models", "מודלי שפה")) } (sums::models(l, &models)) }
                section class="card" id="sent" data-live="message" { h2 { (l.t("Messages", "הודעות")) } (sums::messages(l, &messages)) }
            }
        }
    };
    Page::new(&me, Place::Usage, l.t("Usage and credits", "שימוש וקרדיטים"), body).show(&state).await
}

fn months(me: &Me, month: &Month) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let (before, after) = (month.first.saturating_sub(1.month()), month.first.saturating_add(1.month()));
    let link = |first: jiff::civil::Date| format!("/usage?month={}", first.strftime("%Y-%m"));
    html! {
        nav class="tabs" aria-label=(l.t("Month", "חודש")) {
            a href=(link(before)) rel="prev" { (icon("back")) " " (when.month(before)) }
            a href=(link(month.first)) aria-current="page" { (when.month(month.first)) }
            @if after <= when.today() { a href=(link(after)) rel="next" { (when.month(after)) " " (icon("next")) } }
        }
    }
}

fn account(me: &Me, balance: i64, credits: &Statement) -> Markup {
    let l = me.lang;
    let low = balance < me.tenant.settings.credits.alert_below;
    let lines = [
        (l.t("At the beginning of the month", "בתחילת החודש"), credits.opening),
        (l.t("Bought", "נקנו"), credits.top_ups),
        (l.t("Used by calls", "נוצלו בשיחות"), credits.debits),
        (l.t("Put right", "תיקונים"), credits.corrections),
        (l.t("At its end", "בסוף החודש"), credits.closing),
    ];
    html! {
        p class="figure" { b { bdi dir="ltr" { (grouped(balance)) } } " " (l.t("credits left now", "קרדיטים נותרו כעת")) @if low { " " (pill("warn", l.t("Running low", "עומדים להיגמר"))) } }
        dl class="facts sums" {
            @for (words, credits) in lines { div { dt { (words) } dd { bdi dir="ltr" { (grouped(credits)) } } } }
            div { dt { (l.t("Calls that were charged", "שיחות שחויבו")) } dd { (grouped(credits.calls)) } }
            div { dt { (l.t("What the platform charges for them", "מחיר השיחות אצל הספק")) } dd { bdi dir="ltr" { (sums::dollars(credits.platform_cost_micros)) } } }
            @if let Some(price) = credits.cost_of_a_credit() { div { dt { (l.t("That is for each credit", "כלומר לכל קרדיט")) } dd { bdi dir="ltr" { (sums::dollars(price)) } } } }
        }
        @if credits.paid_without_cost > 0 { p class="soft" { (icon("warn")) " " (l.ns(credits.paid_without_cost, ("One call cost credits, but the platform tells no price of it.", "שיחה אחת עלתה קרדיטים, אבל הספק לא מדווח על מחיר שלה."), ("{n} calls cost credits, but the platform tells no price of them.", "{n} שיחות עלו קרדיטים, אבל הספק לא מדווח על מחיר שלהן."))) } }
        @if credits.cost_without_credits > 0 { p class="soft" { (icon("warn")) " " (l.ns(credits.cost_without_credits, ("The platform charges for one call that cost no credits: ", "הספק מחייב על שיחה אחת שלא עלתה קרדיטים: "), ("The platform charges for {n} calls that cost no credits: ", "הספק מחייב על {n} שיחות שלא עלו קרדיטים: "))) bdi dir="ltr" { (sums::dollars(credits.cost_without_credits_micros)) } } }
    }
}

fn ledger(me: &Me, look: &Look, entries: &Listing<CreditEntry>) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    html! {
        h3 { (l.t("Every entry of the month", "כל התנועות בחודש")) }
        @if entries.rows.is_empty() { p class="soft" { (l.t("None.", "אין.")) } }
        ul class="rows" {
            @for entry in &entries.rows {
                li {
                    span class="what" {
                        @match entry.call_id { Some(call) => a href={ "/calls/" (call) } { (kind(l, entry.kind)) }, None => b { (kind(l, entry.kind)) } }
                        @if let Some(note) = &entry.note { span class="line" dir="auto" { (note) } }
                    }
                    span class="end" { b { bdi dir="ltr" { (sums::signed(entry.credits)) } } (when.at(entry.at)) }
                }
            }
        }
        (more_link(l, &look.path("/usage"), entries.next.as_deref()))
    }
}

fn kind(l: Lang, kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Debit => l.t("A call", "שיחה"),
        EntryKind::TopUp => l.t("Credits were bought", "קניית קרדיטים"),
        EntryKind::Correction => l.t("Put right", "תיקון"),
    }
}

fn prices(me: &Me) -> Markup {
    let l = me.lang;
    let terms = &me.tenant.settings.credits;
    html! {
        section class="card" {
            h2 { (l.t("Prices", "מחירים")) }
            ul class="plain" {
                li { @if terms.per_minute == 1 { (l.t("One credit for each minute that began", "קרדיט אחד לכל דקה שהתחילה")) } @else { (l.n(terms.per_minute, "{n} credits for each minute that began", "{n} קרדיטים לכל דקה שהתחילה")) } }
                li { @if terms.charge_voicemail { (l.t("A call that a voicemail took costs the same", "שיחה שהגיעה לתא קולי עולה אותו דבר")) } @else { (l.t("A call that a voicemail took costs nothing", "שיחה שהגיעה לתא קולי לא עולה דבר")) } }
                li { (l.n(terms.alert_below, "Someone is told when fewer than {n} are left", "כשנשארים פחות מ-{n} נשלחת התראה")) }
            }
            @if me.may(Role::Owner) {
                details id="buy" {
                    summary { (l.t("Note credits that were bought", "לרשום קרדיטים שנקנו")) }
                    form method="post" action="/usage/top-up" class="form" {
                        (form_key(me)) (hidden("back", &Said::without(&me.path)))
                        (field_with_help(l.t("How many", "כמה"), "credits", "number", "", l.t("Entered too many? Take them back with a minus, and say why", "נרשמו יותר מדי? אפשר להחזיר עם מינוס ולציין למה")))
                        (field(l.t("Note, such as the number of the invoice", "הערה, למשל מספר החשבונית"), "note", "text", ""))
                        div class="acts" { button type="submit" class="button" { (l.t("Add", "הוספה")) } }
                    }
                }
            }
        }
    }
}

async fn file(State(state): State<AppState>, Viewer(me): Viewer, Query(look): Query<Look>) -> Result<Response> {
    let mut read = state.store.read(me.tenant.id).await?;
    statement::table(&mut read, &month(&me, &look)?).await
}

async fn top_up(State(state): State<AppState>, Owner(me): Owner, Form(fields): Form) -> Result<Redirect> {
    let credits = fields.trimmed("credits").parse().map_err(|_| Problem::field("credits", "must be a number"))?;
    actions::top_up(&state.cx, me.tenant.id, credits, fields.given("note"), &me.actor()).await?;
    Ok(Said::then("saved", fields.given("back").unwrap_or("/usage")))
}
