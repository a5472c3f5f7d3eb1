//! Messages and what providers report of them (DESIGN 6). One row per send key, one per provider id (P2, P4).

use super::lists::corrupt;
use super::lists::{Filter, Listing, Page, first, list};
use super::tenants::json;
use crate::db::id_text;
use crate::{Conn, FromRow, Result, Row, args, trace};
use jiff::Timestamp;
use ringleader_core::conversation::Channel;
use ringleader_core::id::{ConnectionId, ContactId, ConversationId, EpisodeId, LeadId, MessageId};
use ringleader_core::message::{Audience, Content, Message, MessageStatus, SendFailure, StatusReport};
use ringleader_core::phone::Phone;
use serde_json::Value as Json;

/// Messages and their status events.
pub struct Messages<'c>(pub(super) &'c mut Conn);

/// A message to be sent.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Unique per tenant: the same wish has the same key, so it is one message however often it is wished.
    pub send_key: String,
    /// Chat.
    pub conversation_id: Option<ConversationId>,
    /// Contact.
    pub contact_id: Option<ContactId>,
    /// Lead.
    pub lead_id: Option<LeadId>,
    /// Episode.
    pub episode_id: Option<EpisodeId>,
    /// For whom.
    pub audience: Audience,
    /// How.
    pub channel: Channel,
    /// Over which connection.
    pub connection_id: Option<ConnectionId>,
    /// To which number.
    pub to: Option<Phone>,
    /// To which email address.
    pub to_email: Option<String>,
    /// What.
    pub content: Content,
    /// Why, as a catalogue key.
    pub purpose: String,
}

/// A message that came in.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Chat.
    pub conversation_id: ConversationId,
    /// Contact.
    pub contact_id: ContactId,
    /// How.
    pub channel: Channel,
    /// Over which connection.
    pub connection_id: ConnectionId,
    /// What.
    pub content: Content,
    /// The provider's id.
    pub provider_id: String,
    /// Said at, by the provider's clock.
    pub at: Timestamp,
    /// Whether a brain has to read it: reactions and the like need no answer.
    pub to_be_read: bool,
}

/// The error of a message of which nobody knows whether it went (P2).
const UNKNOWN_OUTCOME: &str = "unknown_outcome";

const MESSAGE: &str =
    "SELECT id, conversation_id, contact_id, audience, inbound, channel, connection_id, to_phone, to_email,
    content, purpose, status, error, provider_id, at FROM messages";

impl FromRow for Message {
    fn from_row(row: &Row) -> Result<Self> {
        let error: Option<String> = row.get("error")?;
        Ok(Self {
            id: row.get("id")?,
            conversation_id: row.get("conversation_id")?,
            contact_id: row.get("contact_id")?,
            audience: row.word("audience")?,
            inbound: row.get("inbound")?,
            channel: row.word("channel")?,
            connection_id: row.get("connection_id")?,
            to: row.get("to_phone")?,
            to_email: row.get("to_email")?,
            content: row.json("content")?,
            purpose: row.get("purpose")?,
            status: row.word("status")?,
            error: error.and_then(|text| serde_json::from_str(&text).ok()),
            provider_id: row.get("provider_id")?,
            at: row.get("at")?,
        })
    }
}

