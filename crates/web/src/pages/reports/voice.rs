//! Voice agents' calls (B8): rates, times, reasons and money by agent, line and day, each beside the period before; and what
//! calls score by themselves against what their contacts had with them.

use super::figures::{Amount, named};
use super::files::with_before;
use super::{Asked, Chosen, Opened, Told, back, beside, brackets, head, periods, query, tables};
use crate::csv::Cell;
use crate::pages::shell::{Page, Place, When, empty, icon, number};
use crate::problem::{Problem, Result};
use crate::session::{Lang, Me};
use crate::state::AppState;
use axum::extract::State;
use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};
use ringleader_core::figures::{Change, Figures, Place as At, Sums, group};
use ringleader_core::tenant::Line;
use ringleader_jobs::reports::{self, DayScores};
use ringleader_store::Read;
use ringleader_store::repo::Period;
use std::collections::{BTreeMap, BTreeSet};

/// All calls of voice agents, in the sums of the business.
const ALL: &str = "voice_agent_calls";

/// A group of calls, beside the same group in the period before.
struct Group {
    key: String,
    now: Figures,
    then: Figures,
}

/// Its name, the measure that it is made of, and how much of it a group has.
type Column = (&'static str, &'static str, fn(&Figures) -> Amount);

/// What is told of a group.
fn columns(l: Lang) -> [Column; 7] {
    [
        (l.t("Calls", "שיחות"), ALL, |it| Amount::Count(it.calls)),
        (l.t("Missed", "לא נענו"), "voice_agent_missed", |it| Amount::Rate(it.missed_rate)),
        (l.t("Picked up", "ענו"), "voice_agent_connected", |it| Amount::Rate(it.connected_rate)),
        (l.t("Time to answer", "זמן עד מענה"), "voice_agent_waits", |it| {
            Amount::Seconds(it.average_wait_seconds)
        }),
        (l.t("Average talk", "משך ממוצע"), "voice_agent_talk_seconds", |it| {
            Amount::Seconds(it.average_talk_seconds)
        }),
        (l.t("Credits", "קרדיטים"), "credits", |it| Amount::Count(it.credits)),
        (l.t("Platform cost", "עלות הפלטפורמה"), "platform_cost_micros", |it| {
            Amount::Dollars(it.platform_cost_micros)
        }),
    ]
}

/// The card of the reports: by agent, and the way to all of it.
pub(super) fn card(me: &Me, report: &Told) -> Markup {
    let (l, groups) = (me.lang, by_agent(report));
    if groups.is_empty() {
        return html! {};
    }
    html! {
        section class="card" id="voice-agents" {
            (head(&report.chosen, l.t("Voice agents", "סוכנים קוליים"), "voice-agents"))
            (agents_table(me, report, &groups))
            p { a class="button" href=(report.path("/reports/voice-agents", None)) { (icon("calls")) span { (l.t("By line and day, reasons and scores", "לפי קו ויום, סיבות וציונים")) } } }
        }
    }
}

fn by_agent(report: &Told) -> Vec<Group> {
    let all: BTreeSet<&String> = report.voice.keys().chain(report.voice_then.keys()).collect();
    let of = |map: &BTreeMap<String, Figures>, agent: &str| map.get(agent).cloned().unwrap_or_default();
    let group = |agent: &String| Group {
        key: agent.clone(),
        now: of(&report.voice, agent),
        then: of(&report.voice_then, agent),
    };
    all.into_iter().map(group).collect()
}

fn agents_table(me: &Me, report: &Told, groups: &[Group]) -> Markup {
    let l = me.lang;
    let link = |agent: &str, measure: &str| {
        let agent = if agent.is_empty() { "unknown" } else { agent };
        Some(format!("{}&{}", report.path("/reports/rows", Some(measure)), query(&[("agent", agent)])))
    };
    let name = |agent: &str| html! { bdi { @if agent.is_empty() { (l.t("Unknown", "לא ידוע")) } @else { (agent) } } };
    table(l, l.t("Agent", "סוכן"), groups, name, link)
}

