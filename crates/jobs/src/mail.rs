//! A wished email: to a customer or to the people of the business, where there is a mail server.

use crate::ways::connection_for;
use crate::work::send_message;
use ringleader_core::conversation::Channel;
use ringleader_core::id::{ContactId, LeadId, MessageId};
use ringleader_core::message::{Audience, Content};
use ringleader_store::repo::NewMessage;
use ringleader_store::{Result, Tx};

/// An email to be sent.
pub(crate) struct Mail {
    /// What makes it one of its kind: the same again is not sent twice (P2).
    pub key: String,
    /// The address.
    pub to: String,
    /// Who reads it.
    pub audience: Audience,
    /// The customer it is to, or about.
    pub contact: Option<ContactId>,
    /// Their lead.
    pub lead: Option<LeadId>,
    /// What it says.
    pub content: Content,
    /// What for.
    pub purpose: String,
}

/// What came of it.
pub(crate) enum Posted {
    /// There is no mail server.
    Nowhere,
    /// The same was wished before.
    Before,
    /// It is on its way.
    Now(MessageId),
}

/// Wishes an email and the work of sending it.
pub(crate) async fn post(tx: &mut Tx, mail: Mail) -> Result<Posted> {
    let Some(server) = connection_for(tx, Channel::Email).await? else { return Ok(Posted::Nowhere) };
    let wish = NewMessage {
        send_key: mail.key,
        conversation_id: None,
        contact_id: mail.contact,
        lead_id: mail.lead,
        episode_id: None,
        audience: mail.audience,
        channel: Channel::Email,
        connection_id: Some(server.id),
        to: None,
        to_email: Some(mail.to),
        content: mail.content,
        purpose: mail.purpose,
    };
    Ok(send_message::wish(tx, &wish).await?.map_or(Posted::Before, Posted::Now))
}
