//! Who rents what and who mends it, entered one by one or from a file (C2, C8, D3).

use super::Listed;
use super::properties::{ImportFile, ImportView};
use crate::auth::{Reader, Writer};
use crate::extract::{IdOf, Json, ListQuery, Query, given, id_text};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;
use ringleader_core::id::{ContactId, ContractorId, PropertyId, TenancyId};
use ringleader_core::reception::words::FaultCategory;
use ringleader_core::tenancy::{Contractor, NewTenancy, Tenancy};
use ringleader_jobs::actions;
use ringleader_store::repo::Filter;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(put, list))
        .routes(routes!(import))
        .routes(routes!(end))
        .routes(routes!(put_contractor, contractors))
        .routes(routes!(remove_contractor))
}

/// Who rents a property.
#[derive(Debug, Serialize, ToSchema)]
struct TenancyView {
    id: String,
    property_id: String,
    /// Who rents it.
    contact_id: String,
    /// Whose it is.
    landlord_id: Option<String>,
    /// The colleague who looks after it: a user.
    manager_id: Option<String>,
    /// Its last day.
    #[schema(value_type = Option<String>)]
    ends_on: Option<Date>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl TenancyView {
    fn of(tenancy: Tenancy) -> Self {
        Self {
            id: tenancy.id.to_string(),
            property_id: tenancy.property_id.to_string(),
            contact_id: tenancy.contact_id.to_string(),
            landlord_id: tenancy.landlord_id.map(|id| id.to_string()),
            manager_id: tenancy.manager_id.map(|id| id.to_string()),
            ends_on: tenancy.ends_on,
            created_at: tenancy.created_at,
            updated_at: tenancy.updated_at,
        }
    }
}

/// A tenancy to be entered. One of the same person and property is brought up to date: what is left out stays, null takes it
/// away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PutTenancy {
    /// The business's own reference of the property.
    reference: String,
    /// The number of who rents it.
    phone: String,
    /// Their name.
    name: Option<String>,
    /// The number of whose it is.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    landlord_phone: Option<Option<String>>,
    /// Their name.
    landlord_name: Option<String>,
    /// The address that the managing colleague signs in with.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    manager: Option<Option<String>>,
    /// Its last day: `2027-03-31`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    ends_on: Option<Option<Date>>,
}

impl From<PutTenancy> for NewTenancy {
    fn from(body: PutTenancy) -> Self {
        let PutTenancy { reference, phone, name, landlord_phone, landlord_name, manager, ends_on } = body;
        let told = [landlord_phone.is_some(), manager.is_some(), ends_on.is_some()];
        let untold =
            NewTenancy::KEPT.into_iter().zip(told).filter_map(|(name, told)| (!told).then_some(name)).collect();
        let (landlord_phone, manager, ends_on) = (landlord_phone.flatten(), manager.flatten(), ends_on.flatten());
        Self { reference, phone, name, landlord_phone, landlord_name, manager, ends_on, untold }
    }
}

/// Enter who rents a property, or bring it up to date.
#[utoipa::path(post, path = "/tenancies", tag = "properties", request_body = PutTenancy, responses((status = 201, body = TenancyView), (status = 200, body = TenancyView)))]
async fn put(
    State(state): State<AppState>,
    Writer(key): Writer,
    Json(body): Json<PutTenancy>,
) -> Result<(StatusCode, axum::Json<TenancyView>)> {
    let mut tx = state.store.begin(key.tenant).await?;
    let (id, fresh) = actions::put_tenancy(&mut tx, &body.into(), &key.actor()).await?;
    let tenancy = tx.tenancies().get(id).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    let status = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(TenancyView::of(tenancy))))
}

fn whose(query: &ListQuery) -> Result<Filter> {
    query.only(&["contact_id", "property_id"])?;
    Ok(Filter::default()
        .and("contact_id =", id_text::<ContactId>("contact_id", query.contact_id.as_ref())?)
        .and("property_id =", id_text::<PropertyId>("property_id", query.property_id.as_ref())?))
}