fn table(
    l: Lang,
    of: &str,
    groups: &[Group],
    name: impl Fn(&str) -> Markup,
    link: impl Fn(&str, &str) -> Option<String>,
) -> Markup {
    let cell = |key: &str, measure: &str, amount: Amount| match link(key, measure) {
        Some(link) => amount.linked(&link),
        None => html! { bdi { (amount.words()) } },
    };
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(of) { table {
            thead { tr { th { (of) } @for (words, ..) in columns(l) { th { (words) } } } }
            tbody { @for group in groups { tr {
                th scope="row" { (name(&group.key)) }
                @for (_, measure, amount) in columns(l) { td { (cell(&group.key, measure, amount(&group.now))) (beside(amount(&group.then).words())) } }
            } } }
        } }
        (brackets(l))
    }
}

/// Everything of a period.
struct Voice {
    report: Told,
    now: Vec<Change>,
    then: Vec<Change>,
    scores: BTreeMap<Date, DayScores>,
    scores_then: BTreeMap<Date, DayScores>,
    lines: Vec<Line>,
}

async fn gather(me: &Me, read: &mut Read, chosen: Chosen) -> Result<Voice> {
    let report = chosen.told(me, read).await?;
    let (now, then) = (of_period(read, &report.period).await?, of_period(read, &report.before).await?);
    let scores = reports::scores(read, &report.period, None).await?;
    let scores_then = reports::scores(read, &report.before, None).await?;
    let lines = read.tenants().lines().await?;
    Ok(Voice { report, now, then, scores, scores_then, lines })
}

async fn of_period(read: &mut Read, period: &Period) -> Result<Vec<Change>> {
    Ok(read.rollups().read(period.first, period.last, period.line.as_deref(), None).await?)
}

impl Voice {
    fn by(&self, key: impl Fn(&At) -> String, key_then: impl Fn(&At) -> String) -> Vec<Group> {
        let (now, then) = (group(&self.now, key), group(&self.then, key_then));
        let all: BTreeSet<&String> = now.keys().chain(then.keys()).collect();
        let of = |map: &BTreeMap<String, Sums>, key: &str| map.get(key).map(Figures::of).unwrap_or_default();
        all.into_iter().map(|key| Group { key: key.clone(), now: of(&now, key), then: of(&then, key) }).collect()
    }

    /// The scores of each day, beside those of the day as far into the period before.
    fn days_of_scores(&self) -> impl Iterator<Item = (Date, DayScores, DayScores)> {
        let of = |scores: Option<&DayScores>| scores.copied().unwrap_or_default();
        let days = reports::beside(&self.report.period, &self.scores, &self.scores_then);
        days.into_iter().map(move |(day, now, then)| (day, of(now), of(then)))
    }

    fn total(&self) -> Vec<Group> {
        self.by(|_| String::new(), |_| String::new())
    }

    fn by_line(&self) -> Vec<Group> {
        self.by(|at| at.line.clone(), |at| at.line.clone())
    }

    /// Each day beside the one as far into the period before.
    fn by_day(&self) -> Vec<Group> {
        let apart = (self.report.period.first - self.report.before.first).get_days();
        self.by(|at| at.day.to_string(), |at| at.day.saturating_add(apart.days()).to_string())
    }
}

