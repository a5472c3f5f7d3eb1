//! The inbox tray: events that could not be handled are tried again, by hand or when what they waited for is there, or discarded
//! (A4, D5).

use super::{ActionError, Done};
use crate::context::Context;
use ringleader_core::id::{InboxId, TenantId};
use ringleader_store::Tx;
use ringleader_store::inbox::{Filter, State};

/// Processes an event once more: same events, same state.
///
/// # Errors
/// `NotFound`; `Refused` for an event that cannot be read, or whose content is gone.
pub async fn replay(cx: &Context, tenant: TenantId, id: InboxId, actor: &str) -> Done<()> {
    let mut tx = cx.store.begin(tenant).await?;
    let event = tx.inbox().get(id).await?.ok_or(ActionError::NotFound("inbox event"))?;
    if event.is_unreadable() {
        let detail = "this event cannot be read, so there is nothing to process again".to_owned();
        return Err(ActionError::Refused { slug: "unreadable", detail });
    }
    if !tx.inbox().replay(id).await? {
        let detail = "what this event told is gone, so there is nothing to process again".to_owned();
        return Err(ActionError::Refused { slug: "forgotten", detail });
    }
    tx.usage().audit(actor, "inbox.replay", &id.to_string(), None, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes an event out of the tray: nothing is to come of it. It is kept, and may still be replayed.
///
/// # Errors
/// `NotFound`; `Conflict` for one that is not in the tray.
pub async fn discard(cx: &Context, tenant: TenantId, id: InboxId, actor: &str) -> Done<()> {
    let mut tx = cx.store.begin(tenant).await?;
    let event = tx.inbox().get(id).await?.ok_or(ActionError::NotFound("inbox event"))?;
    if !tx.inbox().discard(id).await? {
        return Err(ActionError::Conflict(format!("the event is not in the tray; it is {}", event.state)));
    }
    tx.usage().audit(actor, "inbox.discard", &id.to_string(), None, None).await?;
    tx.commit().await?;
    Ok(())
}

/// A line or an agent was added: what waited for it in the tray is processed. How many events there were.
pub async fn route_again(tx: &mut Tx) -> ringleader_store::Result<usize> {
    let filter = Filter { state: Some(State::Unroutable), limit: 1000, ..Filter::default() };
    let waiting = tx.inbox().list(&filter).await?;
    let mut again = 0;
    for event in &waiting {
        again += usize::from(tx.inbox().replay(event.id).await?);
    }
    Ok(again)
}
