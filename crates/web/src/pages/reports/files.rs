//! Every report as a file for a spreadsheet (D2), in the reader's language: the numbers of its card, beside those of the period
//! before.

use super::{Asked, Told, charts, figures, people, quality, tables, uses, voice};
use crate::csv::{self, Cell};
use crate::problem::{Problem, Result};
use crate::session::{Lang, Me, Viewer};
use crate::state::AppState;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::Timestamp;
use ringleader_core::figures::Sums;
use ringleader_core::reports::summary::Summary;
use ringleader_store::Read;
use ringleader_store::repo::{Behind, Period, Subject, Whose};
use std::sync::Arc;

/// Rows of what is behind a number that are read at once.
const ROWS: u32 = 500;

type Table = Vec<Vec<Cell>>;

/// `/reports/{part}.csv`.
pub(super) async fn show(
    State(state): State<AppState>,
    Viewer(me): Viewer,
    Path(file): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let part = file.strip_suffix(".csv").ok_or_else(Problem::not_found)?;
    match part {
        "rows" => return rows(&state, me, asked).await,
        "uses" => return uses::file(&state, me, &asked).await,
        _ => {}
    }
    let mut read = state.store.read(me.tenant.id).await?;
    let table = match part {
        "facts" | "brains" => quality::file(&me, &mut read, &asked, part).await?,
        "hangups" => voice::file(&me, &mut read, &asked, part).await?,
        _ if part.starts_with("voice-") => voice::file(&me, &mut read, &asked, part).await?,
        _ => of_period(&me, &mut read, &asked, part).await?,
    };
    Ok(csv::file(part, &table))
}

async fn of_period(me: &Me, read: &mut Read, asked: &Asked, part: &str) -> Result<Table> {
    let (l, report) = (me.lang, asked.told(me, read).await?);
    let (now, then) = (&report.now, &report.then);
    let beside = |of: (&str, &str), now: &Sums, then: &Sums, words: &dyn Fn(&str) -> String| {
        let mut table = vec![heads(&report, l.t(of.0, of.1))];
        table.extend(
            tables::both(now, then)
                .into_iter()
                .map(|(word, now, then)| vec![words(word).into(), now.into(), then.into()]),
        );
        table
    };
    Ok(match part {
        "figures" => {
            let mut table = vec![heads(&report, l.t("Figure", "נתון"))];
            table.extend(figures::all(me, &report).iter().map(|it| {
                let name = figures::named(l, it.words, it.now);
                vec![name.into(), it.now.cell(), it.then.cell()]
            }));
            table
        }
        "days" => days(l, &report),
        "hours" => {
            let now = read.reports().by_slot("calls:inbound", &report.period).await?;
            charts::week_file(me, &now, &read.reports().by_slot("calls:inbound", &report.before).await?)
        }
        "funnel" => {
            let mut table = vec![heads(&report, l.t("Step", "שלב"))];
            let step = |(measure, now, then): (&str, i64, i64)| {
                vec![charts::step_words(l, measure).into(), now.into(), then.into()]
            };
            table.extend(report.funnel().into_iter().map(step));
            table
        }
        "outcomes" => {
            beside(("Outcome", "תוצאה"), &now.outcomes, &then.outcomes, &|word| tables::outcome(l, word))
        }
        "sources" => beside(("Source", "מקור"), &now.sources, &then.sources, &|word| tables::source(l, word)),
        "appointments" => beside(("Appointments", "פגישות"), &now.appointments, &then.appointments, &|word| {
            people::appointment(l, word)
        }),
        "agents" => people::agents_file(me, &report, &read.users().names().await?),
        "intents" => beside(("Wish", "בקשה"), &now.intents, &then.intents, &|word| people::intent(l, word)),
        "endings" => beside(("Ending", "סיום"), &now.endings, &then.endings, &|word| people::ending(l, word)),
        "opinions" => {
            beside(("Opinion", "דעה"), &now.opinions, &then.opinions, &|word| people::opinion(l, word).to_owned())
        }
        _ => return Err(Problem::not_found()),
    })
}

/// The first line: what the rows are, the period, the one before.
pub(super) fn heads(report: &Told, of: &str) -> Vec<Cell> {
    let days = |period: &Period| format!("{} – {}", period.first, period.last);
    vec![of.into(), days(&report.period).into(), days(&report.before).into()]
}

/// The same names again, of the period before.
pub(super) fn with_before(l: Lang, first: &str, names: &[&str]) -> Vec<Cell> {
    let before = names.iter().map(|name| format!("{name}, {}", l.t("before", "בתקופה הקודמת")));
    let names = names.iter().map(|name| (*name).to_owned());
    std::iter::once(first.to_owned()).chain(names).chain(before).map(Cell::from).collect()
}

/// Day by day, each beside the day as far into the period before.
fn days(l: Lang, report: &Told) -> Table {
    let names = [
        l.t("Calls in", "שיחות נכנסות"),
        l.t("Answered", "נענו"),
        l.t("Missed", "לא נענו"),
        l.t("New leads", "לידים חדשים"),
        l.t("Ready to call", "מוכנים לשיחה"),
        l.t("Recovered", "חזרו כלידים"),
    ];
    let numbers = |sums: Option<&Sums>| {
        let of = sums.map(|sums| Summary::of(sums, None)).unwrap_or_default();
        [of.inbound, of.answered, of.missed, of.leads, of.qualified, of.recovered].map(Cell::from)
    };
    let mut table = vec![with_before(l, l.t("Day", "יום"), &names)];
    table.extend(report.days_beside().into_iter().map(|(day, now, then)| {
        std::iter::once(day.to_string().into()).chain(numbers(now)).chain(numbers(then)).collect()
    }));
    table
}

/// All that is behind a number, however much. A number of a telephone is personal: the file names what it is about by its id (P10).
async fn rows(state: &AppState, me: Me, asked: Asked) -> Result<Response> {
    let l = me.lang;
    let mut read = state.store.read(me.tenant.id).await?;
    let period = asked.chosen(&me, &mut read).await?.period;
    drop(read);
    let heads = [l.t("When", "מתי"), l.t("What", "מה"), l.t("Name", "שם"), l.t("Line", "קו"), l.t("Counts", "נספר")];
    let wanted = Arc::new((state.store.clone(), me, asked, period));
    let part = move |cursor: Option<String>| {
        let wanted = wanted.clone();
        async move {
            let (store, me, asked, period) = &*wanted;
            let mut read = store.read(me.tenant.id).await?;
            let (behind, next) =
                read.reports().behind_only(&asked.measure, period, &asked.only(), cursor.as_deref(), ROWS).await?;
            let subjects: Vec<Subject> = behind.iter().map(|row| row.subject).collect();
            let whose = read.reports().whose(&subjects).await?;
            Ok((behind.into_iter().zip(whose).map(|(row, whose)| row_cells(me, row, whose)).collect(), next))
        }
    };
    csv::parts("rows", heads.map(Cell::from).to_vec(), None, part).await
}

fn row_cells(me: &Me, row: Behind, whose: Option<Whose>) -> Vec<Cell> {
    let local = |at: Timestamp| at.to_zoned(me.tenant.time_zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    let id = match row.subject {
        Subject::Chat(chat, ..) => chat.to_string(),
        other => other.to_string(),
    };
    let name = whose.as_ref().and_then(|whose| whose.name.clone());
    let at = whose.map_or_else(|| row.place.day.to_string(), |whose| local(whose.at));
    vec![at.into(), id.into(), name.map_or(Cell::Empty, Cell::from), row.place.line.into(), row.value.into()]
}
