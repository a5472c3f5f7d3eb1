//! Reports (D2): what the calls of a period are worth, beside the period before, with the rows behind each number.
//!
//! Always true: every number is the one that the API tells; those of the period link to the things that make them up; no link
//! carries a phone number, a line is named by its id (P10).

mod charts;
mod figures;
mod files;
mod labels;
mod people;
mod quality;
mod rows;
mod tables;
mod uses;
mod voice;

use super::shell::{Page, Place, When, icon, number_text, select, tabs};
use crate::api::days::days_of;
use crate::problem::{Problem, Result};
use crate::session::{Lang, Me, Viewer};
use crate::state::AppState;
use axum::Router;
use axum::extract::{FromRequestParts, Query, State};
use axum::routing::{get, post};
use http::request::Parts;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use maud::{Markup, html};
use ringleader_core::currency::money;
use ringleader_core::id::LineId;
use ringleader_core::reports::MISSED_CALL;
use ringleader_core::reports::summary::Summary;
use ringleader_core::tenant::Line;
use ringleader_jobs::reports::{self, Report};
use ringleader_store::repo::{Only, Period, Slot};
use ringleader_store::{Conn, Read};
use serde::Deserialize;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/reports", get(show))
        .route("/reports/rows", get(rows::show))
        .route("/reports/uses", get(uses::show))
        .route("/reports/brain", get(quality::show))
        .route("/reports/labels", get(labels::show))
        .route("/reports/judged", get(labels::judged))
        .route("/reports/voice-agents", get(voice::show))
        .route("/reports/labels/{id}", post(labels::label))
        .route("/reports/{file}", get(files::show))
}

/// Which period, line and measure.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    from: String,
    to: String,
    line: String,
    measure: String,
    /// An hour of the week, 1 Monday to 7 Sunday, if only that is asked for.
    weekday: String,
    hour: String,
    /// A voice agent, by its id at the platform, if only that one is asked for.
    agent: String,
    /// Questions to models: of this brain, model and prompt, and which of those.
    brain: String,
    model: String,
    prompt: String,
    only: String,
    /// Readings that people judged: how, in which language, taken for what.
    verdict: String,
    lang: String,
    intent: String,
    cursor: String,
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// A period of the business or of one line, with the way to name it in links.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    period: Period,
    line: Option<LineId>,
}

/// A page about a period, opened by who may see it, with a reader for what it shows.
struct Opened {
    me: Me,
    asked: Asked,
    chosen: Chosen,
    read: Read,
}

impl FromRequestParts<AppState> for Opened {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let Viewer(me) = Viewer::from_request_parts(parts, state).await?;
        let Query(asked) = Query::<Asked>::from_request_parts(parts, state)
            .await
            .map_err(|wrong| Problem::malformed(wrong.body_text()))?;
        let mut read = state.store.read(me.tenant.id).await?;
        let chosen = asked.chosen(&me, &mut read).await?;
        Ok(Self { me, asked, chosen, read })
    }
}

/// What is told of it.
pub(super) struct Told {
    chosen: Chosen,
    report: Report,
}

impl std::ops::Deref for Told {
    type Target = Report;

    fn deref(&self) -> &Report {
        &self.report
    }
}

impl Told {
    fn path(&self, page: &str, measure: Option<&str>) -> String {
        self.chosen.path(page, measure)
    }
}

impl Asked {
    /// The period: the last 30 days where nothing readable was asked for; all lines where the one is not the business's.
    async fn chosen(&self, me: &Me, read: &mut Conn) -> Result<Chosen> {
        let today = When::of(me).today();
        let (first, last) = days_of(given(&self.from), given(&self.to), today, reports::LONGEST)
            .unwrap_or_else(|_| (today.saturating_sub(29.days()), today));
        let line = match given(&self.line).and_then(|id| id.parse::<LineId>().ok()) {
            Some(id) => read.tenants().lines().await?.into_iter().find(|line| line.id == id),
            None => None,
        };
        let number = line.as_ref().map(|line| line.number.as_str().to_owned());
        Ok(Chosen { period: Period { first, last, line: number }, line: line.map(|line| line.id) })
    }

    async fn told(&self, me: &Me, read: &mut Conn) -> Result<Told> {
        self.chosen(me, read).await?.told(me, read).await
    }

    fn slot(&self) -> Option<Slot> {
        let weekday = Weekday::from_monday_one_offset(self.weekday.parse().ok()?).ok()?;
        let hour = self.hour.parse().ok().filter(|hour| (0..24).contains(hour))?;
        Some(Slot { weekday, hour })
    }

