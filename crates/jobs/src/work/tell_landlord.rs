//! Tells a landlord of a repair that was reported in their property, and of what becomes of it (C8): each state once, in their
//! waking hours, of an emergency at once. A person is told where nothing reaches them.
//!
//! Always true: a run tells where the repair stands now, so that a state that was left again before it is told of nobody.

use super::{put_off, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::letters;
use ringleader_core::calendar::windows::{Matter, Windows};
use ringleader_core::id::TicketId;
use ringleader_core::reception::say;
use ringleader_core::reception::words::FaultUrgency;
use ringleader_core::tenant::Tenant;
use ringleader_core::ticket::{Ticket, TicketState};
use ringleader_store::jobs::Claimed;
use ringleader_store::{Result, Tx};
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
        let (tenant, now) = (tx.tenants().me().await?, tx.now());
        let language = landlord.language.clone().unwrap_or_else(|| tenant.locale.clone());
        let Some((cause, words)) = news(&mut tx, &ticket, &tenant, &language).await? else { return Ok(Outcome::Done) };
        let at_once = ticket.urgency == FaultUrgency::Emergency && !ticket.state.is_final();
        let wait = Windows::of(&tenant, landlord.phone.as_ref()).wait(Matter::CanWait, now);
        if let Some(wait) = wait.filter(|_| !at_once) {
            return put_off(tx, job, wait.until).await;
        }
        letters::write(&mut tx, &tenant, &landlord, words, &cause).await?;
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}

/// What there is to tell, and under which cause: that it was reported, or where it stands now. Each once; of what they never
/// heard of, and what came to nothing, they are told nothing, and who reported it has the reporter's news.
async fn news(tx: &mut Tx, ticket: &Ticket, tenant: &Tenant, language: &str) -> Result<Option<(String, String)>> {
    let reported = format!("{}:landlord", ticket.id);
    let begun = cause(ticket, TicketState::InProgress);
    let mut knows = false;
    for cause in [&reported, &begun] {
        knows |= letters::is_there(tx, cause).await?;
    }
    match say::alarm::news_to_landlord(ticket, &tenant.name, language) {
        Some(_) if ticket.state == TicketState::Dismissed && !knows => Ok(None),
        Some(_) if ticket.contact_id == ticket.landlord_id => Ok(None),
        Some(words) => Ok(Some((cause(ticket, ticket.state), words))),
        None if knows => Ok(None),
        None => Ok(Some((reported, say::alarm::to_landlord(ticket, &tenant.name, language)))),
    }
}

fn cause(ticket: &Ticket, state: TicketState) -> String {
    format!("{}:landlord:{state}", ticket.id)
}
