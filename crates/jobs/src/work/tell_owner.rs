//! Tells the business's own people of a lead (A13): at once where it matters, else gathered; each in their own time, over the
//! first channel that works.

use super::owner_ways::{OwnerWays, Telling};
use super::{put, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::ledger::{self, About, Entry};
use jiff::Timestamp;
use ringleader_core::chat::{HowSoon as Soon, Why};
use ringleader_core::decision::Verdict as Word;
use ringleader_core::facts::Columns;
use ringleader_core::id::LeadId;
use ringleader_core::lead::Lead;
use ringleader_core::notify::{self, Person, Snapshot, Told, When};
use ringleader_core::settings::Tell;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::{Result, StoreError, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// Tells the owner what is new about a lead.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellOwner {
    /// Which.
    pub lead: LeadId,
    /// Only this person, whose quiet hours are over; else everyone who is to be told.
    #[serde(default)]
    pub person: Option<String>,
}

impl Job for TellOwner {
    type Context = Context;
    const KIND: &'static str = "tell_owner";
    const TIMEOUT: Duration = Duration::from_secs(30);

    fn key(&self) -> Option<String> {
        Some(match &self.person {
            Some(person) => format!("{}:{person}", self.lead),
            None => self.lead.to_string(),
        })
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.tell(cx, job).await)
    }
}

/// Plans telling the owner: now, or when the last notice is old enough (A13). What happened is noted in any case.
pub async fn notice(tx: &mut Tx, tenant: &Tenant, lead: LeadId, soon: Soon, why: Why) -> Result<()> {
    let Some(row) = tx.leads().get(lead).await? else { return Ok(()) };
    let (told, mut news) = history(tx, lead).await?;
    if why.text().is_some() {
        news.push(why);
    }
    tx.usage().add_owner_news(lead, &json!(news)).await?;
    let known = Snapshot::new(&columns(tx, &row).await?, news);
    let at = match notify::when(told.as_ref(), &known, soon, tenant.settings.notify.debounce.0, tx.now()) {
        When::Now => tx.now(),
        When::At(at) => at,
        When::Never => return Ok(()),
    };
    put(tx, &TellOwner { lead, person: None }, at, OnConflict::Sooner).await?;
    Ok(())
}

async fn history(tx: &mut Tx, lead: LeadId) -> Result<(Option<Told>, Vec<Why>)> {
    let Some(kept) = tx.usage().owner_notice(lead).await? else { return Ok((None, vec![])) };
    let news = serde_json::from_value(kept.news).unwrap_or_default();
    let told = match (kept.told_at, kept.snapshot) {
        (Some(at), Some(snapshot)) => Some(Told { at, snapshot: serde_json::from_value(snapshot).unwrap_or_default() }),
        _ => None,
    };
    Ok((told, news))
}

pub(super) async fn columns(tx: &mut Tx, lead: &Lead) -> Result<Columns> {
    Ok(Columns::of(&tx.leads().facts(lead.id).await?))
}

/// What there is to tell of a lead now.
pub(super) async fn known(tx: &mut Tx, lead: &Lead) -> Result<Snapshot> {
    let (_, news) = history(tx, lead.id).await?;
    Ok(Snapshot::new(&columns(tx, lead).await?, news))
}

impl TellOwner {
    async fn tell(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let Some(lead) = tx.leads().get(self.lead).await? else {
            return Ok(Outcome::Cancel("the lead is gone".into()));
        };
        let tenant = tx.tenants().me().await?;
        let (told, _) = history(&mut tx, lead.id).await?;
        let known = known(&mut tx, &lead).await?;
        let everyone = notify::people(&tenant).into_iter();
        let people = everyone.filter(|p| self.person.as_ref().is_none_or(|only| *only == p.key)).collect();
        let emergency = known.is_emergency(told.as_ref().map(|told| &told.snapshot));
        let rota = notify::rota(people, &tenant, emergency, tx.now());
        let count = tx.usage().owner_notice(lead.id).await?.map_or(0, |n| n.notices);
        let round = Round { tenant: &tenant, lead: &lead, known: &known, count };
        round.tell_now(&mut tx, &rota.now).await?;
        for (person, until) in &rota.later {
            round.put_off(&mut tx, person, *until).await?;
        }
        if self.person.is_none() {
            tx.usage().set_owner_told(lead.id, &snapshot_json(&known)?).await?;
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}

fn snapshot_json(known: &Snapshot) -> Result<serde_json::Value> {
    serde_json::to_value(known)
        .map_err(|_| StoreError::Corrupt { column: "owner_notices.snapshot".into(), expected: "JSON" })
}

/// One round of telling about a lead.
struct Round<'a> {
    tenant: &'a Tenant,
    lead: &'a Lead,
    known: &'a Snapshot,
    count: i64,
}

impl Round<'_> {
    /// Tells those who may be told: all of them, or the first who can be reached.
    async fn tell_now(&self, tx: &mut Tx, people: &[Person]) -> Result<()> {
        let mut reached = people.is_empty(); // those who are told later are told then
        for person in people {
            if self.tell(tx, person).await? {
                reached = true;
                if self.tenant.settings.notify.tell == Tell::OnDuty {
                    break;
                }
            }
        }
        match reached {
            true => Ok(()),
            false => super::owner_ways::alert(tx, self.tenant, self.lead, &self.count.to_string()).await,
        }
    }

    /// Tells one person what is new to them; whether they know it then.
    async fn tell(&self, tx: &mut Tx, person: &Person) -> Result<bool> {
        let told = tx.answers().told(self.lead.id, &person.key).await?;
        let (before, times) = match told {
            Some((snapshot, times)) => (serde_json::from_value::<Snapshot>(snapshot).ok(), times),
            None => (None, 0),
        };
        if before.as_ref() == Some(self.known) {
            return Ok(true);
        }
        let telling = Telling::compose(tx, self.tenant, self.lead, self.known, before.as_ref()).await?;
        let ways = OwnerWays::of(tx, self.tenant, person).await?;
        let key = format!("{}:owner:{}:{times}", self.lead.id, person.key);
        let room = format!("{}:owner:room:{}", self.lead.id, self.count);
        let channels = &self.tenant.settings.notify.channels;
        if !telling.over(tx, &ways, channels, &key, &room).await? {
            return Ok(false);
        }
        tx.answers().set_told(self.lead.id, &person.key, &snapshot_json(self.known)?).await?;
        Ok(true)
    }

    /// They are in their quiet hours: told when these are over, of everything that is new then.
    async fn put_off(&self, tx: &mut Tx, person: &Person, until: Timestamp) -> Result<()> {
        let alone = self.tenant.settings.notify.tell == Tell::Everyone;
        let later = TellOwner { lead: self.lead.id, person: alone.then(|| person.key.clone()) };
        put(tx, &later, until, OnConflict::Move).await?; // may be this very job: then it runs again
        let entry = Entry {
            verdict: Word::Wait,
            rule: "A13",
            reason: "owner_quiet_hours".into(),
            explain: Key::WhyOwnerQuiet,
            evidence: json!({ "lead_id": self.lead.id }),
            until: Some(until),
        };
        let about = About { contact: Some(self.lead.contact_id), ..About::default() };
        ledger::record(tx, self.tenant, about, entry).await
    }
}
