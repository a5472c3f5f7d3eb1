//! What somebody thought of a viewing (C6): kept on the appointment and on the lead, and told to whoever went.

use super::act::{Did, record};
use super::errands;
use super::scene::Scene;
use crate::flows::learning;
use jiff::SignedDuration;
use ringleader_core::appointment::{Appointment, AppointmentState};
use ringleader_core::facts::NewFact;
use ringleader_core::id::{AppointmentId, ContactId};
use ringleader_core::lead::FactSource;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// So long after the question the next message is taken for its answer.
const PATIENCE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The fact that a lead has it under.
const FACT: &str = "viewing_feedback";

/// The appointment that a contact was asked about and has not answered.
pub(super) async fn awaited(tx: &mut ringleader_store::Conn, contact: ContactId) -> Result<Option<Appointment>> {
    let since = tx.now() - PATIENCE;
    tx.appointments().awaiting_feedback(contact, since).await
}

/// Keeps it. Who tells what they thought of a viewing was there.
pub(super) async fn keep(scene: &Scene, tx: &mut Tx, id: &str, words: &str, liked: Option<bool>) -> Result<()> {
    let Ok(id) = id.parse::<AppointmentId>() else { return Ok(()) };
    let theirs = |it: &Appointment| it.contact_id.is_some() && it.contact_id == scene.talk.contact_id;
    let Some(seen) = tx.appointments().get(id).await?.filter(theirs) else { return Ok(()) };
    if !tx.appointments().keep_feedback(id, words, liked).await? {
        return Ok(());
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
        at: scene.now,
    };
    learning::learn(tx, &mut lead, &mut known, vec![fact]).await.map(drop)
}
