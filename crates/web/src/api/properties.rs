//! Properties: what is let and sold, entered one by one or from a file, and searched in words (C5).

use super::Listed;
use crate::auth::{Reader, Writer};
use crate::extract::{IdOf, Json, ListQuery, Query, query};
use crate::problem::{Problem, Result};
use crate::state::AppState;
use axum::extract::State;
use http::{StatusCode, Uri};
use jiff::Timestamp;
use ringleader_core::id::PropertyId;
use ringleader_core::property::{Media, Medium, MediumKind, NewProperty, Property, PropertyState, Viewings};
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::say::Relaxed;
use ringleader_core::reception::words::{Deal, Period, PropertyKind};
use ringleader_core::rows::BadRow;
use ringleader_jobs::actions;
use ringleader_store::Read;
use ringleader_store::repo::Filter;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(put, list))
        .routes(routes!(search))
        .routes(routes!(import))
        .routes(routes!(show))
}

/// A property.
#[derive(Debug, Serialize, ToSchema)]
struct PropertyView {
    id: String,
    reference: String,
    /// `rent` or `sale`.
    deal: String,
    /// `flat`, `house`, `studio`, `maisonette`.
    kind: String,
    door: Option<String>,
    street: String,
    area: Option<String>,
    postcode: Option<String>,
    /// The postcode district.
    district: Option<String>,
    bedrooms: u8,
    /// Whole units of the tenant's currency.
    price: i64,
    /// `week`, `month`, `year` or `total`.
    period: String,
    features: Vec<String>,
    link: Option<String>,
    /// What shows it, in order.
    media: Vec<MediumView>,
    /// How it is shown, where that is its own: `notice`, `hours`, `shown_by`, `note`.
    #[schema(value_type = Option<Object>)]
    viewings: Option<Viewings>,
    /// `available`, `under_offer`, `gone`, `withdrawn`.
    state: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Something that shows a property.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MediumView {
    /// `photo`, `floor_plan`, `epc` or `tour`.
    #[schema(value_type = String)]
    kind: MediumKind,
    /// Where it is; https only.
    url: String,
}

impl PropertyView {
    fn of(property: Property, media: &[(PropertyId, Medium)]) -> Self {
        let entered = property.entered;
        let own = media.iter().filter(|(id, _)| *id == property.id);
        Self {
            media: own.map(|(_, it)| MediumView { kind: it.kind, url: it.url.clone() }).collect(),
            id: property.id.to_string(),
            reference: entered.reference,
            deal: entered.deal.to_string(),
            kind: entered.kind.to_string(),
            door: entered.door,
            street: entered.street,
            area: entered.area,
            postcode: entered.postcode,
            district: property.district,
            bedrooms: entered.bedrooms,
            price: entered.price,
            period: entered.period.to_string(),
            features: entered.features,
            link: entered.link,
            viewings: entered.viewings,
            state: entered.state.to_string(),
            created_at: property.created_at,
            updated_at: property.updated_at,
        }
    }
}

/// A property to be entered. One with the same reference is brought up to date.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PutProperty {
    /// The business's own reference.
    reference: String,
    /// `rent` or `sale`.
    #[schema(value_type = String)]
    deal: Deal,
    /// `flat`, `house`, `studio`, `maisonette`.
    #[schema(value_type = String)]
    kind: PropertyKind,
    /// Door number or name; never told to callers.
    door: Option<String>,
    /// The road.
    street: String,
    /// The area as people call it.
    area: Option<String>,
    /// The whole postcode; may be left out where the area is known.
    postcode: Option<String>,
    /// None for a studio.
    #[serde(default)]
    bedrooms: u8,
    /// Whole units of the tenant's currency.
    price: i64,
    /// `week`, `month`, `year` or `total`; a month's rent or the whole price where it is left out.
    #[schema(value_type = Option<String>)]
    period: Option<Period>,
    /// What it has.
    #[serde(default)]
    features: Vec<String>,
    /// Its page.
    link: Option<String>,
    /// What shows it, in order, in place of what was entered before; left out, that stays.
    media: Option<Vec<MediumView>>,
    /// How it is shown, in place of what was entered before; left out, that stays: `notice` (`24h`), `hours` (as the opening
    /// hours), `shown_by` (the address that a colleague signs in with), `note` (for whoever goes, told to no customer).
    #[schema(value_type = Option<Object>)]
    viewings: Option<Viewings>,
    /// `available` where it is left out.
    #[schema(value_type = Option<String>)]
    state: Option<PropertyState>,
}

