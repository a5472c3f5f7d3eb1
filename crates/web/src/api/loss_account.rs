//! The loss account (P11): every missed call of a day is contacted, held, excluded or on its way, and each number can be opened.

use super::Listed;
use crate::auth::Reader;
use crate::extract::{page_of, query};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::Uri;
use jiff::Timestamp;
use jiff::civil::Date;
use ringleader_core::loss::Fate;
use ringleader_jobs::loss::{self, Account, Placed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The longest range of days.
const MAX_DAYS: usize = 92;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(calls))
}

/// What became of the missed calls of one day in the tenant's zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct LossAccountView {
    /// The local day: `2026-11-23`.
    date: String,
    /// Inbound calls that nobody answered and that count as missed: the sum of the five below.
    missed: i64,
    /// Written to, or in touch by themselves (`spoke`, `wrote`).
    contacted: i64,
    /// A person must act; there is a task.
    held: i64,
    /// Not to be reached out to.
    excluded: i64,
    /// Within the grace, put off, or being sent.
    open: i64,
    /// Nothing stands behind them. The daily check gives them to a person.
    lost: i64,
    /// No call is lost.
    balanced: bool,
    /// The numbers above by reason, and `not_missed`: calls that nobody answered and that do not count (pocket dials,
    /// technical failures, unknown statuses).
    #[schema(value_type = Object)]
    reasons: BTreeMap<&'static str, BTreeMap<String, i64>>,
    /// Events of the day that became nothing and wait in the inbox: `unroutable`, `unreadable`, `failed`, `received`.
    #[schema(value_type = Object)]
    set_aside: BTreeMap<String, i64>,
}

impl From<Account> for LossAccountView {
    fn from(account: Account) -> Self {
        Self {
            date: account.date.to_string(),
            missed: account.missed(),
            contacted: account.count(Fate::Contacted),
            held: account.count(Fate::Held),
            excluded: account.count(Fate::Excluded),
            open: account.count(Fate::Open),
            lost: account.count(Fate::Lost),
            balanced: account.balanced(),
            reasons: account.places.into_iter().map(|(fate, reasons)| (fate.as_str(), reasons)).collect(),
            set_aside: account.set_aside,
        }
    }
}

/// One day, or a range of days as a list, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum Accounts {
    /// For `date`, or today.
    Day(Box<LossAccountView>),
    /// For `from` and `to`.
    Days {
        /// The days, newest first.
        data: Vec<LossAccountView>,
        /// Always null: a range is one page.
        next: Option<String>,
    },
}

/// Which day or days; without any: today.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct Days {
    /// One local day: `2026-11-23`.
    date: Option<String>,
    /// First day of a range, at most 92 days.
    from: Option<String>,
    /// Last day of a range; without it: today.
    to: Option<String>,
}

/// The account of a day, or of a range of days.
#[utoipa::path(get, path = "/loss-account", tag = "loss account", params(Days), responses((status = 200, body = Accounts)))]
async fn show(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<axum::Json<Accounts>> {
    let days: Days = query(&uri)?;
    let mut read = state.store.read(key.tenant).await?;
    let tenant = read.tenants().me().await?;
    let today = read.now().to_zoned(tenant.time_zone.clone()).date();
    let Some(from) = day("from", days.from.as_deref())? else {
        if days.to.is_some() {
            return Err(Problem::field("from", "is required with `to`"));
        }
        let date = day("date", days.date.as_deref())?.unwrap_or(today);
        let account = loss::account(&mut read, &tenant, date).await?;
        return Ok(axum::Json(Accounts::Day(Box::new(account.into()))));
    };
    if days.date.is_some() {
        return Err(Problem::field("date", "is for one day; with `from` it is a range"));
    }
    let to = day("to", days.to.as_deref())?.unwrap_or(today);
    let range: Vec<Date> = from.series(jiff::Span::new().days(1)).take_while(|d| *d <= to).take(MAX_DAYS + 1).collect();
    if range.is_empty() || range.len() > MAX_DAYS {
        return Err(Problem::field("to", format!("must be `from` or later, and within {MAX_DAYS} days of it")));
    }
    let mut data = Vec::with_capacity(range.len());
    for date in range.into_iter().rev() {
        data.push(loss::account(&mut read, &tenant, date).await?.into());
    }
    Ok(axum::Json(Accounts::Days { data, next: None }))
}

/// One call of the account.
#[derive(Debug, Serialize, ToSchema)]
struct LossCallView {
    /// The call.
    id: String,
    /// When it began; what decides the day.
    at: Timestamp,
    /// `contacted`, `held`, `excluded`, `open`, `lost` or `not_missed`.
    state: String,
    /// Why there.
    reason: String,
    from: Option<String>,
    line: Option<String>,
    contact_id: Option<String>,
    episode_id: Option<String>,
    /// The last decision about the call.
    decision_id: Option<String>,
}

impl From<Placed> for LossCallView {
    fn from(placed: Placed) -> Self {
        let traced = placed.traced;
        Self {
            id: traced.call.to_string(),
            at: traced.at,
            state: placed.fate.to_string(),
            reason: placed.reason,
            from: traced.from,
            line: traced.line.map(|line| line.as_str().to_owned()),
            contact_id: traced.contact.map(|id| id.to_string()),
            episode_id: traced.episode.map(|id| id.to_string()),
            decision_id: traced.decision.map(|id| id.to_string()),
        }
    }
}

/// Which calls.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct Behind {
    /// The local day; without it: today.
    date: Option<String>,
    /// Only those in this place: `contacted`, `held`, `excluded`, `open`, `lost`, `not_missed`.
    state: Option<String>,
    /// Rows a page: 50, at most 200.
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    cursor: Option<String>,
}

/// The calls behind the numbers of a day, newest first.
#[utoipa::path(get, path = "/loss-account/calls", tag = "loss account", params(Behind), responses((status = 200, body = Listed<LossCallView>)))]
async fn calls(
    State(state): State<AppState>,
    Reader(key): Reader,
    uri: Uri,
) -> Result<axum::Json<Listed<LossCallView>>> {
    let asked: Behind = query(&uri)?;
    let page = page_of(asked.limit, asked.cursor)?;
    let words = Fate::ALL.iter().map(|fate| fate.as_str()).collect::<Vec<_>>().join(", ");
    let fate = asked.state.map(|word| word.parse()).transpose();
    let fate: Option<Fate> = fate.map_err(|_| Problem::field("state", format!("must be one of: {words}")))?;
    let mut read = state.store.read(key.tenant).await?;
    let tenant = read.tenants().me().await?;
    let today = read.now().to_zoned(tenant.time_zone.clone()).date();
    let date = day("date", asked.date.as_deref())?.unwrap_or(today);
    let (found, next) = loss::calls(&mut read, &tenant, date, fate, &page).await?;
    Ok(axum::Json(Listed { data: found.into_iter().map(LossCallView::from).collect(), next }))
}

fn day(field: &str, text: Option<&str>) -> Result<Option<Date>> {
    text.map(|text| text.parse().map_err(|_| Problem::field(field, "must be a day, as in 2026-11-23"))).transpose()
}
