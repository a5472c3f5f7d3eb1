//! What is let and sold: entered one by one or from a file, and searched in words (C5).

use super::colleagues::agent;
use super::{ActionError, Done};
use crate::work::{MatchSearches, put};
use jiff::Timestamp;
use ringleader_brain::local::turn::read_turn;
use ringleader_brain::seam::TurnRequest;
use ringleader_core::id::PropertyId;
use ringleader_core::property::import;
use ringleader_core::property::{NewProperty, Property, PropertyState, Viewings, attempts};
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::say::Relaxed;
use ringleader_core::rows::BadRow;
use ringleader_core::tenant::Tenant;
use ringleader_providers::problem::FieldError;
use ringleader_store::jobs::OnConflict;
use ringleader_store::{Conn, Tx};
use serde_json::json;

/// So many are told at once.
const TOLD: u32 = 3;

/// What a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// At most three, the dearest that the budget allows first.
    pub properties: Vec<Property>,
    /// There are more.
    pub more: bool,
    /// What was let go of to find them.
    pub relaxed: Option<Relaxed>,
}

/// Enters a property, or brings the one of the same reference up to date; `true` if it is new.
///
/// # Errors
/// `Invalid` with every field that is wrong.
pub async fn put_property(tx: &mut Tx, new: &NewProperty, actor: &str) -> Done<(PropertyId, bool)> {
    let wrong = new.problems();
    let mut errors: Vec<FieldError> =
        wrong.into_iter().map(|(field, message)| FieldError::new(field, message)).collect();
    if let Some(viewings) = &new.viewings {
        let before = tx.properties().by_reference(&new.reference).await?;
        errors.extend(nobody(tx, viewings, before.as_ref()).await?);
    }
    if !errors.is_empty() {
        return Err(ActionError::Invalid(errors));
    }
    let (id, fresh) = tx.properties().put(new).await?;
    let what = if fresh { "property.create" } else { "property.update" };
    tx.usage().audit(actor, what, &id.to_string(), None, Some(json!({"reference": new.reference}))).await?;
    look_for_searches(tx, &[(id, new.state)]).await?;
    Ok((id, fresh))
}

/// Says whether a property can be had; nothing else of it changes, whatever comes in beside.
///
/// # Errors
/// `NotFound`.
pub async fn set_property_state(tx: &mut Tx, id: PropertyId, state: PropertyState, actor: &str) -> Done<()> {
    let before = tx.properties().set_state(id, state).await?.ok_or(ActionError::NotFound("property"))?;
    let (before, after) = (json!({"state": before.as_str()}), json!({"state": state.as_str()}));
    tx.usage().audit(actor, "property.update", &id.to_string(), Some(before), Some(after)).await?;
    look_for_searches(tx, &[(id, state)]).await
}

/// Says how a property is shown; nothing else of it changes, whatever comes in beside.
///
/// # Errors
/// `NotFound`; `Invalid` with every field that is wrong.
pub async fn set_viewings(tx: &mut Tx, id: PropertyId, viewings: &Viewings, actor: &str) -> Done<()> {
    let before = tx.properties().get(id).await?.ok_or(ActionError::NotFound("property"))?;
    let wrong = viewings.problems();
    let mut errors: Vec<FieldError> =
        wrong.into_iter().map(|(field, message)| FieldError::new(field, message)).collect();
    errors.extend(nobody(tx, viewings, Some(&before)).await?);
    if !errors.is_empty() {
        return Err(ActionError::Invalid(errors));
    }
    tx.properties().set_viewings(id, viewings).await?;
    let (was, is) = (json!({"viewings": before.entered.viewings}), json!({"viewings": viewings}));
    Ok(tx.usage().audit(actor, "property.update", &id.to_string(), Some(was), Some(is)).await?)
}

/// It is to be shown by nobody who can be given appointments. Who has left meanwhile stands in no other change's way: then it is
/// shown by whoever is free.
async fn nobody(tx: &mut Tx, viewings: &Viewings, before: Option<&Property>) -> Done<Option<FieldError>> {
    let Some(email) = viewings.shown_by.as_deref() else { return Ok(None) };
    let known = before.and_then(|before| before.entered.viewings.as_ref()?.shown_by.as_deref());
    let unknown = known != Some(email) && agent(tx, email).await?.is_none();
    Ok(unknown.then(|| FieldError::new("viewings.shown_by", "is nobody who can be given appointments")))
}

/// Takes in a file of properties. Nothing is kept if a row is bad, or if it is only tried. How many rows are good, and the
/// bad ones.
///
/// # Errors
/// The database.
pub async fn import_properties(tx: &mut Tx, csv: &str, only_try: bool, actor: &str) -> Done<(usize, Vec<BadRow>)> {
    let (good, bad) = import::read(csv);
    if only_try || !bad.is_empty() {
        return Ok((good.len(), bad));
    }
    let mut kept = Vec::new();
    for (_, property) in &good {
        kept.push((tx.properties().put(property).await?.0, property.state));
    }
    look_for_searches(tx, &kept).await?;
    tx.usage().audit(actor, "property.import", "properties", None, Some(json!({"rows": good.len()}))).await?;
    Ok((good.len(), bad))
}

/// Whom those on offer may be for is looked at afterwards (C11).
async fn look_for_searches(tx: &mut Tx, kept: &[(PropertyId, PropertyState)]) -> Done<()> {
    let now = tx.now();
    let offered = kept.iter().filter(|(_, state)| *state == PropertyState::Available);
    let ids: Vec<PropertyId> = offered.map(|(id, _)| *id).collect();
    for some in ids.chunks(MatchSearches::TOGETHER) {
        if let [property, others @ ..] = some {
            let job = MatchSearches { property: *property, others: others.to_vec() };
            put(tx, &job, now, OnConflict::Keep).await?;
        }
    }
    Ok(())
}

/// What is looked for, in words as a caller says them.
pub fn search_of(text: &str, tenant: &Tenant, now: Timestamp) -> Criteria {
    let request = TurnRequest {
        text: text.to_owned(),
        asked: None,
        offers: Vec::new(),
        areas: Vec::new(),
        now,
        zone: tenant.time_zone.clone(),
        country: tenant.country.clone(),
        mask: Vec::new(),
    };
    read_turn(&request).criteria
}

/// Searches, easing step by step until something is found.
///
/// # Errors
/// The database.
pub async fn find_properties(conn: &mut Conn, criteria: &Criteria) -> Done<Found> {
    find_more(conn, criteria, &[]).await
}

/// The next ones of a search, without those that were `told`: of the same easing, so that the end is the end.
///
/// # Errors
/// The database.
pub async fn find_more(conn: &mut Conn, criteria: &Criteria, told: &[PropertyId]) -> Done<Found> {
    let limit = TOLD + 1 + u32::try_from(told.len()).unwrap_or(0);
    for (relaxed, query) in attempts(criteria) {
        let mut properties = conn.properties().search(&query, limit).await?;
        if !properties.is_empty() {
            properties.retain(|property| !told.contains(&property.id));
            let more = properties.len() > TOLD as usize;
            properties.truncate(TOLD as usize);
            return Ok(Found { properties, more, relaxed });
        }
    }
    Ok(Found { properties: Vec::new(), more: false, relaxed: None })
}