impl From<PutProperty> for NewProperty {
    fn from(body: PutProperty) -> Self {
        let usual = if body.deal == Deal::Sale { Period::Total } else { Period::Month };
        Self {
            reference: body.reference,
            deal: body.deal,
            kind: body.kind,
            door: body.door,
            street: body.street,
            area: body.area,
            postcode: body.postcode,
            bedrooms: body.bedrooms,
            price: body.price,
            period: body.period.unwrap_or(usual),
            features: body.features,
            link: body.link,
            media: body
                .media
                .map(|all| Media::whole(all.into_iter().map(|it| Medium { kind: it.kind, url: it.url }).collect())),
            viewings: body.viewings,
            state: body.state.unwrap_or(PropertyState::Available),
        }
    }
}

/// Enter a property, or bring the one of the same reference up to date.
#[utoipa::path(post, path = "/properties", tag = "properties", request_body = PutProperty, responses((status = 201, body = PropertyView), (status = 200, body = PropertyView)))]
async fn put(
    State(state): State<AppState>,
    Writer(key): Writer,
    Json(body): Json<PutProperty>,
) -> Result<(StatusCode, axum::Json<PropertyView>)> {
    let mut tx = state.store.begin(key.tenant).await?;
    let (id, fresh) = actions::put_property(&mut tx, &body.into(), &key.actor()).await?;
    let property = tx.properties().get(id).await?.ok_or_else(Problem::not_found)?;
    let media = tx.properties().media(&[id]).await?;
    tx.commit().await?;
    let status = if fresh { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(PropertyView::of(property, &media))))
}

/// Properties, newest first.
#[utoipa::path(get, path = "/properties", tag = "properties", params(ListQuery), responses((status = 200, body = Listed<PropertyView>)))]
async fn list(
    State(state): State<AppState>,
    Reader(key): Reader,
    Query(query): Query,
) -> Result<axum::Json<Listed<PropertyView>>> {
    query.only(&["state", "status", "kind", "since", "until"])?;
    let filter = Filter::default()
        .and("state =", query.standing())
        .and("kind =", query.kind.clone())
        .and("created_at >=", query.since)
        .and("created_at <", query.until);
    let mut read = state.store.read(key.tenant).await?;
    let found = read.properties().list(filter, &query.page()?).await?;
    let media = shown(&mut read, &found.rows).await?;
    Ok(Listed::of(found, |property| PropertyView::of(property, &media)))
}

/// One property.
#[utoipa::path(get, path = "/properties/{id}", tag = "properties", responses((status = 200, body = PropertyView)))]
async fn show(
    State(state): State<AppState>,
    Reader(key): Reader,
    IdOf(id): IdOf<PropertyId>,
) -> Result<axum::Json<PropertyView>> {
    let mut read = state.store.read(key.tenant).await?;
    let property = read.properties().get(id).await?.ok_or_else(Problem::not_found)?;
    let media = read.properties().media(&[id]).await?;
    Ok(axum::Json(PropertyView::of(property, &media)))
}

async fn shown(read: &mut Read, properties: &[Property]) -> Result<Vec<(PropertyId, Medium)>> {
    let ids: Vec<PropertyId> = properties.iter().map(|property| property.id).collect();
    Ok(read.properties().media(&ids).await?)
}

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// In words, as a caller would say it: `two bed flat in w nine up to two thousand a month`.
    q: String,
}

