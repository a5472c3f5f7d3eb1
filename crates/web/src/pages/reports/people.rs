//! Reports of who did what: appointments by purpose and by agent, talks with the receptionist, calls of voice agents. A part
//! that a business does not have is not shown.

use super::Told;
use super::figures::{percent, seconds};
use super::tables::parts;
use crate::pages::afterwards::{ending_words, intent_words};
use crate::problem::Result;
use crate::session::Me;
use maud::{Markup, html};
use ringleader_core::figures::{Figures, Sums};
use ringleader_store::Conn;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Names of the people, by their ids.
pub(super) async fn names(read: &mut Conn) -> Result<HashMap<String, String>> {
    let users = read.users().all().await?;
    Ok(users.into_iter().map(|user| (user.id.to_string(), user.name)).collect())
}

/// Appointments by purpose and by what became of them.
pub(super) fn appointments(me: &Me, report: &Told) -> Markup {
    let l = me.lang;
    let (now, then) = (&report.now.appointments, &report.then.appointments);
    if now.is_empty() && then.is_empty() {
        return html! {};
    }
    let words = |word: &str| {
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
    };
    html! {
        section class="card" id="appointments" { h2 { (l.t("Appointments that were made", "פגישות שנקבעו")) }
            (parts(me, report, "appointments", now, then, words))
            @if let Some(rate) = report.now.liked_rate {
                p { (l.t("Liked what they saw: ", "אהבו את מה שראו: ")) a href=(report.path("/reports/rows", Some("liked"))) { bdi { (percent(rate)) } }
                    @if let Some(then) = report.then.liked_rate { " " span class="soft" { (l.t("before: ", "בתקופה הקודמת: ")) bdi { (percent(then)) } } }
                    " " a href=(report.path("/reports/rows", Some("feedback"))) { (l.ns(report.now.feedback, ("One answer", "תשובה אחת"), ("{n} answers", "{n} תשובות"))) } }
            }
            @if let Some(rate) = report.now.show_rate { p { (l.t("Took place: ", "התקיימו: ")) a href=(report.path("/reports/rows", Some("took_place"))) { bdi { (percent(rate)) } } } }
        }
    }
}

/// What callers said of their calls (C14).
pub(super) fn opinions(me: &Me, report: &Told) -> Markup {
    let l = me.lang;
    if report.now.asked_satisfaction == 0 && report.then.asked_satisfaction == 0 {
        return html! {};
    }
    let words = |word: &str| match word {
        "good" => l.t("Good", "טובה").to_owned(),
        "so_so" => l.t("So-so", "ככה ככה").to_owned(),
        _ => l.t("Bad", "לא טובה").to_owned(),
    };
    html! {
        section class="card" id="opinions" { h2 { (l.t("How callers found their call", "מה אמרו המתקשרים על השיחה")) }
            p { a href=(report.path("/reports/rows", Some("asked_satisfaction"))) { (l.ns(report.now.asked_satisfaction, ("One was asked", "נשאלה שאלה אחת"), ("{n} were asked", "{n} נשאלו"))) }
                @if let Some(rate) = report.now.satisfaction { ". " (l.t("Good: ", "טובה: ")) a href=(report.path("/reports/rows", Some("satisfaction:good"))) { bdi { (percent(rate)) } } }
                @if let Some(then) = report.then.satisfaction { " " span class="soft" { (l.t("before: ", "בתקופה הקודמת: ")) bdi { (percent(then)) } } } }
            (parts(me, report, "satisfaction", &report.now.opinions, &report.then.opinions, words))
        }
    }
}

