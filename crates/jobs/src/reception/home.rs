//! What is known of the place that a caller rents: the property, whose it is, who looks after it, who could mend it (C2, C8).
//! A report from there goes to the colleague who looks after it, and the landlord hears of it.

use super::scene::Scene;
use crate::ways::connection_for;
use crate::work::{TellLandlord, put, send_message};
use ringleader_core::conversation::Channel;
use ringleader_core::id::{ContactId, PropertyId, UserId};
use ringleader_core::message::{Audience, Content};
use ringleader_core::property::Property;
use ringleader_core::reception::say;
use ringleader_core::reception::words::FaultCategory;
use ringleader_core::tenancy::{Home, Tenancy};
use ringleader_core::tenant::Tenant;
use ringleader_core::ticket::Ticket;
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::{NewMessage, User};
use ringleader_store::{Result, Tx};

/// What somebody rents now.
async fn rented(tx: &mut Tx, tenant: &Tenant, contact: ContactId) -> Result<Vec<(Tenancy, Property)>> {
    let today = tx.now().to_zoned(tenant.time_zone.clone()).date();
    let mut all = Vec::new();
    for tenancy in tx.tenancies().of_contact(contact, today).await? {
        if let Some(property) = tx.properties().get(tenancy.property_id).await? {
            all.push((tenancy, property));
        }
    }
    Ok(all)
}

/// The same as a talk knows it.
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
    let mut all = rented(tx, &scene.tenant, contact).await?;
    all.retain(|(_, property)| {
        let home = Home::of(property);
        known.homes.iter().any(|known| known.property == home.property)
            && known.address.as_deref().is_none_or(|said| home.is_at(said))
    });
    Ok(if all.len() == 1 { all.pop() } else { None })
}

/// The colleague who looks after it, unless they have left.
pub(super) async fn manager(tx: &mut Tx, id: Option<UserId>) -> Result<Option<User>> {
    let Some(id) = id else { return Ok(None) };
    Ok(tx.users().get(id).await?.filter(|user| user.disabled_at.is_none()))
}

/// Who could mend that there: name and number.
pub(super) async fn contractor(
    tx: &mut Tx,
    property: Option<PropertyId>,
    trade: FaultCategory,
) -> Result<Option<String>> {
    let Some(found) = tx.tenancies().contractor_for(property, trade).await? else { return Ok(None) };
    let Some(person) = tx.contacts().get(found.contact_id).await? else { return Ok(None) };
    let parts = [person.name, person.phone.map(|phone| phone.as_str().to_owned())];
    Ok(Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")))
}

/// The colleague who looks after it has it in their mail, where there is a mail server; the landlord hears of it in waking
/// hours, of an emergency at once.
pub(super) async fn tell(scene: &Scene, tx: &mut Tx, ticket: &Ticket) -> Result<()> {
    if ticket.landlord_id.is_some() {
        put(tx, &TellLandlord { ticket: ticket.id }, scene.now, OnConflict::Keep).await?;
    }
    let Some(user) = manager(tx, ticket.manager_id).await? else { return Ok(()) };
    let Some(mail) = connection_for(tx, Channel::Email).await? else { return Ok(()) };
    let who = scene.talk.desk.known.name.as_deref();
    let phone = scene.talk.desk.known.phone.as_deref();
    let language = user.language.as_deref().unwrap_or(scene.tenant.language());
    let wish = NewMessage {
        send_key: format!("{}:manager", ticket.id),
        conversation_id: None,
        contact_id: ticket.contact_id,
        lead_id: None,
        episode_id: None,
        audience: Audience::Owner,
        channel: Channel::Email,
        connection_id: Some(mail.id),
        to: None,
        to_email: Some(user.email),
        content: Content::Text { body: say::alarm::to_manager(ticket, who, phone, language) },
        purpose: "ticket".to_owned(),
    };
    send_message::wish(tx, &wish).await.map(drop)
}