/// Who rents what, newest first.
#[utoipa::path(get, path = "/tenancies", tag = "properties", params(ListQuery), responses((status = 200, body = Listed<TenancyView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<TenancyView>>> {
    let found = state.store.read(key.tenant).await?.tenancies().list(whose(&query)?, &query.page()?).await?;
    Ok(Listed::of(found, TenancyView::of))
}

/// Take a tenancy away; the people stay.
#[utoipa::path(delete, path = "/tenancies/{id}", tag = "properties", responses((status = 204)))]
async fn end(State(state): State<AppState>, Writer(key): Writer, IdOf(id): IdOf<TenancyId>) -> Result<StatusCode> {
    let mut tx = state.store.begin(key.tenant).await?;
    actions::end_tenancy(&mut tx, id, &key.actor()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take in a file of tenancies; nothing is kept while a row is bad. The columns: reference, phone, name, landlord_phone,
/// landlord_name, manager, ends_on; the first two are needed.
#[utoipa::path(post, path = "/tenancies/import", tag = "properties", request_body = ImportFile, responses((status = 200, body = ImportView)))]
async fn import(
    State(state): State<AppState>,
    Writer(key): Writer,
    Json(body): Json<ImportFile>,
) -> Result<axum::Json<ImportView>> {
    let mut tx = state.store.begin(key.tenant).await?;
    let (good, bad) = actions::import_tenancies(&mut tx, &body.csv, body.dry_run, &key.actor()).await?;
    tx.commit().await?;
    Ok(axum::Json(ImportView::of(good, bad, body.dry_run)))
}

/// Someone who mends things.
#[derive(Debug, Serialize, ToSchema)]
struct ContractorView {
    id: String,
    contact_id: String,
    /// The property; null for all.
    property_id: Option<String>,
    /// `plumbing`, `heating`, `electrical` …; null for everything.
    trade: Option<String>,
    created_at: Timestamp,
}

impl ContractorView {
    fn of(contractor: Contractor) -> Self {
        Self {
            id: contractor.id.to_string(),
            contact_id: contractor.contact_id.to_string(),
            property_id: contractor.property_id.map(|id| id.to_string()),
            trade: contractor.trade.map(|trade| trade.to_string()),
            created_at: contractor.created_at,
        }
    }
}

/// A contractor to be entered, in place of the one for the same property and trade.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PutContractor {
    /// Their number.
    phone: String,
    /// Their name.
    name: Option<String>,
    /// The reference of the property; left out for all.
    reference: Option<String>,
    /// `plumbing`, `heating`, `electrical` …; left out for everything.
    #[schema(value_type = Option<String>)]
    trade: Option<FaultCategory>,
}

/// Enter who mends things: everywhere or in one property, everything or one trade.
#[utoipa::path(post, path = "/contractors", tag = "properties", request_body = PutContractor, responses((status = 201, body = ContractorView)))]
async fn put_contractor(
    State(state): State<AppState>,
    Writer(key): Writer,
    Json(body): Json<PutContractor>,
) -> Result<(StatusCode, axum::Json<ContractorView>)> {
    let PutContractor { phone, name, reference, trade } = body;
    let new = actions::NewContractor { phone, name, reference, trade };
    let mut tx = state.store.begin(key.tenant).await?;
    let id = actions::put_contractor(&mut tx, &new, &key.actor()).await?;
    let kept = tx.tenancies().contractor(id).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(ContractorView::of(kept))))
}

/// Who mends things, newest first.
#[utoipa::path(get, path = "/contractors", tag = "properties", params(ListQuery), responses((status = 200, body = Listed<ContractorView>)))]
async fn contractors(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<ContractorView>>> {
    let found = state.store.read(key.tenant).await?.tenancies().contractors(whose(&query)?, &query.page()?).await?;
    Ok(Listed::of(found, ContractorView::of))
}

/// Take a contractor away; the person stays.
#[utoipa::path(delete, path = "/contractors/{id}", tag = "properties", responses((status = 204)))]
async fn remove_contractor(
    State(state): State<AppState>,
    Writer(key): Writer,
    IdOf(id): IdOf<ContractorId>,
) -> Result<StatusCode> {
    let mut tx = state.store.begin(key.tenant).await?;
    actions::remove_contractor(&mut tx, id, &key.actor()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
