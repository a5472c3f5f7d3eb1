//! What people do with several leads at once: move them, hand them to someone, label them; and take that back.
//!
//! One change is one transaction and one line of the audit trail, which knows how each lead was before: taking it back reads
//! that line. A lead that was changed since keeps what it has.

use super::{ActionError, Done};
use crate::context::Context;
use ringleader_core::id::{AuditId, LeadId, TenantId, UserId};
use ringleader_core::lead::{Lead, LeadStatus};
use ringleader_providers::problem::FieldError;
use ringleader_store::Tx;
use serde_json::{Map, Value, json};

/// Most leads of one change.
const MOST: usize = 200;
/// Longest label, in letters.
const LONGEST: usize = 40;

/// What is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeadChange {
    /// Where they stand.
    Status(LeadStatus),
    /// Who looks after them; `None`: nobody in particular.
    Assign(Option<UserId>),
    /// A label is put on or taken off.
    Label {
        /// Its words.
        label: String,
        /// On.
        on: bool,
    },
}

/// What came of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// So many leads are as wanted now.
    pub done: usize,
    /// So many stay as they were, since their person has another open lead.
    pub left: usize,
    /// The line of the audit trail; `undo_lead_change` takes it back.
    pub undo: AuditId,
}

impl LeadChange {
    const fn action(&self) -> &'static str {
        match self {
            Self::Status(_) => "leads.status",
            Self::Assign(_) => "leads.assign",
            Self::Label { .. } => "leads.label",
        }
    }

    fn told(&self) -> Value {
        match self {
            Self::Status(status) => json!({ "status": status }),
            Self::Assign(user) => json!({ "assigned_to": user }),
            Self::Label { label, on } => json!({ "label": label, "on": on }),
        }
    }

    /// What a line of the trail says that was changed.
    fn read(action: &str, told: &Value) -> Option<Self> {
        Some(match action {
            "leads.status" => Self::Status(serde_json::from_value(told["status"].clone()).ok()?),
            "leads.assign" => Self::Assign(serde_json::from_value(told["assigned_to"].clone()).ok()?),
            "leads.label" => Self::Label { label: told["label"].as_str()?.to_owned(), on: told["on"].as_bool()? },
            _ => return None,
        })
    }

    /// The change that gives a lead back what it had.
    fn back_to(&self, before: &Value) -> Option<Self> {
        Some(match self {
            Self::Status(_) => Self::Status(serde_json::from_value(before.clone()).ok()?),
            Self::Assign(_) => Self::Assign(serde_json::from_value(before.clone()).ok()?),
            Self::Label { label, .. } => Self::Label { label: label.clone(), on: before.as_bool()? },
        })
    }
}

/// Changes several leads alike. One that cannot be opened again, since its person has another open lead, is left as it is.
///
/// # Errors
/// `NotFound` if one is unknown; `Invalid` for none, too many, a bad label, or a user who cannot work.
pub async fn change_leads(
    cx: &Context,
    tenant: TenantId,
    leads: &[LeadId],
    change: &LeadChange,
    actor: &str,
) -> Done<Changed> {
    if leads.is_empty() {
        return Err(invalid("lead", "choose at least one lead"));
    }
    if leads.len() > MOST {
        return Err(invalid("lead", format!("at most {MOST} leads at once")));
    }
    let mut tx = cx.store.begin(tenant).await?;
    check(&mut tx, change).await?;
    let mut before = Map::new();
    let mut left = 0;
    for mut lead in held(&mut tx, leads).await? {
        let id = lead.id.to_string();
        match apply(&mut tx, &mut lead, change).await? {
            Applied::Was(was) => drop(before.insert(id, was)),
            Applied::Alike => {}
            Applied::Clashes => left += 1,
        }
    }
    let subject = if let [one] = leads { one.to_string() } else { format!("{} leads", before.len()) };
    let before = Value::Object(before);
    let undo = tx.usage().audit_line(actor, change.action(), &subject, Some(before), Some(change.told())).await?;
    tx.commit().await?;
    Ok(Changed { done: leads.len() - left, left, undo })
}

