//! Asks a visitor what they thought of a viewing (C6): once, in their waking hours, while it is fresh, and only where the
//! receptionist reads the answer.

use super::{put_off, settle};
use crate::bookings;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::letters::{self, Sent};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::appointment::{Appointment, AppointmentState};
use ringleader_core::calendar::windows::{Matter, Windows};
use ringleader_core::id::AppointmentId;
use ringleader_core::reception::say::News;
use ringleader_store::Result;
use ringleader_store::jobs::Claimed;
use serde::{Deserialize, Serialize};

/// Later nobody is asked any more.
const FRESH: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Asks what they thought of a viewing.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskFeedback {
    /// Which.
    pub appointment: AppointmentId,
    /// Its begin: one that was moved is asked about later.
    pub start: Timestamp,
}

impl Job for AskFeedback {
    type Context = Context;
    const KIND: &'static str = "ask_feedback";

    fn key(&self) -> Option<String> {
        Some(format!("{}:{}", self.appointment, self.start))
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.ask(cx, job).await)
    }
}

impl AskFeedback {
    async fn ask(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let now = tx.now();
        let stands = |it: &Appointment| {
            let took_place = matches!(it.state, AppointmentState::Booked | AppointmentState::Done);
            took_place && it.feedback_asked_at.is_none() && it.start == self.start && now < it.start + FRESH
        };
        let Some(seen) = tx.appointments().get(self.appointment).await?.filter(stands) else {
            return Ok(Outcome::Done);
        };
        let Some(contact) = seen.contact_id else { return Ok(Outcome::Done) };
        let contact = tx.contacts().hold(contact).await?;
        let tenant = tx.tenants().me().await?;
        if !tenant.settings.reception.messages {
            return Ok(Outcome::Done);
        }
        let wait = Windows::of(&tenant, contact.phone.as_ref()).wait(Matter::CanWait, now);
        if let Some(until) = wait.map(|wait| wait.until).filter(|until| *until < seen.start + FRESH) {
            return put_off(tx, job, until).await;
        }
        let words = bookings::words(&mut tx, &tenant, &contact, &seen, News::Feedback).await?;
        let cause = format!("{}:feedback", seen.id);
        let sent = letters::send(&mut tx, &tenant, &contact, words, &cause, letters::FEEDBACK).await?;
        match sent {
            Sent::Later(until) if until < seen.start + FRESH => return put_off(tx, job, until).await,
            // Who was not asked has answered nothing.
            _ if sent.goes() => drop(tx.appointments().ask_feedback(seen.id).await?),
            _ => {}
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}