pub(super) async fn show(State(state): State<AppState>, Opened { me, chosen, mut read, .. }: Opened) -> Result<Markup> {
    let l = me.lang;
    let voice = gather(&me, &mut read, chosen).await?;
    drop(read);
    let (report, chosen) = (&voice.report, &voice.report.chosen);
    let total = voice.total();
    let body = html! {
        (back(&me, chosen))
        (periods(&me, chosen, "/reports/voice-agents"))
        @match total.first() {
            None => section class="card" { (empty("calls", l.t("No calls of voice agents in this period", "אין שיחות של סוכנים קוליים בתקופה הזאת"), l.t("A platform like Bolna is connected under Settings, Connections; its calls are counted and scored here.", "פלטפורמה כמו Bolna מחברים בהגדרות, בלשונית חיבורים; השיחות שלה נספרות ומקבלות כאן ציונים."))) },
            Some(all) => {
                section class="card" id="total" { h2 { (l.t("All voice agents", "כל הסוכנים הקוליים")) } (sum(&me, report, all)) }
                section class="card" id="scores" { (head(chosen, l.t("Scores", "ציונים"), "voice-scores")) (scores(&me, &voice)) }
                section class="card" id="agents" { (head(chosen, l.t("By agent", "לפי סוכן"), "voice-agents")) (agents_table(&me, report, &by_agent(report))) }
                section class="card" id="lines" { (head(chosen, l.t("By line", "לפי קו"), "voice-lines")) (lines_table(&me, &voice)) }
                section class="card" id="hangups" { (head(chosen, l.t("Why calls ended", "סיבות סיום השיחות"), "hangups"))
                    (tables::parts(&me, report, "hangup", &all.now.hangups, &all.then.hangups, str::to_owned)) }
                section class="card" id="by-day" { (head(chosen, l.t("By day", "לפי יום"), "voice-days")) (days_table(&me, &voice)) }
            }
        }
    };
    Page::new(&me, Place::Reports, l.t("Voice agents", "סוכנים קוליים"), body).show(&state).await
}

/// All calls in one list: what, how much, and before.
fn sum(me: &Me, report: &Told, all: &Group) -> Markup {
    let l = me.lang;
    html! {
        table {
            thead { tr { th { (l.t("Figure", "נתון")) } th { (l.t("This period", "התקופה")) } th { (l.t("Before", "התקופה הקודמת")) } } }
            tbody { @for (words, measure, amount) in columns(l) { tr {
                th scope="row" { (words) } td { (amount(&all.now).linked(&report.path("/reports/rows", Some(measure)))) } td class="soft" { bdi { (amount(&all.then).words()) } }
            } } }
        }
    }
}

fn lines_table(me: &Me, voice: &Voice) -> Markup {
    let l = me.lang;
    let name = |line: &str| html! { @if line.is_empty() { (l.t("Unknown", "לא ידוע")) } @else { (number(line)) } };
    // A line is named by its id: no link carries a number (P10).
    let link = |line: &str, measure: &str| {
        let known = voice.lines.iter().find(|it| it.number.as_str() == line)?;
        let chosen = Chosen { line: Some(known.id), ..voice.report.chosen.clone() };
        Some(chosen.path("/reports/rows", Some(measure)))
    };
    table(l, l.t("Line", "קו"), &voice.by_line(), name, link)
}

fn days_table(me: &Me, voice: &Voice) -> Markup {
    let (l, when) = (me.lang, When::of(me));
    let name = |day: &str| html! { @match day.parse::<Date>() { Ok(day) => (when.full_date(day)), Err(_) => (day) } };
    let link = |day: &str, measure: &str| {
        let day = day.parse().ok()?;
        Some(voice.report.chosen.days_path("/reports/rows", day, day, Some(measure)))
    };
    table(l, l.t("Day", "יום"), &voice.by_day(), name, link)
}

