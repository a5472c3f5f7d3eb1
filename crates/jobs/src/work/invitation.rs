//! The invitation that an email about an appointment carries, written from the appointment as it is when the email leaves (C6).

use crate::bookings::INVITATION;
use crate::context::Context;
use ringleader_core::appointment::{Appointment, AppointmentState};
use ringleader_core::id::AppointmentId;
use ringleader_core::invitation::{Event, Method, invitation};
use ringleader_core::message::Message;
use ringleader_core::reception::words::Purpose;
use ringleader_core::tenant::Tenant;
use ringleader_store::repo::Connection;
use ringleader_store::{Result, Tx};

/// What an email carries beside its words.
pub(super) enum Carried {
    /// Nothing.
    Nothing,
    /// An invitation: method and text.
    Calendar(String, String),
    /// An invitation that a later change has overtaken: it is not sent any more.
    Outdated,
}

/// What this message carries.
pub(super) async fn with(
    cx: &Context,
    tx: &mut Tx,
    tenant: &Tenant,
    message: &Message,
    connection: &Connection,
) -> Result<Carried> {
    let Some((id, sequence, method)) = message.purpose.as_deref().and_then(read) else { return Ok(Carried::Nothing) };
    let Some(appointment) = tx.appointments().get(id).await? else { return Ok(Carried::Outdated) };
    let off = appointment.state == AppointmentState::Cancelled;
    if appointment.sequence != sequence || off != (method == Method::Cancel) {
        return Ok(Carried::Outdated);
    }
    let config = crate::actions::open_config(cx, connection).ok();
    let from = config.and_then(|config| config.get("from").and_then(|from| from.as_str()).map(address));
    let event = Event {
        appointment: &appointment,
        summary: summary(&appointment, tenant),
        location: location(tx, &appointment).await?,
        organizer: tenant.name.clone(),
        from: from.unwrap_or_default(),
        to: message.to_email.clone(),
    };
    let text = invitation(&event, method, tx.now());
    Ok(Carried::Calendar(method.to_string(), text))
}

/// `invitation:app_…:3:REQUEST`.
fn read(purpose: &str) -> Option<(AppointmentId, i64, Method)> {
    let mut parts = purpose.strip_prefix(INVITATION)?.strip_prefix(':')?.split(':');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The address in `Acme <office@acme.example>`.
fn address(from: &str) -> String {
    from.rsplit_once('<').map_or(from, |(_, rest)| rest.trim_end_matches('>')).trim().to_owned()
}

pub(crate) fn summary(appointment: &Appointment, tenant: &Tenant) -> String {
    let hebrew = tenant.language() == "he";
    let what = match (appointment.purpose, hebrew) {
        (Purpose::Viewing, true) => "ביקור בנכס",
        (Purpose::Valuation, true) => "הערכת שווי",
        (Purpose::Visit, true) => "פגישה",
        (Purpose::Viewing, false) => "Viewing",
        (Purpose::Valuation, false) => "Valuation",
        (Purpose::Visit, false) => "Appointment",
    };
    format!("{what}: {}", tenant.name)
}

/// The whole address of a property of ours: who has an appointment may know the door.
async fn location(tx: &mut Tx, appointment: &Appointment) -> Result<String> {
    let property = match appointment.property_id {
        Some(id) => tx.properties().get(id).await?,
        None => None,
    };
    Ok(property.map_or_else(|| appointment.place.clone(), |property| property.address()))
}
