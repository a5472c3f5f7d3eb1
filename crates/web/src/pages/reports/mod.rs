//! Reports (D2): what the calls of a period are worth, beside the period before, with the rows behind each number.
//!
//! Always true: every number is the one that the API tells; each links to the things that make it up.

mod charts;
mod labels;
mod people;
mod quality;
mod rows;
mod tables;

use super::shell::{Page, Place, When, icon, number_text, select, tabs};
use crate::api::days::days_of;
use crate::problem::Result;
use crate::session::{Lang, Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{get, post};
use jiff::ToSpan;
use maud::{Markup, html};
use ringleader_core::currency::money;
use ringleader_core::reports::summary::Summary;
use ringleader_jobs::reports::{self, Cost, Report};
use ringleader_store::Read;
use ringleader_store::repo::Period;
use serde::Deserialize;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/reports", get(show))
        .route("/reports/rows", get(rows::show))
        .route("/reports/brain", get(quality::show))
        .route("/reports/labels", get(labels::show))
        .route("/reports/labels/{id}", post(labels::label))
        .route("/reports/figures.csv", get(tables::figures))
        .route("/reports/days.csv", get(tables::days))
}

/// Which period, line and measure.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    from: String,
    to: String,
    line: String,
    measure: String,
    cursor: String,
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

impl Asked {
    /// The period: the last 30 days where nothing readable was asked for.
    fn period(&self, me: &Me) -> Period {
        let today = When::of(me).today();
        let (first, last) = days_of(given(&self.from), given(&self.to), today, reports::LONGEST)
            .unwrap_or_else(|_| (today.saturating_sub(29.days()), today));
        Period { first, last, line: given(&self.line).map(str::to_owned) }
    }
}

