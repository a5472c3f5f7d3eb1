//! The link under a notice: a page with the one-tap answers, for channels without buttons (A13).
//!
//! Always true: a message has one link, however often it is tried; the token is stored sealed, so that reading messages does
//! not let anyone answer; the link names no person and no number (P10).

use crate::context::Context;
use crate::tokens::{digest, short_token};
use jiff::SignedDuration;
use ringleader_core::conversation::Channel;
use ringleader_core::id::TenantId;
use ringleader_core::message::{Audience, Content, Message};
use ringleader_core::texts::Key;
use ringleader_providers::all::{Capability, spec};
use ringleader_store::repo::Connection;
use ringleader_store::secrets::{ANSWER_LINK, Place};
use ringleader_store::{Result, Tx};

/// How long an answer is taken.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(24 * 14);

/// The link of a notice, made when it is first tried. `None` where the channel has buttons, or it is no notice.
pub(super) async fn put_under(
    cx: &Context,
    tx: &mut Tx,
    message: &Message,
    connection: &Connection,
) -> Result<Option<String>> {
    let taps = spec(&connection.kind).is_some_and(|spec| spec.can.contains(&Capability::Buttons));
    let wanted = match message.content {
        Content::Buttons { .. } => !taps,
        Content::Template { .. } => message.channel == Channel::Whatsapp,
        _ => false,
    };
    if message.audience != Audience::Owner || !wanted {
        return Ok(None);
    }
    let (Some(lead), _) = tx.messages().belongs_to(message.id).await? else { return Ok(None) };
    let place = place(tx.tenant()?);
    if tx.answers().of_message(message.id).await?.is_none() {
        let (token, until) = (short_token(), tx.now() + GOOD_FOR);
        let sealed = cx.keys.seal(place, &token);
        tx.answers().offer(message.id, lead, &sealed, &digest(&token), until).await?;
    }
    let link = tx.answers().of_message(message.id).await?;
    let token = link.and_then(|link| cx.keys.open(place, &link.sealed).ok());
    Ok(token.map(|token| format!("{}/a/{}", cx.public_url, token.reveal())))
}

/// The content as it leaves: a template's parameter for the link is filled in now, since it is not stored.
pub(super) fn filled_in(message: &Message, link: Option<&str>) -> Content {
    let mut content = message.content.clone();
    let place = Key::OwnerLead.variables().iter().position(|variable| variable.name == "link");
    if let (Content::Template { params, .. }, Some(place), Some(link)) = (&mut content, place, link)
        && let Some(param) = params.get_mut(place)
    {
        *param = link.to_owned();
    }
    content
}

const fn place(tenant: TenantId) -> Place {
    Place { tenant, column: ANSWER_LINK }
}
