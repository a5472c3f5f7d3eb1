//! How satisfied callers were (C14).
//!
//! Always true: a call is asked about once, and answered once.

use crate::{Conn, Result, args};
use jiff::Timestamp;
use ringleader_core::id::{CallId, ContactId};
use ringleader_core::reports::Opinion;

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
        let done = self.0.execute(sql, args![tenant, call, contact, now]).await? == 1;
        Ok(self.0.changed_if(done, "call", call))
    }

    /// What the caller said of a call.
    pub async fn opinion(&mut self, call: CallId) -> Result<Opinion> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT answer FROM satisfaction WHERE tenant_id = $1 AND call_id = $2";
        let row: Option<(Option<i64>,)> = self.0.fetch_optional(sql, args![tenant, call]).await?;
        Ok(row.map_or(Opinion::Unasked, |(answer,)| answer.map_or(Opinion::Asked, Opinion::Said)))
    }

    /// They were not asked after all: nothing led to them.
    pub async fn take_back(&mut self, call: CallId) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "DELETE FROM satisfaction WHERE tenant_id = $1 AND call_id = $2 AND answered_at IS NULL";
        let done = self.0.execute(sql, args![tenant, call]).await? == 1;
        self.0.changed_if(done, "call", call);
        Ok(())
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
}
