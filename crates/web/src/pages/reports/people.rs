//! Reports of who did what: appointments by purpose and by agent, talks with the receptionist. A part
//! that a business does not have is not shown.

use super::figures::percent;
use super::files::with_before;
use super::tables::parts;
use super::{Told, beside, brackets, head};
use crate::csv::Cell;
use crate::pages::afterwards::{ending_words, intent_words};
use crate::problem::Result;
use crate::session::{Lang, Me};
use maud::{Markup, html};
use ringleader_core::figures::Sums;
use ringleader_store::Conn;
use std::collections::{BTreeSet, HashMap};

/// Names of the people, by their ids.
pub(super) async fn names(read: &mut Conn) -> Result<HashMap<String, String>> {
    let users = read.users().all().await?;
    Ok(users.into_iter().map(|user| (user.id.to_string(), user.name)).collect())
}

/// A purpose of appointments, or what became of those.
pub(super) fn appointment(l: Lang, word: &str) -> String {
    let (purpose, state) = word.split_once(':').unwrap_or((word, ""));
    let purpose = match purpose {
        "viewing" => l.t("Viewings", "ביקורים בנכס"),
        "valuation" => l.t("Valuations", "הערכות שווי"),
        _ => l.t("Other appointments", "פגישות אחרות"),
    };
    match state {
        "" => purpose.to_owned(),
        "booked" => format!("{purpose}: {}", l.t("to come", "עתידיים")),
        "done" => format!("{purpose}: {}", l.t("took place", "התקיימו")),
        "cancelled" => format!("{purpose}: {}", l.t("called off", "בוטלו")),
        _ => format!("{purpose}: {}", l.t("nobody came", "לא הגיעו")),
    }
}

pub(super) fn opinion(l: Lang, word: &str) -> &'static str {
    match word {
        "good" => l.t("Good", "טובה"),
        "so_so" => l.t("So-so", "ככה ככה"),
        _ => l.t("Bad", "לא טובה"),
    }
}

pub(super) fn intent(l: Lang, word: &str) -> String {
    word.parse().map_or_else(|_| word.replace('_', " "), |it| intent_words(l, it).to_owned())
}

pub(super) fn ending(l: Lang, word: &str) -> String {
    word.parse().map_or_else(|_| word.replace('_', " "), |it| ending_words(l, it).to_owned())
}

/// Appointments by purpose and by what became of them.
pub(super) fn appointments(me: &Me, report: &Told) -> Markup {
    let l = me.lang;
    let (now, then) = (&report.now.appointments, &report.then.appointments);
    if now.is_empty() && then.is_empty() {
        return html! {};
    }
    let words = |word: &str| appointment(l, word);
    html! {
        section class="card" id="appointments" { (head(&report.chosen, l.t("Appointments that were made", "פגישות שנקבעו"), "appointments"))
            (parts(me, report, "appointments", now, then, words))
            @if let Some(rate) = report.now.liked_rate {
                p { (l.t("Liked what they saw: ", "אהבו את מה שראו: ")) a href=(report.path("/reports/rows", Some("liked"))) { bdi { (percent(rate)) } }
                    @if let Some(then) = report.then.liked_rate { " " span class="soft" { (l.t("before: ", "בתקופה הקודמת: ")) bdi { (percent(then)) } } }
                    " " a href=(report.path("/reports/rows", Some("feedback"))) { (l.ns(report.now.feedback, ("One answer", "תשובה אחת"), ("{n} answers", "{n} תשובות"))) } }
            }
            @if let Some(rate) = report.now.show_rate { p { (l.t("Took place: ", "התקיימו: ")) a href=(report.path("/reports/rows", Some("took_place"))) { bdi { (percent(rate)) } }
                @if let Some(then) = report.then.show_rate { " " span class="soft" { (l.t("before: ", "בתקופה הקודמת: ")) bdi { (percent(then)) } } } } }
        }
    }
}

/// What callers said of their calls (C14).
pub(super) fn opinions(me: &Me, report: &Told) -> Markup {
    let l = me.lang;
    if report.now.asked_satisfaction == 0 && report.then.asked_satisfaction == 0 {
        return html! {};
    }
    let words = |word: &str| opinion(l, word).to_owned();
    html! {
        section class="card" id="opinions" { (head(&report.chosen, l.t("How callers found their call", "מה אמרו המתקשרים על השיחה"), "opinions"))
            p { a href=(report.path("/reports/rows", Some("asked_satisfaction"))) { (l.ns(report.now.asked_satisfaction, ("One was asked", "נשאלה שאלה אחת"), ("{n} were asked", "{n} נשאלו"))) }
                @if let Some(rate) = report.now.satisfaction { ". " (l.t("Good: ", "טובה: ")) a href=(report.path("/reports/rows", Some("satisfaction:good"))) { bdi { (percent(rate)) } } }
                @if let Some(then) = report.then.satisfaction { " " span class="soft" { (l.t("before: ", "בתקופה הקודמת: ")) bdi { (percent(then)) } } } }
            (parts(me, report, "satisfaction", &report.now.opinions, &report.then.opinions, words))
        }
    }
}

