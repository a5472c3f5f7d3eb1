//! Appointments as people make and change them (C6, C7): the same slots, the same constraint, and the customer is told.

use super::{ActionError, Done};
use crate::bookings;
use crate::context::Context;
use crate::reception::diary;
use crate::scores;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::appointment::{Appointment, AppointmentState};
use ringleader_core::id::{AppointmentId, ContactId, PropertyId, TenantId};
use ringleader_core::reception::say::News;
use ringleader_core::reception::slots::{Rules, Slot};
use ringleader_core::reception::words::Purpose;
use ringleader_providers::problem::FieldError;
use ringleader_store::repo::{NewAppointment, Stretch};
use ringleader_store::{Conn, Tx};
use serde_json::json;

/// An appointment that a person makes.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What for.
    pub purpose: Purpose,
    /// With whom.
    pub contact_id: ContactId,
    /// Of which property; a viewing needs one.
    pub property_id: Option<PropertyId>,
    /// Where, for what is no property of ours.
    pub place: Option<String>,
    /// When.
    pub start: Timestamp,
    /// Who goes; the one who has least, if it is left open.
    pub agent_id: Option<String>,
}

/// Every free slot of some days.
///
/// # Errors
/// `NotFound` for a property that is not there.
pub async fn free_slots(conn: &mut Conn, property: Option<PropertyId>, from: Timestamp, days: i64) -> Done<Vec<Slot>> {
    if let Some(id) = property {
        conn.properties().get(id).await?.ok_or(ActionError::NotFound("property"))?;
    }
    let tenant = conn.tenants().me().await?;
    let rules = Rules { days, ..diary::rules(conn, &tenant, property).await? };
    let now = conn.now();
    Ok(diary::free_from(conn, &tenant, (property, None), from, &rules, now).await?)
}

/// Makes an appointment.
///
/// # Errors
/// `NotFound`, `Invalid`; `Conflict` when somebody has that time.
pub async fn make_appointment(cx: &Context, tenant: TenantId, wanted: Wanted, actor: &str) -> Done<Appointment> {
    let mut tx = cx.store.begin(tenant).await?;
    tx.contacts().get(wanted.contact_id).await?.ok_or(ActionError::NotFound("contact"))?;
    let place = place(&mut tx, &wanted).await?;
    let business = tx.tenants().me().await?;
    let rules = Rules { notice: SignedDuration::ZERO, days: 1, ..business.settings.reception.rules() };
    let now = tx.now();
    let free =
        diary::free_even_closed(&mut tx, &business, (wanted.property_id, None), wanted.start, &rules, now).await?;
    let able = free.into_iter().find(|slot| slot.start == wanted.start).map(|slot| slot.agents).unwrap_or_default();
    let agent = able.into_iter().find(|agent| wanted.agent_id.as_ref().is_none_or(|wanted| wanted == agent));
    let Some(agent_id) = agent else { return Err(taken()) };
    let stretch = Stretch {
        agent_id,
        property_id: wanted.property_id,
        start: wanted.start,
        minutes: business.settings.reception.minutes.into(),
    };
    let until = tx.now() + SignedDuration::from_mins(1);
    let hold = tx.appointments().hold(&stretch, until).await?.ok_or_else(taken)?;
    let new = NewAppointment { purpose: wanted.purpose, contact_id: Some(wanted.contact_id), place };
    let made = tx.appointments().book(hold, &stretch, &new).await?.ok_or_else(taken)?;
    let after = json!({ "starts_at": made.start, "agent_id": made.agent_id });
    tx.usage().audit(actor, "appointment.create", &made.id.to_string(), None, Some(after)).await?;
    if let Some(mut lead) = tx.leads().open_of(wanted.contact_id).await? {
        bookings::advance(&mut tx, &mut lead, std::slice::from_ref(&made), actor).await?;
        scores::keep(&mut tx, wanted.contact_id).await?;
    }
    bookings::follow(&mut tx, &business, &made, News::Booked, false).await?;
    tx.commit().await?;
    Ok(made)
}

