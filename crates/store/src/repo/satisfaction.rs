//! How satisfied callers were (C14).
//!
//! Always true: a call is asked about once, and answered once.

use crate::{Conn, Result, args};
use jiff::Timestamp;
use ringleader_core::id::{CallId, ContactId};

/// How satisfied callers were.
pub struct Satisfaction<'c>(pub(super) &'c mut Conn);

impl Satisfaction<'_> {
    /// Notes that a caller is asked; `false` if they were asked about this call, or about any since a moment. The contact is
    /// held by the caller.
    pub async fn ask(&mut self, call: CallId, contact: ContactId, since: Timestamp) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql =
            "SELECT asked_at FROM satisfaction WHERE tenant_id = $1 AND contact_id = $2 AND asked_at > $3 LIMIT 1";
        let lately: Option<(Timestamp,)> = self.0.fetch_optional(sql, args![tenant, contact, since]).await?;
        if lately.is_some() {
            return Ok(false);
        }
        let sql = "INSERT INTO satisfaction (tenant_id, call_id, contact_id, asked_at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant_id, call_id) DO NOTHING";
        Ok(self.0.execute(sql, args![tenant, call, contact, now]).await? == 1)
    }

    /// They were not asked after all: nothing led to them.
    pub async fn take_back(&mut self, call: CallId) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "DELETE FROM satisfaction WHERE tenant_id = $1 AND call_id = $2 AND answered_at IS NULL";
        self.0.execute(sql, args![tenant, call]).await.map(drop)
    }

    /// The call that a contact was asked about since a moment and has not answered, and when they were asked.
    pub async fn awaiting(&mut self, contact: ContactId, since: Timestamp) -> Result<Option<(CallId, Timestamp)>> {
        let tenant = self.0.tenant()?;
        let sql =
            "SELECT call_id, asked_at FROM satisfaction WHERE tenant_id = $1 AND contact_id = $2 AND asked_at >= $3
                   AND answered_at IS NULL ORDER BY asked_at DESC LIMIT 1";
        self.0.fetch_optional(sql, args![tenant, contact, since]).await
    }

    /// Keeps an answer; `false` if there is one, or the call is not the contact's.
    pub async fn answer(&mut self, call: CallId, contact: ContactId, answer: i64) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE satisfaction SET answer = $4, answered_at = $5
                   WHERE tenant_id = $1 AND call_id = $2 AND contact_id = $3 AND answered_at IS NULL";
        let done = self.0.execute(sql, args![tenant, call, contact, answer, now]).await? == 1;
        Ok(self.0.changed_if(done, "call", call))
    }

    /// The answer about a call.
    pub async fn of_call(&mut self, call: CallId) -> Result<Option<i64>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT answer FROM satisfaction WHERE tenant_id = $1 AND call_id = $2 AND answer IS NOT NULL";
        let row: Option<(i64,)> = self.0.fetch_optional(sql, args![tenant, call]).await?;
        Ok(row.map(|(answer,)| answer))
    }

    /// Answers to questions asked in a span of time, with how often each was given; how many were asked in all.
    pub async fn counted(&mut self, from: Timestamp, until: Timestamp) -> Result<(Vec<(i64, i64)>, i64)> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT answer, COUNT(*) FROM satisfaction WHERE tenant_id = $1 AND asked_at >= $2 AND asked_at < $3
                   AND answer IS NOT NULL GROUP BY answer ORDER BY answer";
        let answers = self.0.fetch_all(sql, args![tenant, from, until]).await?;
        let sql = "SELECT COUNT(*) FROM satisfaction WHERE tenant_id = $1 AND asked_at >= $2 AND asked_at < $3";
        let (asked,): (i64,) = self.0.fetch_one(sql, args![tenant, from, until]).await?;
        Ok((answers, asked))
    }
}
