//! The home that a report in a talk is about: one that the caller rents (C2, C8).

use super::scene::Scene;
use crate::homes::rented;
use ringleader_core::id::ContactId;
use ringleader_core::property::Property;
use ringleader_core::tenancy::{Home, Tenancy};
use ringleader_core::tenant::Tenant;
use ringleader_store::{Result, Tx};

/// What somebody rents, as a talk knows it.
pub(super) async fn homes(tx: &mut Tx, tenant: &Tenant, contact: ContactId) -> Result<Vec<Home>> {
    Ok(rented(tx, tenant, contact).await?.iter().map(|(_, property)| Home::of(property)).collect())
}

/// The home that a report is about, if it is one of the caller's.
pub(super) async fn meant(scene: &Scene, tx: &mut Tx, property: Option<&str>) -> Result<Option<(Tenancy, Property)>> {
    let (Some(contact), Some(wanted)) = (scene.talk.contact_id, property) else { return Ok(None) };
    let all = rented(tx, &scene.tenant, contact).await?;
    Ok(all.into_iter().find(|(_, property)| property.id.to_string() == wanted))
}

/// The home that help is called to before anything was asked: the only one that it can be, by what was said.
pub(super) async fn likely(scene: &Scene, tx: &mut Tx) -> Result<Option<(Tenancy, Property)>> {
    let Some(contact) = scene.talk.contact_id else { return Ok(None) };
    let known = &scene.talk.desk.known;
    if known.elsewhere && known.address.is_none() {
        return Ok(None);
    }
    let mut all = rented(tx, &scene.tenant, contact).await?;
    let said = known.address.as_deref();
    let meant = said.and_then(|said| Home::meant(&known.homes, said));
    all.retain(|(_, property)| {
        let id = property.id.to_string();
        let is = |home: &Home| home.property == id;
        known.homes.iter().any(is) && (said.is_none() || meant.is_some_and(is))
    });
    Ok(if all.len() == 1 { all.pop() } else { None })
}
