//! Tickets and emergencies as people handle them (C8): a change is told to the reporter, and a state to the landlord.

use super::{ActionError, Done};
use crate::context::Context;
use crate::flows::on_call;
use crate::{homes, letters};
use ringleader_core::id::{AlarmId, TenantId, TicketId};
use ringleader_core::phone::Phone;
use ringleader_core::reception::say;
use ringleader_core::reception::words::FaultUrgency;
use ringleader_core::tenancy::Home;
use ringleader_core::ticket::{Ticket, TicketState};
use ringleader_providers::problem::FieldError;
use ringleader_store::Tx;
use ringleader_store::repo::NewTicket;
use serde_json::json;

/// Longest note, in characters.
const LONGEST: usize = 500;

/// What people change of a ticket; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct TicketChange {
    /// Where it stands.
    pub state: Option<TicketState>,
    /// How soon.
    pub urgency: Option<FaultUrgency>,
    /// What the reporter is told about it.
    pub note: Option<String>,
}

/// Opens a ticket that people enter. Where who reported it rents just one place, it is about that one unless another address
/// is told: whose it is, who looks after it and who could mend it are known then, and they hear of it as of any report.
///
/// # Errors
/// The database.
pub async fn open_ticket(tx: &mut Tx, new: NewTicket, actor: &str) -> Done<Ticket> {
    let tenant = tx.tenants().me().await?;
    let contact = match new.contact_id {
        Some(id) => tx.contacts().get(id).await?,
        None => None,
    };
    let mut rented = match &contact {
        Some(contact) => homes::rented(tx, &tenant, contact.id).await?,
        None => Vec::new(),
    };
    if let Some(said) = &new.address {
        let homes: Vec<Home> = rented.iter().map(|(_, property)| Home::of(property)).collect();
        let meant = Home::meant(&homes, said).map(|home| home.property.clone());
        rented.retain(|(_, property)| meant.as_ref() == Some(&property.id.to_string()));
    }
    let (tenancy, property) = if rented.len() == 1 { rented.pop() } else { None }.unzip();
    let property_id = property.as_ref().map(|property| property.id);
    let new = NewTicket {
        property_id,
        contractor: homes::contractor(tx, property_id, new.category).await?,
        address: property.map(|property| property.address()).or(new.address),
        landlord_id: tenancy.as_ref().and_then(|tenancy| tenancy.landlord_id),
        manager_id: tenancy.as_ref().and_then(|tenancy| tenancy.manager_id),
        ..new
    };
    let ticket = tx.tickets().open(&new).await?;
    let (name, phone) = contact.map(|it| (it.name, it.phone)).unwrap_or_default();
    homes::tell(tx, &tenant, &ticket, name.as_deref(), phone.as_ref().map(Phone::as_str)).await?;
    let after = json!({ "urgency": ticket.urgency });
    tx.usage().audit(actor, "ticket.create", &ticket.id.to_string(), None, Some(after)).await?;
    Ok(ticket)
}

/// Changes a ticket, and tells whoever reported it, and whose property it is, where it stands now.
///
/// # Errors
/// `NotFound`; `Invalid` for a note that is too long.
pub async fn change_ticket(
    cx: &Context,
    tenant: TenantId,
    id: TicketId,
    change: TicketChange,
    actor: &str,
) -> Done<Ticket> {
    let mut tx = cx.store.begin(tenant).await?;
    let before = tx.tickets().get(id).await?.ok_or(ActionError::NotFound("ticket"))?;
    let note = change.note.map(|note| note.trim().to_owned());
    if note.as_ref().is_some_and(|note| note.chars().count() > LONGEST) {
        return Err(ActionError::Invalid(vec![FieldError::new("note", "must be at most 500 characters long")]));
    }
    let ticket = Ticket {
        state: change.state.unwrap_or(before.state),
        urgency: change.urgency.unwrap_or(before.urgency),
        note: note.map_or(before.note.clone(), |note| Some(note).filter(|note| !note.is_empty())),
        ..before.clone()
    };
    if ticket == before {
        return Ok(ticket);
    }
    tx.tickets().update(&ticket).await?;
    let was = json!({ "state": before.state, "urgency": before.urgency });
    let is = json!({ "state": ticket.state, "urgency": ticket.urgency, "noted": ticket.note != before.note });
    tx.usage().audit(actor, "ticket.update", &id.to_string(), Some(was), Some(is)).await?;
    let business = tx.tenants().me().await?;
    if (ticket.state, ticket.cannot_wait()) != (before.state, before.cannot_wait()) {
        homes::tell_state(&mut tx, &business, &ticket).await?;
    }
    let told = ticket.state != before.state || ticket.note != before.note;
    if let Some(contact) = ticket.contact_id.filter(|_| told)
        && let Some(contact) = tx.contacts().get(contact).await?
    {
        let language = contact.language.clone().unwrap_or_else(|| business.locale.clone());
        let words = say::alarm::news(&ticket, &business.name, &language);
        let cause = format!("{id}:{}", tx.now().as_microsecond());
        letters::write(&mut tx, &business, &contact, words, &cause).await?;
    }
    tx.commit().await?;
    Ok(ticket)
}

/// Someone takes an emergency in the dashboard or over the API: `name` is what others read, `actor` what the trail keeps.
/// `false`: somebody else has it.
///
/// # Errors
/// `NotFound`.
pub async fn take_alarm(cx: &Context, tenant: TenantId, id: AlarmId, name: &str, actor: &str) -> Done<bool> {
    let mut tx = cx.store.begin(tenant).await?;
    tx.tickets().alarm(id).await?.ok_or(ActionError::NotFound("alarm"))?;
    let taken = on_call::take(&mut tx, id, name, actor).await?;
    tx.commit().await?;
    Ok(taken)
}
