//! "Remind me": the notice again after a while, unless someone has dealt with the lead by then (A13).

use super::owner_ways::{OwnerWays, Telling};
use super::{put, settle, tell_owner};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use jiff::Timestamp;
use ringleader_core::id::LeadId;
use ringleader_core::lead::LeadStatus;
use ringleader_core::notify;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::{Result, Tx};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Tells someone of a lead once more.
#[derive(Debug, Serialize, Deserialize)]
pub struct RemindOwner {
    /// Which lead.
    pub lead: LeadId,
    /// Whom; the first of the business's people where the channel cannot tell.
    pub person: Option<String>,
    /// When it was asked for: makes each request its own message.
    pub asked_at: Timestamp,
}

impl Job for RemindOwner {
    type Context = Context;
    const KIND: &'static str = "remind_owner";
    const TIMEOUT: Duration = Duration::from_secs(30);

    fn key(&self) -> Option<String> {
        Some(format!("{}:{}", self.lead, self.person.as_deref().unwrap_or("room")))
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.remind(cx, job).await)
    }
}

impl RemindOwner {
    /// Plans it; a second request moves it.
    pub async fn plan(tx: &mut Tx, tenant: &Tenant, lead: LeadId, person: Option<String>) -> Result<()> {
        let asked_at = tx.now();
        let at = asked_at + tenant.settings.notify.remind_after.0;
        put(tx, &Self { lead, person, asked_at }, at, OnConflict::Move).await?;
        Ok(())
    }

    async fn remind(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let tenant = tx.tenants().me().await?;
        let Some(lead) = tx.leads().get(self.lead).await? else {
            return Ok(Outcome::Cancel("the lead is gone".into()));
        };
        let dealt_with = tx.calls().last_spoken_by_person(lead.contact_id).await?.is_some_and(|at| at >= self.asked_at);
        let waits = matches!(
            lead.status,
            LeadStatus::New | LeadStatus::Qualifying | LeadStatus::Qualified | LeadStatus::Unresponsive
        );
        if lead.closed_at.is_some() || dealt_with || !waits {
            return Ok(Outcome::Cancel("someone has dealt with the lead".into()));
        }
        let known = tell_owner::known(&mut tx, &lead).await?;
        let mut people = notify::people(&tenant).into_iter();
        let person = people.find(|p| self.person.as_ref().is_none_or(|asked| *asked == p.key));
        if let Some(person) = person {
            let ways = OwnerWays::of(&mut tx, &tenant, &person).await?;
            let telling = Telling::compose(&mut tx, &tenant, &lead, &known, None).await?.headed(Key::OwnerReminder);
            let key = format!("{}:remind:{}:{}", lead.id, person.key, self.asked_at.as_second());
            if !telling.over(&mut tx, &ways, &tenant.settings.notify.channels, &key, &key).await? {
                super::owner_ways::alert(&mut tx, &tenant, &lead, &key).await?;
            }
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}
