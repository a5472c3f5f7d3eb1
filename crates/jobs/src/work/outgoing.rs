//! A message as it leaves: to whom, its words as its template takes them, and what goes with it.

use super::owner_link;
use crate::actions::leaving_link;
use crate::context::Context;
use ringleader_core::conversation::Channel;
use ringleader_core::id::ContactId;
use ringleader_core::message::{Audience, Content, Message};
use ringleader_core::tenant::Tenant;
use ringleader_providers::messaging::{Address, Outgoing};
use ringleader_store::repo::Connection;
use ringleader_store::{Result, Tx};

/// Puts it together; `calendar` is the invitation that goes with it: method and text.
pub(super) async fn of(
    cx: &Context,
    tx: &mut Tx,
    tenant: &Tenant,
    message: &Message,
    connection: &Connection,
    calendar: Option<(String, String)>,
) -> Result<Outgoing> {
    let customer = message.contact_id.filter(|_| message.audience == Audience::Contact);
    let user_key = match customer {
        Some(id) => user_key(tx, id).await?,
        None => None,
    };
    let link = owner_link::put_under(cx, tx, message, connection).await?;
    let takes = template_params(tx, connection, message).await?;
    let leave = customer.filter(|_| message.channel == Channel::Email).map(|id| leaving_link(cx, tenant.id, id));
    Ok(Outgoing {
        to: Address { phone: message.to.clone(), user_key, email: message.to_email.clone() },
        send_key: message.id.to_string(),
        content: fitted(owner_link::filled_in(message, link.as_deref()), takes),
        link,
        leave,
        calendar,
    })
}

/// How many parameters the provider's template takes, where a template goes and it was read.
async fn template_params(tx: &mut Tx, connection: &Connection, message: &Message) -> Result<Option<usize>> {
    let Content::Template { name, language, .. } = &message.content else { return Ok(None) };
    let known = tx.templates().get(connection.id, name, language).await?;
    Ok(known.and_then(|template| template.params).and_then(|count| usize::try_from(count).ok()))
}

/// The content with no more parameters than the template takes: providers refuse a wrong number (132000).
fn fitted(mut content: Content, takes: Option<usize>) -> Content {
    if let (Content::Template { params, .. }, Some(takes)) = (&mut content, takes) {
        params.truncate(takes);
    }
    content
}

/// The channel's own id of a contact, for those who show no number.
async fn user_key(tx: &mut Tx, contact: ContactId) -> Result<Option<String>> {
    let all = tx.contacts().identities(contact).await?;
    Ok(all.into_iter().find(|(kind, _)| kind == "whatsapp_user").map(|(_, value)| value))
}
