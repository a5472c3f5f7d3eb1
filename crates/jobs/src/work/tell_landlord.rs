//! Tells a landlord of a repair that was reported in their property, and of what becomes of it (C8): each state once, in their
//! waking hours, of an emergency at once; what was closed and is taken up again is news. A person is told where nothing reaches them.
//!
//! Always true: a run tells where the repair stands now, so that a state that was left again before it is told of nobody.

use super::{put_off, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::letters;
use ringleader_core::calendar::windows::{Matter, Windows};
use ringleader_core::id::TicketId;
use ringleader_core::reception::say;
use ringleader_core::ticket::{Ticket, TicketState};
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
        let Some(ticket) = tx.tickets().get(self.ticket).await? else { return Ok(Outcome::Done) };
        let Some(landlord) = ticket.landlord_id else { return Ok(Outcome::Done) };
        let landlord = tx.contacts().hold(landlord).await?;
        let Some(ticket) = tx.tickets().get(self.ticket).await? else { return Ok(Outcome::Done) }; // as it stands now
        let (tenant, now) = (tx.tenants().me().await?, tx.now());
        let language = landlord.language.clone().unwrap_or_else(|| tenant.locale.clone());
        let Some(words) = news(&ticket, &tenant.name, &language) else { return Ok(Outcome::Done) };
        let wait = Windows::of(&tenant, landlord.phone.as_ref()).wait(Matter::CanWait, now);
        if let Some(wait) = wait.filter(|_| !ticket.cannot_wait()) {
            return put_off(tx, job, wait.until).await;
        }
        let cause = format!("{}:landlord:{}:{}", ticket.id, job.id, job.claims); // a job that is wanted again keeps its id
        letters::write(&mut tx, &tenant, &landlord, words, &cause).await?;
        tx.tickets().landlord_heard(ticket.id, ticket.state).await?;
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}

/// What there is to tell after what they heard last: that it was reported, or where it stands now. Of what they never heard of,
/// and what came to nothing, they are told nothing, and who reported it has the reporter's news.
fn news(ticket: &Ticket, business: &str, language: &str) -> Option<String> {
    use TicketState::{Dismissed, Open, Waiting};
    let reported = matches!(ticket.state, Open | Waiting);
    match ticket.landlord_told {
        _ if ticket.contact_id == ticket.landlord_id => None,
        None if ticket.state == Dismissed => None,
        None if reported => Some(say::alarm::to_landlord(ticket, business, language)),
        Some(before) if before == ticket.state || (reported && !before.is_final()) => None,
        _ => Some(say::alarm::news_to_landlord(ticket, business, language)),
    }
}
