//! The statement of credits of a month, for pages and as CSV (B3).

use crate::auth::Reader;
use crate::csv::{self, Cell};
use crate::extract::query;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use axum::response::Response;
use http::Uri;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use ringleader_store::Read;
use ringleader_store::repo::{Statement, StatementLine};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Lines that are read at once.
const LINES: u32 = 1000;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(as_csv))
}

/// What happened in a span of time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatementView {
    opening: i64,
    top_ups: i64,
    debits: i64,
    corrections: i64,
    closing: i64,
    /// Calls that were paid.
    calls: i64,
    /// What the platforms say that the calls of this time cost, in millionths of a US dollar: to be held against the debits.
    platform_cost_micros: i64,
    /// Where the two differ.
    drift: DriftView,
}

/// What the platforms charge for calls, held against what they cost in credits.
#[derive(Debug, Serialize, ToSchema)]
struct DriftView {
    /// What the platforms charge for each credit that was spent; null without any.
    platform_cost_micros_per_credit: Option<i64>,
    /// Calls that cost credits, and the platform charges nothing.
    paid_without_cost: i64,
    /// Calls that the platform charges, and that cost no credits.
    cost_without_credits: i64,
    /// What it charges for those.
    cost_without_credits_micros: i64,
}

impl StatementView {
    pub(super) fn of(statement: Statement) -> Self {
        Self {
            opening: statement.opening,
            top_ups: statement.top_ups,
            debits: statement.debits,
            corrections: statement.corrections,
            closing: statement.closing,
            calls: statement.calls,
            platform_cost_micros: statement.platform_cost_micros,
            drift: DriftView {
                platform_cost_micros_per_credit: statement.cost_of_a_credit(),
                paid_without_cost: statement.paid_without_cost,
                cost_without_credits: statement.cost_without_credits,
                cost_without_credits_micros: statement.cost_without_credits_micros,
            },
        }
    }
}

/// Which month.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The month in the tenant's zone, `2026-11`; without it this one.
    month: Option<String>,
}

/// The statement of a month.
#[derive(Debug, Serialize, ToSchema)]
struct MonthView {
    /// `2026-11`.
    month: String,
    /// Its beginning.
    since: Timestamp,
    /// Before this.
    until: Timestamp,
    #[serde(flatten)]
    statement: StatementView,
}

/// A month as a span of time.
pub(crate) struct Month {
    /// Its first day.
    pub(crate) first: Date,
    /// `2026-11`.
    pub(crate) name: String,
    /// Its beginning.
    pub(crate) begin: Timestamp,
    /// Before this.
    pub(crate) end: Timestamp,
}

impl Month {
    /// The one that is named, else that of `now`, in this zone.
    pub(crate) fn of(name: Option<&str>, now: Timestamp, zone: &TimeZone) -> Result<Self> {
        let first = match name {
            None => now.to_zoned(zone.clone()).date().first_of_month(),
            Some(text) => format!("{text}-01").parse().ok().filter(|_| text.len() == 7).ok_or_else(wrong_month)?,
        };
        let next = first.checked_add(1.month()).map_err(|_| wrong_month())?;
        let name = first.strftime("%Y-%m").to_string();
        Ok(Self { first, name, begin: start(first, zone)?, end: start(next, zone)? })
    }
}

async fn month(read: &mut Read, uri: &Uri) -> Result<Month> {
    let asked: Asked = query(uri)?;
    let zone = read.tenants().me().await?.time_zone;
    Month::of(asked.month.as_deref(), read.now(), &zone)
}

fn wrong_month() -> Problem {
    Problem::field("month", "must be a month, as in 2026-11")
}

fn start(day: Date, zone: &TimeZone) -> Result<Timestamp> {
    day.to_zoned(zone.clone()).map(|begin| begin.timestamp()).map_err(|_| wrong_month())
}

/// The credits of a month.
#[utoipa::path(get, path = "/credits/statement", tag = "credits", params(Asked), responses((status = 200, body = MonthView)))]
async fn show(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<axum::Json<MonthView>> {
    let mut read = state.store.read(key.tenant).await?;
    let month = month(&mut read, &uri).await?;
    let statement = StatementView::of(read.credits().statement(month.begin, month.end).await?);
    Ok(axum::Json(MonthView { month: month.name, since: month.begin, until: month.end, statement }))
}

/// The entries of a month as CSV, oldest first, with the balance after each.
#[utoipa::path(get, path = "/credits/statement.csv", tag = "credits", params(Asked), responses((status = 200, body = String, content_type = "text/csv")))]
async fn as_csv(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<Response> {
    let mut read = state.store.read(key.tenant).await?;
    let month = month(&mut read, &uri).await?;
    table(&mut read, &month).await
}

/// The entries of a month as a file for spreadsheets.
pub(crate) async fn table(read: &mut Read, month: &Month) -> Result<Response> {
    let mut balance = read.credits().statement(month.begin, month.end).await?.opening;
    let heads = ["at", "kind", "credits", "balance", "call_id", "agent_id", "seconds", "platform_cost_micros", "note"];
    let mut rows = vec![heads.map(Cell::from).to_vec()];
    let mut after = None;
    loop {
        let lines = read.credits().lines(month.begin, month.end, after, LINES).await?;
        for line in &lines {
            balance += line.entry.credits;
            rows.push(row(line, balance));
        }
        match lines.last() {
            Some(last) if lines.len() == LINES as usize => after = Some(last.entry.id),
            _ => break,
        }
    }
    Ok(csv::file(&format!("credits-{}", month.name), &rows))
}

fn row(line: &StatementLine, balance: i64) -> Vec<Cell> {
    let entry = &line.entry;
    let number = |value: Option<i64>| value.map_or(Cell::Empty, Cell::Whole);
    let words = |text: Option<&str>| text.map_or(Cell::Empty, Cell::from);
    vec![
        entry.at.to_string().into(),
        entry.kind.as_str().into(),
        entry.credits.into(),
        balance.into(),
        words(entry.call_id.map(|id| id.to_string()).as_deref()),
        words(line.agent_id.as_deref()),
        number(line.duration_seconds),
        number(line.platform_cost_micros),
        words(entry.note.as_deref()),
    ]
}
