//! Figures of voice agents' calls (B8), from sums that are kept up with each call: right at every moment, whatever comes late.

use super::Listed;
use super::days::days_of;
use crate::auth::Reader;
use crate::csv::{self, Cell};
use crate::extract::{e164, query};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::Uri;
use jiff::ToSpan;
use jiff::civil::Date;
use ringleader_core::figures::{Change, Figures, Place, Sums, group};
use ringleader_core::id::ContactId;
use ringleader_jobs::reports::{self, DayScores, LONGEST, before};
use ringleader_store::repo::Period;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(voice_agents)).routes(routes!(scores))
}

/// Which days, and how the calls are grouped.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// First local day: `2026-11-01`; without it the 30 days until `to`.
    from: Option<String>,
    /// Last local day; without it today.
    to: Option<String>,
    /// Only calls of this line of the tenant.
    line: Option<String>,
    /// Only calls of this agent, by its id at the platform.
    agent: Option<String>,
    /// `day` (as without it), `agent` or `line`.
    by: Option<String>,
    /// `csv` for a table of the groups; JSON without it.
    format: Option<String>,
}

/// Figures of voice agents' calls. A call counts on the local day on which it began.
#[derive(Debug, Serialize, ToSchema)]
struct ReportView {
    from: String,
    to: String,
    /// `day`, `agent` or `line`.
    by: String,
    /// All of them.
    total: FiguresView,
    /// First day of the period before.
    before_from: String,
    /// Its last day.
    before_to: String,
    /// All of its calls.
    before: FiguresView,
    /// Day by day, or by agent or line; only those that have calls.
    data: Vec<GroupView>,
}

/// A group of calls.
#[derive(Debug, Serialize, ToSchema)]
struct GroupView {
    /// The day, the agent's id or the line; empty for calls without agent or line.
    key: String,
    #[serde(flatten)]
    figures: FiguresView,
    /// The same group in the period before; of days the one as far into it.
    before: FiguresView,
}

/// What is known of a number of calls. Rates are of the calls that are over, 0 to 1; null without any.
#[derive(Debug, Serialize, ToSchema)]
struct FiguresView {
    calls: i64,
    /// Under way now.
    in_progress: i64,
    over: i64,
    /// Calls that are over, by outcome.
    outcomes: BTreeMap<String, i64>,
    /// Missed, or taken by a voicemail.
    missed_rate: Option<f64>,
    /// A person picked up, whether they spoke or not.
    connected_rate: Option<f64>,
    talk_seconds: i64,
    /// Of the calls in which somebody spoke.
    average_talk_seconds: Option<f64>,
    /// From the ringing to the answer.
    average_seconds_to_answer: Option<f64>,
    /// Calls that are over, by the platform's reason.
    hangup_reasons: BTreeMap<String, i64>,
    credits: i64,
    /// In millionths of a US dollar.
    platform_cost_micros: i64,
}

impl FiguresView {
    fn of(sums: &Sums) -> Self {
        let figures = Figures::of(sums);
        Self {
            calls: figures.calls,
            in_progress: figures.in_progress,
            over: figures.over,
            outcomes: figures.outcomes,
            missed_rate: figures.missed_rate,
            connected_rate: figures.connected_rate,
            talk_seconds: figures.talk_seconds,
            average_talk_seconds: figures.average_talk_seconds,
            average_seconds_to_answer: figures.average_wait_seconds,
            hangup_reasons: figures.hangups,
            credits: figures.credits,
            platform_cost_micros: figures.platform_cost_micros,
        }
    }
}

/// Figures of voice agents' calls.
#[utoipa::path(get, path = "/analytics/voice-agents", tag = "analytics", params(Asked), responses((status = 200, body = ReportView)))]
async fn voice_agents(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<Response> {
    let asked: Asked = query(&uri)?;
    let by = asked.by.as_deref().unwrap_or("day");
    let key_of = key_of(by)?;
    let csv = csv::asked(asked.format.as_deref())?;
    let line = e164(&state, key.tenant, asked.line.as_ref()).await?;
    let mut read = state.store.read(key.tenant).await?;
    let today = read.now().to_zoned(read.tenants().me().await?.time_zone).date();
    let (first, last) = days_of(asked.from.as_deref(), asked.to.as_deref(), today, LONGEST)?;
    let period = Period { first, last, line };
    let earlier = before(&period);
    let apart = (first - earlier.first).get_days();
    let agent = asked.agent.as_deref();
    let now = read.rollups().read(first, last, period.line.as_deref(), agent).await?;
    let mut then = read.rollups().read(earlier.first, earlier.last, period.line.as_deref(), agent).await?;
    then.iter_mut().for_each(|change| change.place.day = change.place.day.saturating_add(apart.days()));
    let total = |rows: &[Change]| FiguresView::of(&group(rows, |_| ()).remove(&()).unwrap_or_default());
    let view = ReportView {
        from: first.to_string(),
        to: last.to_string(),
        by: by.to_owned(),
        total: total(&now),
        before_from: earlier.first.to_string(),
        before_to: earlier.last.to_string(),
        before: total(&then),
        data: groups(&now, &then, key_of),
    };
    if csv {
        return Ok(csv::file("voice-agents", &table(&view)));
    }
    Ok(axum::Json(view).into_response())
}

/// What a table tells of a group.
const COLUMNS: [&str; 8] = [
    "calls",
    "missed_rate",
    "connected_rate",
    "average_seconds_to_answer",
    "talk_seconds",
    "average_talk_seconds",
    "credits",
    "platform_cost_micros",
];

fn table(view: &ReportView) -> Vec<Vec<Cell>> {
    let before = COLUMNS.map(|name| format!("before_{name}").into());
    let mut table =
        vec![std::iter::once(view.by.clone().into()).chain(COLUMNS.map(Cell::from)).chain(before).collect()];
    let cells = |it: &FiguresView| -> [Cell; 8] {
        [
            it.calls.into(),
            it.missed_rate.into(),
            it.connected_rate.into(),
            it.average_seconds_to_answer.into(),
            it.talk_seconds.into(),
            it.average_talk_seconds.into(),
            it.credits.into(),
            it.platform_cost_micros.into(),
        ]
    };
    let row = |it: &GroupView| {
        std::iter::once(it.key.clone().into()).chain(cells(&it.figures)).chain(cells(&it.before)).collect()
    };
    table.extend(view.data.iter().map(row));
    table
}

/// Which days, and whose.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ScoresAsked {
    /// First local day: `2026-11-01`; without it the 30 days until `to`.
    from: Option<String>,
    /// Last local day; without it today.
    to: Option<String>,
    /// Of this contact.
    contact_id: Option<String>,
    /// `csv` for a table; JSON without it.
    format: Option<String>,
}

