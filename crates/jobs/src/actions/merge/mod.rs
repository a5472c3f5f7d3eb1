//! Two contacts that are one person become one, and two again if that was wrong (P9).
//!
//! Always true: nothing is deleted; what moved is written down row by row, what changed with its value before; two open
//! leads become one by the precedence of their facts; who left on either side has left.

mod undo;

pub use undo::unmerge;

use super::{ActionError, Done};
use crate::context::Context;
use crate::engine::Job;
use crate::flows::call_reported::PURPOSE;
use crate::flows::chat::Scene;
use crate::flows::{call_analysis, consent};
use crate::work::ReachOut;
use jiff::Timestamp;
use ringleader_core::chat::Event;
use ringleader_core::contact::{Contact, ContactKind};
use ringleader_core::conversation::ChatState;
use ringleader_core::episode::{Episode, EpisodeState};
use ringleader_core::facts::{self, Columns, Merge as Weighed, NewFact};
use ringleader_core::id::{ContactId, ConversationId, LeadId, MergeId, TenantId, UserId};
use ringleader_core::lead::{Fact, Lead, LeadStatus};
use ringleader_core::optout::OptWord;
use ringleader_core::reading::ReadBy;
use ringleader_store::repo::Merge;
use ringleader_store::{Result, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What a merge changed, as it was before.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Before {
    kind: Option<ContactKind>,
    phone: Option<String>,
    name: Option<String>,
    profile_name: Option<String>,
    language: Option<String>,
    opted_out_at: Option<Timestamp>,
    /// The lead that stays, and the one that was closed for it.
    leads: Option<(LeadId, LeadId)>,
    lead_status: Option<LeadStatus>,
    /// Who looked after the lead that stays.
    assigned_to: Option<UserId>,
    /// The episode that was closed because the other person had one too.
    episode: Option<(String, EpisodeState)>,
    /// Facts of the lead that stays whose place was taken.
    facts: Vec<Displaced>,
    /// What went on with the contact that stays, where the merge ended it because the other person had left (A14).
    running: Running,
}

/// What goes on with a person.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Running {
    lead: Option<(LeadId, LeadStatus)>,
    episode: Option<(String, EpisodeState)>,
    chats: Vec<(ConversationId, ChatState, Option<String>)>,
}

impl Running {
    async fn of(tx: &mut Tx, contact: ContactId) -> Result<Self> {
        let lead = tx.leads().open_of(contact).await?;
        let episode = tx.episodes().open_of(contact, PURPOSE).await?;
        let chats = tx.conversations().of_contact(contact).await?;
        Ok(Self {
            lead: lead.map(|lead| (lead.id, lead.status)),
            episode: episode.map(|episode| (episode.id.to_string(), episode.state)),
            chats: chats.into_iter().map(|chat| (chat.id, chat.state, chat.closed_reason)).collect(),
        })
    }
}

/// A fact that had to go, as it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Displaced {
    name: String,
    value: serde_json::Value,
    confidence: f64,
    source: ringleader_core::lead::FactSource,
    origin: Option<String>,
    #[serde(default)]
    read_by: Option<ReadBy>,
    at: Timestamp,
}

/// Merges contact `from` into contact `into`.
///
/// # Errors
/// `NotFound`; `Conflict` when both are the same, or one is merged already.
pub async fn merge_contacts(
    cx: &Context,
    tenant: TenantId,
    into: ContactId,
    from: ContactId,
    actor: &str,
) -> Done<Merge> {
    let mut tx = cx.store.begin(tenant).await?;
    let merge = merge(&mut tx, into, from, actor).await?;
    tx.commit().await?;
    Ok(merge)
}