/// What is told of an agent's appointments: all, and those in these states.
const AGENT_STATES: [&str; 3] = ["", "done", "no_show"];

fn agent_heads(l: Lang) -> [&'static str; 3] {
    [l.t("Made", "נקבעו"), l.t("Took place", "התקיימו"), l.t("Nobody came", "לא הגיעו")]
}

/// Agents who had appointments in either period.
fn agent_ids(report: &Told) -> BTreeSet<&str> {
    let keys = report.now.agents.keys().chain(report.then.agents.keys());
    keys.map(|key| key.split_once(':').map_or(key.as_str(), |(id, _)| id)).collect()
}

fn of_agent(sums: &Sums, id: &str, state: &str) -> i64 {
    let key = if state.is_empty() { id.to_owned() } else { format!("{id}:{state}") };
    sums.get(&key).copied().unwrap_or(0)
}

fn agent_name<'a>(l: Lang, names: &'a HashMap<String, String>, id: &str) -> &'a str {
    names.get(id).map_or(l.t("Office", "המשרד"), String::as_str)
}

/// Appointments by agent.
pub(super) fn agents(me: &Me, report: &Told, names: &HashMap<String, String>) -> Markup {
    let (l, ids) = (me.lang, agent_ids(report));
    if ids.is_empty() {
        return html! {};
    }
    let (now, then) = (&report.now.agents, &report.then.agents);
    let link = |id: &str, state: &str| {
        let end = if state.is_empty() { String::new() } else { format!(":{state}") };
        report.path("/reports/rows", Some(&format!("agent:{id}{end}")))
    };
    html! {
        section class="card" id="agents" { (head(&report.chosen, l.t("Appointments by agent", "פגישות לפי סוכן"), "agents"))
            div class="scroll" tabindex="0" role="group" aria-label=(l.t("Appointments by agent", "פגישות לפי סוכן")) { table {
                thead { tr { th { (l.t("Agent", "סוכן")) } @for words in agent_heads(l) { th { (words) } } } }
                tbody { @for id in ids { tr {
                    th scope="row" { bdi { (agent_name(l, names, id)) } }
                    @for state in AGENT_STATES { td { a href=(link(id, state)) { (of_agent(now, id, state)) } (beside(of_agent(then, id, state))) } }
                } } }
            } }
            (brackets(l))
        }
    }
}

/// The same as a file.
pub(super) fn agents_file(me: &Me, report: &Told, names: &HashMap<String, String>) -> Vec<Vec<Cell>> {
    let l = me.lang;
    let mut table = vec![with_before(l, l.t("Agent", "סוכן"), &agent_heads(l))];
    table.extend(agent_ids(report).into_iter().map(|id| {
        let of = |sums: &Sums| AGENT_STATES.map(|state| Cell::from(of_agent(sums, id, state)));
        std::iter::once(agent_name(l, names, id).into())
            .chain(of(&report.now.agents))
            .chain(of(&report.then.agents))
            .collect()
    }));
    table
}

/// What callers wanted of the receptionist, and how the talks ended.
pub(super) fn talks(me: &Me, report: &Told) -> Markup {
    let l = me.lang;
    if report.now.talks == 0 && report.then.talks == 0 {
        return html! {};
    }
    let (intent, ending) = (|word: &str| intent(l, word), |word: &str| ending(l, word));
    html! {
        section class="card" id="intents" { (head(&report.chosen, l.t("What callers wanted", "מה ביקשו המתקשרים"), "intents"))
            p { a href=(report.path("/reports/rows", Some("talks"))) { (l.ns(report.now.talks, ("One talk with the receptionist", "שיחה אחת עם המענה האוטומטי"), ("{n} talks with the receptionist", "{n} שיחות עם המענה האוטומטי"))) } }
            (parts(me, report, "intent", &report.now.intents, &report.then.intents, intent))
        }
        section class="card" id="endings" { (head(&report.chosen, l.t("How talks ended", "איך הסתיימו השיחות"), "endings"))
            (parts(me, report, "ending", &report.now.endings, &report.then.endings, ending))
        }
    }
}
