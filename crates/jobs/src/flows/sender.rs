//! Who wrote: a person is known by number and by the channel's own id, and both may change (PRODUCT 0; whatsapp sheet, 3.4).

use crate::actions::{self, ActionError};
use ringleader_core::contact::Contact;
use ringleader_core::conversation::Channel;
use ringleader_core::id::ContactId;
use ringleader_core::message::{Content, InboundMessage};
use ringleader_core::phone::Phone;
use ringleader_store::repo::Identity;
use ringleader_store::{Result, Tx};
use serde_json::Value;

/// Finds or makes the sender; a message without any identity can only be kept in the inbox.
pub async fn of(tx: &mut Tx, message: &InboundMessage, channel: Channel) -> Result<Option<Contact>> {
    let mut identities: Vec<Identity> = former(&message.content).into_iter().collect();
    identities.extend(message.user_key.clone().map(Identity::WhatsappUser));
    identities.extend(message.from.clone().map(Identity::Phone));
    identities.extend(told(&message.content));
    if identities.is_empty() {
        return Ok(None);
    }
    let contact = tx.contacts().find_or_make(&identities).await?;
    let contact = tx.contacts().hold(contact.id).await?;
    if !matches!(message.content, Content::System { .. }) {
        unite(tx, contact.id, &identities).await?;
    }
    if message.profile_name.is_some() && message.profile_name != contact.profile_name {
        tx.contacts().learn(contact.id, None, message.profile_name.as_deref(), None).await?;
    }
    tx.contacts().set_unreachable(contact.id, channel, None).await?; // they are there
    if let Some(from) = message.from.as_ref().filter(|_| channel == Channel::Sms) {
        tx.contacts().heard_by_text(from).await?;
    }
    tx.contacts().get(contact.id).await
}

/// One message names a person by number and by the channel's id: if two people had these so far, they are one (P9: it can be
/// taken back).
async fn unite(tx: &mut Tx, contact: ContactId, identities: &[Identity]) -> Result<()> {
    for identity in identities {
        let Some(other) = tx.contacts().by_identity(identity).await?.filter(|other| other.id != contact) else {
            continue;
        };
        match Box::pin(actions::merge(tx, contact, other.id, "bot")).await {
            Ok(_) => {}
            Err(ActionError::Store(error)) => return Err(error),
            Err(_) => return Ok(()), // a person is at it
        }
    }
    Ok(())
}

/// The channel's id that the person had before, when it tells of a new one: they stay who they are.
fn former(content: &Content) -> Option<Identity> {
    let Content::System { detail, .. } = content else { return None };
    text(detail, "previous_user_id").map(Identity::WhatsappUser)
}

/// Identities that the message itself tells: a new number or id, a number given when it was asked for.
fn told(content: &Content) -> Vec<Identity> {
    match content {
        Content::System { event, detail } if event.contains("changed") => {
            let number = text(detail, "wa_id").or_else(|| text(detail, "new_wa_id"));
            let id = text(detail, "user_id").map(Identity::WhatsappUser);
            id.into_iter().chain(number.as_deref().and_then(phone).map(Identity::Phone)).collect()
        }
        Content::Contacts { cards } => cards.as_array().into_iter().flatten().filter_map(own_card).collect(),
        _ => vec![],
    }
}

/// A card counts as the sender's own only if it answers our request for their number.
fn own_card(card: &Value) -> Option<Identity> {
    (card["origin"] == "contact_request").then_some(())?;
    let number = card["phones"].as_array()?.first()?;
    let digits = text(number, "wa_id").or_else(|| text(number, "phone"))?;
    phone(&digits).map(Identity::Phone)
}

fn phone(text: &str) -> Option<Phone> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    Phone::from_e164(&format!("+{digits}"))
}

fn text(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}