/// Merges the people of two leads; the first lead stays.
///
/// # Errors
/// `NotFound`; `Conflict` when both belong to one person already.
pub async fn merge_leads(cx: &Context, tenant: TenantId, into: LeadId, from: LeadId, actor: &str) -> Done<Merge> {
    let mut tx = cx.store.begin(tenant).await?;
    let keep = tx.leads().get(into).await?.ok_or(ActionError::NotFound("lead"))?;
    let other = tx.leads().get(from).await?.ok_or(ActionError::NotFound("lead"))?;
    let merge = merge(&mut tx, keep.contact_id, other.contact_id, actor).await?;
    tx.commit().await?;
    Ok(merge)
}

/// The same within a transaction.
pub async fn merge(tx: &mut Tx, into: ContactId, from: ContactId, actor: &str) -> Done<Merge> {
    let (keep, other) = both(tx, into, from).await?;
    let mut before = Before {
        kind: Some(keep.kind),
        phone: keep.phone.as_ref().map(|p| p.as_str().to_owned()),
        name: keep.name.clone(),
        profile_name: keep.profile_name.clone(),
        language: keep.language.clone(),
        opted_out_at: keep.opted_out_at,
        ..Before::default()
    };
    let id: MergeId = tx.new_id();
    let left = other.opted_out_at.is_some() && keep.opted_out_at.is_none();
    if left {
        before.running = Running::of(tx, into).await?;
    }
    before.episode = one_episode(tx, &keep, &other).await?;
    let learned = one_lead(tx, id, &keep, &other, &mut before).await?;
    let before = serde_json::to_value(&before).unwrap_or_default();
    let merge = Merge { id, into, from, actor: actor.to_owned(), at: tx.now(), undone_at: None, before };
    tx.merges().move_contact(&merge).await?;
    tx.merges().insert(&merge).await?;
    tx.contacts().absorb(&keep, &other).await?;
    if left {
        consent::note(tx, into, OptWord::Stop, "merged with someone who left", &id.to_string()).await?;
    }
    for contact in [into, from] {
        call_analysis::sum_up(tx, contact, true).await?; // the calls count where they are now
    }
    if let Some(learned) = learned {
        tell_chats(tx, into, learned, &id.to_string()).await?;
    }
    let after = json!({ "merge_id": id, "from": from });
    tx.usage().audit(actor, "contact.merge", &into.to_string(), None, Some(after)).await?;
    Ok(merge)
}

/// Both people, held for this transaction in one order, so that two merges cannot wait for each other.
async fn both(tx: &mut Tx, into: ContactId, from: ContactId) -> Done<(Contact, Contact)> {
    for id in [into.min(from), into.max(from)] {
        tx.contacts().lock(id).await?;
    }
    let keep = tx.contacts().get(into).await?.ok_or(ActionError::NotFound("contact"))?;
    let other = tx.contacts().get(from).await?.ok_or(ActionError::NotFound("contact"))?;
    if into == from {
        return Err(ActionError::Conflict("this is one contact already".to_owned()));
    }
    if keep.erased || other.erased {
        return Err(ActionError::Conflict("one of them was erased".to_owned()));
    }
    if keep.merged_into.is_some() || other.merged_into.is_some() {
        return Err(ActionError::Conflict("one of them is merged already; undo that first".to_owned()));
    }
    Ok((keep, other))
}

/// At most one episode stays open: the one in which more has happened, else that of the contact that stays.
async fn one_episode(tx: &mut Tx, keep: &Contact, other: &Contact) -> Result<Option<(String, EpisodeState)>> {
    let (Some(mine), Some(theirs)) =
        (tx.episodes().open_of(keep.id, PURPOSE).await?, tx.episodes().open_of(other.id, PURPOSE).await?)
    else {
        return Ok(None);
    };
    let contacted = |episode: &Episode| episode.state == EpisodeState::Contacted;
    let mut closed = if contacted(&theirs) && !contacted(&mine) { mine } else { theirs };
    let before = (closed.id.to_string(), closed.state);
    if !contacted(&closed) {
        tx.jobs().cancel(ReachOut::KIND, &closed.id.to_string()).await?;
        closed.state = EpisodeState::Excluded;
    }
    closed.reason = Some("merged".to_owned());
    closed.closed_at = Some(tx.now());
    tx.episodes().save(&closed).await?;
    Ok(Some(before))
}

