//! Model use (B7), the audit trail, what the owner was told (A13), and remembered answers (idempotency keys).

use super::lists::{Filter, Listing, Page, Place, among, first, list};
use crate::db::id_text;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{AuditId, ConversationId, LeadId};
use ringleader_core::model_use::ModelUse;
use serde_json::Value as Json;

/// Model use, audit trail, remembered answers.
pub struct Usage<'c>(pub(super) &'c mut Conn);

/// One line of the audit trail.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who: `usr_…`, `key_…`, `admin`, `system`.
    pub actor: String,
    /// What: `tenant.update` …
    pub action: String,
    /// On what.
    pub subject: String,
    /// Before.
    pub before: Option<Json>,
    /// After.
    pub after: Option<Json>,
}

const AUDIT: &str = "SELECT id, at, actor, action, subject, before, after FROM audit";

impl FromRow for AuditEntry {
    fn from_row(row: &Row) -> Result<Self> {
        let read = |text: Option<String>| text.and_then(|t| serde_json::from_str(&t).ok());
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            action: row.get("action")?,
            subject: row.get("subject")?,
            before: read(row.get("before")?),
            after: read(row.get("after")?),
        })
    }
}

/// What the owner was last told of a lead.
#[derive(Debug, Clone)]
pub struct OwnerNotice {
    /// When.
    pub told_at: Option<Timestamp>,
    /// What.
    pub snapshot: Option<Json>,
    /// Everything that happened so far, as words.
    pub news: Json,
    /// How many notices went out.
    pub notices: i64,
}

impl FromRow for OwnerNotice {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            told_at: row.get("told_at")?,
            snapshot: row.get("snapshot")?,
            news: row.get("news")?,
            notices: row.get("notices")?,
        })
    }
}

/// What is remembered of a request with an idempotency key.
#[derive(Debug, Clone, PartialEq)]
pub enum Remembered {
    /// It is new: the caller does it, and then `remember`s the answer.
    New,
    /// It was done: this was the answer.
    Done {
        /// Status.
        status: u16,
        /// Body.
        body: String,
    },
    /// The key was used for another request.
    Mismatch,
}

