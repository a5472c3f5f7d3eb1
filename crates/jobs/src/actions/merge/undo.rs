//! Taking a merge back: what moved goes back, with what came since over the numbers and chats that go back.

use super::{Before, Displaced, Running, derive};
use crate::actions::{ActionError, Done};
use crate::context::Context;
use crate::flows::call_analysis;
use crate::flows::call_reported::PURPOSE;
use crate::work::ReachOut;
use ringleader_core::episode::EpisodeState;
use ringleader_core::id::{ContactId, LeadId, MergeId, TenantId};
use ringleader_core::lead::{Fact, LeadStatus};
use ringleader_core::phone::Phone;
use ringleader_store::repo::Merge;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// Takes a contact out of the one it was merged into.
///
/// # Errors
/// `NotFound`; `Conflict` when it is not merged, or the person was merged into another since.
pub async fn unmerge(cx: &Context, tenant: TenantId, contact: ContactId, actor: &str) -> Done<Merge> {
    let mut tx = cx.store.begin(tenant).await?;
    tx.contacts().get(contact).await?.ok_or(ActionError::NotFound("contact"))?;
    let alone = || ActionError::Conflict("this contact is not merged into another".to_owned());
    let merge = tx.merges().open_of(contact).await?.ok_or_else(alone)?;
    let id = merge.id;
    for contact in [merge.into.min(merge.from), merge.into.max(merge.from)] {
        tx.contacts().lock(contact).await?;
    }
    let keep = tx.contacts().get(merge.into).await?.ok_or(ActionError::NotFound("contact"))?;
    if keep.merged_into.is_some() {
        return Err(ActionError::Conflict("this person was merged into another since; undo that first".to_owned()));
    }
    if !tx.merges().close(id).await? {
        return Err(ActionError::Conflict("it was taken back just now".to_owned()));
    }
    let before: Before = serde_json::from_value(merge.before.clone()).unwrap_or_default();
    if let Some((mine, theirs)) = before.leads {
        part_leads(&mut tx, id, mine, theirs, &before).await?;
    }
    tx.merges().move_contact_back(&merge).await?;
    if let Some((mine, theirs)) = before.leads {
        reopen(&mut tx, mine, theirs).await?;
    }
    part_people(&mut tx, &merge, &before).await?;
    plan_again(&mut tx, &before).await?;
    for contact in [merge.into, merge.from] {
        call_analysis::sum_up(&mut tx, contact, true).await?;
    }
    let after = json!({ "merge_id": id, "from": merge.from });
    tx.usage().audit(actor, "contact.unmerge", &merge.into.to_string(), None, Some(after)).await?;
    let merge = tx.merges().get(id).await?.ok_or(ActionError::NotFound("merge"))?;
    tx.commit().await?;
    Ok(merge)
}

/// Facts that the merge put in go, unless something newer took their place; what they displaced comes back.
async fn part_leads(tx: &mut Tx, id: MergeId, mine: LeadId, theirs: LeadId, before: &Before) -> Result<()> {
    let Some(mut lead) = tx.leads().get(mine).await? else { return Ok(()) };
    let added = tx.merges().added_facts(id).await?;
    for fact in tx.leads().facts(mine).await? {
        if !added.contains(&fact.id) {
            continue;
        }
        match before.facts.iter().find(|old| old.name == fact.name) {
            Some(old) => {
                let fact = old.back(tx.new_id());
                tx.leads().put_fact(&lead, &fact).await?;
            }
            None => drop(tx.leads().retire_fact(mine, &fact.name).await?),
        }
    }
    tx.merges().unshare_labels(id, mine).await?;
    if before.assigned_to.is_none()
        && let Some(other) = tx.leads().get(theirs).await?
        && lead.assigned_to == other.assigned_to
    {
        tx.leads().assign(mine, None).await?;
    }
    tx.merges().move_lead_back(id, theirs, mine).await?;
    if let Some(status) = before.lead_status.filter(|_| lead.closed_at.is_none()) {
        lead.status = status;
    }
    derive(tx, &mut lead).await
}

impl Displaced {
    fn back(&self, id: ringleader_core::id::FactId) -> Fact {
        let Self { name, value, confidence, source, origin, read_by, at } = self.clone();
        Fact { id, name, value, confidence, source, origin, provisional: false, read_by, at }
    }
}