/// Appointments by agent.
pub(super) fn agents(me: &Me, report: &Told, names: &HashMap<String, String>) -> Markup {
    let l = me.lang;
    let (now, then) = (&report.now.agents, &report.then.agents);
    let ids: BTreeSet<&str> =
        now.keys().chain(then.keys()).map(|key| key.split_once(':').map_or(key.as_str(), |(id, _)| id)).collect();
    if ids.is_empty() {
        return html! {};
    }
    let of = |sums: &Sums, id: &str, state: &str| {
        let key = if state.is_empty() { id.to_owned() } else { format!("{id}:{state}") };
        sums.get(&key).copied().unwrap_or(0)
    };
    let link = |id: &str, state: &str| {
        let end = if state.is_empty() { String::new() } else { format!(":{state}") };
        report.path("/reports/rows", Some(&format!("agent:{id}{end}")))
    };
    html! {
        section class="card" id="agents" { h2 { (l.t("Appointments by agent", "פגישות לפי סוכן")) }
            div class="scroll" tabindex="0" role="group" aria-label=(l.t("Appointments by agent", "פגישות לפי סוכן")) { table {
                thead { tr { th { (l.t("Agent", "סוכן")) } th { (l.t("Made", "נקבעו")) } th { (l.t("Took place", "התקיימו")) } th { (l.t("Nobody came", "לא הגיעו")) } th { (l.t("Before", "התקופה הקודמת")) } } }
                tbody { @for id in ids { tr {
                    th scope="row" { bdi { (names.get(id).map_or(l.t("Office", "המשרד"), String::as_str)) } }
                    @for state in ["", "done", "no_show"] { td { a href=(link(id, state)) { (of(now, id, state)) } } }
                    td class="soft" { (of(then, id, "")) }
                } } }
            } }
        }
    }
}

/// What callers wanted of the receptionist, and how the talks ended.
pub(super) fn talks(me: &Me, report: &Told) -> Markup {
    let l = me.lang;
    if report.now.talks == 0 && report.then.talks == 0 {
        return html! {};
    }
    let intent = |word: &str| word.parse().map_or_else(|_| word.replace('_', " "), |it| intent_words(l, it).to_owned());
    let ending = |word: &str| word.parse().map_or_else(|_| word.replace('_', " "), |it| ending_words(l, it).to_owned());
    html! {
        section class="card" id="intents" { h2 { (l.t("What callers wanted", "מה ביקשו המתקשרים")) }
            p { a href=(report.path("/reports/rows", Some("talks"))) { (l.ns(report.now.talks, ("One talk with the receptionist", "שיחה אחת עם המענה האוטומטי"), ("{n} talks with the receptionist", "{n} שיחות עם המענה האוטומטי"))) } }
            (parts(me, report, "intent", &report.now.intents, &report.then.intents, intent))
        }
        section class="card" id="endings" { h2 { (l.t("How talks ended", "איך הסתיימו השיחות")) }
            (parts(me, report, "ending", &report.now.endings, &report.then.endings, ending))
        }
    }
}

/// Voice agents' calls by agent.
pub(super) fn voice_agents(me: &Me, report: &Told) -> Markup {
    let l = me.lang;
    let all: BTreeSet<&String> = report.voice.keys().chain(report.voice_then.keys()).collect();
    if all.is_empty() {
        return html! {};
    }
    let nothing = Figures::default();
    let of = |map: &BTreeMap<String, Figures>, agent: &str| map.get(agent).unwrap_or(&nothing).clone();
    let rows = all.into_iter().map(|agent| (agent, of(&report.voice, agent), of(&report.voice_then, agent)));
    let link = |agent: &str| {
        let agent = if agent.is_empty() { "unknown" } else { agent };
        report.path("/reports/rows", Some(&format!("voice_agent:{agent}")))
    };
    html! {
        section class="card" id="voice-agents" { h2 { (l.t("Voice agents", "סוכנים קוליים")) }
            div class="scroll" tabindex="0" role="group" aria-label=(l.t("Voice agents", "סוכנים קוליים")) { table {
                thead { tr { th { (l.t("Agent", "סוכן")) } th { (l.t("Calls", "שיחות")) } th { (l.t("Picked up", "ענו")) } th { (l.t("Average talk", "משך ממוצע")) } th { (l.t("Credits", "קרדיטים")) } th { (l.t("Calls before", "התקופה הקודמת")) } } }
                tbody { @for (agent, now, then) in rows { tr {
                    th scope="row" { bdi { @if agent.is_empty() { (l.t("Unknown", "לא ידוע")) } @else { (agent) } } }
                    td { a href=(link(agent)) { (now.calls) } }
                    td { bdi { (now.connected_rate.map_or("–".to_owned(), percent)) } }
                    td { bdi { (now.average_talk_seconds.map_or("–".to_owned(), seconds)) } }
                    td { (now.credits) }
                    td class="soft" { (then.calls) }
                } } }
            } }
        }
    }
}
