//! Messages of a conversation, of the owner, of everything; and sending one by hand.

use super::Listed;
use crate::auth::{Reader, Writer};
use crate::extract::{IdOf, Json, ListQuery, Query, e164, id_text};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use ringleader_core::id::{ContactId, ConversationId, LeadId, MessageId};
use ringleader_core::message::{Content, Message};
use ringleader_core::settings::TemplateRef;
use ringleader_jobs::actions::{self, SendBody};
use ringleader_jobs::spend::sms_segments;
use ringleader_store::db;
use ringleader_store::repo::Filter;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(of_conversation, send)).routes(routes!(list)).routes(routes!(show))
}

/// One text, template or medium.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView {
    id: String,
    conversation_id: Option<String>,
    contact_id: Option<String>,
    /// `contact` or `owner`.
    audience: String,
    /// `inbound` or `outbound`.
    direction: String,
    channel: String,
    /// Segments of a text message: what is paid for.
    segments: Option<u32>,
    /// `text`, `template`, `buttons`, `list`, `choice`, `picture`, `media`, `location` …
    kind: String,
    /// The words, if it has any.
    text: Option<String>,
    template: Option<TemplateView>,
    /// Everything else it holds, by kind.
    #[schema(value_type = Option<Object>)]
    content: Option<Value>,
    /// Why it was sent: `first_message`, `ask_name` …
    purpose: Option<String>,
    /// `received`, `wanted`, `sending`, `unknown`, `accepted`, `sent`, `delivered`, `read`, `failed` or `held`.
    status: String,
    error: Option<ErrorView>,
    provider_id: Option<String>,
    at: Timestamp,
}

/// An approved template with its variables.
#[derive(Debug, Serialize, ToSchema)]
struct TemplateView {
    name: String,
    language: String,
    params: Vec<String>,
}

/// Why a message did not go.
#[derive(Debug, Serialize, ToSchema)]
struct ErrorView {
    code: String,
    detail: String,
}

impl MessageView {
    /// As the wire shows it.
    pub fn of(message: Message) -> Self {
        let text = message.content.words().map(str::to_owned);
        let kind = message.content.kind();
        let content = match &message.content {
            Content::Text { .. } | Content::Template { .. } => None,
            other => serde_json::to_value(other).ok(),
        };
        let segments = Some(sms_segments(message.channel, &message.content)).filter(|count| *count > 0);
        let template = match message.content {
            Content::Template { name, language, params, .. } => Some(TemplateView { name, language, params }),
            _ => None,
        };
        Self {
            id: message.id.to_string(),
            conversation_id: message.conversation_id.map(|id| id.to_string()),
            contact_id: message.contact_id.map(|id| id.to_string()),
            audience: message.audience.to_string(),
            direction: if message.inbound { "inbound" } else { "outbound" }.to_owned(),
            segments,
            channel: message.channel.to_string(),
            kind: kind.to_owned(),
            text,
            template,
            content,
            purpose: message.purpose,
            status: message.status.to_string(),
            error: message.error.map(|error| ErrorView { code: error.code, detail: error.detail }),
            provider_id: message.provider_id,
            at: message.at,
        }
    }
}

const FILTERS: &[&str] =
    &["phone", "contact_id", "lead_id", "conversation_id", "state", "status", "audience", "kind", "since", "until"];

async fn listed(
    state: &AppState,
    tenant: ringleader_core::id::TenantId,
    query: &ListQuery,
    chat: Option<String>,
) -> Result<axum::Json<Listed<MessageView>>> {
    query.only(FILTERS)?;
    let phone = e164(state, tenant, query.phone.as_ref()).await?;
    let chat = chat.map_or_else(
        || id_text::<ConversationId>("conversation_id", query.conversation_id.as_ref()),
        |id| Ok(Some(id)),
    )?;
    let filter = Filter::default()
        .and_expr(super::contacts::HAS_NUMBER, phone)
        .and("contact_id =", id_text::<ContactId>("contact_id", query.contact_id.as_ref())?)
        .and("lead_id =", id_text::<LeadId>("lead_id", query.lead_id.as_ref())?)
        .and("conversation_id =", chat)
        .and("status =", query.standing())
        .and("audience =", query.audience.clone())
        .and("kind =", query.kind.clone())
        .and("at >=", query.since)
        .and("at <", query.until);
    let found = state.store.read(tenant).await?.messages().list(filter, &query.page()?).await?;
    Ok(Listed::of(found, MessageView::of))
}

/// Messages, newest first: of customers, and what the owner was told.
#[utoipa::path(get, path = "/messages", tag = "messages", params(ListQuery), responses((status = 200, body = Listed<MessageView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<MessageView>>> {
    listed(&state, key.tenant, &query, None).await
}

/// One message.
#[utoipa::path(get, path = "/messages/{id}", tag = "messages", responses((status = 200, body = MessageView)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<MessageId>,
) -> Result<axum::Json<MessageView>> {
    let message = state.store.read(key.tenant).await?.messages().get(id).await?;
    message.map(|message| axum::Json(MessageView::of(message))).ok_or_else(Problem::not_found)
}

/// Messages of a conversation, newest first.
#[utoipa::path(get, path = "/conversations/{id}/messages", tag = "messages", params(ListQuery), responses((status = 200, body = Listed<MessageView>)))]
async fn of_conversation(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<ConversationId>,
    Query(query): Query,
) -> Result<axum::Json<Listed<MessageView>>> {
    let chat = state.store.read(key.tenant).await?.conversations().get(id).await?;
    chat.ok_or_else(Problem::not_found)?;
    listed(&state, key.tenant, &query, Some(db::id_text(id))).await
}

/// A message written by a person: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SendRequest {
    /// Words; goes only while the service window is open.
    text: Option<String>,
    /// An approved template; goes any time.
    template: Option<TemplateBody>,
}

/// An approved template.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TemplateBody {
    /// Its name at the provider.
    name: String,
    /// Its language code at the provider.
    language: String,
    /// Its variables, in order.
    #[serde(default)]
    params: Vec<String>,
}

/// Send a message in a person's name. The bot goes on leading the chat; take it over first to stop that.
#[utoipa::path(post, path = "/conversations/{id}/messages", tag = "messages", request_body = SendRequest, responses((status = 201, body = MessageView)))]
async fn send(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<ConversationId>,
    Json(body): Json<SendRequest>,
) -> Result<(StatusCode, axum::Json<MessageView>)> {
    let body = match (body.text, body.template) {
        (Some(text), None) if text.trim().is_empty() => return Err(Problem::field("text", "is empty")),
        (Some(text), None) if text.chars().count() > 4096 => {
            return Err(Problem::field("text", "is longer than 4,096 characters"));
        }
        (Some(text), None) => SendBody::Text(text),
        (None, Some(TemplateBody { name, language, params })) => {
            SendBody::Template(TemplateRef { name, language }, params)
        }
        _ => return Err(Problem::field("text", "give either `text` or `template`")),
    };
    let message = actions::send_message(&state.cx, key.tenant, id, body, &key.actor()).await?;
    let message = state.store.read(key.tenant).await?.messages().get(message).await?.ok_or_else(Problem::not_found)?;
    Ok((StatusCode::CREATED, axum::Json(MessageView::of(message))))
}
