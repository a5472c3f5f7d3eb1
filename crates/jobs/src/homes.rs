//! What is known of the place that somebody rents: the property, whose it is, who looks after it, who could mend it (C2, C8).
//! A report from there goes to the colleague who looks after it, and the landlord hears of it.

use crate::mail::{self, Mail};
use crate::work::{TellLandlord, put};
use ringleader_core::id::{ContactId, PropertyId, UserId};
use ringleader_core::message::{Audience, Content};
use ringleader_core::property::Property;
use ringleader_core::reception::say;
use ringleader_core::reception::words::FaultCategory;
use ringleader_core::tenancy::Tenancy;
use ringleader_core::tenant::Tenant;
use ringleader_core::ticket::Ticket;
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::User;
use ringleader_store::{Result, Tx};

/// What somebody rents now.
pub(crate) async fn rented(tx: &mut Tx, tenant: &Tenant, contact: ContactId) -> Result<Vec<(Tenancy, Property)>> {
    let today = tx.now().to_zoned(tenant.time_zone.clone()).date();
    let mut all = Vec::new();
    for tenancy in tx.tenancies().of_contact(contact, today).await? {
        if let Some(property) = tx.properties().get(tenancy.property_id).await? {
            all.push((tenancy, property));
        }
    }
    Ok(all)
}

/// The colleague who looks after it, unless they have left.
pub(crate) async fn manager(tx: &mut Tx, id: Option<UserId>) -> Result<Option<User>> {
    let Some(id) = id else { return Ok(None) };
    Ok(tx.users().get(id).await?.filter(|user| user.disabled_at.is_none()))
}

/// Who could mend that there: name and number.
pub(crate) async fn contractor(
    tx: &mut Tx,
    property: Option<PropertyId>,
    trade: FaultCategory,
) -> Result<Option<String>> {
    let Some(found) = tx.tenancies().contractor_for(property, trade).await? else { return Ok(None) };
    let Some(person) = tx.contacts().get(found.contact_id).await? else { return Ok(None) };
    let parts = [person.name, person.phone.map(|phone| phone.as_str().to_owned())];
    Ok(Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")))
}

/// The landlord hears where it stands, once that has held for as long as news are gathered (A13). What they are to hear of an
/// emergency at once is not put off by it.
pub(crate) async fn tell_state(tx: &mut Tx, tenant: &Tenant, ticket: &Ticket) -> Result<()> {
    if ticket.landlord_id.is_some() {
        let at = tx.now() + tenant.settings.notify.debounce.0;
        let waits = if ticket.cannot_wait() { OnConflict::Sooner } else { OnConflict::Move };
        put(tx, &TellLandlord { ticket: ticket.id }, at, waits).await?;
    }
    Ok(())
}

/// The colleague who looks after it has it in their mail, where there is a mail server; the landlord hears of it in waking
/// hours, of an emergency at once.
pub(crate) async fn tell(
    tx: &mut Tx,
    tenant: &Tenant,
    ticket: &Ticket,
    who: Option<&str>,
    phone: Option<&str>,
) -> Result<()> {
    let now = tx.now();
    if ticket.landlord_id.is_some() {
        put(tx, &TellLandlord { ticket: ticket.id }, now, OnConflict::Keep).await?;
    }
    let Some(user) = manager(tx, ticket.manager_id).await? else { return Ok(()) };
    let language = user.language.as_deref().unwrap_or(tenant.language());
    let mail = Mail {
        key: format!("{}:manager", ticket.id),
        to: user.email,
        audience: Audience::Owner,
        contact: ticket.contact_id,
        lead: None,
        content: Content::Text { body: say::alarm::to_manager(ticket, who, phone, language) },
        purpose: "ticket".to_owned(),
    };
    mail::post(tx, mail).await.map(drop)
}
