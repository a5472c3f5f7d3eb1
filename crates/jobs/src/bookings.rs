//! What follows from an appointment that was made, moved or called off (C6): a word in writing, an invitation where an address
//! is known, a reminder before.
//!
//! Always true: each change is told once, by its sequence; an invitation that is outdated before it left does not leave.

use crate::ledger::{self, About, Entry};
use crate::letters;
use crate::mail::{self, Mail, Posted};
use crate::work::{AskFeedback, OfferAnother, RemindAppointment, put};
use jiff::SignedDuration;
use ringleader_core::appointment::{Appointment, AppointmentState};
use ringleader_core::contact::Contact;
use ringleader_core::decision::Verdict;
use ringleader_core::invitation::Method;
use ringleader_core::lead::{Lead, LeadStatus};
use ringleader_core::message::{Audience, Content};
use ringleader_core::reception::say::{self, News};
use ringleader_core::reception::words::Purpose;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::jobs::OnConflict;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// The purpose of an email with an invitation begins so; the appointment, its sequence and the method follow.
pub(crate) const INVITATION: &str = "invitation";

/// Tells the contact, invites, and plans the reminder. `told`: they have just read it in the chat.
pub(crate) async fn follow(
    tx: &mut Tx,
    tenant: &Tenant,
    appointment: &Appointment,
    news: News,
    told: bool,
) -> Result<()> {
    if news != News::CalledOff {
        remind(tx, tenant, appointment).await?;
        ask_later(tx, tenant, appointment).await?;
    }
    let Some(contact) = appointment.contact_id else { return Ok(()) };
    let Some(contact) = tx.contacts().get(contact).await? else { return Ok(()) };
    if !told {
        let words = words(tx, tenant, &contact, appointment, news).await?;
        let cause = format!("{}:{}:{}", appointment.id, appointment.sequence, news.as_str());
        letters::write(tx, tenant, &contact, words, &cause).await?;
    }
    let method = if news == News::CalledOff { Method::Cancel } else { Method::Request };
    invite(tx, tenant, &contact, appointment, news, method).await
}

/// Appointments were made for a lead, by whomever: they are about it from now on, and a viewing takes it further (A9).
pub(crate) async fn advance(tx: &mut Tx, lead: &mut Lead, made: &[Appointment], actor: &str) -> Result<()> {
    use LeadStatus::{Contacted, New, Qualified, Qualifying, Unresponsive, ViewingBooked};
    for appointment in made {
        tx.appointments().give_to_lead(appointment.id, lead.id).await?;
    }
    let viewing = made.iter().find(|appointment| appointment.purpose == Purpose::Viewing);
    let Some(viewing) = viewing else { return Ok(()) };
    if !matches!(lead.status, New | Qualifying | Qualified | Contacted | Unresponsive) {
        return Ok(());
    }
    let before = json!({ "status": lead.status });
    lead.status = ViewingBooked;
    tx.leads().save(lead).await?;
    let after = json!({ "status": lead.status, "appointment_id": viewing.id });
    tx.usage().audit(actor, "lead.status", &lead.id.to_string(), Some(before), Some(after)).await
}

/// The news in the contact's language.
pub(crate) async fn words(
    tx: &mut Tx,
    tenant: &Tenant,
    contact: &Contact,
    appointment: &Appointment,
    news: News,
) -> Result<String> {
    let language = contact.language.clone().unwrap_or_else(|| tenant.locale.clone());
    let at = appointment.start.to_zoned(tenant.time_zone.clone()).datetime();
    let place = place_in(tx, tenant, appointment, &language).await?;
    Ok(say::news(news, appointment.purpose, &place, at, &tenant.name, &language))
}

/// Where it is, as it is told in a language: as its property is, if it has one, else as it was said.
pub(crate) async fn place_in(
    tx: &mut Tx,
    tenant: &Tenant,
    appointment: &Appointment,
    language: &str,
) -> Result<String> {
    let property = match appointment.property_id {
        Some(id) => tx.properties().get(id).await?,
        None => None,
    };
    let card = property.map(|property| property.card(language, tenant.currency()));
    Ok(card.map_or_else(|| appointment.place.clone(), |card| card.place))
}

async fn remind(tx: &mut Tx, tenant: &Tenant, appointment: &Appointment) -> Result<()> {
    let before = tenant.settings.reception.remind_before.0;
    let at = appointment.start - before;
    if before.is_zero() || at <= tx.now() || appointment.state != AppointmentState::Booked {
        return Ok(());
    }
    let job = RemindAppointment { appointment: appointment.id, sequence: appointment.sequence };
    put(tx, &job, at, OnConflict::Keep).await.map(drop)
}

/// Plans the question what they thought of a viewing.
async fn ask_later(tx: &mut Tx, tenant: &Tenant, appointment: &Appointment) -> Result<()> {
    let after = tenant.settings.reception.feedback_after.0;
    if after.is_zero() || appointment.purpose != Purpose::Viewing {
        return Ok(());
    }
    let job = AskFeedback { appointment: appointment.id, start: appointment.start };
    let at = appointment.start + SignedDuration::from_mins(appointment.minutes) + after;
    put(tx, &job, at, OnConflict::Keep).await.map(drop)
}

/// They did not come: they may have another time, where the receptionist reads the answer.
pub(crate) async fn missed(tx: &mut Tx, appointment: &Appointment) -> Result<()> {
    let now = tx.now();
    put(tx, &OfferAnother { appointment: appointment.id }, now, OnConflict::Keep).await.map(drop)
}

/// An email with the invitation, where an address is known and there is a mail server.
async fn invite(
    tx: &mut Tx,
    tenant: &Tenant,
    contact: &Contact,
    appointment: &Appointment,
    news: News,
    method: Method,
) -> Result<()> {
    let Some(lead) = tx.leads().open_of(contact.id).await? else { return Ok(()) };
    let email = tx.leads().facts(lead.id).await?.into_iter().find(|fact| fact.name == "email");
    let Some(email) = email.and_then(|fact| fact.value.as_str().map(str::to_owned)) else { return Ok(()) };
    let mail = Mail {
        key: format!("{}:{}:{method}", appointment.id, appointment.sequence),
        to: email,
        audience: Audience::Contact,
        contact: Some(contact.id),
        lead: Some(lead.id),
        content: Content::Text { body: words(tx, tenant, contact, appointment, news).await? },
        purpose: format!("{INVITATION}:{}:{}:{method}", appointment.id, appointment.sequence),
    };
    let Posted::Now(message) = mail::post(tx, mail).await? else { return Ok(()) };
    let about = About { contact: Some(contact.id), message: Some(message), ..About::default() };
    let entry = Entry {
        verdict: Verdict::Send,
        rule: "C6",
        reason: "invitation".to_owned(),
        explain: Key::WhyReception,
        evidence: json!({ "appointment_id": appointment.id, "sequence": appointment.sequence }),
        until: None,
    };
    ledger::record(tx, tenant, about, entry).await
}
