//! Offers another time to somebody who did not come (C6): once, in their waking hours, while it is fresh, and only where the
//! receptionist reads the answer. The talk that the answer begins knows what it is about.

use super::{put_off, settle};
use crate::bookings;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::letters::{self, Sent};
use jiff::SignedDuration;
use ringleader_core::appointment::{Appointment, AppointmentState};
use ringleader_core::calendar::windows::{Matter, Windows};
use ringleader_core::id::AppointmentId;
use ringleader_core::reception::say::News;
use ringleader_store::Result;
use ringleader_store::jobs::Claimed;
use serde::{Deserialize, Serialize};

/// Later nobody is asked any more.
const FRESH: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Offers another time for an appointment.
#[derive(Debug, Serialize, Deserialize)]
pub struct OfferAnother {
    /// Which.
    pub appointment: AppointmentId,
}

impl Job for OfferAnother {
    type Context = Context;
    const KIND: &'static str = "offer_another";

    fn key(&self) -> Option<String> {
        Some(self.appointment.to_string())
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.offer(cx, job).await)
    }
}

impl OfferAnother {
    async fn offer(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let (tenant, now) = (tx.tenants().me().await?, tx.now());
        let stands = |it: &Appointment| it.state == AppointmentState::NoShow && now < it.start + FRESH;
        let missed = tx.appointments().get(self.appointment).await?.filter(stands);
        let Some(missed) = missed.filter(|_| tenant.settings.reception.messages) else { return Ok(Outcome::Done) };
        let Some(contact) = missed.contact_id else { return Ok(Outcome::Done) };
        let contact = tx.contacts().hold(contact).await?;
        if let Some(wait) = Windows::of(&tenant, contact.phone.as_ref()).wait(Matter::CanWait, now) {
            return put_off(tx, job, wait.until).await;
        }
        let words = bookings::words(&mut tx, &tenant, &contact, &missed, News::Missed).await?;
        let cause = format!("{}:missed", missed.id);
        let sent = letters::send(&mut tx, &tenant, &contact, words, &cause, letters::FEEDBACK).await?;
        match sent {
            Sent::Later(until) => return put_off(tx, job, until).await,
            _ if sent.goes() => drop(tx.appointments().offer_another(missed.id).await?),
            _ => {}
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}
