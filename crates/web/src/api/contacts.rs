//! Contacts: people at the tenant.

use super::Listed;
use crate::auth::{Reader, TenantKey, Writer};
use crate::extract::{IdOf, Json, ListQuery, Query, e164};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use jiff::Timestamp;
use ringleader_core::contact::{Contact, ContactKind};
use ringleader_core::id::ContactId;
use ringleader_store::repo::Filter;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show, change))
}

/// Rows whose contact is known by a number.
pub(super) const HAS_NUMBER: &str =
    "contact_id IN (SELECT contact_id FROM identities WHERE tenant_id = $1 AND kind = 'phone' AND value = {})";

/// A person at the tenant.
#[derive(Debug, Serialize, ToSchema)]
struct ContactView {
    id: String,
    /// `lead`, `tenancy`, `landlord`, `supplier`, `staff` or `blocked`.
    kind: String,
    phone: Option<String>,
    name: Option<String>,
    /// The name their WhatsApp profile shows; never taken as the lead's name.
    profile_name: Option<String>,
    language: Option<String>,
    /// Opted out of all messages since then.
    opted_out_at: Option<Timestamp>,
    created_at: Timestamp,
    /// By what they are known; only with a single contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    identities: Option<Vec<IdentityView>>,
}

/// By what a person is known.
#[derive(Debug, Serialize, ToSchema)]
struct IdentityView {
    kind: String,
    value: String,
}

impl ContactView {
    fn of(contact: Contact) -> Self {
        Self {
            id: contact.id.to_string(),
            kind: contact.kind.to_string(),
            phone: contact.phone.map(|phone| phone.as_str().to_owned()),
            name: contact.name,
            profile_name: contact.profile_name,
            language: contact.language,
            opted_out_at: contact.opted_out_at,
            created_at: contact.created_at,
            identities: None,
        }
    }
}

/// Contacts, newest first.
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(ListQuery), responses((status = 200, body = Listed<ContactView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<ContactView>>> {
    query.only(&["phone", "kind", "since", "until", "q"])?;
    let phone = e164(&state, key.tenant, query.phone.as_ref()).await?;
    let filter = Filter::default()
        .and_expr(
            "id IN (SELECT contact_id FROM identities WHERE tenant_id = $1 AND kind = 'phone' AND value = {})",
            phone,
        )
        .and("kind =", query.kind.clone())
        .and("created_at >=", query.since)
        .and("created_at <", query.until)
        .and_expr(
            "(LOWER(name) LIKE {} ESCAPE '\\' OR LOWER(profile_name) LIKE {} ESCAPE '\\' OR phone LIKE {} ESCAPE '\\')",
            query.pattern(),
        );
    let found = state.store.read(key.tenant).await?.contacts().list(filter, &query.page()?).await?;
    Ok(Listed::of(found, ContactView::of))
}

/// One contact, with everything they are known by.
#[utoipa::path(get, path = "/contacts/{id}", tag = "contacts", responses((status = 200, body = ContactView)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<ContactId>,
) -> Result<axum::Json<ContactView>> {
    view(&state, &key, id).await
}

async fn view(state: &AppState, key: &TenantKey, id: ContactId) -> Result<axum::Json<ContactView>> {
    let mut read = state.store.read(key.tenant).await?;
    let contact = read.contacts().get(id).await?.ok_or_else(Problem::not_found)?;
    let identities = read.contacts().identities(id).await?;
    let identities = identities.into_iter().map(|(kind, value)| IdentityView { kind, value }).collect();
    Ok(axum::Json(ContactView { identities: Some(identities), ..ContactView::of(contact) }))
}

/// What may be changed of a contact.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeContact {
    /// What they are to the business: `staff`, `supplier` and `blocked` people are never written to.
    #[schema(value_type = Option<String>)]
    kind: Option<ContactKind>,
    /// Their name.
    name: Option<String>,
    /// The language to write to them in.
    language: Option<String>,
    /// True: they want no messages, on any channel. False: they asked to hear from us again.
    opted_out: Option<bool>,
}

/// Change a contact.
#[utoipa::path(patch, path = "/contacts/{id}", tag = "contacts", request_body = ChangeContact, responses((status = 200, body = ContactView)))]
async fn change(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<ContactId>,
    Json(body): Json<ChangeContact>,
) -> Result<axum::Json<ContactView>> {
    let mut tx = state.store.begin(key.tenant).await?;
    let before = tx.contacts().get(id).await?.ok_or_else(Problem::not_found)?;
    if let Some(kind) = body.kind {
        tx.contacts().set_kind(id, kind).await?;
    }
    tx.contacts().learn(id, body.name.as_deref(), None, body.language.as_deref()).await?;
    if let Some(out) = body.opted_out.filter(|out| *out != before.opted_out_at.is_some()) {
        let at = out.then(|| tx.now());
        tx.contacts().set_opted_out(id, at, "recorded by a person", &key.actor()).await?;
    }
    let was = json!({"kind": before.kind, "opted_out": before.opted_out_at.is_some()});
    let is = json!({"kind": body.kind, "name_changed": body.name.is_some(), "opted_out": body.opted_out});
    tx.usage().audit(&key.actor(), "contact.update", &id.to_string(), Some(was), Some(is)).await?;
    tx.commit().await?;
    view(&state, &key, id).await
}
