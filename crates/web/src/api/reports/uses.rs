//! Questions to brains, one by one: what their money and their measures are made of (D2, B7).

use super::super::Listed;
use super::super::days::days_of;
use crate::auth::Reader;
use crate::csv::{self, Cell};
use crate::extract::query;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::Uri;
use jiff::Timestamp;
use ringleader_jobs::reports::LONGEST;
use ringleader_store::repo::{KeptUse, OnlyUses, Page, Period, WhichUses};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which questions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// First local day: `2026-11-01`; without it the 30 days until `to`.
    from: Option<String>,
    /// Last local day; without it today.
    to: Option<String>,
    /// Of this brain: `anthropic`, `openai`, `compatible`, `local`.
    brain: Option<String>,
    /// Of this model.
    model: Option<String>,
    /// With this prompt, with its version.
    prompt: Option<String>,
    /// `paid`, `failed` (no good answer at the first try) or `fallback` (the local brain in a model's place) alone.
    only: Option<String>,
    /// Where the page begins.
    cursor: Option<String>,
    /// Rows of a page, 50 without it, at most 200; a table has all of them.
    limit: Option<u32>,
    /// `csv` for a table; JSON without it.
    format: Option<String>,
}

/// A question to a brain.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UseView {
    id: String,
    at: Timestamp,
    brain: String,
    model: String,
    prompt: String,
    tokens_in: i64,
    tokens_out: i64,
    /// In millionths of a US dollar; null where no price is known.
    cost_micros: Option<i64>,
    latency_ms: i64,
    /// `ok`, `repaired`, `fallback`, or what went wrong.
    result: String,
}

impl From<KeptUse> for UseView {
    fn from(KeptUse { id, at, used: it }: KeptUse) -> Self {
        Self {
            id: id.to_string(),
            at,
            brain: it.brain,
            model: it.model,
            prompt: it.prompt,
            tokens_in: it.tokens_in,
            tokens_out: it.tokens_out,
            cost_micros: it.cost_micros,
            latency_ms: it.latency_ms,
            result: it.result,
        }
    }
}

/// The questions to brains behind the money and the measures of a period, newest first. As a table all of them, however many.
#[utoipa::path(get, path = "/analytics/uses", tag = "analytics", params(Asked), responses((status = 200, body = Listed<UseView>)))]
pub(super) async fn uses(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<Response> {
    let asked: Asked = query(&uri)?;
    let only = asked.only.as_deref().map(str::parse::<OnlyUses>).transpose();
    let only = only.map_err(|_| Problem::field("only", "must be one of: paid, failed, fallback"))?;
    let mut read = state.store.read(key.tenant).await?;
    let zone = read.tenants().me().await?.time_zone;
    let today = read.now().to_zoned(zone.clone()).date();
    let (from, to) = days_of(asked.from.as_deref(), asked.to.as_deref(), today, LONGEST)?;
    let (begin, end) = Period { first: from, last: to, line: None }.span(&zone);
    let which = WhichUses { brain: asked.brain, model: asked.model, prompt: asked.prompt, only };
    if !csv::asked(asked.format.as_deref())? {
        let page = Page { limit: asked.limit.unwrap_or(50), before: asked.cursor };
        return Ok(Listed::of(read.usage().uses(&which, begin, end, &page).await?, UseView::from).into_response());
    }
    drop(read);
    let (store, tenant) = (state.store.clone(), key.tenant);
    let part = move |before: Option<String>| {
        let (store, which) = (store.clone(), which.clone());
        async move {
            let mut read = store.read(tenant).await?;
            let uses = read.usage().uses(&which, begin, end, &Page { limit: ROWS, before }).await?;
            Ok((uses.rows.into_iter().map(cells).collect(), uses.next))
        }
    };
    csv::parts("uses", HEADS.map(Cell::from).to_vec(), asked.cursor, part).await
}

/// Rows of a table that are read at once.
const ROWS: u32 = 200;

const HEADS: [&str; 10] =
    ["id", "at", "brain", "model", "prompt", "result", "latency_ms", "tokens_in", "tokens_out", "cost_micros"];

fn cells(KeptUse { id, at, used: it }: KeptUse) -> Vec<Cell> {
    let words = [id.to_string(), at.to_string(), it.brain, it.model, it.prompt, it.result].map(Cell::from);
    let numbers = [it.latency_ms, it.tokens_in, it.tokens_out].map(Cell::from);
    let cost = it.cost_micros.map_or(Cell::Empty, Cell::Whole);
    words.into_iter().chain(numbers).chain([cost]).collect()
}
