//! Tells a landlord of a repair that was reported in their property (C8): once, in their waking hours, of an emergency at once.
//! A person is told where nothing reaches them.

use super::{put_off, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::letters;
use ringleader_core::calendar::windows::{Matter, Windows};
use ringleader_core::id::TicketId;
use ringleader_core::reception::say;
use ringleader_core::reception::words::FaultUrgency;
use ringleader_store::Result;
use ringleader_store::jobs::Claimed;
use serde::{Deserialize, Serialize};

/// Tells the landlord of a ticket.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellLandlord {
    /// Which.
    pub ticket: TicketId,
}

impl Job for TellLandlord {
    type Context = Context;
    const KIND: &'static str = "tell_landlord";

    fn key(&self) -> Option<String> {
        Some(self.ticket.to_string())
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.tell(cx, job).await)
    }
}

impl TellLandlord {
    async fn tell(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let Some(ticket) = tx.tickets().get(self.ticket).await?.filter(|it| !it.state.is_final()) else {
            return Ok(Outcome::Done);
        };
        let Some(landlord) = ticket.landlord_id else { return Ok(Outcome::Done) };
        let landlord = tx.contacts().hold(landlord).await?;
        let (tenant, now) = (tx.tenants().me().await?, tx.now());
        let wait = Windows::of(&tenant, landlord.phone.as_ref()).wait(Matter::CanWait, now);
        if let Some(wait) = wait.filter(|_| ticket.urgency != FaultUrgency::Emergency) {
            return put_off(tx, job, wait.until).await;
        }
        let language = landlord.language.clone().unwrap_or_else(|| tenant.locale.clone());
        let words = say::alarm::to_landlord(&ticket, &tenant.name, &language);
        letters::write(&mut tx, &tenant, &landlord, words, &format!("{}:landlord", ticket.id)).await?;
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}
