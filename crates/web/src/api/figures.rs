//! Figures of voice agents' calls (B8), from sums that are kept up with each call: right at every moment, whatever comes late.

use super::Listed;
use super::days::{days_of, span};
use crate::auth::Reader;
use crate::extract::{e164, query};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::Uri;
use jiff::civil::Date;
use ringleader_core::figures::{Change, Figures, Place, Sums, group};
use ringleader_core::id::ContactId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The longest range of days.
const MAX_DAYS: i32 = 366;

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
    /// Last local day, at most 366 days; without it today.
    to: Option<String>,
    /// Only calls of this line of the tenant.
    line: Option<String>,
    /// Only calls of this agent, by its id at the platform.
    agent: Option<String>,
    /// `day` (as without it), `agent` or `line`.
    by: Option<String>,
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
async fn voice_agents(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<axum::Json<ReportView>> {
    let asked: Asked = query(&uri)?;
    let by = asked.by.as_deref().unwrap_or("day");
    let key_of = key_of(by)?;
    let line = e164(&state, key.tenant, asked.line.as_ref()).await?;
    let mut read = state.store.read(key.tenant).await?;
    let today = read.now().to_zoned(read.tenants().me().await?.time_zone).date();
    let (from, to) = days_of(asked.from.as_deref(), asked.to.as_deref(), today, MAX_DAYS)?;
    let rows = read.rollups().read(from, to, line.as_deref(), asked.agent.as_deref()).await?;
    let total = group(&rows, |_| ()).remove(&()).unwrap_or_default();
    let data = groups(&rows, key_of);
    let view = ReportView {
        from: from.to_string(),
        to: to.to_string(),
        by: by.to_owned(),
        total: FiguresView::of(&total),
        data,
    };
    Ok(axum::Json(view))
}

/// Which days, and whose.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ScoresAsked {
    /// First local day: `2026-11-01`; without it the 30 days until `to`.
    from: Option<String>,
    /// Last local day, at most 366 days; without it today.
    to: Option<String>,
    /// Of this contact.
    contact_id: Option<String>,
}

/// Scores of the analysed calls of a day.
#[derive(Debug, Default, Serialize, ToSchema)]
struct ScoresView {
    /// The local day.
    day: String,
    /// Calls that have a score.
    calls: i64,
    /// Their average, each call by itself.
    individual: Option<f64>,
    /// The average of what their contacts had with them counted in.
    complete: Option<f64>,
}

/// Individual against complete scores, day by day; only days that have analysed calls.
#[utoipa::path(get, path = "/analytics/voice-agents/scores", tag = "analytics", params(ScoresAsked), responses((status = 200, body = Listed<ScoresView>)))]
async fn scores(
    State(state): State<AppState>,
    Reader(key): Reader,
    uri: Uri,
) -> Result<axum::Json<Listed<ScoresView>>> {
    let asked: ScoresAsked = query(&uri)?;
    let contact = asked.contact_id.as_deref().map(str::parse::<ContactId>).transpose();
    let contact = contact.map_err(|_| Problem::field("contact_id", "must be the id of a contact"))?;
    let mut read = state.store.read(key.tenant).await?;
    let zone = read.tenants().me().await?.time_zone;
    let today = read.now().to_zoned(zone.clone()).date();
    let (from, to) = days_of(asked.from.as_deref(), asked.to.as_deref(), today, MAX_DAYS)?;
    let (begin, end) = span(from, to, &zone)?;
    let mut by_day: BTreeMap<Date, [(i64, i64); 2]> = BTreeMap::new();
    for scored in read.rollups().scores(begin, end, contact).await? {
        let day = scored.called_at.to_zoned(zone.clone()).date();
        let (calls, sum) = &mut by_day.entry(day).or_default()[usize::from(scored.complete)];
        (*calls, *sum) = (*calls + 1, *sum + scored.score);
    }
    let average = |(calls, sum): (i64, i64)| (calls > 0).then(|| sum as f64 / calls as f64);
    let view = |(day, [individual, complete]): (Date, [(i64, i64); 2])| ScoresView {
        day: day.to_string(),
        calls: individual.0,
        individual: average(individual),
        complete: average(complete),
    };
    Ok(Listed::all(by_day.into_iter().map(view).collect()))
}

fn groups(rows: &[Change], key_of: fn(&Place) -> String) -> Vec<GroupView> {
    let view = |(key, sums): (String, Sums)| GroupView { key, figures: FiguresView::of(&sums) };
    group(rows, key_of).into_iter().map(view).collect()
}

fn key_of(by: &str) -> Result<fn(&Place) -> String> {
    match by {
        "day" => Ok(|place| place.day.to_string()),
        "agent" => Ok(|place| place.agent.clone()),
        "line" => Ok(|place| place.line.clone()),
        _ => Err(Problem::field("by", "must be one of: day, agent, line")),
    }
}