/// Scores of a day, beside those of the day as far into the period before.
#[derive(Debug, Serialize, ToSchema)]
struct ScoresView {
    /// The local day.
    day: String,
    #[serde(flatten)]
    now: ScoresOfDay,
    before: ScoresOfDay,
}

/// Scores of the analysed calls of a day.
#[derive(Debug, Serialize, ToSchema)]
struct ScoresOfDay {
    /// Calls that have a score (`scored:individual` finds the rows).
    calls: i64,
    /// Their average, each call by itself.
    individual: Option<f64>,
    /// The average of what their contacts had with them counted in.
    complete: Option<f64>,
}

impl ScoresOfDay {
    fn of(scores: Option<&DayScores>) -> Self {
        let scores = scores.copied().unwrap_or_default();
        Self { calls: scores.calls, individual: scores.individual(), complete: scores.complete() }
    }

    fn cells(&self) -> [Cell; 3] {
        [self.calls.into(), self.individual.into(), self.complete.into()]
    }
}

/// Individual against complete scores, day by day, beside the period before; only days that have analysed calls in either.
#[utoipa::path(get, path = "/analytics/voice-agents/scores", tag = "analytics", params(ScoresAsked), responses((status = 200, body = Listed<ScoresView>)))]
async fn scores(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<Response> {
    let asked: ScoresAsked = query(&uri)?;
    let contact = asked.contact_id.as_deref().map(str::parse::<ContactId>).transpose();
    let contact = contact.map_err(|_| Problem::field("contact_id", "must be the id of a contact"))?;
    let csv = csv::asked(asked.format.as_deref())?;
    let mut read = state.store.read(key.tenant).await?;
    let zone = read.tenants().me().await?.time_zone;
    let today = read.now().to_zoned(zone.clone()).date();
    let (first, last) = days_of(asked.from.as_deref(), asked.to.as_deref(), today, LONGEST)?;
    let period = Period { first, last, line: None };
    let now = reports::scores(&mut read, &period, contact).await?;
    let then = reports::scores(&mut read, &before(&period), contact).await?;
    let view = |(day, now, then): (Date, Option<&DayScores>, Option<&DayScores>)| ScoresView {
        day: day.to_string(),
        now: ScoresOfDay::of(now),
        before: ScoresOfDay::of(then),
    };
    let days: Vec<ScoresView> = reports::beside(&period, &now, &then).into_iter().map(view).collect();
    if csv {
        let heads = ["day", "calls", "individual", "complete", "before_calls", "before_individual", "before_complete"];
        let mut table = vec![heads.map(Cell::from).to_vec()];
        table.extend(
            days.into_iter()
                .map(|it| std::iter::once(it.day.into()).chain(it.now.cells()).chain(it.before.cells()).collect()),
        );
        return Ok(csv::file("scores", &table));
    }
    Ok(Listed::all(days).into_response())
}

fn groups(now: &[Change], then: &[Change], key_of: fn(&Place) -> String) -> Vec<GroupView> {
    let (now, then) = (group(now, key_of), group(then, key_of));
    let all: BTreeSet<&String> = now.keys().chain(then.keys()).collect();
    let of = |sums: Option<&Sums>| FiguresView::of(sums.unwrap_or(&Sums::new()));
    all.into_iter()
        .map(|key| GroupView { key: key.clone(), figures: of(now.get(key)), before: of(then.get(key)) })
        .collect()
}

fn key_of(by: &str) -> Result<fn(&Place) -> String> {
    match by {
        "day" => Ok(|place| place.day.to_string()),
        "agent" => Ok(|place| place.agent.clone()),
        "line" => Ok(|place| place.line.clone()),
        _ => Err(Problem::field("by", "must be one of: day, agent, line")),
    }
}