/// The lead that was closed for the other is open again, unless its person has another by now.
async fn reopen(tx: &mut Tx, _mine: LeadId, theirs: LeadId) -> Result<()> {
    let Some(mut lead) = tx.leads().get(theirs).await? else { return Ok(()) };
    if tx.leads().open_of(lead.contact_id).await?.is_none() {
        lead.closed_at = None;
    }
    derive(tx, &mut lead).await
}

/// What the contact took over from the other goes, unless it was changed since. Who left while they were one has left as both.
async fn part_people(tx: &mut Tx, merge: &Merge, before: &Before) -> Result<()> {
    let Some(now) = tx.contacts().get(merge.into).await? else { return Ok(()) };
    let Some(other) = tx.contacts().get(merge.from).await? else { return Ok(()) };
    let mut keep = now.clone();
    let took = |mine: &Option<String>, theirs: &Option<String>| mine == theirs;
    if took(&now.name, &other.name) {
        keep.name.clone_from(&before.name);
    }
    if took(&now.profile_name, &other.profile_name) {
        keep.profile_name.clone_from(&before.profile_name);
    }
    if took(&now.language, &other.language) {
        keep.language.clone_from(&before.language);
    }
    if now.phone == other.phone {
        keep.phone = before.phone.as_deref().and_then(Phone::from_e164);
    }
    if now.kind == other.kind {
        keep.kind = before.kind.unwrap_or(now.kind);
    }
    tx.contacts().restore(&keep).await?;
    tx.contacts().set_merged(merge.from, None).await?;
    let origin = merge.id.to_string();
    let by_merge = tx.contacts().last_consent_origin(merge.into).await?.as_deref() == Some(origin.as_str());
    match (now.opted_out_at, by_merge) {
        (Some(_), true) if before.opted_out_at.is_none() => {
            tx.contacts().take_back_opt_out(merge.into, "the merge was taken back", &origin).await?;
            go_on(tx, &before.running).await
        }
        (Some(at), false) if other.opted_out_at.is_none() && before.opted_out_at.is_none() => {
            tx.contacts().set_opted_out(merge.from, Some(at), "left while merged", &origin).await
        }
        _ => Ok(()),
    }
}

/// What ended because the other person had left goes on where it stood, unless something else took its place since.
async fn go_on(tx: &mut Tx, running: &Running) -> Result<()> {
    for (id, state, reason) in &running.chats {
        let Some(mut chat) = tx.conversations().get(*id).await? else { continue };
        if chat.closed_reason.as_deref() == Some("opt_out") {
            chat.state = *state;
            chat.closed_reason.clone_from(reason);
            tx.conversations().save(&chat).await?;
        }
    }
    if let Some((id, status)) = running.lead
        && let Some(mut lead) = tx.leads().get(id).await?
        && lead.status == LeadStatus::Lost
        && tx.leads().open_of(lead.contact_id).await?.is_none()
    {
        (lead.status, lead.closed_at) = (status, None);
        tx.leads().save(&lead).await?;
    }
    match &running.episode {
        Some((id, state)) => open_again(tx, id, *state, "opted_out").await,
        None => Ok(()),
    }
}

/// An outreach that was off because of the merge is on again.
async fn plan_again(tx: &mut Tx, before: &Before) -> Result<()> {
    match &before.episode {
        Some((id, state)) => open_again(tx, id, *state, "merged").await,
        None => Ok(()),
    }
}

/// An outreach that ended for this reason is on again, if it still makes sense.
async fn open_again(tx: &mut Tx, id: &str, state: EpisodeState, ended_for: &str) -> Result<()> {
    let Ok(id) = id.parse() else { return Ok(()) };
    let Some(mut episode) = tx.episodes().get(id).await? else { return Ok(()) };
    let now = tx.now();
    let planned = state.is_planned();
    let wanted = planned && episode.reason.as_deref() == Some(ended_for) && episode.expires_at > now;
    if !wanted || tx.episodes().open_of(episode.contact_id, PURPOSE).await?.is_some() {
        return Ok(());
    }
    episode.state = state;
    episode.reason = None;
    episode.closed_at = None;
    tx.episodes().save(&episode).await?;
    ReachOut { episode: id }.schedule(tx, episode.due_at.max(now)).await
}