/// Averages of the days: each call by itself, and what its contact had as soon as it was counted in.
fn scores(me: &Me, voice: &Voice) -> Markup {
    let (l, when, report, all) = (me.lang, When::of(me), &voice.report, &voice.scores);
    if all.is_empty() {
        return empty("check", l.t("No analysed calls in this period", "אין שיחות שנותחו בתקופה הזאת"), "");
    }
    let days = (report.period.last - report.period.first).get_days() + 1;
    let line = |of: fn(&DayScores) -> Option<f64>| {
        let point = |(day, it): (&Date, &DayScores)| Some(((*day - report.period.first).get_days() * 10, of(it)?));
        let points: Vec<(i32, f64)> = all.iter().filter_map(point).collect();
        // A single point is a dash.
        let end = points.last().map(|(x, score)| (x + 10, *score));
        points
            .into_iter()
            .chain(end)
            .map(|(x, score)| format!("{x},{:.1}", 100.0 - score))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let words =
        [l.t("Each call by itself", "כל שיחה לבדה"), l.t("With all calls of the contact", "עם כל השיחות של אותו אדם")];
    let average = |score: Option<f64>| score.map_or("–".to_owned(), |score| format!("{score:.0}"));
    let days_of_both: Vec<(Date, DayScores, DayScores)> = voice.days_of_scores().collect();
    let link = |day: Date| report.chosen.days_path("/reports/rows", day, day, Some("scored:individual"));
    html! {
        svg class="chart" viewBox={ "0 -2 " (days * 10) " 104" } preserveAspectRatio="none" role="img" aria-label=(l.t("Scores by day, 0 to 100", "ציונים לפי יום, מ־0 עד 100")) {
            polyline class="info" points=(line(DayScores::individual)) {}
            polyline class="good" points=(line(DayScores::complete)) {}
        }
        ul class="legend" {
            @for (class, words) in ["info", "good"].into_iter().zip(words) { li { svg viewBox="0 0 10 10" aria-hidden="true" { rect class=(class) width="10" height="10" {} } (words) } }
        }
        details { summary { (l.t("As a table", "כטבלה")) }
            div class="scroll" tabindex="0" role="group" aria-label=(l.t("Scores", "ציונים")) { table {
                thead { tr { th { (l.t("Day", "יום")) } th { (l.t("Calls", "שיחות")) } @for words in words { th { (words) } } } }
                tbody { @for (day, it, then) in &days_of_both { tr {
                    th scope="row" { (when.full_date(*day)) }
                    td { @if it.calls > 0 { a href=(link(*day)) { (it.calls) } } @else { "0" } (beside(then.calls)) }
                    td { (average(it.individual())) (beside(average(then.individual()))) } td { (average(it.complete())) (beside(average(then.complete()))) }
                } } }
            } }
            (brackets(l))
        }
    }
}

/// Its cards as files.
pub(super) async fn file(me: &Me, read: &mut Read, asked: &Asked, part: &str) -> Result<Vec<Vec<Cell>>> {
    let chosen = asked.chosen(me, read).await?;
    let (l, voice) = (me.lang, gather(me, read, chosen).await?);
    let groups = |of: &str, groups: Vec<Group>| {
        let named = columns(l).map(|(words, _, amount)| named(l, words, amount(&Figures::default())));
        let mut table = vec![with_before(l, of, &named.each_ref().map(String::as_str))];
        table.extend(groups.into_iter().map(|it| {
            let of = |figures: &Figures| columns(l).map(|(.., amount)| amount(figures).cell());
            std::iter::once(it.key.into()).chain(of(&it.now)).chain(of(&it.then)).collect()
        }));
        table
    };
    Ok(match part {
        "voice-agents" => groups(l.t("Agent", "סוכן"), by_agent(&voice.report)),
        "voice-lines" => groups(l.t("Line", "קו"), voice.by_line()),
        "voice-days" => groups(l.t("Day", "יום"), voice.by_day()),
        "hangups" => {
            let all = voice.total().pop();
            let (now, then) = all.map(|all| (all.now.hangups, all.then.hangups)).unwrap_or_default();
            let mut table = vec![super::files::heads(&voice.report, l.t("Reason", "סיבה"))];
            table.extend(
                tables::both(&now, &then)
                    .into_iter()
                    .map(|(reason, now, then)| vec![reason.into(), now.into(), then.into()]),
            );
            table
        }
        "voice-scores" => {
            let heads = [
                l.t("Calls", "שיחות"),
                l.t("Each call by itself", "כל שיחה לבדה"),
                l.t("With all calls of the contact", "עם כל השיחות של אותו אדם"),
            ];
            let cells = |it: DayScores| [it.calls.into(), it.individual().into(), it.complete().into()];
            let mut table = vec![with_before(l, l.t("Day", "יום"), &heads)];
            table.extend(voice.days_of_scores().map(|(day, now, then)| {
                std::iter::once(day.to_string().into()).chain(cells(now)).chain(cells(then)).collect()
            }));
            table
        }
        _ => return Err(Problem::not_found()),
    })
}
