//! Contacts as people describe them: what they are to the business, how they are called, whether they want messages (P9).

use super::{ActionError, Done};
use crate::context::Context;
use crate::engine::Job;
use crate::flows::call_reported::PURPOSE;
use crate::flows::chat::cancel_reminders;
use crate::flows::consent;
use crate::work::ReachOut;
use ringleader_core::contact::{Contact, ContactKind};
use ringleader_core::id::{ContactId, TenantId};
use ringleader_core::optout::OptWord;
use ringleader_core::texts::Key;
use ringleader_store::Tx;
use serde_json::json;

/// What a person changes of a contact; what is not given stays.
#[derive(Debug, Clone, Default)]
pub struct ContactChange {
    /// What they are to the business.
    pub kind: Option<ContactKind>,
    /// Their name.
    pub name: Option<String>,
    /// The language to write to them in.
    pub language: Option<String>,
    /// Whether they want no messages, on any channel.
    pub opted_out: Option<bool>,
}

/// Changes a contact. What is planned for someone who is not to be written to is off at once (A5, A14).
///
/// # Errors
/// `NotFound`; `Conflict` for one that is merged into another.
pub async fn update_contact(
    cx: &Context,
    tenant: TenantId,
    id: ContactId,
    change: ContactChange,
    actor: &str,
) -> Done<()> {
    let mut tx = cx.store.begin(tenant).await?;
    tx.contacts().lock(id).await?;
    let before = tx.contacts().get(id).await?.ok_or(ActionError::NotFound("contact"))?;
    if before.merged_into.is_some() {
        return Err(ActionError::Conflict("this contact is merged into another; change that one".to_owned()));
    }
    if before.erased {
        return Err(ActionError::Conflict("this person was erased".to_owned()));
    }
    set(&mut tx, &before, &change, actor).await?;
    tx.commit().await?;
    Ok(())
}

/// The same, of one that is held already.
pub(super) async fn set(tx: &mut Tx, before: &Contact, change: &ContactChange, actor: &str) -> Done<()> {
    let id = before.id;
    if let Some(kind) = change.kind {
        tx.contacts().set_kind(id, kind).await?;
        stop_outreach(tx, id, kind).await?;
    }
    tx.contacts().learn(id, change.name.as_deref(), None, change.language.as_deref()).await?;
    if let Some(out) = change.opted_out.filter(|out| *out != before.opted_out_at.is_some()) {
        let word = if out { OptWord::Stop } else { OptWord::Start };
        consent::note(tx, id, word, "recorded by a person", actor).await?;
    }
    audit(tx, before, change.name.is_some(), actor).await
}

/// What they were and what they are. Names stay out of it: they are the person's own, and go when the person goes.
async fn audit(tx: &mut Tx, before: &Contact, named: bool, actor: &str) -> Done<()> {
    let after = tx.contacts().get(before.id).await?.ok_or(ActionError::NotFound("contact"))?;
    let line =
        |it: &Contact| json!({ "kind": it.kind, "language": it.language, "opted_out": it.opted_out_at.is_some() });
    let (was, mut is) = (line(before), line(&after));
    if named {
        is["name_changed"] = true.into();
    }
    tx.usage().audit(actor, "contact.update", &before.id.to_string(), Some(was), Some(is)).await?;
    Ok(())
}

/// Staff, suppliers and blocked people are not written to (A5).
async fn stop_outreach(tx: &mut Tx, id: ContactId, kind: ContactKind) -> Done<()> {
    let (reason, explain) = match kind {
        ContactKind::Staff => ("staff", Key::WhyStaff),
        ContactKind::Supplier => ("supplier", Key::WhySupplier),
        ContactKind::Blocked => ("blocked", Key::WhyBlocked),
        ContactKind::Lead | ContactKind::Tenancy | ContactKind::Landlord => return Ok(()),
    };
    if let Some(episode) = tx.episodes().open_of(id, PURPOSE).await? {
        tx.jobs().cancel(ReachOut::KIND, &episode.id.to_string()).await?;
        consent::exclude(tx, episode, "A5", reason, explain).await?;
    }
    for chat in tx.conversations().of_contact(id).await? {
        cancel_reminders(tx, chat.id).await?;
    }
    Ok(())
}
