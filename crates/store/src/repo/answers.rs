//! What each of the business's own people was told of a lead, and the links they answer with (A13).
//!
//! A link belongs to one message and takes one answer: the update that takes it looks whether it was taken.

use super::lists::first;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{LeadId, MessageId, TenantId};
use serde_json::Value as Json;

/// What people were told and answered.
pub struct Answers<'c>(pub(super) &'c mut Conn);

/// A link under a notice.
#[derive(Debug, Clone)]
pub struct AnswerLink {
    /// Whose.
    pub tenant_id: TenantId,
    /// Under which message.
    pub message_id: MessageId,
    /// About which lead.
    pub lead_id: LeadId,
    /// The sealed token.
    pub sealed: String,
    /// Good until.
    pub expires_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// The answer.
    pub answer: Option<String>,
}

const LINK: &str = "SELECT tenant_id, message_id, lead_id, token, expires_at, answered_at, answer FROM answer_links";

impl FromRow for AnswerLink {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            message_id: row.get("message_id")?,
            lead_id: row.get("lead_id")?,
            sealed: row.get("token")?,
            expires_at: row.get("expires_at")?,
            answered_at: row.get("answered_at")?,
            answer: row.get("answer")?,
        })
    }
}

impl Answers<'_> {
    /// What a person was last told of a lead, and how often they were told.
    pub async fn told(&mut self, lead: LeadId, person: &str) -> Result<Option<(Json, i64)>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT snapshot, notices FROM owner_told WHERE tenant_id = $1 AND lead_id = $2 AND person = $3";
        self.0.fetch_optional(sql, args![tenant, lead, person]).await
    }

    /// Notes what a person is told now.
    pub async fn set_told(&mut self, lead: LeadId, person: &str, snapshot: &Json) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO owner_told (tenant_id, lead_id, person, told_at, snapshot, notices)
                   VALUES ($1, $2, $3, $4, $5, 1)
                   ON CONFLICT (tenant_id, lead_id, person) DO UPDATE SET told_at = excluded.told_at,
                   snapshot = excluded.snapshot, notices = owner_told.notices + 1";
        self.0.execute(sql, args![tenant, lead, person, now, snapshot]).await?;
        Ok(())
    }

    /// The link under a message.
    pub async fn of_message(&mut self, message: MessageId) -> Result<Option<AnswerLink>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{LINK} WHERE tenant_id = $1 AND message_id = $2"), args![tenant, message]).await
    }

    /// Puts a link under a message; one that is there stays.
    pub async fn offer(
        &mut self,
        message: MessageId,
        lead: LeadId,
        sealed: &str,
        token_hash: &str,
        expires_at: Timestamp,
    ) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "INSERT INTO answer_links (tenant_id, message_id, lead_id, token, token_hash, expires_at)
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, message_id) DO NOTHING";
        self.0.execute(sql, args![tenant, message, lead, sealed, token_hash, expires_at]).await?;
        Ok(())
    }

    /// The link with this token (system transactions: the tenant is not known yet).
    pub async fn by_token(&mut self, token_hash: &str) -> Result<Option<AnswerLink>> {
        first(self.0, format!("{LINK} WHERE token_hash = $1"), args![token_hash]).await
    }

    /// Takes the answer; `false` if the link was answered before or is too old.
    pub async fn take(&mut self, message: MessageId, answer: &str) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE answer_links SET answered_at = $3, answer = $4
                   WHERE tenant_id = $1 AND message_id = $2 AND answered_at IS NULL AND expires_at > $3";
        Ok(self.0.execute(sql, args![tenant, message, now, answer]).await? == 1)
    }
}
