//! Chats: one per contact, channel and connection, reopened rather than made anew.

use super::lists::corrupt;
use super::lists::{Filter, Listing, Page, first, list};
use super::tenants::json;
use crate::db::id_text;
use crate::{Conn, FromRow, Result, Row, StoreError, args};
use ringleader_core::conversation::{Channel, ChatState, Conversation, Driver};
use ringleader_core::id::{ConnectionId, ContactId, ConversationId};
use ringleader_core::phone::Phone;

/// Chats.
pub struct Conversations<'c>(pub(super) &'c mut Conn);

const CONVERSATION: &str = "SELECT id, contact_id, lead_id, episode_id, channel, connection_id, state, driver, asked,
    window_until, reminders_sent, opened_at, last_inbound_at, said, closed_reason, peer, handed_over_at, led_by
    FROM conversations";

impl FromRow for Conversation {
    fn from_row(row: &Row) -> Result<Self> {
        let driver: String = row.get("driver")?;
        Ok(Self {
            id: row.get("id")?,
            contact_id: row.get("contact_id")?,
            lead_id: row.get("lead_id")?,
            episode_id: row.get("episode_id")?,
            channel: row.word("channel")?,
            connection_id: row.get("connection_id")?,
            state: row.word("state")?,
            driver: driver.parse().map_err(|_| corrupt("conversations.driver"))?,
            handed_over_at: row.get("handed_over_at")?,
            led_by: row.json("led_by")?,
            asked: row.json("asked")?,
            window_until: row.get("window_until")?,
            reminders_sent: row.get("reminders_sent")?,
            opened_at: row.get("opened_at")?,
            last_inbound_at: row.get("last_inbound_at")?,
            said: row.json("said")?,
            closed_reason: row.get("closed_reason")?,
            peer: Phone::from_e164(&row.get::<String>("peer")?),
        })
    }
}

impl Conversations<'_> {
    /// The chat with a contact on a channel and connection, made if there is none; whether it was made now. `peer` is the
    /// number it is with: a person may have several. A chat without one becomes theirs when the number is known.
    pub async fn find_or_make(
        &mut self,
        contact: ContactId,
        channel: Channel,
        connection: ConnectionId,
        peer: Option<&Phone>,
    ) -> Result<(Conversation, bool)> {
        let all = self.on(contact, channel, connection).await?;
        let fits = |chat: &&Conversation| peer.is_none() || chat.peer.as_ref() == peer;
        if let Some(chat) = all.iter().find(fits) {
            return Ok((chat.clone(), false));
        }
        if let Some(chat) = all.into_iter().find(|chat| chat.peer.is_none()) {
            return Ok((self.name_peer(chat, peer).await?, false));
        }
        let number = peer.map_or("", |peer| peer.as_str());
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<ConversationId>());
        let sql = "INSERT INTO conversations (tenant_id, id, contact_id, channel, connection_id, state, driver, asked,
                   reminders_sent, opened_at, said, peer)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, '[0,0,0]', 0, $8, '[]', $9)
                   ON CONFLICT (tenant_id, contact_id, channel, connection_id, peer) DO NOTHING";
        let state = ChatState::AwaitingResponse.as_str();
        let args =
            args![tenant, id, contact, channel.as_str(), connection, state, Driver::Bot.to_string(), now, number];
        let made = self.0.execute(sql, args).await? == 1;
        self.0.changed_if(made, "conversation", id);
        let all = self.on(contact, channel, connection).await?;
        let chat = all.into_iter().find(|chat| chat.peer.as_ref() == peer).ok_or(StoreError::Missing)?;
        Ok((chat, made))
    }

    async fn name_peer(&mut self, chat: Conversation, peer: Option<&Phone>) -> Result<Conversation> {
        let (tenant, number) = (self.0.tenant()?, peer.map_or("", |peer| peer.as_str()));
        let sql = "UPDATE conversations SET peer = $3 WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, chat.id, number]).await?;
        Ok(Conversation { peer: peer.cloned(), ..chat })
    }

    /// Newest first.
    async fn on(
        &mut self,
        contact: ContactId,
        channel: Channel,
        connection: ConnectionId,
    ) -> Result<Vec<Conversation>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{CONVERSATION} WHERE tenant_id = $1 AND contact_id = $2 AND channel = $3 AND connection_id = $4 ORDER BY id DESC"
        );
        self.0.fetch_all_built(sql, args![tenant, contact, channel.as_str(), connection]).await
    }

    /// All chats with a contact, newest first.
    pub async fn of_contact(&mut self, contact: ContactId) -> Result<Vec<Conversation>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{CONVERSATION} WHERE tenant_id = $1 AND contact_id = $2 ORDER BY id DESC");
        self.0.fetch_all_built(sql, args![tenant, contact]).await
    }

    /// One chat.
    pub async fn get(&mut self, id: ConversationId) -> Result<Option<Conversation>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{CONVERSATION} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// Saves where it stands.
    pub async fn save(&mut self, c: &Conversation) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE conversations SET lead_id = $3, episode_id = $4, state = $5, driver = $6, asked = $7,
                   window_until = $8, reminders_sent = $9, opened_at = $10, last_inbound_at = $11, said = $12,
                   closed_reason = $13, handed_over_at = $14, led_by = $15 WHERE tenant_id = $1 AND id = $2";
        let args = args![
            tenant,
            c.id,
            c.lead_id,
            c.episode_id,
            c.state.as_str(),
            c.driver.to_string(),
            json(&c.asked)?,
            c.window_until,
            i64::from(c.reminders_sent),
            c.opened_at,
            c.last_inbound_at,
            json(&c.said)?,
            c.closed_reason.clone(),
            c.handed_over_at,
            json(&c.led_by)?
        ];
        self.0.changed("conversation", c.id);
        self.0.execute(sql, args).await?;
        Ok(())
    }

    /// Chats by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Conversation>> {
        list(self.0, CONVERSATION, filter, page, |c: &Conversation| id_text(c.id)).await
    }
}
