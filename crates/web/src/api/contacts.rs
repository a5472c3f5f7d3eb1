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
use ringleader_jobs::actions;
use ringleader_store::repo::{self, Filter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show, change))
        .routes(routes!(consents))
        .routes(routes!(merge))
        .routes(routes!(merges))
        .routes(routes!(unmerge))
}

/// Rows whose contact is known by a number.
pub(crate) const HAS_NUMBER: &str =
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
    /// The contact that this one is part of; nothing hangs on it then.
    merged_into: Option<String>,
    /// Everything that told of them was erased; only their row is left, for what is counted.
    erased: bool,
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
            merged_into: contact.merged_into.map(|id| id.to_string()),
            erased: contact.erased,
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
        .and_expr("COALESCE(merged_into, '') = {}", Some(""))
        .and_is("erasure_id IS NULL")
        .and("created_at >=", query.since)
        .and("created_at <", query.until)
        .and_words(&["name", "profile_name", "phone"], query.q.as_deref());
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

/// What a contact said about messages, or what our right to write to them rests on.
#[derive(Debug, Serialize, ToSchema)]
struct ConsentView {
    /// `all`, or the channel it is about.
    channel: String,
    /// `messages`, or the one purpose it is about: `missed_call`.
    purpose: String,
    /// `granted`, `withdrawn` or `implied`.
    state: String,
    /// How that is known.
    basis: String,
    /// What it was read from: an id of a message, an episode or a user.
    origin: Option<String>,
    at: Timestamp,
}

impl ConsentView {
    fn of(consent: repo::Consent) -> Self {
        let repo::Consent { channel, purpose, state, basis, origin, at } = consent;
        Self { channel, purpose, state, basis, origin, at }
    }
}

/// Consents of a contact with their basis, newest first. The newest about all messages is what holds.
#[utoipa::path(get, path = "/contacts/{id}/consents", tag = "contacts", responses((status = 200, body = Listed<ConsentView>)))]
async fn consents(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<ContactId>,
) -> Result<axum::Json<Listed<ConsentView>>> {
    let mut read = state.store.read(key.tenant).await?;
    read.contacts().get(id).await?.ok_or_else(Problem::not_found)?;
    let all = read.contacts().consents(id).await?;
    Ok(Listed::all(all.into_iter().map(ConsentView::of).collect()))
}

/// Two contacts that became one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MergeView {
    id: String,
    /// The contact that stays.
    contact_id: String,
    /// The contact that went into it.
    from_contact_id: String,
    /// Who did it; `bot` where one message proved that they are one person.
    actor: String,
    at: Timestamp,
    /// When it was taken back.
    undone_at: Option<Timestamp>,
}

impl MergeView {
    pub(super) fn of(merge: repo::Merge) -> Self {
        Self {
            id: merge.id.to_string(),
            contact_id: merge.into.to_string(),
            from_contact_id: merge.from.to_string(),
            actor: merge.actor,
            at: merge.at,
            undone_at: merge.undone_at,
        }
    }
}

/// Which contact goes into this one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MergeContact {
    /// Its calls, chats, leads and numbers go along.
    #[schema(value_type = String)]
    contact_id: ContactId,
}

/// Merge another contact into this one. Nothing is lost, and it can be undone.
#[utoipa::path(post, path = "/contacts/{id}/merge", tag = "contacts", request_body = MergeContact, responses((status = 200, body = MergeView)))]
async fn merge(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<ContactId>,
    Json(body): Json<MergeContact>,
) -> Result<axum::Json<MergeView>> {
    let merge = actions::merge_contacts(&state.cx, key.tenant, id, body.contact_id, &key.actor()).await?;
    Ok(axum::Json(MergeView::of(merge)))
}

/// Merges that a contact was part of, newest first.
#[utoipa::path(get, path = "/contacts/{id}/merges", tag = "contacts", responses((status = 200, body = Listed<MergeView>)))]
async fn merges(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<ContactId>,
) -> Result<axum::Json<Listed<MergeView>>> {
    let mut read = state.store.read(key.tenant).await?;
    read.contacts().get(id).await?.ok_or_else(Problem::not_found)?;
    let all = read.merges().of_contact(id).await?;
    Ok(Listed::all(all.into_iter().map(MergeView::of).collect()))
}

/// Take a contact out of the one it was merged into: both are contacts of their own again, each with what is theirs.
#[utoipa::path(post, path = "/contacts/{id}/unmerge", tag = "contacts", responses((status = 200, body = MergeView)))]
async fn unmerge(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<ContactId>,
) -> Result<axum::Json<MergeView>> {
    let merge = actions::unmerge(&state.cx, key.tenant, id, &key.actor()).await?;
    Ok(axum::Json(MergeView::of(merge)))
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
    let ChangeContact { kind, name, language, opted_out } = body;
    let change = actions::ContactChange { kind, name, language, opted_out };
    actions::update_contact(&state.cx, key.tenant, id, change, &key.actor()).await?;
    view(&state, &key, id).await
}