/// The address of a report page about a period.
fn path(page: &str, period: &Period, measure: Option<&str>) -> String {
    let (first, last) = (period.first.to_string(), period.last.to_string());
    let mut pairs = vec![("from", first.as_str()), ("to", last.as_str())];
    pairs.extend(period.line.as_deref().map(|line| ("line", line)));
    pairs.extend(measure.map(|measure| ("measure", measure)));
    format!("{page}?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
}

/// The way back to the reports of a period.
fn back(me: &Me, period: &Period) -> Markup {
    html! { p { a href=(path("/reports", period, None)) { (icon("back")) " " (me.lang.t("Back to the reports", "חזרה לדוחות")) } } }
}

async fn show(State(state): State<AppState>, Viewer(me): Viewer, Query(asked): Query<Asked>) -> Result<Markup> {
    let l = me.lang;
    let period = asked.period(&me);
    let mut read: Read = state.store.read(me.tenant.id).await?;
    let report = reports::gather(&mut read, &me.tenant, period).await?;
    let week = reports::week(&mut read, "calls:inbound", &report.period).await?;
    let lines = read.reports().lines(&Period { line: None, ..report.period.clone() }).await?;
    let names = people::names(&mut read).await?;
    drop(read);
    let body = html! {
        (periods(&me, &report.period, "/reports"))
        (chosen(&me, &report.period, &lines))
        (recovered(&me, &report))
        section class="card" id="figures" {
            header { h2 { (l.t("In figures", "במספרים")) }
                a href=(path("/reports/figures.csv", &report.period, None)) { (icon("next")) " CSV" } }
            (figures(&me, &report))
        }
        section class="card" id="by-day" {
            header { h2 { (l.t("Calls by day", "שיחות לפי יום")) } a href=(path("/reports/days.csv", &report.period, None)) { (icon("next")) " CSV" } }
            (charts::days(&me, &report))
        }
        div class="two even" {
            section class="card" id="busiest" { h2 { (l.t("Busiest hours", "השעות העמוסות")) } (charts::week(&me, &week)) }
            section class="card" id="funnel" { h2 { (l.t("From a missed call to business", "משיחה שלא נענתה ללקוח")) } (charts::funnel(&me, &report)) }
            section class="card" id="outcomes" { h2 { (l.t("What became of calls", "מה עלה בגורל השיחות")) } (tables::outcomes(&me, &report)) }
            section class="card" id="sources" { h2 { (l.t("Where leads came from", "מאיפה הגיעו הלידים")) } (tables::sources(&me, &report)) }
            (people::appointments(&me, &report))
            (people::agents(&me, &report, &names))
            (people::talks(&me, &report))
            (people::opinions(&me, &report))
            (people::voice_agents(&me, &report))
        }
    };
    let quality = html! { a class="button" href="/reports/brain" { (icon("check")) span { (l.t("How well it understands", "איכות ההבנה")) } } };
    Page::new(&me, Place::Reports, l.t("Reports", "דוחות"), body).beside(quality).show(&state).await
}

fn periods(me: &Me, period: &Period, page: &str) -> Markup {
    let (l, today) = (me.lang, When::of(me).today());
    let views = [
        (7, l.t("7 days", "7 ימים")),
        (30, l.t("30 days", "30 ימים")),
        (90, l.t("90 days", "90 ימים")),
        (365, l.t("A year", "שנה")),
    ];
    let tab = |(days, words): (i64, &'static str)| {
        let its = Period { first: today.saturating_sub((days - 1).days()), last: today, line: period.line.clone() };
        let here = its.first == period.first && its.last == period.last;
        (path(page, &its, None), words, here)
    };
    tabs(l.t("Period", "תקופה"), &views.map(tab))
}

fn chosen(me: &Me, period: &Period, lines: &[String]) -> Markup {
    let l = me.lang;
    let shown: Vec<(&str, String)> =
        lines.iter().filter(|line| !line.is_empty()).map(|line| (line.as_str(), number_text(line))).collect();
    let mut options = vec![("", l.t("All lines", "כל הקווים"))];
    options.extend(shown.iter().map(|(line, words)| (*line, words.as_str())));
    html! {
        form class="filters" method="get" action="/reports" {
            div class="field" { label for="from" { (l.t("From", "מתאריך")) } input id="from" type="date" name="from" value=(period.first); }
            div class="field" { label for="to" { (l.t("Until", "עד תאריך")) } input id="to" type="date" name="to" value=(period.last); }
            (select(l.t("Line", "קו"), "line", period.line.as_deref().unwrap_or(""), &options))
            button type="submit" class="button" { (icon("search")) span { (l.t("Show", "להציג")) } }
        }
    }
}

/// The number owners pay for, in one sentence.
fn recovered(me: &Me, report: &Report) -> Markup {
    let l = me.lang;
    let Summary { recovered, recovered_value, missed, .. } = report.now;
    let words = match (missed, recovered) {
        (0, 0) => l.t("No missed calls in this period.", "לא היו שיחות שלא נענו בתקופה הזאת.").to_owned(),
        (_, 0) => l.t("No missed call became a lead yet.", "עוד אין שיחה שלא נענתה שהפכה לליד.").to_owned(),
        (_, 1) => {
            l.t("One missed call became a lead that is ready for you.", "שיחה אחת שלא נענתה הפכה לליד מוכן.").to_owned()
        }
        (_, n) => {
            l.n(n, "{n} missed calls became leads that are ready for you.", "{n} שיחות שלא נענו הפכו ללידים מוכנים.")
        }
    };
    let tone = if recovered > 0 { "good" } else { "info" };
    html! {
        section class={ "verdict " (tone) } {
            div class="line" { (icon(if recovered > 0 { "heart" } else { "check" })) div {
                h2 { (words) }
                @if let Some(value) = recovered_value.filter(|value| *value > 0) {
                    p { (l.t("Worth about ", "בשווי של בערך ")) bdi { (money(value, me.tenant.currency())) } "." }
                }
                p { (compared(l, recovered, report.then.recovered)) }
            } }
        }
    }
}

/// "3 more than in the period before".
fn compared(l: Lang, now: i64, then: i64) -> String {
    match now - then {
        0 => l.t("As many as in the period before.", "כמו בתקופה הקודמת.").to_owned(),
        more if more > 0 => l.n(more, "{n} more than in the period before.", "{n} יותר מבתקופה הקודמת."),
        fewer => l.n(-fewer, "{n} fewer than in the period before.", "{n} פחות מבתקופה הקודמת."),
    }
}

/// One line of the table: words, this period, the one before, and the measure behind it.
struct Figure {
    words: &'static str,
    now: String,
    then: String,
    measure: Option<&'static str>,
}

fn figures(me: &Me, report: &Report) -> Markup {
    let l = me.lang;
    let rows = all_told(l, report);
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(l.t("In figures", "במספרים")) {
            table {
                thead { tr { th { (l.t("Figure", "נתון")) } th { (l.t("This period", "התקופה")) } th { (l.t("Before", "התקופה הקודמת")) } } }
                tbody { @for row in &rows {
                    tr {
                        th scope="row" { (row.words) }
                        td { @match row.measure {
                            Some(measure) => { a href=(path("/reports/rows", &report.period, Some(measure))) { bdi { (row.now) } } }
                            None => { bdi { (row.now) } }
                        } }
                        td class="soft" { bdi { (row.then) } }
                    }
                } }
            }
        }
    }
}

