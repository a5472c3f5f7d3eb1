//! New and changed properties find the searches that go on (C11): what fits is noted at once and told in one digest a day at
//! most, in waking hours, to those who agreed and did not leave since.

use super::{put, put_off, settle};
use crate::context::Context;
use crate::engine::{Job, Outcome};
use crate::ledger::{self, About, Entry};
use crate::letters::{self, Sent};
use jiff::SignedDuration;
use ringleader_core::calendar::windows::{Matter, Windows};
use ringleader_core::decision::Verdict;
use ringleader_core::id::{ContactId, PropertyId};
use ringleader_core::property::{Property, Query};
use ringleader_core::reception::sending;
use ringleader_core::texts::Key;
use ringleader_store::jobs::{Claimed, OnConflict};
use ringleader_store::repo::SavedSearch;
use ringleader_store::{Result, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Searches that are looked at in one transaction.
const PAGE: u32 = 200;

/// What changes in a row is told together.
const GATHER: SignedDuration = SignedDuration::from_mins(10);

/// At most one digest in this time.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// So many are told in one digest.
const TOLD: usize = 5;

/// Looks whom properties are for.
#[derive(Debug, Serialize, Deserialize)]
pub struct MatchSearches {
    /// Which.
    pub property: PropertyId,
    /// And those that came with it in a file, at most [`TOGETHER`](Self::TOGETHER) in all.
    #[serde(default)]
    pub others: Vec<PropertyId>,
}

impl MatchSearches {
    /// Properties of a file that are looked at together: a job for each would be a backlog of thousands.
    pub const TOGETHER: usize = 25;
}

impl Job for MatchSearches {
    type Context = Context;
    const KIND: &'static str = "match_searches";

    fn key(&self) -> Option<String> {
        self.others.is_empty().then(|| self.property.to_string()) // what waits for one does not know of the others
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.look(cx, job).await)
    }
}

impl MatchSearches {
    async fn look(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut after = None;
        loop {
            let mut tx = cx.store.begin(job.tenant).await?;
            let searches = tx.searches().page(after, PAGE).await?;
            after = searches.last().map(|search| search.id);
            let ids = std::iter::once(&self.property).chain(&self.others);
            for id in ids.filter(|_| !searches.is_empty()) {
                let Some(property) = tx.properties().get(*id).await? else { continue };
                for search in &searches {
                    if Query::of(&search.criteria).fits(&property) {
                        note(&mut tx, search, &property).await?;
                    }
                }
            }
            tx.commit().await?;
            if searches.len() < PAGE as usize {
                return Ok(Outcome::Done);
            }
        }
    }
}

/// What they know already is no news.
async fn note(tx: &mut Tx, search: &SavedSearch, property: &Property) -> Result<()> {
    let (contact, price) = (search.contact_id, property.entered.price);
    if tx.searches().was_sent(contact, property.id).await? && property.updated_at <= search.created_at {
        return Ok(());
    }
    if tx.searches().note_match(contact, property.id, price).await? {
        let soon = tx.now() + GATHER;
        let at = search.told_at.map_or(soon, |told| soon.max(told + DAY));
        put(tx, &SendMatches { contact }, at, OnConflict::Keep).await?;
    }
    Ok(())
}

/// Tells somebody what fits their search.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendMatches {
    /// Whom.
    pub contact: ContactId,
}

impl Job for SendMatches {
    type Context = Context;
    const KIND: &'static str = "send_matches";

    fn key(&self) -> Option<String> {
        Some(self.contact.to_string())
    }

    async fn run(self, cx: &Context, job: &Claimed) -> Outcome {
        settle(self.tell(cx, job).await)
    }
}

impl SendMatches {
    async fn tell(self, cx: &Context, job: &Claimed) -> Result<Outcome> {
        let mut tx = cx.store.begin(job.tenant).await?;
        let contact = tx.contacts().hold(self.contact).await?; // who they are now, if they were merged
        let Some(search) = tx.searches().of(contact.id).await? else { return Ok(Outcome::Done) };
        let (tenant, now) = (tx.tenants().me().await?, tx.now());
        if let Some(next) = search.told_at.map(|told| told + DAY).filter(|next| *next > now) {
            return put_off(tx, job, next).await;
        }
        let wait = Windows::of(&tenant, contact.phone.as_ref()).wait(Matter::CanWait, now);
        if let Some(wait) = wait {
            return put_off(tx, job, wait.until).await;
        }
        let consents = tx.contacts().consents(contact.id).await?;
        let last = consents.iter().filter(|it| it.purpose == "matches").max_by_key(|it| it.at);
        let agreed = last.is_some_and(|it| it.state == "granted") && contact.opted_out_at.is_none();
        let found = due(&mut tx, &search).await?;
        let about = About { contact: Some(contact.id), ..About::default() };
        let mut entry = Entry {
            verdict: Verdict::Skip,
            rule: "C11",
            reason: "no_consent".to_owned(),
            explain: Key::WhyOptedOut,
            evidence: json!({ "properties": found.len() }),
            until: None,
        };
        if !agreed {
            tx.searches().end(contact.id).await?;
            ledger::record(&mut tx, &tenant, about, entry).await?;
        } else if !found.is_empty() {
            let language = contact.language.clone().unwrap_or_else(|| tenant.locale.clone());
            let (told, rest) = found.split_at(found.len().min(TOLD));
            let words = sending::digest(told, rest.len(), (&tenant.name, tenant.currency()), &language);
            let day = now.to_zoned(tenant.time_zone.clone()).date();
            let cause = format!("matches:{}:{day}", contact.id);
            let sent = letters::send(&mut tx, &tenant, &contact, words, &cause, letters::MATCHES).await?;
            if sent == Sent::Now {
                tx.searches().digest(contact.id).await?;
                for property in told {
                    tx.searches().told(contact.id, property.id, property.entered.price, "sent").await?;
                    tx.searches().mark_sent(contact.id, property.id, None).await?;
                }
                (entry.verdict, entry.reason, entry.explain) = (Verdict::Send, "digest".to_owned(), Key::WhyWatched);
                ledger::record(&mut tx, &tenant, about, entry).await?;
            }
            match sent {
                Sent::Later(until) => return put_off(tx, job, until).await,
                Sent::Now if rest.is_empty() => {}
                // What was not told is told with the next one.
                _ => return put_off(tx, job, now + DAY).await,
            }
        }
        tx.jobs().complete(job).await?;
        tx.commit().await?;
        Ok(Outcome::Committed)
    }
}

/// What is due and still fits; what does not any more is put aside.
async fn due(tx: &mut Tx, search: &SavedSearch) -> Result<Vec<Property>> {
    let mut found = Vec::new();
    let query = Query::of(&search.criteria);
    for (id, price) in tx.searches().due(search.contact_id).await? {
        let property = tx.properties().get(id).await?;
        match property.filter(|it| it.entered.price == price && query.fits(it)) {
            Some(property) => found.push(property),
            None => tx.searches().told(search.contact_id, id, price, "gone").await?,
        }
    }
    Ok(found)
}