    /// Which of the rows alone.
    fn only(&self) -> Only {
        Only { slot: self.slot(), agent: given(&self.agent).map(str::to_owned) }
    }
}

impl Chosen {
    async fn told(self, me: &Me, read: &mut Conn) -> Result<Told> {
        let report = reports::gather(read, &me.tenant, self.period.clone()).await?;
        Ok(Told { chosen: self, report })
    }

    /// The address of a page about it.
    fn path(&self, page: &str, measure: Option<&str>) -> String {
        self.days_path(page, self.period.first, self.period.last, measure)
    }

    /// The same about other days.
    fn days_path(&self, page: &str, first: Date, last: Date, measure: Option<&str>) -> String {
        let (first, last, line) = (first.to_string(), last.to_string(), self.line.map(|line| line.to_string()));
        let mut pairs = vec![("from", first.as_str()), ("to", last.as_str())];
        pairs.extend(line.as_deref().map(|line| ("line", line)));
        pairs.extend(measure.map(|measure| ("measure", measure)));
        format!("{page}?{}", query(&pairs))
    }

    /// The address of a list of what brains were asked and read in it, which are not of a line; `which` narrows it.
    fn narrowed(&self, page: &str, which: &[(&str, &str)]) -> String {
        let all = Self { line: None, ..self.clone() };
        format!("{}&{}", all.path(page, None), query(which))
    }
}

/// What stands behind the question mark of an address.
fn query(pairs: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}

/// The way back to the reports of a period.
fn back(me: &Me, chosen: &Chosen) -> Markup {
    html! { p { a href=(chosen.path("/reports", None)) { (icon("back")) " " (me.lang.t("Back to the reports", "חזרה לדוחות")) } } }
}

/// The head of a card, with its numbers as a file.
fn head(chosen: &Chosen, words: &str, part: &str) -> Markup {
    html! { header { h2 { (words) } a href=(chosen.path(&format!("/reports/{part}.csv"), None)) { (icon("next")) " CSV" } } }
}

/// A number of the period before, behind the one of this.
fn beside(then: impl maud::Render) -> Markup {
    html! { " " span class="soft" { "(" bdi { (then) } ")" } }
}

/// What the numbers in brackets are.
fn brackets(l: Lang) -> Markup {
    html! { p class="soft" { (l.t("In brackets: the period before.", "בסוגריים: התקופה הקודמת.")) } }
}

async fn show(State(state): State<AppState>, Opened { me, chosen, mut read, .. }: Opened) -> Result<Markup> {
    let l = me.lang;
    let report = chosen.told(&me, &mut read).await?;
    let week = read.reports().by_slot("calls:inbound", &report.period).await?;
    let rang = read.reports().lines(&Period { line: None, ..report.period.clone() }).await?;
    let lines =
        read.tenants().lines().await?.into_iter().filter(|line| rang.iter().any(|it| it == line.number.as_str()));
    let lines: Vec<Line> = lines.collect();
    let names = read.users().names().await?;
    drop(read);
    let body = html! {
        (periods(&me, &report.chosen, "/reports"))
        (choice(&me, &report.chosen, &lines))
        (recovered(&me, &report))
        section class="card" id="figures" {
            (head(&report.chosen, l.t("In figures", "במספרים"), "figures"))
            (figures::table(&me, &report))
        }
        section class="card" id="by-day" {
            (head(&report.chosen, l.t("Calls by day", "שיחות לפי יום"), "days"))
            (charts::days(&me, &report))
        }
        div class="two even" {
            section class="card" id="busiest" { (head(&report.chosen, l.t("Busiest hours", "השעות העמוסות"), "hours")) (charts::week(&me, &report, &week)) }
            section class="card" id="funnel" { (head(&report.chosen, l.t("From a missed call to business", "משיחה שלא נענתה ללקוח"), "funnel")) (charts::funnel(&me, &report)) }
            section class="card" id="outcomes" { (head(&report.chosen, l.t("What became of calls", "מה עלה בגורל השיחות"), "outcomes")) (tables::outcomes(&me, &report)) }
            section class="card" id="sources" { (head(&report.chosen, l.t("Where leads came from", "מאיפה הגיעו הלידים"), "sources")) (tables::sources(&me, &report)) }
            (people::appointments(&me, &report))
            (people::agents(&me, &report, &names))
            (people::talks(&me, &report))
            (people::opinions(&me, &report))
            (voice::card(&me, &report))
        }
    };
    let quality = html! { a class="button" href="/reports/brain" { (icon("check")) span { (l.t("How well it understands", "איכות ההבנה")) } } };
    Page::new(&me, Place::Reports, l.t("Reports", "דוחות"), body).beside(quality).show(&state).await
}

