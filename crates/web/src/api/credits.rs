//! Credits: the balance, its entries and what was bought (B3). The statement of a month is in `statement.rs`.

use super::statement::StatementView;
use crate::auth::{Manager, Reader};
use crate::extract::{Json, ListQuery, Query};
use crate::problem::Result;
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use ringleader_jobs::actions;
use ringleader_store::repo::{CreditEntry, Filter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(top_up))
}

/// One entry of the ledger.
#[derive(Debug, Serialize, ToSchema)]
struct EntryView {
    id: String,
    at: Timestamp,
    /// `debit`, `top_up` or `correction`.
    kind: String,
    /// With its sign: debits are below zero.
    credits: i64,
    call_id: Option<String>,
    note: Option<String>,
}

impl EntryView {
    fn of(entry: CreditEntry) -> Self {
        Self {
            id: entry.id.to_string(),
            at: entry.at,
            kind: entry.kind.to_string(),
            credits: entry.credits,
            call_id: entry.call_id.map(|id| id.to_string()),
            note: entry.note,
        }
    }
}

/// The balance and its entries.
#[derive(Debug, Serialize, ToSchema)]
struct CreditsView {
    /// May be below zero: calls go on.
    balance: i64,
    /// Newest first.
    entries: Vec<EntryView>,
    /// Pass as `cursor` for the next page; null at the end.
    next: Option<String>,
    /// What happened in the span that `since` and `until` ask for; without them, ever.
    statement: StatementView,
}

/// The balance, its entries and a statement.
#[utoipa::path(get, path = "/credits", tag = "credits", params(ListQuery), responses((status = 200, body = CreditsView)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<CreditsView>> {
    query.only(&["since", "until", "kind"])?;
    let filter = Filter::default().and("at >=", query.since).and("at <", query.until).and("kind =", query.kind.clone());
    let mut read = state.store.read(key.tenant).await?;
    let balance = read.credits().balance().await?;
    let listing = read.credits().list(filter, &query.page()?).await?;
    let (begin, end) = (query.since.unwrap_or(Timestamp::UNIX_EPOCH), query.until.unwrap_or(LAST));
    let statement = read.credits().statement(begin, end).await?;
    Ok(axum::Json(CreditsView {
        balance,
        entries: listing.rows.into_iter().map(EntryView::of).collect(),
        next: listing.next,
        statement: StatementView::of(statement),
    }))
}

/// The end of time.
const LAST: Timestamp = Timestamp::MAX;

/// Credits that were bought, or an entry put right.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TopUp {
    /// How many; below zero takes back what was entered by mistake, and needs a note.
    credits: i64,
    /// Why: the number of an invoice.
    #[serde(default)]
    note: Option<String>,
}

/// Add credits.
#[utoipa::path(post, path = "/credits/top-ups", tag = "credits", request_body = TopUp, responses((status = 201, body = EntryView)))]
async fn top_up(
    State(state): State<AppState>,
    Manager(key): Manager,
    Json(body): Json<TopUp>,
) -> Result<(StatusCode, axum::Json<EntryView>)> {
    let actor = key.actor();
    let entry = actions::top_up(&state.cx, key.tenant, body.credits, body.note.as_deref(), &actor).await?;
    Ok((StatusCode::CREATED, axum::Json(EntryView::of(entry))))
}
