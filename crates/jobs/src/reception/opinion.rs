//! What somebody thought of a viewing (C6): kept on the appointment and on the lead, and told to whoever went.

use super::act::{Did, record};
use super::errands;
use super::scene::Scene;
use crate::flows::learning;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::appointment::{Appointment, AppointmentState};
use ringleader_core::facts::NewFact;
use ringleader_core::id::{AppointmentId, CallId, ContactId};
use ringleader_core::lead::FactSource;
use ringleader_store::{Conn, Result, Tx};
use serde_json::json;

/// So long after the question the next message is taken for its answer.
const PATIENCE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The fact that a lead has it under.
const FACT: &str = "viewing_feedback";

/// What a contact was asked last and has not answered.
pub(super) enum Asked {
    /// Nothing.
    Nothing,
    /// How a viewing was.
    Viewing(Box<Appointment>),
    /// Whether they want another time for one that they did not come to.
    Missed(Box<Appointment>),
    /// How a call was, and when that was asked.
    Call(CallId, Timestamp),
}

impl Asked {
    /// When it was asked.
    pub(super) fn asked_at(&self) -> Option<Timestamp> {
        match self {
            Self::Nothing => None,
            Self::Viewing(seen) | Self::Missed(seen) => seen.feedback_asked_at,
            Self::Call(_, at) => Some(*at),
        }
    }
}

/// What a contact was asked last and has not answered.
pub(super) async fn awaited(tx: &mut Conn, contact: ContactId) -> Result<Asked> {
    let since = tx.now() - PATIENCE;
    let viewing = tx.appointments().awaiting_feedback(contact, since).await?;
    let call = tx.satisfaction().awaiting(contact, since).await?;
    let about = |seen: Appointment| match seen.state {
        AppointmentState::NoShow => Asked::Missed(Box::new(seen)),
        _ => Asked::Viewing(Box::new(seen)),
    };
    Ok(match (viewing, call) {
        (Some(seen), Some((_, at))) if seen.feedback_asked_at >= Some(at) => about(seen),
        (_, Some((call, at))) => Asked::Call(call, at),
        (Some(seen), None) => about(seen),
        (None, None) => Asked::Nothing,
    })
}

/// Keeps how satisfied they were with a call; who was not is rung (C14).
pub(super) async fn rate(scene: &Scene, tx: &mut Tx, call: &str, rating: u8) -> Result<()> {
    let (Ok(call), Some(contact)) = (call.parse::<CallId>(), scene.talk.contact_id) else { return Ok(()) };
    if !tx.satisfaction().answer(call, contact, rating.into()).await? {
        return Ok(());
    }
    metrics::counter!("ringleader_satisfaction_total", "answer" => rating.to_string()).increment(1);
    if rating == 3 {
        errands::dissatisfied(scene, tx).await?;
    }
    let evidence = json!({ "call_id": call, "answer": rating });
    record(scene, tx, &call.to_string(), Did::asked("C14", "satisfaction", evidence)).await
}

/// Keeps it. Who tells what they thought of a viewing was there.
pub(super) async fn keep(scene: &Scene, tx: &mut Tx, id: &str, words: &str, liked: Option<bool>) -> Result<()> {
    let Ok(id) = id.parse::<AppointmentId>() else { return Ok(()) };
    let theirs = |it: &Appointment| it.contact_id.is_some() && it.contact_id == scene.talk.contact_id;
    let Some(seen) = tx.appointments().get(id).await?.filter(theirs) else { return Ok(()) };
    if !tx.appointments().keep_feedback(id, words, liked).await? {
        return Ok(());
    }
    if seen.state == AppointmentState::NoShow {
        let evidence = json!({ "appointment_id": id });
        return record(scene, tx, &id.to_string(), Did::asked("C6", "missed_answered", evidence)).await;
    }
    if seen.state == AppointmentState::Booked && seen.start < scene.now {
        tx.appointments().close(id, AppointmentState::Done).await?;
    }
    let said = match (words, liked) {
        ("", Some(true)) => "👍".to_owned(),
        ("", _) => "👎".to_owned(),
        (words, _) => words.to_owned(),
    };
    learn(scene, tx, &seen, &said).await?;
    errands::opinion(scene, tx, &said).await?;
    let evidence = json!({ "appointment_id": id, "liked": liked });
    record(scene, tx, &id.to_string(), Did::asked("C6", "feedback", evidence)).await
}

async fn learn(scene: &Scene, tx: &mut Tx, seen: &Appointment, said: &str) -> Result<()> {
    let Some(contact) = scene.talk.contact_id else { return Ok(()) };
    let Some(mut lead) = tx.leads().open_of(contact).await? else { return Ok(()) };
    let mut known = tx.leads().facts(lead.id).await?;
    let fact = NewFact {
        name: FACT.to_owned(),
        value: json!(format!("{}: {said}", seen.place)),
        confidence: 0.9,
        source: FactSource::Explicit,
        origin: Some(scene.talk.id.to_string()),
        provisional: false,
        read_by: None,
        at: scene.now,
    };
    learning::learn(tx, &mut lead, &mut known, vec![fact]).await.map(drop)
}
