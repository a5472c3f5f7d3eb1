//! Tells the business's room, where it has one, that somebody is to be seen to (C13): at once, whatever the hour, once for each
//! cause.

use crate::ledger::{self, About, Entry};
use crate::ways::connection_for;
use crate::work::send_message;
use ringleader_core::conversation::Channel;
use ringleader_core::id::ContactId;
use ringleader_core::message::{Audience, Content};
use ringleader_core::policy::{self, Route};
use ringleader_core::tenant::Tenant;
use ringleader_store::repo::NewMessage;
use ringleader_store::{Result, Tx};

/// Wishes these words to the room.
pub(crate) async fn tell(
    tx: &mut Tx,
    tenant: &Tenant,
    contact_id: Option<ContactId>,
    cause: &str,
    words: String,
) -> Result<()> {
    let Some(room) = connection_for(tx, Channel::Slack).await? else { return Ok(()) };
    let ruling = policy::owner_notice(Channel::Slack, true, &Route::default(), tx.now());
    let wish = NewMessage {
        send_key: format!("room:{cause}"),
        conversation_id: None,
        contact_id,
        lead_id: None,
        episode_id: None,
        audience: Audience::Owner,
        channel: Channel::Slack,
        connection_id: Some(room.id),
        to: None,
        to_email: None,
        content: Content::Text { body: words },
        purpose: "hand_over".to_owned(),
    };
    let Some(message) = send_message::wish(tx, &wish).await? else { return Ok(()) };
    let about = About { contact: contact_id, message: Some(message), ..About::default() };
    ledger::record(tx, tenant, about, Entry::from(&ruling)).await
}
