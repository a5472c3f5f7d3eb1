//! Tells the people on call what was learned after they were told of danger: where it is, whom to ring back (C8).

use super::ring_on_call::write;
use super::settle;
use crate::context::Context;
use crate::engine::{Job, Outcome};
use ringleader_core::id::{AlarmId, TicketId};
use ringleader_core::ticket::AlarmState;
use ringleader_store::Result;
use ringleader_store::jobs::Claimed;
use serde::{Deserialize, Serialize};

/// Tells everyone who was told of an alarm what is new about it.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellMore {
    /// Which.
    pub alarm: AlarmId,
    /// The report that told it; each is told once. Work from before reports were named has none.
    #[serde(default)]
    pub ticket: Option<TicketId>,
}

impl Job for TellMore {
    type Context = Context;
    const KIND: &'static str = "tell_more";

    fn key(&self) -> Option<String> {
        Some(format!("{}:{}", self.alarm, self.report()))
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.tell(cx, job).await)
    }
}

impl TellMore {
    fn report(&self) -> String {
        self.ticket.map(|ticket| ticket.to_string()).unwrap_or_default()
    }

    async fn tell(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let Some(alarm) = tx.tickets().alarm(self.alarm).await? else { return Ok(Outcome::Done) };
        let tenant = tx.tenants().me().await?;
        let told = usize::try_from(alarm.told).unwrap_or_default();
        let chain = tenant.settings.reception.on_call.iter().take(told).enumerate();
        for (nth, person) in chain {
            // Who took it hears more; the others need not when it is taken.
            let theirs = alarm.taken_by.as_ref().is_none_or(|by| *by == person.name);
            if alarm.state != AlarmState::Acknowledged || theirs {
                write(&mut tx, &tenant, &alarm, person, &format!("on_call:{nth}:more:{}", self.report())).await?;
            }
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}
