//! Who called, and what runs with them already (A5).

use super::call_reported::PURPOSE;
use ringleader_core::call::{Call, Direction};
use ringleader_core::contact::{Contact, ContactKind};
use ringleader_core::conversation::{ChatState, Conversation};
use ringleader_core::episode::Episode;
use ringleader_core::lead::Lead;
use ringleader_core::missed::Party;
use ringleader_core::phone::{NumberKind, Parsed, Phone, parse};
use ringleader_core::tenant::Tenant;
use ringleader_store::repo::Identity;
use ringleader_store::{Result, Tx};

/// The customer's side of the call, resolved with the tenant's country (A5).
pub(super) fn other_party(call: &Call, tenant: &Tenant) -> Parsed {
    let raw = match call.direction {
        Direction::Inbound => call.from.as_deref().unwrap_or_default(),
        Direction::Outbound => call.to.as_deref().unwrap_or_default(),
        Direction::Internal => return Parsed { phone: None, kind: NumberKind::Invalid, foreign: false, country: None },
    };
    parse(raw, &tenant.country)
}

/// Finds or makes the contact behind the number, and holds it for this transaction.
pub(super) async fn identify(tx: &mut Tx, mut call: Call, other: &Parsed) -> Result<(Call, Option<Contact>)> {
    let Some(phone) = &other.phone else { return Ok((call, None)) };
    let contact = tx.contacts().find_or_make(&[Identity::Phone(phone.clone())]).await?;
    let contact = tx.contacts().hold(contact.id).await?;
    call.contact_id = Some(contact.id);
    Ok((call, Some(contact)))
}

/// What runs with the caller already.
pub(super) struct Surroundings {
    /// The open outreach.
    pub(super) episode: Option<Episode>,
    /// The open lead.
    pub(super) lead: Option<Lead>,
    chats: Vec<Conversation>,
}

impl Surroundings {
    pub(super) async fn of(tx: &mut Tx, contact: Option<&Contact>) -> Result<Self> {
        let Some(contact) = contact else { return Ok(Self { episode: None, lead: None, chats: vec![] }) };
        Ok(Self {
            episode: tx.episodes().open_of(contact.id, PURPOSE).await?,
            lead: tx.leads().open_of(contact.id).await?,
            chats: tx.conversations().of_contact(contact.id).await?,
        })
    }

    /// The caller as the rules see them.
    pub(super) async fn party(
        &self,
        tx: &mut Tx,
        tenant: &Tenant,
        other: &Parsed,
        contact: Option<&Contact>,
    ) -> Result<Party> {
        let kind = match contact {
            Some(_) if is_staff(tenant, other.phone.as_ref()) => ContactKind::Staff,
            Some(contact) => contact.kind,
            None => ContactKind::Lead,
        };
        let own_line = match &other.phone {
            Some(phone) => tx.tenants().line_by_number(phone).await?.is_some(),
            None => false,
        };
        let spoke_at = match contact {
            Some(contact) => tx.calls().last_spoken(contact.id).await?,
            None => None,
        };
        let going_on = |c: &&Conversation| {
            !matches!(c.state, ChatState::Completed | ChatState::Unresponsive) && c.last_inbound_at.is_some()
        };
        Ok(Party {
            number: other.kind,
            kind,
            opted_out: contact.is_some_and(|c| c.opted_out_at.is_some()),
            own_line,
            episode: self.episode.as_ref().map(|e| e.called_at),
            lead: self.lead.as_ref().map(|l| l.status),
            chatting: self.chats.iter().any(|c| going_on(&c)),
            led_by_person: super::enquiry::led_by_person(tx, &self.chats).await?,
            spoke_at,
            wrote_at: self.chats.iter().filter_map(|c| c.last_inbound_at).max(),
        })
    }
}

/// The owner's phones, and those of everyone who is told of leads or rung for customers, are staff.
pub(super) fn is_staff(tenant: &Tenant, phone: Option<&Phone>) -> bool {
    phone.is_some_and(|phone| tenant.employs(phone))
}
