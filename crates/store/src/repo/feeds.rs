//! Secret addresses of calendars (C7).
//!
//! Always true: an agent has one at a time; what opens it is not kept, its digest is.

use crate::{Conn, Result, args};
use ringleader_core::id::TenantId;

/// Secret addresses of calendars.
pub struct Feeds<'c>(pub(super) &'c mut Conn);

impl Feeds<'_> {
    /// Gives an agent an address; the one before opens nothing any more.
    pub async fn put(&mut self, agent_id: &str, token_hash: &str) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO calendar_feeds (tenant_id, agent_id, token_hash, created_at) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant_id, agent_id) DO UPDATE SET token_hash = excluded.token_hash,
                   created_at = excluded.created_at";
        self.0.execute(sql, args![tenant, agent_id, token_hash, now]).await.map(drop)
    }

    /// Takes an agent's address away; `false` if there is none.
    pub async fn revoke(&mut self, agent_id: &str) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "DELETE FROM calendar_feeds WHERE tenant_id = $1 AND agent_id = $2";
        Ok(self.0.execute(sql, args![tenant, agent_id]).await? == 1)
    }

    /// Whose calendar a token opens (system transactions: the tenant is not known yet).
    pub async fn by_token(&mut self, token_hash: &str) -> Result<Option<(TenantId, String)>> {
        let sql = "SELECT tenant_id, agent_id FROM calendar_feeds WHERE token_hash = $1";
        self.0.fetch_optional(sql, args![token_hash]).await
    }
}