impl Usage<'_> {
    /// Writes down one use of a model.
    pub async fn add_model_use(&mut self, used: &ModelUse) -> Result<()> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<AuditId>());
        let sql =
            "INSERT INTO model_usage (tenant_id, id, at, brain, model, prompt, tokens_in, tokens_out, cost_micros,
                   latency_ms, result) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let ModelUse { brain, model, prompt, tokens_in, tokens_out, cost_micros, latency_ms, result } = used;
        let (tokens_in, tokens_out, cost_micros, took) = (*tokens_in, *tokens_out, *cost_micros, *latency_ms);
        let args = args![tenant, id, now, brain, model, prompt, tokens_in, tokens_out, cost_micros, took, result];
        self.0.execute(sql, args).await?;
        Ok(())
    }

    /// Money spent on models since then, in millionths of a US dollar.
    pub async fn model_cost_since(&mut self, since: Timestamp) -> Result<i64> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT CAST(COALESCE(SUM(cost_micros), 0) AS BIGINT) AS cost FROM model_usage
                   WHERE tenant_id = $1 AND at >= $2";
        let (cost,): (i64,) = self.0.fetch_one(sql, args![tenant, since]).await?;
        Ok(cost)
    }

    /// Adds a line to the audit trail.
    pub async fn audit(
        &mut self,
        actor: &str,
        action: &str,
        subject: &str,
        before: Option<Json>,
        after: Option<Json>,
    ) -> Result<()> {
        self.audit_line(actor, action, subject, before, after).await.map(drop)
    }

    /// Whether somebody did this to this since a moment.
    pub async fn audited_since(&mut self, actor: &str, action: &str, subject: &str, since: Timestamp) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT CAST(1 AS BIGINT) AS one FROM audit WHERE tenant_id = $1 AND subject = $2 AND action = $3 AND at >= $4
                   AND actor = $5 LIMIT 1";
        let found: Option<(i64,)> = self.0.fetch_optional(sql, args![tenant, subject, action, since, actor]).await?;
        Ok(found.is_some())
    }

    /// The same; its id.
    pub async fn audit_line(
        &mut self,
        actor: &str,
        action: &str,
        subject: &str,
        before: Option<Json>,
        after: Option<Json>,
    ) -> Result<AuditId> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<AuditId>());
        let sql = "INSERT INTO audit (tenant_id, id, at, actor, action, subject, before, after)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        self.0.execute(sql, args![tenant, id, now, actor, action, subject, before, after]).await?;
        Ok(id)
    }

    /// One line of the audit trail.
    pub async fn audit_entry(&mut self, id: AuditId) -> Result<Option<AuditEntry>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{AUDIT} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// The audit trail by page.
    pub async fn list_audit(&mut self, filter: Filter, page: &Page) -> Result<Listing<AuditEntry>> {
        list(self.0, AUDIT, filter, page, |a: &AuditEntry| id_text(a.id)).await
    }

    /// Who took these chats over and handed them back, newest first, by [`Place`].
    pub async fn takeovers(&mut self, chats: &[ConversationId], page: &Page) -> Result<Vec<AuditEntry>> {
        if chats.is_empty() {
            return Ok(Vec::new());
        }
        let (places, mut args) = among(self.0, chats.iter().map(ToString::to_string))?;
        let before = Place::before(page, "at", &mut args);
        let sql = format!(
            "{AUDIT} WHERE tenant_id = $1 AND subject IN ({places})
             AND action IN ('conversation.take_over', 'conversation.hand_back'){before} ORDER BY at DESC, id DESC LIMIT {}",
            page.limit
        );
        self.0.fetch_all_built(sql, args).await
    }

    /// What the owner was last told of a lead, and what has happened since it began.
    pub async fn owner_notice(&mut self, lead: LeadId) -> Result<Option<OwnerNotice>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT told_at, snapshot, news, notices FROM owner_notices WHERE tenant_id = $1 AND lead_id = $2";
        self.0.fetch_optional(sql, args![tenant, lead]).await
    }

    /// Adds to what the owner should hear of a lead.
    pub async fn add_owner_news(&mut self, lead: LeadId, news: &Json) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "INSERT INTO owner_notices (tenant_id, lead_id, news, notices) VALUES ($1, $2, $3, 0)
                   ON CONFLICT (tenant_id, lead_id) DO UPDATE SET news = excluded.news";
        self.0.execute(sql, args![tenant, lead, news]).await?;
        Ok(())
    }

    /// Notes what the owner is told now.
    pub async fn set_owner_told(&mut self, lead: LeadId, snapshot: &Json) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE owner_notices SET told_at = $3, snapshot = $4, notices = notices + 1
                   WHERE tenant_id = $1 AND lead_id = $2";
        self.0.execute(sql, args![tenant, lead, now, snapshot]).await?;
        Ok(())
    }

    /// Looks up a request's key, and takes it if it is new.
    pub async fn recall(&mut self, request_key: &str, fingerprint: &str) -> Result<Remembered> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let take = "INSERT INTO idempotency (tenant_id, request_key, fingerprint, created_at) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (tenant_id, request_key) DO NOTHING";
        if self.0.execute(take, args![tenant, request_key, fingerprint, now]).await? == 1 {
            return Ok(Remembered::New);
        }
        let sql = "SELECT fingerprint, status, body FROM idempotency WHERE tenant_id = $1 AND request_key = $2";
        let (known, status, body): (String, Option<i64>, Option<String>) =
            self.0.fetch_one(sql, args![tenant, request_key]).await?;
        Ok(match (known == fingerprint, status) {
            (false, _) => Remembered::Mismatch,
            (true, None) => Remembered::New, // taken in a transaction that is ours to finish
            (true, Some(status)) => {
                Remembered::Done { status: u16::try_from(status).unwrap_or(200), body: body.unwrap_or_default() }
            }
        })
    }

    /// Forgets answers that are older (system transactions).
    pub async fn forget_answers(&mut self, before: Timestamp) -> Result<u64> {
        self.0.execute("DELETE FROM idempotency WHERE created_at < $1", args![before]).await
    }

    /// Lets a request's key go that has no answer: nothing was done.
    pub async fn let_go(&mut self, request_key: &str) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "DELETE FROM idempotency WHERE tenant_id = $1 AND request_key = $2 AND status IS NULL";
        self.0.execute(sql, args![tenant, request_key]).await?;
        Ok(())
    }

    /// Remembers the answer to a request.
    pub async fn remember(&mut self, request_key: &str, status: u16, body: &str) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE idempotency SET status = $3, body = $4 WHERE tenant_id = $1 AND request_key = $2";
        self.0.execute(sql, args![tenant, request_key, i64::from(status), body]).await?;
        Ok(())
    }
}
