//! Conversations: reading them, taking them over, handing them back (P9).

use super::Listed;
use crate::auth::{Reader, TenantKey, Writer};
use crate::extract::{IdOf, Json, ListQuery, Query, e164, id_text};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use jiff::Timestamp;
use ringleader_core::conversation::{Conversation, Driver};
use ringleader_core::id::{ContactId, ConversationId, LeadId, UserId};
use ringleader_jobs::actions;
use ringleader_store::repo::Filter;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(take_over))
        .routes(routes!(hand_back))
}

/// A chat on one channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationView {
    id: String,
    contact_id: String,
    lead_id: Option<String>,
    /// `whatsapp` or `sms`.
    channel: String,
    /// What it waits for: `awaiting_response`, `awaiting_name`, `awaiting_need`, `awaiting_preference`, `completed`,
    /// `unresponsive`.
    state: String,
    /// `bot`, or who took over.
    driver: String,
    /// Until when free text may be sent; null: never was open.
    window_until: Option<Timestamp>,
    reminders_sent: u8,
    opened_at: Timestamp,
    last_inbound_at: Option<Timestamp>,
    closed_reason: Option<String>,
}

impl ConversationView {
    fn of(chat: Conversation) -> Self {
        Self {
            id: chat.id.to_string(),
            contact_id: chat.contact_id.to_string(),
            lead_id: chat.lead_id.map(|id| id.to_string()),
            channel: chat.channel.to_string(),
            state: chat.state.to_string(),
            driver: chat.driver.to_string(),
            window_until: chat.window_until,
            reminders_sent: chat.reminders_sent,
            opened_at: chat.opened_at,
            last_inbound_at: chat.last_inbound_at,
            closed_reason: chat.closed_reason,
        }
    }
}

/// Conversations, newest first.
#[utoipa::path(get, path = "/conversations", tag = "conversations", params(ListQuery), responses((status = 200, body = Listed<ConversationView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<ConversationView>>> {
    query.only(&["phone", "contact_id", "lead_id", "state", "status", "kind", "since", "until"])?;
    let phone = e164(&state, key.tenant, query.phone.as_ref()).await?;
    let filter = Filter::default()
        .and_expr(super::contacts::HAS_NUMBER, phone)
        .and("contact_id =", id_text::<ContactId>("contact_id", query.contact_id.as_ref())?)
        .and("lead_id =", id_text::<LeadId>("lead_id", query.lead_id.as_ref())?)
        .and("state =", query.standing())
        .and("channel =", query.kind.clone())
        .and("opened_at >=", query.since)
        .and("opened_at <", query.until);
    let found = state.store.read(key.tenant).await?.conversations().list(filter, &query.page()?).await?;
    Ok(Listed::of(found, ConversationView::of))
}

/// One conversation.
#[utoipa::path(get, path = "/conversations/{id}", tag = "conversations", responses((status = 200, body = ConversationView)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<ConversationId>,
) -> Result<axum::Json<ConversationView>> {
    view(&state, &key, id).await
}

async fn view(state: &AppState, key: &TenantKey, id: ConversationId) -> Result<axum::Json<ConversationView>> {
    let chat = state.store.read(key.tenant).await?.conversations().get(id).await?;
    chat.map(|chat| axum::Json(ConversationView::of(chat))).ok_or_else(Problem::not_found)
}

/// Who takes over.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TakeOver {
    /// The user; without one, a person whom we do not know by name (`handset`).
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    user_id: Option<UserId>,
}

/// Take a conversation over: the bot says nothing more until it is handed back.
#[utoipa::path(post, path = "/conversations/{id}/takeover", tag = "conversations", request_body = TakeOver, responses((status = 200, body = ConversationView)))]
async fn take_over(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<ConversationId>,
    Json(body): Json<TakeOver>,
) -> Result<axum::Json<ConversationView>> {
    let driver = body.user_id.map_or(Driver::Handset, Driver::User);
    actions::take_over(&state.cx, key.tenant, id, driver, &key.actor()).await?;
    view(&state, &key, id).await
}

/// Hand a conversation back to the bot.
#[utoipa::path(post, path = "/conversations/{id}/handback", tag = "conversations", responses((status = 200, body = ConversationView)))]
async fn hand_back(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<ConversationId>,
) -> Result<axum::Json<ConversationView>> {
    actions::hand_back(&state.cx, key.tenant, id, &key.actor()).await?;
    view(&state, &key, id).await
}
