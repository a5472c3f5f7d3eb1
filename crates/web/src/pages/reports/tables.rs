//! Tables of the reports: what parts a number has, beside those of the period before.

use super::Told;
use crate::pages::shell::{empty, terms};
use crate::session::{Lang, Me};
use maud::{Markup, html};

/// What became of calls.
pub(super) fn outcomes(me: &Me, report: &Told) -> Markup {
    let words = |word: &str| outcome(me.lang, word);
    parts(me, report, "outcome", &report.now.outcomes, &report.then.outcomes, words)
}

/// Where leads came from.
pub(super) fn sources(me: &Me, report: &Told) -> Markup {
    let words = |word: &str| source(me.lang, word);
    parts(me, report, "source", &report.now.sources, &report.then.sources, words)
}

pub(super) fn outcome(l: Lang, word: &str) -> String {
    terms::outcome(l, word.parse().ok()).1.to_owned()
}

pub(super) fn source(l: Lang, word: &str) -> String {
    match word {
        "missed_call" => l.t("Missed call", "שיחה שלא נענתה").to_owned(),
        "whatsapp" => "WhatsApp".to_owned(),
        "sms" => "SMS".to_owned(),
        "voice_agent" => l.t("Voice agent", "סוכן קולי").to_owned(),
        "receptionist" => l.t("Receptionist, by phone", "המענה האוטומטי, בטלפון").to_owned(),
        "call" => l.t("Call", "שיחה").to_owned(),
        other => other.replace('_', " "),
    }
}

pub(super) type Parts = ringleader_core::figures::Sums;

pub(super) fn parts(
    me: &Me,
    report: &Told,
    of: &str,
    now: &Parts,
    then: &Parts,
    words: impl Fn(&str) -> String,
) -> Markup {
    let l = me.lang;
    if now.is_empty() && then.is_empty() {
        return empty("leads", l.t("Nothing in this period", "אין נתונים בתקופה הזאת"), "");
    }
    html! {
        table {
            thead { tr { th {} th { (l.t("This period", "התקופה")) } th { (l.t("Before", "התקופה הקודמת")) } } }
            tbody { @for (word, count, earlier) in both(now, then) {
                tr {
                    th scope="row" { (words(word)) }
                    td { a href=(report.path("/reports/rows", Some(&format!("{of}:{word}")))) { (count) } }
                    td class="soft" { (earlier) }
                }
            } }
        }
    }
}

/// What both periods have, the most of this one first.
pub(super) fn both<'a>(now: &'a Parts, then: &'a Parts) -> Vec<(&'a str, i64, i64)> {
    let words = now.keys().chain(then.keys().filter(|word| !now.contains_key(*word)));
    let of = |parts: &Parts, word: &str| parts.get(word).copied().unwrap_or(0);
    let mut all: Vec<_> = words.map(|word| (word.as_str(), of(now, word), of(then, word))).collect();
    all.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    all
}
