//! What each of the business's people did (D2): leads that are theirs, chats that they led, appointments.

use super::{Asked, Ready, ready};
use crate::auth::Reader;
use crate::csv::{self, Cell};
use crate::extract::query;
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::Uri;
use ringleader_core::currency::Currency;
use ringleader_core::reports::people::Person;
use ringleader_jobs::reports::{self, Report};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// What each of the business's people did in a period, beside the one before.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PeopleView {
    from: String,
    to: String,
    line: Option<String>,
    /// First day of the period before.
    before_from: String,
    /// Its last day.
    before_to: String,
    /// The currency of `converted_value` (ISO 4217); null where neither the tenant nor its country tells it.
    currency: Option<&'static str>,
    /// Those who did something in either period.
    data: Vec<PersonView>,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
struct PersonView {
    /// The user; `office` where appointments are nobody's own.
    user_id: String,
    name: Option<String>,
    #[serde(flatten)]
    now: PersonFigures,
    before: PersonFigures,
}

/// What somebody did.
#[derive(Debug, Serialize, ToSchema)]
struct PersonFigures {
    /// New leads that are theirs now (`assigned:usr_…` finds the rows).
    leads: i64,
    /// Of those, the ones that became business (`assigned:usr_…:converted`).
    converted: i64,
    /// Of those, the ones that did not (`assigned:usr_…:lost`).
    lost: i64,
    /// Worth of the converted ones in minor units, by the tenant's own value of a lead; null while that is not set.
    converted_value: Option<i64>,
    /// Chats that they led, handed back or not (`led:usr_…`).
    chats: i64,
    /// Appointments that were made for them (`agent:usr_…`).
    appointments: i64,
    /// Of those, the ones that took place (`agent:usr_…:done`).
    took_place: i64,
    /// Of those, the ones to which nobody came (`agent:usr_…:no_show`).
    nobody_came: i64,
}

impl PersonFigures {
    fn of(it: Person, lead_value: Option<i64>) -> Self {
        let Person { leads, converted, lost, chats, appointments, took_place, nobody_came } = it;
        let converted_value = it.converted_value(lead_value);
        Self { leads, converted, lost, converted_value, chats, appointments, took_place, nobody_came }
    }

    fn cells(&self) -> [Cell; 8] {
        [
            self.leads.into(),
            self.converted.into(),
            self.lost.into(),
            self.converted_value.map_or(Cell::Empty, Cell::Whole),
            self.chats.into(),
            self.appointments.into(),
            self.took_place.into(),
            self.nobody_came.into(),
        ]
    }
}

const COLUMNS: [&str; 8] =
    ["leads", "converted", "lost", "converted_value", "chats", "appointments", "took_place", "nobody_came"];

/// What each of the business's people did: leads, chats, appointments.
#[utoipa::path(get, path = "/analytics/people", tag = "analytics", params(Asked), responses((status = 200, body = PeopleView)))]
pub(super) async fn people(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<Response> {
    let Ready { mut read, tenant, period, csv } = ready(&state, &key, &query(&uri)?).await?;
    let names = read.users().names().await?;
    let report = reports::gather(&mut read, &tenant, period).await?;
    let data = data(&report, &names, tenant.settings.reports.lead_value);
    if csv {
        return Ok(csv::file("people", &table(&data)));
    }
    let Report { period, before, .. } = report;
    let view = PeopleView {
        from: period.first.to_string(),
        to: period.last.to_string(),
        line: period.line,
        before_from: before.first.to_string(),
        before_to: before.last.to_string(),
        currency: tenant.currency().map(Currency::as_str),
        data,
    };
    Ok(axum::Json(view).into_response())
}

fn data(report: &Report, names: &HashMap<String, String>, lead_value: Option<i64>) -> Vec<PersonView> {
    let view = |(id, now, before): (&str, Person, Person)| PersonView {
        user_id: id.to_owned(),
        name: names.get(id).cloned(),
        now: PersonFigures::of(now, lead_value),
        before: PersonFigures::of(before, lead_value),
    };
    report.people_beside().into_iter().map(view).collect()
}

fn table(data: &[PersonView]) -> Vec<Vec<Cell>> {
    let heads = ["user_id", "name"].into_iter().chain(COLUMNS).map(Cell::from);
    let mut table = vec![heads.chain(COLUMNS.map(|name| format!("before_{name}").into())).collect()];
    table.extend(data.iter().map(|it| {
        let who = [it.user_id.clone().into(), it.name.clone().map_or(Cell::Empty, Cell::from)];
        who.into_iter().chain(it.now.cells()).chain(it.before.cells()).collect()
    }));
    table
}
