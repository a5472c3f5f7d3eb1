//! Leads, facts and contacts as people correct them: a person's word wins over everything (P9).

use super::lead_work::move_lead;
use super::{ActionError, Done};
use crate::context::Context;
use crate::flows::chat::Scene;
use ringleader_core::chat::Event;
use ringleader_core::facts::{Columns, Merge, NewFact, merge, spoken};
use ringleader_core::id::{LeadId, TenantId};
use ringleader_core::lead::{Fact, FactSource, Lead, LeadStatus};
use ringleader_providers::problem::FieldError;
use ringleader_store::Tx;
use serde_json::{Value, json};

/// Longest name of a fact.
const MAX_NAME: usize = 64;

/// Sets a fact of a lead. The one before goes to the history; the chat goes on from what is missing now.
///
/// # Errors
/// `NotFound`; `Invalid` for an empty value or a name that is not one word.
pub async fn set_fact(cx: &Context, tenant: TenantId, id: LeadId, name: &str, value: Value, actor: &str) -> Done<Lead> {
    let mut tx = cx.store.begin(tenant).await?;
    let lead = fact(&mut tx, id, name, value, actor).await?;
    tx.commit().await?;
    Ok(lead)
}

/// Sets facts of a lead and moves it: all of it or nothing (P3).
///
/// # Errors
/// As [`set_fact`]; `Conflict` when a closed lead is opened again while another is open.
pub async fn change_lead(
    cx: &Context,
    tenant: TenantId,
    id: LeadId,
    (facts, status): (Vec<(&str, Value)>, Option<LeadStatus>),
    actor: &str,
) -> Done<()> {
    let mut tx = cx.store.begin(tenant).await?;
    for (name, value) in facts {
        fact(&mut tx, id, name, value, actor).await?;
    }
    if let Some(status) = status {
        moved(&mut tx, id, status, actor).await?;
    }
    Ok(tx.commit().await?)
}

async fn fact(tx: &mut Tx, id: LeadId, name: &str, value: Value, actor: &str) -> Done<Lead> {
    let lead = held(tx, id).await?;
    check(name, &value)?;
    let new = NewFact {
        name: name.to_owned(),
        value,
        confidence: 1.0,
        source: FactSource::Person,
        origin: Some(actor.to_owned()),
        provisional: false,
        read_by: None,
        at: tx.now(),
    };
    Box::pin(put(tx, lead, new, actor)).await
}

/// A lead as it is once its person is ours.
async fn held(tx: &mut Tx, id: LeadId) -> Done<Lead> {
    let person = tx.leads().get(id).await?.ok_or(ActionError::NotFound("lead"))?.contact_id;
    tx.contacts().lock(person).await?;
    tx.leads().get(id).await?.ok_or(ActionError::NotFound("lead"))
}

fn check(name: &str, value: &Value) -> Done<()> {
    let mut errors = Vec::new();
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(word) {
        errors.push(FieldError::new("name", "a fact's name is one word of a-z, 0-9 and _"));
    }
    let speaks = spoken(value).is_some() || value.is_number() || value.is_boolean();
    if !speaks {
        errors.push(FieldError::new("value", "a text, a number, true or false, or an object with a `text`"));
    }
    if errors.is_empty() { Ok(()) } else { Err(ActionError::Invalid(errors)) }
}

async fn put(tx: &mut Tx, mut lead: Lead, new: NewFact, actor: &str) -> Done<Lead> {
    let facts = tx.leads().facts(lead.id).await?;
    let current = facts.iter().find(|f| f.name == new.name);
    if merge(current, &new) != Merge::Replace {
        return Ok(lead);
    }
    let before = current.map(|f| f.value.clone());
    let fact = Fact {
        id: tx.new_id(),
        name: new.name.clone(),
        value: new.value.clone(),
        confidence: new.confidence,
        source: new.source,
        origin: new.origin,
        provisional: false,
        read_by: None,
        at: new.at,
    };
    tx.leads().put_fact(&lead, &fact).await?;
    let columns = Columns::of(&tx.leads().facts(lead.id).await?);
    lead.name.clone_from(&columns.name);
    lead.need.clone_from(&columns.need);
    lead.preference.clone_from(&columns.preference);
    tx.leads().save(&lead).await?;
    if new.name == "name" {
        tx.contacts().learn(lead.contact_id, lead.name.as_deref(), None, None).await?;
    }
    tx.usage().audit(actor, "lead.fact", &format!("{}/{}", lead.id, new.name), before, Some(new.value)).await?;
    let learned = Columns::of(std::iter::once(&fact)).known();
    for chat in tx.conversations().of_contact(lead.contact_id).await? {
        if chat.lead_id == Some(lead.id)
            && let Some(mut scene) = Scene::load(tx, chat.id).await?
        {
            scene.step(tx, Event::Corrected(learned), &fact.id.to_string()).await?;
            lead = scene.lead;
        }
    }
    Ok(lead)
}

/// Lost and converted leads are closed; the next call opens a new one.
async fn moved(tx: &mut Tx, id: LeadId, status: LeadStatus, actor: &str) -> Done<Lead> {
    let mut lead = held(tx, id).await?;
    let before = lead.status;
    if !move_lead(tx, &mut lead, status).await? {
        return Err(ActionError::Conflict("this contact has another open lead; change that one".to_owned()));
    }
    let (before, after) = (json!({ "status": before }), json!({ "status": status }));
    tx.usage().audit(actor, "lead.status", &id.to_string(), Some(before), Some(after)).await?;
    Ok(lead)
}