impl Messages<'_> {
    /// Wishes a message; `None` if the same wish was made before.
    pub async fn want(&mut self, new: &NewMessage) -> Result<Option<MessageId>> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<MessageId>());
        let sql = "INSERT INTO messages (tenant_id, id, conversation_id, contact_id, lead_id, episode_id, audience,
                   inbound, channel, connection_id, to_phone, to_email, kind, content, purpose, status, send_key,
                   attempt, at, trace)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $16, $11, $12, $13, 'wanted', $14, 0, $15, $17)
                   ON CONFLICT (tenant_id, send_key) WHERE send_key IS NOT NULL DO NOTHING";
        let args = args![
            tenant,
            id,
            new.conversation_id,
            new.contact_id,
            new.lead_id,
            new.episode_id,
            new.audience.as_str(),
            new.channel.as_str(),
            new.connection_id,
            new.to.clone(),
            new.content.kind(),
            json(&new.content)?,
            &new.purpose,
            &new.send_key,
            now,
            new.to_email.clone(),
            trace::present()
        ];
        let made = self.0.execute(sql, args).await? == 1;
        if let Some(contact) = new.contact_id.filter(|_| made && new.audience == Audience::Contact) {
            // When they were first written to is counted.
            self.0.touched.contact(contact);
        }
        if let Some(episode) = new.episode_id.filter(|_| made) {
            self.0.changed("episode", episode);
        }
        Ok(self.0.changed_if(made, "message", id).then_some(id))
    }

    /// Keeps a message that came in; `None` if it is known.
    pub async fn receive(&mut self, new: &Incoming) -> Result<Option<MessageId>> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<MessageId>());
        let sql = "INSERT INTO messages (tenant_id, id, conversation_id, contact_id, audience, inbound, channel,
                   connection_id, kind, content, status, provider_id, attempt, handled_at, at)
                   VALUES ($1, $2, $3, $4, 'contact', 1, $5, $6, $7, $8, 'received', $9, 0, $10, $11)
                   ON CONFLICT (tenant_id, connection_id, provider_id) WHERE provider_id IS NOT NULL DO NOTHING";
        let args = args![
            tenant,
            id,
            new.conversation_id,
            new.contact_id,
            new.channel.as_str(),
            new.connection_id,
            new.content.kind(),
            json(&new.content)?,
            &new.provider_id,
            (!new.to_be_read).then_some(now),
            new.at
        ];
        let made = self.0.execute(sql, args).await? == 1;
        if made {
            self.0.link_answer(new.conversation_id).await?;
        }
        Ok(self.0.changed_if(made, "message", id).then_some(id))
    }

    /// Keeps what a person of the business wrote from the handset; `false` if it is known.
    pub async fn echo(&mut self, new: &Incoming) -> Result<bool> {
        let Some(id) = self.receive(&Incoming { to_be_read: false, ..new.clone() }).await? else { return Ok(false) };
        let tenant = self.0.tenant()?;
        let sql =
            "UPDATE messages SET inbound = 0, status = 'sent', purpose = 'handset' WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, id]).await?;
        self.0.touched.contact(new.contact_id);
        Ok(true)
    }

    /// One message.
    pub async fn get(&mut self, id: MessageId) -> Result<Option<Message>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{MESSAGE} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// Inbound messages of a chat that nobody has read yet, oldest first.
    pub async fn unread(&mut self, chat: ConversationId) -> Result<Vec<Message>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{MESSAGE} WHERE tenant_id = $1 AND conversation_id = $2 AND inbound = 1 AND handled_at IS NULL ORDER BY at, id"
        );
        self.0.fetch_all_built(sql, args![tenant, chat]).await
    }

    /// Marks an inbound message as read by the bot; `false` if it was already.
    pub async fn mark_handled(&mut self, id: MessageId) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE messages SET handled_at = $3 WHERE tenant_id = $1 AND id = $2 AND handled_at IS NULL";
        Ok(self.0.execute(sql, args![tenant, id, now]).await? == 1)
    }

    /// Whether the bot has read an inbound message.
    pub async fn was_handled(&mut self, id: MessageId) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT id FROM messages WHERE tenant_id = $1 AND id = $2 AND handled_at IS NOT NULL";
        Ok(self.0.fetch_optional::<(MessageId,)>(sql, args![tenant, id]).await?.is_some())
    }

    /// Edits and deletions of a message, by the provider's id of it, in the order in which they came.
    pub async fn changes_of(&mut self, chat: ConversationId, original: &str) -> Result<Vec<Content>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT content FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND inbound = 1
                   AND kind IN ('edit', 'revoke') ORDER BY at, id";
        let rows: Vec<(serde_json::Value,)> = self.0.fetch_all(sql, args![tenant, chat]).await?;
        let changes = rows.into_iter().filter(|(content,)| content["original"] == original);
        changes.map(|(content,)| serde_json::from_value(content).map_err(|_| corrupt("messages.content"))).collect()
    }

    /// First messages to a contact since then, those excepted that never left.
    pub async fn openers_since(&mut self, contact: ContactId, since: Timestamp) -> Result<i64> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT COUNT(DISTINCT episode_id) AS n FROM messages WHERE tenant_id = $1 AND contact_id = $2
                   AND inbound = 0 AND purpose = 'first_message' AND status NOT IN ('failed', 'held') AND at >= $3";
        let (n,): (i64,) = self.0.fetch_one(sql, args![tenant, contact, since]).await?;
        Ok(n)
    }

    /// When a person of the business last wrote in a chat, from the handset or through us.
    pub async fn last_by_person(&mut self, chat: ConversationId) -> Result<Option<Timestamp>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT MAX(at) AS at FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND inbound = 0
                   AND purpose IN ('handset', 'person')";
        let (at,): (Option<Timestamp>,) = self.0.fetch_one(sql, args![tenant, chat]).await?;
        Ok(at)
    }

    /// Moves a message on, if it stands where the caller believes; `false` if it does not.
    pub async fn advance(&mut self, id: MessageId, from: &[MessageStatus], to: MessageStatus) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let places: Vec<String> = from.iter().map(|s| format!("'{}'", s.as_str())).collect();
        let sql = format!(
            "UPDATE messages SET status = $3 WHERE tenant_id = $1 AND id = $2 AND status IN ({})",
            places.join(", ")
        );
        self.0.changed("message", id);
        Ok(self.0.execute_built(sql, args![tenant, id, to.as_str()]).await? == 1)
    }

    /// Takes a wished message for sending: committed before the request leaves (P2). The number of this try, or `None`
    /// if it is not there to be taken.
    pub async fn take(&mut self, id: MessageId) -> Result<Option<i64>> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE messages SET status = 'sending', attempt = attempt + 1, provider_id = NULL
                   WHERE tenant_id = $1 AND id = $2 AND status = 'wanted' RETURNING attempt";
        self.0.changed("message", id);
        Ok(self.0.fetch_optional::<(i64,)>(sql, args![tenant, id]).await?.map(|(attempt,)| attempt))
    }

    /// The last message of the same chat that was wished before this one and has not gone yet.
    pub async fn unsent_before(&mut self, message: &Message) -> Result<Option<Message>> {
        let tenant = self.0.tenant()?;
        let Some(chat) = message.conversation_id else { return Ok(None) };
        let sql = format!(
            "{MESSAGE} WHERE tenant_id = $1 AND conversation_id = $2 AND id < $3 AND inbound = 0
             AND status IN ('wanted', 'sending') ORDER BY id DESC LIMIT 1"
        );
        first(self.0, sql, args![tenant, chat, message.id]).await
    }

    /// Whether a message of ours in this chat, wished since then, is held because nobody knows if it went.
    pub async fn unsettled_in(&mut self, chat: ConversationId, since: Timestamp) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT error FROM messages WHERE tenant_id = $1 AND conversation_id = $2 AND inbound = 0
                   AND status = 'held' AND error IS NOT NULL AND at >= $3";
        let why: Vec<(Json,)> = self.0.fetch_all(sql, args![tenant, chat, since]).await?;
        Ok(why.iter().any(|(why,)| why["code"] == UNKNOWN_OUTCOME))
    }

    /// How often a message was handed over.
    pub async fn attempts(&mut self, id: MessageId) -> Result<i64> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT attempt FROM messages WHERE tenant_id = $1 AND id = $2";
        let (attempt,): (i64,) = self.0.fetch_one(sql, args![tenant, id]).await?;
        Ok(attempt)
    }

    /// Forgets the provider's id of a try that failed, before the next one.
    pub async fn forget_provider_id(&mut self, id: MessageId) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE messages SET provider_id = NULL WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, id]).await?;
        Ok(())
    }

    /// Saves status, error and provider id as folded by the caller.
    pub async fn settle(
        &mut self,
        id: MessageId,
        status: MessageStatus,
        provider_id: Option<&str>,
        error: Option<&SendFailure>,
    ) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE messages SET status = $3, provider_id = COALESCE($4, provider_id), error = $5
                   WHERE tenant_id = $1 AND id = $2";
        let error = error.map(json).transpose()?;
        self.0.changed("message", id);
        self.0.execute(sql, args![tenant, id, status.as_str(), provider_id.map(str::to_owned), error]).await?;
        let sql =
            "SELECT episode_id, contact_id FROM messages WHERE tenant_id = $1 AND id = $2 AND audience = 'contact'";
        let whose: Option<(Option<EpisodeId>, Option<ContactId>)> =
            self.0.fetch_optional(sql, args![tenant, id]).await?;
        let (episode, contact) = whose.unwrap_or_default();
        if let Some(episode) = episode {
            self.0.changed("episode", episode);
        }
        if let Some(contact) = contact {
            self.0.touched.contact(contact);
        }
        Ok(())
    }

    /// Keeps a status event; `false` if it is known.
    pub async fn add_event(&mut self, connection: ConnectionId, report: &StatusReport) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO message_events (tenant_id, connection_id, provider_id, word, status, at, failure,
                   received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                   ON CONFLICT (tenant_id, connection_id, provider_id, word) DO NOTHING";
        let failure = report.failure.as_ref().map(json).transpose()?;
        let args = args![tenant, connection, &report.provider_id, &report.word, report.status, report.at, failure, now];
        Ok(self.0.execute(sql, args).await? == 1)
    }

    /// What the events of a provider id say: status (of the words that we know) and failure.
    pub async fn events(
        &mut self,
        connection: ConnectionId,
        provider_id: &str,
    ) -> Result<Vec<(Option<MessageStatus>, Option<SendFailure>)>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT status, failure FROM message_events
                   WHERE tenant_id = $1 AND connection_id = $2 AND provider_id = $3 ORDER BY received_at, word";
        let rows: Vec<(Option<MessageStatus>, Option<String>)> =
            self.0.fetch_all(sql, args![tenant, connection, provider_id]).await?;
        rows.into_iter()
            .map(|(status, failure)| {
                let failure = failure.map(|text| serde_json::from_str(&text)).transpose();
                Ok((status, failure.map_err(|_| corrupt("message_events.failure"))?))
            })
            .collect()
    }

    /// The outbound message with this provider id.
    pub async fn by_provider_id(&mut self, connection: ConnectionId, provider_id: &str) -> Result<Option<Message>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{MESSAGE} WHERE tenant_id = $1 AND connection_id = $2 AND provider_id = $3");
        first(self.0, sql, args![tenant, connection, provider_id]).await
    }

    /// The message with this send key.
    pub async fn by_send_key(&mut self, send_key: &str) -> Result<Option<Message>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{MESSAGE} WHERE tenant_id = $1 AND send_key = $2");
        first(self.0, sql, args![tenant, send_key]).await
    }

    /// Lead and episode of a message.
    pub async fn belongs_to(&mut self, id: MessageId) -> Result<(Option<LeadId>, Option<EpisodeId>)> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT lead_id, episode_id FROM messages WHERE tenant_id = $1 AND id = $2";
        self.0.fetch_one(sql, args![tenant, id]).await
    }

    /// Changes the words of a message that its sender edited or deleted; the event itself stays in the timeline.
    pub async fn rewrite(&mut self, id: MessageId, content: &Content) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE messages SET content = $3, kind = $4 WHERE tenant_id = $1 AND id = $2";
        self.0.changed("message", id);
        self.0.execute(sql, args![tenant, id, json(content)?, content.kind()]).await?;
        Ok(())
    }

    /// Messages by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Message>> {
        list(self.0, MESSAGE, filter, page, |m: &Message| id_text(m.id)).await
    }
}
