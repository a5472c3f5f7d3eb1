//! Today: did I lose anyone, and whom should I call now?

mod call_list;
mod calls_now;

pub(super) use call_list::{preference, standing};

use super::shell::{Page, Place, When, empty, icon, number, person, pill, terms, trouble};
use crate::problem::Result;
use crate::session::{Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use ringleader_core::loss::Fate;
use ringleader_core::user::Role;
use ringleader_jobs::loss::{self, Account};
use ringleader_store::repo::{ChatRow, Chats, Connection, Filter, LeadRow, Page as ListPage};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/today", get(show))
}

/// The places of the account in the order in which they are told.
const PLACES: [Fate; 5] = [Fate::Contacted, Fate::Open, Fate::Held, Fate::Lost, Fate::Excluded];

async fn show(State(state): State<AppState>, Viewer(me): Viewer) -> Result<Markup> {
    let (l, when) = (me.lang, When::of(&me));
    let few = ListPage { limit: 6, before: None };
    let mut read = state.store.read(me.tenant.id).await?;
    let account = loss::account(&mut read, &me.tenant, when.today()).await?;
    let calls = call_list::gather(&mut read, &me).await?;
    let now = calls_now::gather(&mut read, &me).await?;
    let chats = read.desk().chats(Chats::Waiting, &few).await?.rows;
    let leads = read.desk().leads(Filter::default(), &few).await?.rows;
    let connections = read.connections().list(&ListPage { limit: 50, before: None }).await?.rows;
    let has_line = !read.tenants().lines().await?.is_empty();
    drop(read);
    let ready = has_line && !connections.is_empty();
    let body = html! {
        div id="alerts" data-live="connection tenant" { (alerts(&me, &connections, ready)) }
        div id="verdict" data-live="call episode decision message" { (verdict(&me, &account)) }
        (calls_now::shown(&me, &now))
        div class="two" {
            section class="card" id="call-now" data-live="lead task contact" aria-labelledby="call-now-title" {
                header { h2 id="call-now-title" { (l.t("Call now", "למי להתקשר עכשיו")) } a href="/tasks" { (l.t("All tasks", "כל המשימות")) } }
                (call_list::shown(&me, &calls))
            }
            div {
                section class="card" id="chats" data-live="message conversation contact" aria-labelledby="chats-title" {
                    header { h2 id="chats-title" { (l.t("Waiting for an answer", "מחכים לתשובה")) } a href="/inbox" { (l.t("Inbox", "כל השיחות")) } }
                    (waiting(&me, &chats))
                }
                section class="card" id="leads" data-live="lead contact" aria-labelledby="leads-title" {
                    header { h2 id="leads-title" { (l.t("Newest leads", "הלידים האחרונים")) } a href="/leads" { (l.t("All leads", "כל הלידים")) } }
                    (newest(&me, &leads))
                }
            }
        }
    };
    let title = format!("{}, {}", l.t("Today", "היום"), when.full_date(when.today()));
    Page::new(&me, Place::Today, &title, body).show(&state).await
}

/// What the day's account says, in one sentence and one bar.
fn verdict(me: &Me, account: &Account) -> Markup {
    let l = me.lang;
    let (lost, held, missed) = (account.count(Fate::Lost), account.count(Fate::Held), account.missed());
    let (tone, sign, words) = match (lost, held, missed) {
        (0, 0, 0) => ("good", "heart", l.t("No missed calls today.", "אין היום שיחות שלא נענו.").to_owned()),
        (0, 0, _) => ("good", "check", l.t("Nobody was lost today.", "אף אחד לא אבד היום.").to_owned()),
        (0, 1, _) => (
            "warn",
            "hand",
            l.t("Nobody was lost. One caller waits for you.", "אף אחד לא אבד. פנייה אחת מחכה לך.").to_owned(),
        ),
        (0, n, _) => {
            ("warn", "hand", l.n(n, "Nobody was lost. {n} callers wait for you.", "אף אחד לא אבד. {n} פניות מחכות לך."))
        }
        (1, ..) => (
            "bad",
            "warn",
            l.t("One missed call has nothing behind it yet.", "שיחה אחת שלא נענתה עוד לא טופלה.").to_owned(),
        ),
        (n, ..) => (
            "bad",
            "warn",
            l.n(n, "{n} missed calls have nothing behind them yet.", "{n} שיחות שלא נענו עוד לא טופלו."),
        ),
    };
    let sum = match missed {
        0 => l.t("Every call was answered so far.", "כל השיחות נענו עד כה.").to_owned(),
        1 => {
            l.t("One missed call so far, and what became of it:", "שיחה אחת שלא נענתה עד כה, ומה קרה איתה:").to_owned()
        }
        n => l.n(n, "{n} missed calls so far, and what became of them:", "{n} שיחות שלא נענו עד כה, ומה קרה איתן:"),
    };
    html! {
        section class={ "verdict " (tone) } aria-labelledby="verdict-title" {
            div class="line" { (icon(sign)) div { h2 id="verdict-title" { (words) } p { (sum) } } }
            @if missed > 0 { (bar(me, account)) (legend(me, account)) }
        }
    }
}