/// The figures, and what it cost.
fn all_told(l: Lang, report: &Report) -> Vec<Figure> {
    let mut rows = told(l, &report.now, &report.then);
    let (now, then) = (report.cost, report.cost_then);
    let mut row = |words, of: fn(Cost) -> i64, write: fn(i64) -> String| {
        if of(now) != 0 || of(then) != 0 {
            rows.push(Figure { words, now: write(of(now)), then: write(of(then)), measure: None });
        }
    };
    row(l.t("Credits of voice agents", "קרדיטים של סוכנים קוליים"), |it| it.credits, |credits| credits.to_string());
    let dollars = |micros: i64| format!("${:.2}", micros as f64 / 1_000_000.0);
    row(l.t("Language models", "מודלי שפה"), |it| it.model_micros, dollars);
    rows
}

fn told(l: Lang, now: &Summary, then: &Summary) -> Vec<Figure> {
    let count = |words, of: fn(&Summary) -> i64, measure| Figure {
        words,
        now: of(now).to_string(),
        then: of(then).to_string(),
        measure: Some(measure),
    };
    let other = |words, of: fn(&Summary) -> Option<f64>, write: fn(f64) -> String| {
        let write = |value: Option<f64>| value.map_or("–".to_owned(), write);
        Figure { words, now: write(of(now)), then: write(of(then)), measure: None }
    };
    vec![
        count(l.t("Calls in", "שיחות נכנסות"), |s| s.inbound, "calls:inbound"),
        count(l.t("Answered", "נענו"), |s| s.answered, "answered"),
        count(l.t("Missed", "לא נענו"), |s| s.missed, "missed"),
        other(l.t("Answer rate", "שיעור מענה"), |s| s.answer_rate, percent),
        count(l.t("Calls out", "שיחות יוצאות"), |s| s.outbound, "calls:outbound"),
        other(l.t("Average talk", "משך שיחה ממוצע"), |s| s.average_talk_seconds, seconds),
        other(l.t("Average wait for an answer", "המתנה ממוצעת למענה"), |s| s.average_wait_seconds, seconds),
        other(
            l.t("First response, in opening hours", "תגובה ראשונה, בשעות הפעילות"),
            |s| s.average_response_seconds,
            seconds,
        ),
        count(l.t("New leads", "לידים חדשים"), |s| s.leads, "leads"),
        count(l.t("Ready to call", "מוכנים לשיחה"), |s| s.qualified, "qualified"),
        count(l.t("Recovered", "הוחזרו"), |s| s.recovered, "recovered"),
        count(l.t("Became customers", "הפכו ללקוחות"), |s| s.converted, "converted"),
        count(l.t("Reminded", "קיבלו תזכורת"), |s| s.reminded, "reminded"),
        other(l.t("Wrote after a reminder", "כתבו אחרי תזכורת"), |s| s.reminder_effect, percent),
        other(l.t("Chats handed to a person", "שיחות שעברו לאדם"), |s| s.handover_rate, percent),
        count(l.t("Asked not to be written to", "ביקשו שלא לכתוב להם"), |s| s.opted_out, "opted_out"),
    ]
}

fn percent(rate: f64) -> String {
    format!("{:.0}%", rate * 100.0)
}

fn seconds(seconds: f64) -> String {
    When::length(seconds.round() as i64)
}