/// At most one lead stays open. Its facts are those of both, by precedence; what is new in it is returned.
async fn one_lead(
    tx: &mut Tx,
    id: MergeId,
    keep: &Contact,
    other: &Contact,
    before: &mut Before,
) -> Result<Option<ringleader_core::chat::Known>> {
    let (Some(mut mine), Some(mut theirs)) = (tx.leads().open_of(keep.id).await?, tx.leads().open_of(other.id).await?)
    else {
        return Ok(None);
    };
    before.leads = Some((mine.id, theirs.id));
    before.lead_status = Some(mine.status);
    before.assigned_to = mine.assigned_to;
    let learned = take_facts(tx, id, &mine, theirs.id, before).await?;
    theirs.closed_at = Some(tx.now());
    tx.leads().save(&theirs).await?;
    tx.merges().share_handling(id, theirs.id, mine.id).await?;
    tx.merges().move_lead(id, theirs.id, mine.id).await?;
    mine.status = further(mine.status, theirs.status);
    derive(tx, &mut mine).await?;
    Ok(Some(Columns::of(&learned).known()))
}

async fn take_facts(tx: &mut Tx, id: MergeId, mine: &Lead, theirs: LeadId, before: &mut Before) -> Result<Vec<Fact>> {
    let known = tx.leads().facts(mine.id).await?;
    let mut learned = Vec::new();
    for fact in tx.leads().facts(theirs).await? {
        let current = known.iter().find(|f| f.name == fact.name);
        let new = NewFact {
            name: fact.name.clone(),
            value: fact.value.clone(),
            confidence: fact.confidence,
            source: fact.source,
            origin: fact.origin.clone(),
            provisional: fact.provisional,
            read_by: fact.read_by.clone(),
            at: fact.at,
        };
        if facts::merge(current, &new) != Weighed::Replace {
            continue;
        }
        before.facts.extend(current.map(Displaced::of));
        let fact = Fact { id: tx.new_id(), ..fact };
        tx.leads().put_fact(mine, &fact).await?;
        tx.merges().note(id, "facts_added", &ringleader_store::db::id_text(fact.id)).await?;
        learned.push(fact);
    }
    Ok(learned)
}

impl Displaced {
    fn of(fact: &Fact) -> Self {
        let Fact { name, value, confidence, source, origin, read_by, at, .. } = fact.clone();
        Self { name, value, confidence, source, origin, read_by, at }
    }
}

/// The lead's columns, in line with its facts.
async fn derive(tx: &mut Tx, lead: &mut Lead) -> Result<()> {
    let columns = Columns::of(&tx.leads().facts(lead.id).await?);
    lead.name = columns.name;
    lead.need = columns.need;
    lead.preference = columns.preference;
    tx.leads().save(lead).await
}

/// How far a lead has come counts, whichever of the two it was.
fn further(a: LeadStatus, b: LeadStatus) -> LeadStatus {
    use LeadStatus::{Contacted, Converted, Lost, New, OfferMade, Qualified, Qualifying, Unresponsive, ViewingBooked};
    let order = [Lost, Unresponsive, New, Qualifying, Qualified, Contacted, ViewingBooked, OfferMade, Converted];
    let rank = |status| order.iter().position(|s| *s == status);
    if rank(b) > rank(a) { b } else { a }
}

/// The chats go on from what is missing now.
async fn tell_chats(tx: &mut Tx, contact: ContactId, learned: ringleader_core::chat::Known, cause: &str) -> Result<()> {
    for chat in tx.conversations().of_contact(contact).await? {
        if let Some(mut scene) = Scene::load(tx, chat.id).await? {
            scene.step(tx, Event::Corrected(learned), cause).await?;
        }
    }
    Ok(())
}
