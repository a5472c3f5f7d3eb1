//! The inbox tray: events that could not be handled are tried again, by hand or when what they waited for is there (A4, D5).

use super::{ActionError, Done};
use crate::context::Context;
use ringleader_core::id::{InboxId, TenantId};
use ringleader_store::Tx;
use ringleader_store::inbox::{Filter, State};

/// Processes an event once more: same events, same state.
///
/// # Errors
/// `NotFound`; `Refused` for an event that cannot be read.
pub async fn replay(cx: &Context, tenant: TenantId, id: InboxId, actor: &str) -> Done<()> {
    let mut tx = cx.store.begin(tenant).await?;
    let event = tx.inbox().get(id).await?.ok_or(ActionError::NotFound("inbox event"))?;
    if event.state == State::Unreadable {
        let detail = "this event cannot be read, so there is nothing to process again".to_owned();
        return Err(ActionError::Refused { slug: "unreadable", detail });
    }
    tx.inbox().replay(id).await?;
    tx.usage().audit(actor, "inbox.replay", &id.to_string(), None, None).await?;
    tx.commit().await?;
    Ok(())
}

/// A line or an agent was added: what waited for it in the tray is processed. How many events there were.
pub async fn route_again(tx: &mut Tx) -> ringleader_store::Result<usize> {
    let filter = Filter { state: Some(State::Unroutable), limit: 1000, ..Filter::default() };
    let waiting = tx.inbox().list(&filter).await?;
    for event in &waiting {
        tx.inbox().replay(event.id).await?;
    }
    Ok(waiting.len())
}
