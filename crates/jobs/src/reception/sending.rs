//! What somebody asked to be sent, and what they want to hear of (C11).
//!
//! Always true: what is said to be on its way is; where nothing leads to them, people know of it.

use super::act::{Did, record};
use super::scene::Scene;
use super::{errands, lead};
use crate::details::{self, Package};
use crate::ways::Ways;
use ringleader_core::decision::Verdict;
use ringleader_core::id::PropertyId;
use ringleader_core::policy::{self, Verdict as Ruled};
use ringleader_core::reception::criteria::Criteria;
use ringleader_core::reception::desk::Event;
use ringleader_core::reception::sending::Way;
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// Sends the details of what was told, the way they wanted, else the other one.
pub(super) async fn details(scene: &mut Scene, tx: &mut Tx, ids: &[String], way: Way) -> Result<Event> {
    lead::recognise(scene, tx).await?;
    let properties: Vec<_> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let other = if way == Way::Email { Way::Message } else { Way::Email };
    for way in [way, other] {
        if package(scene, tx, &properties, way).await? > 0 {
            return Ok(Event::Sent(Some(way)));
        }
    }
    let words = references(tx, &properties).await?;
    errands::by_hand(scene, tx, "details", &words).await?;
    let evidence = json!({ "properties": properties.len() });
    unsent(scene, tx, "details_not_sent", evidence).await?;
    Ok(Event::Sent(None))
}

async fn package(scene: &Scene, tx: &mut Tx, properties: &[PropertyId], way: Way) -> Result<usize> {
    let Some(contact) = &scene.contact else { return Ok(0) };
    let email = scene.talk.desk.known.email.as_deref();
    if way == Way::Email && email.is_none() {
        return Ok(0);
    }
    let cause = format!("{}:{}", scene.talk.id, scene.talk.turns);
    let language = &scene.talk.desk.language;
    let package = Package { contact, properties, way, email, language, cause: &cause, asked: true };
    details::send(tx, &scene.tenant, &package).await
}

/// What people are to pass on.
async fn references(tx: &mut Tx, properties: &[PropertyId]) -> Result<String> {
    let mut all = Vec::new();
    for id in properties {
        all.extend(
            tx.properties().get(*id).await?.map(|it| format!("{} ({})", it.entered.street, it.entered.reference)),
        );
    }
    Ok(all.join(", "))
}

/// They want to hear of what comes up: the consent is kept with its basis, and the search in place of an older one.
pub(super) async fn watch(scene: &mut Scene, tx: &mut Tx, criteria: &Criteria) -> Result<Event> {
    lead::recognise(scene, tx).await?;
    let Some(contact) = scene.contact.clone() else { return Ok(Event::Watching(false)) };
    let origin = scene.talk.id.to_string();
    tx.contacts().consent(contact.id, "all", "matches", "granted", "asked for it", &origin, scene.now).await?;
    tx.searches().save(contact.id, criteria).await?;
    let fields = json!({ "fields": criteria.fields() });
    record(scene, tx, &origin, Did::asked("C11", "watch", fields.clone())).await?;
    // What comes up goes when it does: a window that is open now is closed by then.
    let mut ways = Ways::to_contact(tx, &scene.tenant, &contact, contact.phone.as_ref(), None, None).await?;
    ways.route.window_open = false;
    let ruling = policy::letter(&crate::standing::of(&scene.tenant, &contact), &ways.route, scene.now);
    let reachable = matches!(ruling.verdict, Ruled::Go { .. } | Ruled::Wait { .. });
    if !reachable {
        errands::by_hand(scene, tx, "matches", "").await?;
        unsent(scene, tx, "matches_by_hand", fields).await?;
    }
    Ok(Event::Watching(reachable))
}

async fn unsent(scene: &Scene, tx: &mut Tx, reason: &'static str, evidence: serde_json::Value) -> Result<()> {
    let did = Did { verdict: Verdict::Hold, explain: Key::WhyNoChannel, ..Did::asked("C11", reason, evidence) };
    record(scene, tx, &scene.talk.id.to_string(), did).await
}