fn periods(me: &Me, chosen: &Chosen, page: &str) -> Markup {
    let (l, today) = (me.lang, When::of(me).today());
    let views = [
        (7, l.t("7 days", "7 ימים")),
        (30, l.t("30 days", "30 ימים")),
        (90, l.t("90 days", "90 ימים")),
        (365, l.t("A year", "שנה")),
    ];
    let tab = |(days, words): (i64, &'static str)| {
        let first = today.saturating_sub((days - 1).days());
        let here = first == chosen.period.first && today == chosen.period.last;
        (chosen.days_path(page, first, today, None), words, here)
    };
    tabs(l.t("Period", "תקופה"), &views.map(tab))
}

fn choice(me: &Me, chosen: &Chosen, lines: &[Line]) -> Markup {
    let (l, period) = (me.lang, &chosen.period);
    let shown: Vec<(String, String)> =
        lines.iter().map(|line| (line.id.to_string(), number_text(line.number.as_str()))).collect();
    let here = chosen.line.map(|line| line.to_string()).unwrap_or_default();
    let mut options = vec![("", l.t("All lines", "כל הקווים"))];
    options.extend(shown.iter().map(|(line, words)| (line.as_str(), words.as_str())));
    html! {
        form class="filters" method="get" action="/reports" {
            div class="field" { label for="from" { (l.t("From", "מתאריך")) } input id="from" type="date" name="from" value=(period.first); }
            div class="field" { label for="to" { (l.t("Until", "עד תאריך")) } input id="to" type="date" name="to" value=(period.last); }
            (select(l.t("Line", "קו"), "line", &here, &options))
            button type="submit" class="button" { (icon("search")) span { (l.t("Show", "להציג")) } }
        }
    }
}

/// The number owners pay for, in one sentence.
fn recovered(me: &Me, report: &Told) -> Markup {
    let l = me.lang;
    let Summary { recovered, recovered_value, unrecovered_value, missed, ref sources, .. } = report.now;
    let begun = sources.get(MISSED_CALL).copied().unwrap_or(0);
    let words = match (missed, recovered) {
        (0, 0) => l.t("No missed calls in this period.", "לא היו שיחות שלא נענו בתקופה הזאת.").to_owned(),
        (_, 0) if begun > 0 => l.ns(
            begun,
            (
                "One missed call became a lead; not everything is known of it yet.",
                "שיחה אחת שלא נענתה הפכה לליד, ועוד לא ידועים כל הפרטים.",
            ),
            (
                "{n} missed calls became leads; not everything is known of them yet.",
                "{n} שיחות שלא נענו הפכו ללידים, ועוד לא ידועים כל הפרטים.",
            ),
        ),
        (_, 0) => l.t("No missed call became a lead yet.", "עוד אין שיחה שלא נענתה שהפכה לליד.").to_owned(),
        (_, 1) => {
            l.t("One missed call became a lead that is ready for you.", "שיחה אחת שלא נענתה הפכה לליד מוכן.").to_owned()
        }
        (_, n) => {
            l.n(n, "{n} missed calls became leads that are ready for you.", "{n} שיחות שלא נענו הפכו ללידים מוכנים.")
        }
    };
    let rows = |measure| report.path("/reports/rows", Some(measure));
    let tone = if recovered > 0 { "good" } else { "info" };
    html! {
        section class={ "verdict " (tone) } {
            div class="line" { (icon(if recovered > 0 { "heart" } else { "check" })) div {
                h2 { (words) }
                @if let Some(value) = recovered_value.filter(|value| *value > 0) {
                    p { (l.t("Worth about ", "בשווי של בערך ")) a href=(rows("recovered")) { bdi { (money(value, me.tenant.currency())) } } "." }
                }
                @if let Some(value) = unrecovered_value.filter(|value| *value > 0) {
                    p { (l.t("Missed calls that did not come back are worth at most ", "שיחות שלא נענו ולא חזרו כלידים שוות לכל היותר ")) a href=(rows("missed")) { bdi { (money(value, me.tenant.currency())) } } "." }
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
