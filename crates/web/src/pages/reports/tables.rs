//! Tables of the reports, on the page and as files for a spreadsheet, in the reader's language.

use super::{Asked, Told, figures};
use crate::csv::{self, Cell};
use crate::pages::shell::{empty, terms};
use crate::problem::Result;
use crate::session::{Lang, Me, Viewer};
use crate::state::AppState;
use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};
use ringleader_core::reports::summary::Summary;

/// What became of calls.
pub(super) fn outcomes(me: &Me, report: &Told) -> Markup {
    let words = |word: &str| terms::outcome(me.lang, word.parse().ok()).1.to_owned();
    parts(me, report, "outcome", &report.now.outcomes, &report.then.outcomes, words)
}

/// Where leads came from.
pub(super) fn sources(me: &Me, report: &Told) -> Markup {
    let words = |word: &str| source(me.lang, word);
    parts(me, report, "source", &report.now.sources, &report.then.sources, words)
}

fn source(l: Lang, word: &str) -> String {
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
    let mut all: Vec<&String> = now.keys().chain(then.keys().filter(|word| !now.contains_key(*word))).collect();
    all.sort_by_key(|word| std::cmp::Reverse(now.get(*word).copied().unwrap_or(0)));
    let of_both = |word: &str| (now.get(word).copied().unwrap_or(0), then.get(word).copied().unwrap_or(0));
    html! {
        table {
            thead { tr { th {} th { (l.t("This period", "התקופה")) } th { (l.t("Before", "התקופה הקודמת")) } } }
            tbody { @for word in all {
                @let (count, earlier) = of_both(word);
                tr {
                    th scope="row" { (words(word)) }
                    td { a href=(report.path("/reports/rows", Some(&format!("{of}:{word}")))) { (count) } }
                    td class="soft" { (earlier) }
                }
            } }
        }
    }
}

async fn gathered(state: &AppState, me: &Me, asked: &Asked) -> Result<Told> {
    let mut read = state.store.read(me.tenant.id).await?;
    asked.told(me, &mut read).await
}

/// The figures as a file.
pub(super) async fn figures_file(
    State(state): State<AppState>,
    Viewer(me): Viewer,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let l = me.lang;
    let report = gathered(&state, &me, &asked).await?;
    let days = |period: &ringleader_store::repo::Period| format!("{} – {}", period.first, period.last);
    let mut table = vec![vec![l.t("Figure", "נתון").into(), days(&report.period).into(), days(&report.before).into()]];
    table.extend(figures::all(l, &report).iter().map(|it| {
        let name = it.now.unit(l).map_or_else(|| it.words.to_owned(), |unit| format!("{} ({unit})", it.words));
        vec![name.into(), it.now.cell(), it.then.cell()]
    }));
    Ok(csv::file("figures", &table))
}

/// Day by day as a file.
pub(super) async fn days(
    State(state): State<AppState>,
    Viewer(me): Viewer,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let l = me.lang;
    let report = gathered(&state, &me, &asked).await?;
    let heads = [
        l.t("Day", "יום"),
        l.t("Calls in", "שיחות נכנסות"),
        l.t("Answered", "נענו"),
        l.t("Missed", "לא נענו"),
        l.t("New leads", "לידים חדשים"),
        l.t("Ready to call", "מוכנים לשיחה"),
        l.t("Recovered", "חזרו כלידים"),
    ];
    let mut table = vec![heads.map(Cell::from).to_vec()];
    for (day, sums) in &report.days {
        let of = Summary::of(sums, None);
        let numbers = [of.inbound, of.answered, of.missed, of.leads, of.qualified, of.recovered];
        table.push(std::iter::once(day.to_string().into()).chain(numbers.map(Cell::from)).collect());
    }
    Ok(csv::file("days", &table))
}