/// Takes a change back where nothing was changed since; how many leads have their old state again.
///
/// # Errors
/// `NotFound` unless the same user or key made this change.
pub async fn undo_lead_change(cx: &Context, tenant: TenantId, line: AuditId, actor: &str) -> Done<usize> {
    let unknown = || ActionError::NotFound("change");
    let mut tx = cx.store.begin(tenant).await?;
    let entry = tx.usage().audit_entry(line).await?.filter(|entry| entry.actor == actor).ok_or_else(unknown)?;
    let made = entry.after.as_ref().and_then(|told| LeadChange::read(&entry.action, told)).ok_or_else(unknown)?;
    let before = entry.before.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
    let ids: Vec<LeadId> = before.keys().filter_map(|id| id.parse().ok()).collect();
    let mut undone = 0;
    for mut lead in held(&mut tx, &ids).await? {
        let old = before.get(&lead.id.to_string()).and_then(|was| made.back_to(was));
        let Some(old) = old.filter(|_| stands(&lead, &made)) else { continue };
        undone += usize::from(matches!(apply(&mut tx, &mut lead, &old).await?, Applied::Was(_)));
    }
    tx.usage().audit(actor, "leads.undo", &line.to_string(), None, Some(json!({ "leads": undone }))).await?;
    tx.commit().await?;
    Ok(undone)
}

/// Whether a lead still is as the change made it. A label says that itself when it is taken off.
fn stands(lead: &Lead, made: &LeadChange) -> bool {
    match made {
        LeadChange::Status(status) => lead.status == *status,
        LeadChange::Assign(user) => lead.assigned_to == *user,
        LeadChange::Label { .. } => true,
    }
}

/// The leads with their contacts held, always in the same order, so that two changes never wait for each other.
async fn held(tx: &mut Tx, ids: &[LeadId]) -> Done<Vec<Lead>> {
    let mut contacts = Vec::with_capacity(ids.len());
    for id in ids {
        let lead = tx.leads().get(*id).await?.ok_or(ActionError::NotFound("lead"))?;
        contacts.push((lead.contact_id, lead.id));
    }
    contacts.sort_unstable();
    contacts.dedup();
    let mut leads = Vec::with_capacity(contacts.len());
    for (contact, id) in contacts {
        tx.contacts().lock(contact).await?;
        leads.push(tx.leads().get(id).await?.ok_or(ActionError::NotFound("lead"))?);
    }
    Ok(leads)
}

async fn check(tx: &mut Tx, change: &LeadChange) -> Done<()> {
    match change {
        LeadChange::Assign(Some(user)) => {
            let user = tx.users().get(*user).await?.filter(|user| user.disabled_at.is_none());
            user.map(drop).ok_or_else(|| invalid("assigned_to", "is nobody who works here"))
        }
        LeadChange::Label { label, .. } => {
            let fine = !label.trim().is_empty() && label.chars().count() <= LONGEST;
            if fine { Ok(()) } else { Err(invalid("label", format!("must have 1 to {LONGEST} letters"))) }
        }
        LeadChange::Status(_) | LeadChange::Assign(None) => Ok(()),
    }
}

/// What a change did to one lead.
enum Applied {
    /// It had this before.
    Was(Value),
    /// It was so already.
    Alike,
    /// Another lead of the person is open.
    Clashes,
}

async fn apply(tx: &mut Tx, lead: &mut Lead, change: &LeadChange) -> Done<Applied> {
    Ok(match change {
        LeadChange::Status(status) if lead.status == *status => Applied::Alike,
        LeadChange::Status(status) => {
            let was = json!(lead.status);
            if move_lead(tx, lead, *status).await? { Applied::Was(was) } else { Applied::Clashes }
        }
        LeadChange::Assign(user) if lead.assigned_to == *user => Applied::Alike,
        LeadChange::Assign(user) => {
            tx.leads().assign(lead.id, *user).await?;
            Applied::Was(json!(lead.assigned_to))
        }
        LeadChange::Label { label, on } => match tx.leads().label(lead.id, label.trim(), *on).await? {
            true => Applied::Was(json!(!on)),
            false => Applied::Alike,
        },
    })
}

/// Moves a lead. Lost and converted ones are closed; `false`, and nothing done, where another of its person is open.
pub(super) async fn move_lead(tx: &mut Tx, lead: &mut Lead, status: LeadStatus) -> Done<bool> {
    let closes = matches!(status, LeadStatus::Lost | LeadStatus::Converted);
    if !closes && lead.closed_at.is_some() && tx.leads().open_of(lead.contact_id).await?.is_some() {
        return Ok(false);
    }
    lead.status = status;
    lead.closed_at = if closes { lead.closed_at.or(Some(tx.now())) } else { None };
    tx.leads().save(lead).await?;
    Ok(true)
}

fn invalid(field: &str, why: impl Into<String>) -> ActionError {
    ActionError::Invalid(vec![FieldError::new(field, why)])
}