/// Moves an appointment.
///
/// # Errors
/// `NotFound`; `Invalid` for a time that is past; `Conflict` when it is over, or somebody has that time. Outside working
/// hours is for people to decide.
pub async fn move_appointment(
    cx: &Context,
    tenant: TenantId,
    id: AppointmentId,
    start: Timestamp,
    actor: &str,
) -> Done<Appointment> {
    let mut tx = cx.store.begin(tenant).await?;
    let before = tx.appointments().get(id).await?.ok_or(ActionError::NotFound("appointment"))?;
    if before.start == start {
        return Ok(before);
    }
    if start <= tx.now() {
        return Err(invalid("starts_at", "must be in the future"));
    }
    if !tx.appointments().shift(id, &before.agent_id, start).await? {
        let detail = "it is over, or somebody has that time: choose one of the free slots";
        return Err(ActionError::Conflict(detail.to_owned()));
    }
    let moved = tx.appointments().get(id).await?.ok_or(ActionError::NotFound("appointment"))?;
    let (was, is) = (json!({ "starts_at": before.start }), json!({ "starts_at": moved.start }));
    tx.usage().audit(actor, "appointment.move", &id.to_string(), Some(was), Some(is)).await?;
    let business = tx.tenants().me().await?;
    bookings::follow(&mut tx, &business, &moved, News::Moved, false).await?;
    tx.commit().await?;
    Ok(moved)
}

/// Says what became of an appointment: called off, took place, or nobody came.
///
/// # Errors
/// `NotFound`; `Conflict` when that was said before, or for `done` and `no_show` before its time.
pub async fn close_appointment(
    cx: &Context,
    tenant: TenantId,
    id: AppointmentId,
    state: AppointmentState,
    actor: &str,
) -> Done<Appointment> {
    if state == AppointmentState::Booked {
        return Err(ActionError::Invalid(vec![FieldError::new("state", "must be `cancelled`, `done` or `no_show`")]));
    }
    let mut tx = cx.store.begin(tenant).await?;
    let before = tx.appointments().get(id).await?.ok_or(ActionError::NotFound("appointment"))?;
    if before.state == state {
        return Ok(before);
    }
    if state != AppointmentState::Cancelled && before.start > tx.now() {
        return Err(ActionError::Conflict("it has not begun yet; until then it can be moved or cancelled".to_owned()));
    }
    if !tx.appointments().close(id, state).await? {
        return Err(ActionError::Conflict("this appointment is over already".to_owned()));
    }
    let closed = tx.appointments().get(id).await?.ok_or(ActionError::NotFound("appointment"))?;
    let (was, is) = (json!({ "state": before.state }), json!({ "state": state }));
    tx.usage().audit(actor, "appointment.close", &id.to_string(), Some(was), Some(is)).await?;
    if state == AppointmentState::Cancelled {
        let business = tx.tenants().me().await?;
        bookings::follow(&mut tx, &business, &closed, News::CalledOff, false).await?;
    }
    if let Some(contact) = closed.contact_id {
        scores::keep(&mut tx, contact).await?;
    }
    if state == AppointmentState::NoShow {
        bookings::missed(&mut tx, &closed).await?;
    }
    tx.commit().await?;
    Ok(closed)
}

async fn place(tx: &mut Tx, wanted: &Wanted) -> Done<String> {
    if let Some(id) = wanted.property_id {
        let property = tx.properties().get(id).await?.ok_or(ActionError::NotFound("property"))?;
        let business = tx.tenants().me().await?;
        return Ok(property.card(&business.locale, None).place);
    }
    let place =
        wanted.place.as_deref().map(str::trim).filter(|place| !place.is_empty() && place.chars().count() <= 200);
    match (place, wanted.purpose) {
        (Some(place), Purpose::Valuation | Purpose::Visit) => Ok(place.to_owned()),
        (None, Purpose::Visit) => Ok(String::new()),
        (_, Purpose::Viewing) => Err(invalid("property_id", "a viewing is of a property")),
        (None, Purpose::Valuation) => Err(invalid("place", "must say where, in 1 to 200 characters")),
    }
}

fn invalid(field: &str, message: &str) -> ActionError {
    ActionError::Invalid(vec![FieldError::new(field, message)])
}

fn taken() -> ActionError {
    ActionError::Conflict("somebody has that time, or nobody works then: choose one of the free slots".to_owned())
}
