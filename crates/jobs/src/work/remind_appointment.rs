//! Reminds a customer of an appointment (C6): in their waking hours, and only of one that still stands as it was.

use super::{put_off, settle};
use crate::bookings;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::letters;
use ringleader_core::appointment::AppointmentState;
use ringleader_core::calendar::windows::{Matter, Windows};
use ringleader_core::id::AppointmentId;
use ringleader_core::reception::say::News;
use ringleader_store::Result;
use ringleader_store::jobs::Claimed;
use serde::{Deserialize, Serialize};

/// Reminds of an appointment.
#[derive(Debug, Serialize, Deserialize)]
pub struct RemindAppointment {
    /// Which.
    pub appointment: AppointmentId,
    /// As it was then: one that was moved has a reminder of its own.
    pub sequence: i64,
}

impl Job for RemindAppointment {
    type Context = Context;
    const KIND: &'static str = "remind_appointment";

    fn key(&self) -> Option<String> {
        Some(format!("{}:{}", self.appointment, self.sequence))
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.remind(cx, job).await)
    }
}

impl RemindAppointment {
    async fn remind(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let found = tx.appointments().get(self.appointment).await?;
        let stands = |it: &ringleader_core::appointment::Appointment| {
            it.state == AppointmentState::Booked && it.sequence == self.sequence && it.start > tx.now()
        };
        let Some(appointment) = found.filter(stands) else { return Ok(Outcome::Done) };
        let Some(contact) = appointment.contact_id else { return Ok(Outcome::Done) };
        let Some(contact) = tx.contacts().get(contact).await? else { return Ok(Outcome::Done) };
        let tenant = tx.tenants().me().await?;
        let wait = Windows::of(&tenant, contact.phone.as_ref()).wait(Matter::CanWait, tx.now());
        if let Some(until) = wait.map(|wait| wait.until).filter(|until| *until < appointment.start) {
            return put_off(tx, job, until).await;
        }
        let words = bookings::words(&mut tx, &tenant, &contact, &appointment, News::Reminder).await?;
        let cause = format!("{}:{}:reminder", appointment.id, appointment.sequence);
        letters::write(&mut tx, &tenant, &contact, words, &cause).await?;
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}
