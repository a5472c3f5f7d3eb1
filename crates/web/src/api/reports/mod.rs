//! Reports of a business (D2): a period beside the one before, day by day, by the hours of the week, and the rows behind each
//! number. Every report is JSON, or CSV with `format=csv`.

mod people;
mod uses;
mod views;

use super::Listed;
use super::days::days_of;
use crate::auth::{Reader, TenantKey};
use crate::csv::{self, Cell};
use crate::extract::{e164, query};
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::Uri;
use ringleader_core::reports::summary::Summary;
use ringleader_core::tenant::Tenant;
use ringleader_jobs::reports::{self, Report};
use ringleader_store::Read;
use ringleader_store::repo::{Only, Period, Subject};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use views::{DayFigures, DayView, HourView, ReportView, RowView, day_view, row_view};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(summary))
        .routes(routes!(days))
        .routes(routes!(hours))
        .routes(routes!(people::people))
        .routes(routes!(rows))
        .routes(routes!(uses::uses))
}

/// Which days, and of which line.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// First local day: `2026-11-01`; without it the 30 days until `to`.
    from: Option<String>,
    /// Last local day; without it today.
    to: Option<String>,
    /// Only what came over this line of the tenant.
    line: Option<String>,
    /// `csv` for a table; JSON without it.
    format: Option<String>,
    /// Which measure (`hours`, `rows`): `calls:inbound`, `missed`, `answered`, `leads`, `recovered` …
    measure: Option<String>,
    /// Only calls of this voice agent, by its id at the platform (`rows`).
    agent: Option<String>,
    /// Where the page begins (`rows`).
    cursor: Option<String>,
    /// Rows of a page, 50 without it (`rows`); a table has all of them.
    limit: Option<u32>,
}

/// What was asked for, ready to be read.
struct Ready {
    read: Read,
    tenant: Tenant,
    period: Period,
    csv: bool,
}

async fn ready(state: &AppState, key: &TenantKey, asked: &Asked) -> Result<Ready> {
    let line = e164(state, key.tenant, asked.line.as_ref()).await?;
    let mut read = state.store.read(key.tenant).await?;
    let tenant = read.tenants().me().await?;
    let today = read.now().to_zoned(tenant.time_zone.clone()).date();
    let (first, last) = days_of(asked.from.as_deref(), asked.to.as_deref(), today, reports::LONGEST)?;
    let csv = csv::asked(asked.format.as_deref())?;
    Ok(Ready { read, tenant, period: Period { first, last, line }, csv })
}

