//! Reports of who did what: appointments by purpose, leads, chats and appointments by person, talks with the receptionist. A
//! part that a business does not have is not shown.

use super::figures::{Amount, named, percent};
use super::files::with_before;
use super::tables::parts;
use super::{Told, beside, brackets, head};
use crate::csv::Cell;
use crate::pages::afterwards::{ending_words, intent_words};
use crate::session::{Lang, Me};
use maud::{Markup, html};
use ringleader_core::currency::Currency;
use ringleader_core::reports::people::Person;
use std::collections::HashMap;

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

/// What is told of a person: its name, the measure behind it, how much of it somebody has.
type Column = (&'static str, fn(&str) -> String, fn(&Person, Worth) -> Amount);

/// What a lead is worth, and in which money.
type Worth = (Option<i64>, Option<Currency>);

fn columns(me: &Me) -> Vec<Column> {
    use Amount::{Count, Money};
    let l = me.lang;
    let mut columns: Vec<Column> = vec![
        (l.t("Leads", "לידים"), |id| format!("assigned:{id}"), |it, _| Count(it.leads)),
        (l.t("Became customers", "הפכו ללקוחות"), |id| format!("assigned:{id}:converted"), |it, _| Count(it.converted)),
        (
            l.t("Worth of those", "השווי שלהם"),
            |id| format!("assigned:{id}:converted"),
            |it, worth| Money(it.converted_value(worth.0), worth.1),
        ),
        (l.t("Lost", "אבדו"), |id| format!("assigned:{id}:lost"), |it, _| Count(it.lost)),
        (l.t("Chats led", "שיחות כתובות בטיפול אישי"), |id| format!("led:{id}"), |it, _| Count(it.chats)),
        (l.t("Appointments", "פגישות שנקבעו"), |id| format!("agent:{id}"), |it, _| Count(it.appointments)),
        (l.t("Took place", "התקיימו"), |id| format!("agent:{id}:done"), |it, _| Count(it.took_place)),
        (l.t("Nobody came", "לא הגיעו"), |id| format!("agent:{id}:no_show"), |it, _| Count(it.nobody_came)),
    ];
    if worth(me).0.is_none() {
        columns.remove(2);
    }
    columns
}

fn worth(me: &Me) -> Worth {
    (me.tenant.settings.reports.lead_value, me.tenant.currency())
}

fn name_of<'a>(l: Lang, names: &'a HashMap<String, String>, id: &str) -> &'a str {
    match names.get(id) {
        Some(name) => name,
        None if id == "office" => l.t("Office", "המשרד"),
        None => l.t("Unknown", "לא ידוע"),
    }
}

/// Who did what: leads, chats, appointments.
pub(super) fn agents(me: &Me, report: &Told, names: &HashMap<String, String>) -> Markup {
    let (l, people) = (me.lang, report.people_beside());
    if people.is_empty() {
        return html! {};
    }
    let (columns, worth) = (columns(me), worth(me));
    html! {
        section class="card" id="agents" { (head(&report.chosen, l.t("By person", "לפי אנשי הצוות"), "agents"))
            div class="scroll" tabindex="0" role="group" aria-label=(l.t("By person", "לפי אנשי הצוות")) { table {
                thead { tr { th { (l.t("Who", "מי")) } @for (words, ..) in &columns { th { (words) } } } }
                tbody { @for (id, now, then) in people { tr {
                    th scope="row" { bdi { (name_of(l, names, id)) } }
                    @for (_, measure, amount) in &columns { td { (amount(&now, worth).linked(&report.path("/reports/rows", Some(&measure(id))))) (beside(amount(&then, worth).words())) } }
                } } }
            } }
            (brackets(l))
        }
    }
}

/// The same as a file.
pub(super) fn agents_file(me: &Me, report: &Told, names: &HashMap<String, String>) -> Vec<Vec<Cell>> {
    let (l, columns, worth) = (me.lang, columns(me), worth(me));
    let named: Vec<String> =
        columns.iter().map(|(words, _, amount)| named(l, words, amount(&Person::default(), worth))).collect();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    let mut table = vec![with_before(l, l.t("Who", "מי"), &named)];
    table.extend(report.people_beside().into_iter().map(|(id, now, then)| {
        let of = |person: Person| columns.iter().map(move |(_, _, amount)| amount(&person, worth).cell());
        std::iter::once(name_of(l, names, id).into()).chain(of(now)).chain(of(then)).collect()
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
