//! Edits and deletions (A15): the words that are shown change, what was said before an edit stays beside it, and what was
//! read from the old words is read again.
//!
//! Always true: people change only their own messages; an edit that comes before its message is not lost; no turn of the
//! chat follows from either.

use crate::work::{ReadAgain, put};
use ringleader_core::conversation::Conversation;
use ringleader_core::message::{Content, InboundMessage, Message};
use ringleader_store::jobs::OnConflict;
use ringleader_store::{Result, Tx};

/// Carries an edit or deletion out on the message that it names; returns what is kept of the event itself.
pub async fn apply(tx: &mut Tx, chat: &Conversation, message: &InboundMessage) -> Result<Content> {
    let (Content::Edit { original, .. } | Content::Revoke { original }) = &message.content else {
        return Ok(message.content.clone());
    };
    let Some(target) = tx.messages().by_provider_id(chat.connection_id, original).await? else {
        return Ok(message.content.clone()); // it may come later: `settled`
    };
    let own = target.conversation_id == Some(chat.id) && target.inbound;
    let Some(new) = changed(&target.content, &message.content).filter(|_| own) else {
        return Ok(message.content.clone());
    };
    tx.messages().rewrite(target.id, &new).await?;
    if tx.messages().was_handled(target.id).await? {
        read_again(tx, chat, &target).await?;
    }
    Ok(match &message.content {
        Content::Edit { original, body, .. } => {
            let before = target.content.words().map(str::to_owned);
            Content::Edit { original: original.clone(), body: body.clone(), before }
        }
        other => other.clone(),
    })
}

/// What a message says when changes of it came before it did.
pub async fn settled(tx: &mut Tx, chat: &Conversation, message: &InboundMessage) -> Result<Content> {
    let mut content = message.content.clone();
    for change in tx.messages().changes_of(chat.id, &message.provider_id).await? {
        content = changed(&content, &change).unwrap_or(content);
    }
    Ok(content)
}

fn changed(old: &Content, change: &Content) -> Option<Content> {
    match (old, change) {
        (Content::Revoke { .. }, _) => None, // what is gone stays gone
        (Content::Text { .. }, Content::Edit { body: Some(body), .. }) => Some(Content::Text { body: body.clone() }),
        (Content::Media { media, media_id, mime_type, file_name, voice, .. }, Content::Edit { body, .. }) => {
            Some(Content::Media {
                media: media.clone(),
                media_id: media_id.clone(),
                mime_type: mime_type.clone(),
                caption: body.clone(),
                file_name: file_name.clone(),
                voice: *voice,
            })
        }
        (_, Content::Revoke { original }) => Some(Content::Revoke { original: original.clone() }),
        _ => None,
    }
}

async fn read_again(tx: &mut Tx, chat: &Conversation, target: &Message) -> Result<()> {
    let again = ReadAgain { conversation: chat.id, messages: vec![target.id], state: chat.state, changed: true };
    let now = tx.now();
    put(tx, &again, now, OnConflict::Move).await.map(drop)
}
