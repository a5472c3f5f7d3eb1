//! Erasing a person for good (P10), on the word of somebody who runs the business. What becomes of each table is the store's list.

use super::{ActionError, Done};
use crate::context::Context;
use crate::flows::call_reported::PURPOSE;
use crate::flows::consent;
use jiff::Timestamp;
use ringleader_core::id::{ContactId, TenantId};
use ringleader_core::texts::Key;
use ringleader_providers::problem::FieldError;
use ringleader_store::repo::{Erasure, Look, Reach};
use ringleader_store::{StoreError, Tx};
use serde_json::{Value as Json, json};

/// Longest reason that is kept.
const LONGEST: usize = 500;

/// Erases a contact and all that went into it: all of it, or nothing. What is planned for them is off.
///
/// # Errors
/// `NotFound`; `Invalid` for a reason that is too long, or names them; `Conflict` for one who is erased already, is part of
/// another contact, or with whom something is going on that must end first.
pub async fn erase_contact(cx: &Context, tenant: TenantId, id: ContactId, reason: &str, actor: &str) -> Done<Erasure> {
    let reason = reason.trim();
    if reason.chars().count() > LONGEST {
        return Err(wrong_reason("is longer than 500 characters"));
    }
    let mut found = look_through(cx, tenant, &[id]).await?;
    let found = found.remove(0);
    let mut tx = cx.store.begin(tenant).await?;
    tx.contacts().lock(id).await?;
    let contact = tx.contacts().get(id).await?.ok_or(ActionError::NotFound("contact"))?;
    if contact.erased {
        return Err(ActionError::Conflict("this person is erased already".to_owned()));
    }
    if contact.merged_into.is_some() {
        return Err(ActionError::Conflict("this contact is merged into another; erase that one".to_owned()));
    }
    let erasure = erase(&mut tx, id, found, reason, actor).await?;
    tx.commit().await?;
    Ok(erasure)
}

/// Erases those of these people of whom still nothing was heard since a moment, each under a receipt of their own; how many. Those
/// in whose way something stands are let be.
pub(crate) async fn erase_out_of_touch(
    cx: &Context,
    tenant: TenantId,
    ids: &[ContactId],
    since: Timestamp,
    (actor, reason): (&str, &str),
) -> Result<u32, StoreError> {
    let mut gone = 0;
    for (id, found) in ids.iter().zip(look_through(cx, tenant, ids).await?) {
        let mut tx = cx.store.begin(tenant).await?;
        tx.contacts().lock(*id).await?;
        if !tx.erasures().is_out_of_touch(*id, since).await? {
            continue;
        }
        match erase(&mut tx, *id, found, reason, actor).await {
            Ok(_) => tx.commit().await?,
            Err(ActionError::Store(error)) => return Err(error),
            Err(_) => continue,
        }
        gone += 1;
    }
    Ok(gone)
}

/// What a look through everything that was ever written found, and when it began.
struct Found {
    people: Vec<ContactId>,
    reach: Reach,
    began: Timestamp,
}

/// One for each of them. It is long, and keeps nobody waiting: page by page, each read by itself.
async fn look_through(cx: &Context, tenant: TenantId, ids: &[ContactId]) -> Result<Vec<Found>, StoreError> {
    let began = cx.store.clock().now();
    let mut read = cx.store.read(tenant).await?;
    let (mut reach, mut all) = (Vec::with_capacity(ids.len()), Vec::with_capacity(ids.len()));
    for id in ids {
        let people = read.erasures().people(*id).await?;
        reach.push(read.erasures().by_key(&people).await?);
        all.push(people);
    }
    drop(read);
    let mut look = Look::through(&reach);
    while cx.store.read(tenant).await?.erasures().look(&mut look, &mut reach).await? {}
    let mut read = cx.store.read(tenant).await?;
    let mut found = Vec::with_capacity(reach.len());
    for (people, mut reach) in all.into_iter().zip(reach) {
        read.erasures().gather(&mut reach).await?; // what was found has more to it
        found.push(Found { people, reach, began });
    }
    Ok(found)
}

/// The caller holds the contact.
async fn erase(tx: &mut Tx, id: ContactId, found: Found, reason: &str, actor: &str) -> Done<Erasure> {
    let people = tx.erasures().people(id).await?;
    if people != found.people {
        let why = "somebody was merged with them or parted from them just now; try again";
        return Err(ActionError::Conflict(why.to_owned()));
    }
    if let Some(episode) = tx.episodes().open_of(id, PURPOSE).await? {
        consent::exclude(tx, episode, "P10", "erased", Key::WhyErased).await?;
    }
    let mut reach = tx.erasures().reach(&people, found.began).await?;
    reach.join(found.reach);
    if reach.is_in(reason) {
        return Err(wrong_reason("names the person; it is kept, so say it without number or id"));
    }
    if let Some(why) = tx.erasures().obstacle(&reach).await? {
        return Err(ActionError::Conflict(why.to_owned()));
    }
    let erasure = tx.erasures().erase(&people, &reach, actor, reason).await?;
    let after = json!({ "erasure": erasure.id });
    tx.usage().audit(actor, "contact.erase", &id.to_string(), None, Some(after)).await?;
    Ok(erasure)
}

/// Everything that is held about a contact and all that went into it, as one document. The trail tells that it was asked for.
///
/// # Errors
/// `NotFound`, also for one who is erased; `Conflict` for one who is part of another contact.
pub async fn export_contact(cx: &Context, tenant: TenantId, id: ContactId, actor: &str) -> Done<Json> {
    let mut read = cx.store.read(tenant).await?;
    let contact = read.contacts().get(id).await?.filter(|contact| !contact.erased);
    let contact = contact.ok_or(ActionError::NotFound("contact"))?;
    if contact.merged_into.is_some() {
        return Err(ActionError::Conflict("this contact is merged into another; export that one".to_owned()));
    }
    let people = read.erasures().people(id).await?;
    let held = read.erasures().held_about(&people).await?;
    let business = read.tenants().me().await?.name;
    drop(read);
    let mut tx = cx.store.begin(tenant).await?;
    tx.usage().audit(actor, "contact.export", &id.to_string(), None, None).await?;
    tx.commit().await?;
    Ok(json!({ "contact": id, "business": business, "at": cx.store.clock().now(), "held": held }))
}

fn wrong_reason(why: &str) -> ActionError {
    ActionError::Invalid(vec![FieldError::new("reason", why)])
}