/// A period beside the one before.
#[utoipa::path(get, path = "/analytics/summary", tag = "analytics", params(Asked), responses((status = 200, body = ReportView)))]
async fn summary(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<Response> {
    let Ready { mut read, tenant, period, csv } = ready(&state, &key, &query(&uri)?).await?;
    let report = reports::gather(&mut read, &tenant, period).await?;
    if csv {
        return Ok(csv::file("summary", &summary_table(&report)));
    }
    Ok(axum::Json(ReportView::of(report, &tenant)).into_response())
}

/// One line for each figure: its name, the period, the one before.
fn summary_table(report: &Report) -> Vec<Vec<Cell>> {
    let flat = |summary: &Summary| match serde_json::to_value(summary) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (now, then) = (flat(&report.now), flat(&report.then));
    let days = |period: &Period| format!("{} – {}", period.first, period.last);
    let mut rows = vec![vec!["figure".into(), days(&report.period).into(), days(&report.before).into()]];
    for (measure, value, before) in report.funnel() {
        rows.push(vec![format!("step:{measure}").into(), value.into(), before.into()]);
    }
    let (cost, then_cost) = (report.cost, report.cost_then);
    rows.push(vec!["cost:credits".into(), cost.credits.into(), then_cost.credits.into()]);
    rows.push(vec!["cost:model_micros".into(), cost.model_micros.into(), then_cost.model_micros.into()]);
    for (name, value) in &now {
        let earlier = then.get(name).unwrap_or(&serde_json::Value::Null);
        match value {
            serde_json::Value::Object(parts) => {
                let others = earlier.as_object().into_iter().flat_map(|earlier| earlier.keys());
                let words: std::collections::BTreeSet<&String> = parts.keys().chain(others).collect();
                for word in words {
                    rows.push(vec![
                        format!("{name}:{word}").into(),
                        cell(&parts.get(word).cloned().unwrap_or(0.into())),
                        cell(&earlier.get(word).cloned().unwrap_or(0.into())),
                    ]);
                }
            }
            value => rows.push(vec![name.clone().into(), cell(value), cell(earlier)]),
        }
    }
    rows
}

fn cell(value: &serde_json::Value) -> Cell {
    match (value.as_i64(), value.as_f64()) {
        (Some(whole), _) => whole.into(),
        (None, Some(number)) => Some(number).into(),
        _ => Cell::Empty,
    }
}

/// Day by day, each beside the day as far into the period before; days without anything are left out.
#[utoipa::path(get, path = "/analytics/days", tag = "analytics", params(Asked), responses((status = 200, body = Listed<DayView>)))]
async fn days(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<Response> {
    let Ready { mut read, tenant, period, csv } = ready(&state, &key, &query(&uri)?).await?;
    let report = reports::gather(&mut read, &tenant, period).await?;
    let days: Vec<DayView> = report.days_beside().into_iter().map(day_view).collect();
    if !csv {
        return Ok(Listed::all(days).into_response());
    }
    let names = ["inbound", "answered", "missed", "leads", "qualified", "recovered", "talk_seconds"];
    let before = names.map(|name| format!("before_{name}").into());
    let mut table = vec![std::iter::once("day".into()).chain(names.map(Cell::from)).chain(before).collect()];
    let numbers = |d: &DayFigures| {
        [d.inbound, d.answered, d.missed, d.leads, d.qualified, d.recovered, d.talk_seconds].map(Cell::from)
    };
    table.extend(
        days.into_iter()
            .map(|d| std::iter::once(d.day.into()).chain(numbers(&d.now)).chain(numbers(&d.before)).collect()),
    );
    Ok(csv::file("days", &table))
}

/// How often a measure counted in each hour of the week, beside the period before; hours without any in both are left out.
#[utoipa::path(get, path = "/analytics/hours", tag = "analytics", params(Asked), responses((status = 200, body = Listed<HourView>)))]
async fn hours(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<Response> {
    let asked: Asked = query(&uri)?;
    let Ready { mut read, period, csv, .. } = ready(&state, &key, &asked).await?;
    let measure = asked.measure.as_deref().unwrap_or("calls:inbound");
    let week = read.reports().by_slot(measure, &period).await?;
    let then = read.reports().by_slot(measure, &reports::before(&period)).await?;
    let all = (1u8..).zip(week.into_iter().zip(then)).flat_map(|(weekday, (now, then))| {
        let hour = move |(hour, (value, before))| HourView { weekday, hour, value, before };
        (0u8..).zip(now.into_iter().zip(then)).map(hour)
    });
    let all: Vec<HourView> = all.filter(|hour| hour.value != 0 || hour.before != 0).collect();
    if !csv {
        return Ok(Listed::all(all).into_response());
    }
    let mut table = vec![vec!["weekday".into(), "hour".into(), measure.into(), format!("before_{measure}").into()]];
    let line =
        |it: HourView| vec![i64::from(it.weekday).into(), i64::from(it.hour).into(), it.value.into(), it.before.into()];
    table.extend(all.into_iter().map(line));
    Ok(csv::file("hours", &table))
}

/// The rows behind a number, the latest day first. As a table all of them, however many.
#[utoipa::path(get, path = "/analytics/rows", tag = "analytics", params(Asked), responses((status = 200, body = Listed<RowView>)))]
async fn rows(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<Response> {
    let asked: Asked = query(&uri)?;
    let Ready { read, period, csv, .. } = ready(&state, &key, &asked).await?;
    let measure = asked.measure.unwrap_or_else(|| "calls:inbound".to_owned());
    let wanted = Behind { measure, period, only: Only { agent: asked.agent, slot: None } };
    if csv {
        drop(read);
        return whole(&state, &key, wanted, asked.cursor).await;
    }
    let (data, next) = wanted.page(read, asked.cursor.as_deref(), asked.limit.unwrap_or(50).clamp(1, 200)).await?;
    Ok(axum::Json(Listed { data, next }).into_response())
}

/// What rows are asked for.
struct Behind {
    measure: String,
    period: Period,
    only: Only,
}

impl Behind {
    async fn page(&self, mut read: Read, cursor: Option<&str>, limit: u32) -> Result<(Vec<RowView>, Option<String>)> {
        let found = read.reports().behind_only(&self.measure, &self.period, &self.only, cursor, limit).await;
        let (behind, next) = found?;
        let subjects: Vec<Subject> = behind.iter().map(|it| it.subject).collect();
        let whose = read.reports().whose(&subjects).await?;
        Ok((behind.into_iter().zip(whose).map(|(it, whose)| row_view(it, whose)).collect(), next))
    }
}

/// Rows of a table that are read at once.
const ROWS: u32 = 500;

async fn whole(state: &AppState, key: &TenantKey, wanted: Behind, cursor: Option<String>) -> Result<Response> {
    let (store, tenant, wanted) = (state.store.clone(), key.tenant, Arc::new(wanted));
    let part = move |cursor: Option<String>| {
        let (store, wanted) = (store.clone(), wanted.clone());
        async move {
            let (rows, next) = wanted.page(store.read(tenant).await?, cursor.as_deref(), ROWS).await?;
            Ok((rows.into_iter().map(row_cells).collect(), next))
        }
    };
    csv::parts("rows", ["id", "day", "hour", "line", "value"].map(Cell::from).to_vec(), cursor, part).await
}

fn row_cells(it: RowView) -> Vec<Cell> {
    let line = it.line.map_or(Cell::Empty, Cell::from);
    vec![it.id.into(), it.day.into(), i64::from(it.hour).into(), line, it.value.into()]
}