/// What a search found.
#[derive(Debug, Serialize, ToSchema)]
struct SearchView {
    /// At most three.
    data: Vec<PropertyView>,
    /// There are more.
    more: bool,
    /// What was let go of to find them: `nearby`, `price`, `bedrooms`, `must_haves`; null if they are just as wished.
    relaxed: Option<&'static str>,
    /// How the words were understood.
    #[schema(value_type = Object)]
    understood: Value,
}

/// Search in words; the nearest things where nothing fits.
#[utoipa::path(get, path = "/properties/search", tag = "properties", params(SearchQuery), responses((status = 200, body = SearchView)))]
async fn search(State(state): State<AppState>, Reader(key): Reader, uri: Uri) -> Result<axum::Json<SearchView>> {
    let wanted: SearchQuery = query(&uri)?;
    let mut read = state.store.read(key.tenant).await?;
    let tenant = read.tenants().me().await?;
    let now = read.now();
    let criteria: Criteria = actions::search_of(&wanted.q, &tenant, now);
    let found = actions::find_properties(&mut read, &criteria).await?;
    let relaxed = found.relaxed.as_ref().map(|what| match what {
        Relaxed::Nearby => "nearby",
        Relaxed::Price(_) => "price",
        Relaxed::Bedrooms => "bedrooms",
        Relaxed::MustHaves => "must_haves",
    });
    let understood = serde_json::to_value(&criteria).unwrap_or_default();
    let media = shown(&mut read, &found.properties).await?;
    let data = found.properties.into_iter().map(|property| PropertyView::of(property, &media)).collect();
    Ok(axum::Json(SearchView { data, more: found.more, relaxed, understood }))
}

/// A file of properties.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ImportProperties {
    /// Comma-separated, the first row names the columns: reference, deal, kind, door, street, area, postcode, bedrooms, price,
    /// period, features (separated by `;`), link, photos, floor_plan, epc, tour (https addresses, separated by blanks or `|`),
    /// state. Without one of those four columns what is kept of them stays.
    csv: String,
    /// Only say what is wrong; keep nothing.
    #[serde(default)]
    dry_run: bool,
}

/// What became of a file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportView {
    /// Rows that are whole.
    good: usize,
    /// Whether they were kept: not in a dry run, and not while a row is bad.
    kept: bool,
    /// What is wrong, row by row as a spreadsheet counts.
    bad: Vec<BadRowView>,
}

/// A bad row.
#[derive(Debug, Serialize, ToSchema)]
struct BadRowView {
    row: usize,
    field: String,
    message: String,
}

impl ImportView {
    /// Of a file with so many whole rows.
    pub(super) fn of(good: usize, bad: Vec<BadRow>, dry_run: bool) -> Self {
        let kept = bad.is_empty() && !dry_run;
        let bad = bad.into_iter().map(|bad| BadRowView { row: bad.row, field: bad.field, message: bad.message });
        Self { good, kept, bad: bad.collect() }
    }
}

/// A file of any other kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportFile {
    /// Comma-separated, the first row names the columns.
    pub csv: String,
    /// Only say what is wrong; keep nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// Take in a file of properties; nothing is kept while a row is bad.
#[utoipa::path(post, path = "/properties/import", tag = "properties", request_body = ImportProperties, responses((status = 200, body = ImportView)))]
async fn import(
    State(state): State<AppState>,
    Writer(key): Writer,
    Json(body): Json<ImportProperties>,
) -> Result<axum::Json<ImportView>> {
    let mut tx = state.store.begin(key.tenant).await?;
    let (good, bad) = actions::import_properties(&mut tx, &body.csv, body.dry_run, &key.actor()).await?;
    tx.commit().await?;
    Ok(axum::Json(ImportView::of(good, bad, body.dry_run)))
}
