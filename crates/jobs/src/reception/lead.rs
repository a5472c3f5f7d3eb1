//! What a talk tells of a person: facts with their source, and the lead they belong to (C3, C9).

use super::scene::Scene;
use crate::bookings;
use crate::flows::{enquiry, learning};
use crate::scores;
use crate::work::notice;
use ringleader_core::chat::{HowSoon, Why};
use ringleader_core::contact::ContactKind;
use ringleader_core::facts::NewFact;
use ringleader_core::lead::{FactSource, Lead, LeadStatus};
use ringleader_core::phone::Phone;
use ringleader_core::reception::desk::Known;
use ringleader_core::reception::gathered;
use ringleader_core::reception::talk::Medium;
use ringleader_core::settings::LeadPolicy;
use ringleader_store::repo::Identity;
use ringleader_store::{Result, Tx};

/// The source of leads that began with a call that the receptionist took.
const RECEPTIONIST: &str = "receptionist";

/// Keeps what is new since `before`.
pub(super) async fn keep(scene: &mut Scene, tx: &mut Tx, before: &Known) -> Result<()> {
    let news = gathered::news(before, &scene.talk.desk.known);
    scene.found = news.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| (*name).to_owned()).collect();
    recognise(scene, tx).await?;
    let Some(contact) = scene.contact.clone() else { return Ok(()) };
    if matches!(contact.kind, ContactKind::Staff | ContactKind::Blocked | ContactKind::Supplier) {
        return Ok(());
    }
    if let Some(language) = scene.language.filter(|own| contact.language.as_deref() != Some(*own)) {
        tx.contacts().learn(contact.id, None, None, Some(language)).await?;
    }
    let acted = scene.done.iter().any(|act| !matches!(*act, "end" | "release" | "follow_up"));
    let interest = acted || !news.is_empty() || !scene.talk.desk.topics.is_empty();
    if scene.tenant.settings.lead_policy == LeadPolicy::OnInterest && !interest {
        return Ok(());
    }
    let source = if scene.talk.medium == Medium::Voice { RECEPTIONIST } else { scene.talk.medium.as_str() };
    let (mut lead, made) = enquiry::open(tx, &contact, source).await?;
    let origin = scene.talk.id.to_string();
    let fact = |(name, value): (&str, serde_json::Value)| NewFact {
        name: name.to_owned(),
        value,
        confidence: 0.9,
        source: FactSource::Explicit,
        origin: Some(origin.clone()),
        provisional: false,
        read_by: scene.read.as_ref().map(|read| read.by.clone()),
        at: scene.now,
    };
    let mut known = tx.leads().facts(lead.id).await?;
    let value = |name: &str| known.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone());
    let opposed = gathered::opposed(&news, &scene.talk.desk.known.needless, value);
    let (gone, news): (Vec<_>, Vec<_>) = news.into_iter().chain(opposed).partition(|(_, value)| value.is_null());
    let proposed: Vec<NewFact> = news.into_iter().map(fact).collect();
    let gone: Vec<&str> = gone.into_iter().map(|(name, _)| name).collect();
    learning::take_back(tx, &lead, &mut known, &gone).await?;
    let learned = learning::learn(tx, &mut lead, &mut known, proposed).await?;
    advance(scene, tx, &mut lead).await?;
    if made || !learned.is_empty() || !scene.made.is_empty() || scene.talk.desk.ended {
        scores::keep(tx, contact.id).await?;
    }
    let why = match (made, !scene.made.is_empty()) {
        (true, _) => Why::NewLead,
        (false, true) => Why::Complete,
        (false, false) if learned.is_empty() => return Ok(()),
        (false, false) => Why::NewFacts,
    };
    notice(tx, &scene.tenant, lead.id, HowSoon::Debounced, why).await
}

/// Someone whose number was withheld has told one: they are a person of their own as far as it goes, and hear nothing of
/// what is known of that number (C2).
pub(super) async fn recognise(scene: &mut Scene, tx: &mut Tx) -> Result<()> {
    if scene.talk.contact_id.is_some() {
        return Ok(());
    }
    let told = scene.talk.desk.known.phone.as_deref().and_then(Phone::from_e164);
    let Some(phone) = told else { return Ok(()) };
    let contact = tx.contacts().find_or_make(&[Identity::Phone(phone)]).await?;
    scene.talk.contact_id = Some(contact.id);
    scene.contact = Some(contact);
    Ok(())
}

/// The lead's status follows what happened; people's own settings of it stay.
async fn advance(scene: &Scene, tx: &mut Tx, lead: &mut Lead) -> Result<()> {
    if lead.status == LeadStatus::New && scene.talk.turns > 1 {
        lead.status = LeadStatus::Qualifying;
        tx.leads().save(lead).await?;
    }
    bookings::advance(tx, lead, &scene.made, "receptionist").await
}
