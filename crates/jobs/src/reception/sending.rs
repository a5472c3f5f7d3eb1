//! What somebody asked to be sent, and what they want to hear of (C11).

use super::act::{Did, record};
use super::scene::Scene;
use crate::details::{self, Package};
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::sending::Way;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// Sends the details of what was told.
pub(super) async fn details(scene: &Scene, tx: &mut Tx, ids: &[String], way: Way) -> Result<()> {
    let Some(contact) = &scene.contact else { return Ok(()) };
    let properties: Vec<_> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let cause = format!("{}:{}", scene.talk.id, scene.talk.turns);
    let package = Package {
        contact,
        properties: &properties,
        way,
        email: scene.talk.desk.known.email.as_deref(),
        language: &scene.talk.desk.language,
        cause: &cause,
        asked: true,
    };
    details::send(tx, &scene.tenant, &package).await.map(drop)
}

/// They want to hear of what comes up: the consent is kept with its basis, and the search in place of an older one.
pub(super) async fn watch(scene: &Scene, tx: &mut Tx, criteria: &Criteria) -> Result<()> {
    let Some(contact) = scene.talk.contact_id else { return Ok(()) };
    let origin = scene.talk.id.to_string();
    tx.contacts().consent(contact, "all", "matches", "granted", "asked for it", &origin, scene.now).await?;
    tx.searches().save(contact, criteria).await?;
    let did = Did::asked("C11", "watch", json!({ "fields": criteria.fields() }));
    record(scene, tx, &origin, did).await
}