/// The account as a bar; the same numbers stand below it.
pub(super) fn bar(me: &Me, account: &Account) -> Markup {
    let missed = account.missed().max(1);
    let mut from = 0;
    let parts: Vec<_> = PLACES
        .iter()
        .map(|fate| {
            let (start, count) = (from, account.count(*fate));
            from += count;
            (start * 1000 / missed, (count * 1000 / missed), terms::fate(me.lang, *fate).0, count)
        })
        .filter(|(.., count)| *count > 0)
        .collect();
    html! {
        svg class="meter" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" {
            @for (at, width, tone, _) in parts { rect class=(tone) x=(at) y="0" width=((width - 4).max(3)) height="10" {} }
        }
    }
}

/// How many calls are in which place; each leads to them.
pub(super) fn legend(me: &Me, account: &Account) -> Markup {
    html! {
        ul class="legend" {
            @for fate in PLACES.iter().filter(|fate| account.count(**fate) > 0) {
                @let (tone, words) = terms::fate(me.lang, *fate);
                li {
                    svg viewBox="0 0 10 10" class=(tone) aria-hidden="true" { rect width="10" height="10" rx="3" class=(tone) {} }
                    a href={ "/losses?date=" (account.date) "&state=" (fate) } { (words) } b { (account.count(*fate)) }
                }
            }
        }
    }
}

/// What a person must mend before anything else.
fn alerts(me: &Me, connections: &[Connection], ready: bool) -> Markup {
    let l = me.lang;
    let broken: Vec<_> = connections.iter().filter(|it| matches!(it.health.as_str(), "failing" | "halted")).collect();
    html! {
        @if me.tenant.settings.emergency_stop {
            div class="callout bad" { (icon("skip")) div { p { b { (l.t("All sending is stopped.", "כל השליחה עצורה.")) } } p { (l.t("Nobody is written to until it is switched on again.", "לא נכתב לאף אחד עד שמפעילים אותה מחדש.")) } }
                @if me.may(Role::Owner) { a class="button small" href="/settings/hours" { (l.t("Settings", "הגדרות")) } } }
        }
        @for it in &broken {
            div class="callout warn" { (icon("warn")) div { p { b { (l.t("A connection needs you: ", "חיבור דורש טיפול: ")) bdi { (it.name) } } }
                @if let Some(detail) = &it.health_detail { p { (trouble::trouble(l, detail)) } } }
                @if me.may(Role::Owner) { a class="button small" href={ "/settings/connections/" (it.id) } { (l.t("Mend it", "לתיקון")) } } }
        }
        @if !ready && me.may(Role::Owner) {
            div class="callout" { (icon("link")) div { p { b { (l.t("Almost there.", "כמעט מוכן.")) } } p { (l.t("Six short steps lead to the first missed call.", "שישה צעדים קצרים עד השיחה הראשונה.")) } }
                a class="button small" href="/start" { (l.t("First steps", "לצעדים הראשונים")) } }
        }
    }
}

fn waiting(me: &Me, chats: &[ChatRow]) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    html! {
        @if chats.is_empty() {
            (empty("inbox", l.t("Nobody waits", "אף אחד לא מחכה"), l.t("Conversations that you took over show here when the customer has written.", "שיחות שלקחת על עצמך יופיעו כאן כשהלקוח כותב.")))
        } @else {
            ul class="rows" {
                @for chat in chats {
                    li {
                        span class="face info" aria-hidden="true" { (icon(chat.channel.as_str())) }
                        span class="what" {
                            a href={ "/inbox/" (chat.id) } { (person(l, chat.name.as_deref(), chat.phone.as_deref())) }
                            span class="line" dir="auto" { (chat.last.as_ref().and_then(|(content, ..)| content.words()).unwrap_or_default()) }
                        }
                        span class="end" { (when.ago(chat.active_at)) }
                    }
                }
            }
        }
    }
}

fn newest(me: &Me, leads: &[LeadRow]) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    html! {
        @if leads.is_empty() {
            (empty("leads", l.t("No leads yet", "עוד אין לידים"), l.t("The next missed call becomes one by itself.", "השיחה הבאה שלא תיענה תהפוך לליד מעצמה.")))
        } @else {
            ul class="rows" {
                @for lead in leads {
                    @let (lead, phone) = (&lead.lead, &lead.phone);
                    @let (tone, words) = terms::lead(l, lead.status);
                    li {
                        span class="what" {
                            a href={ "/leads/" (lead.id) } { (person(l, lead.name.as_deref(), phone.as_deref())) }
                            span class="line" {
                                @match &lead.need { Some(need) => { bdi { (need) } } None => { @if let (Some(_), Some(phone)) = (&lead.name, phone) { (number(phone)) } @else { (l.t("Need not known yet", "עוד לא ידוע מה צריך")) } } }
                            }
                        }
                        span class="end" { (pill(tone, words)) (when.ago(lead.opened_at)) }
                    }
                }
            }
        }
    }
}
