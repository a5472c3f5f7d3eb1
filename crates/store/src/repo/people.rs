//! API keys. Keys are kept as digests; the key itself is shown once.

use super::lists::first;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{ApiKeyId, TenantId};

/// API keys.
pub struct People<'c>(pub(super) &'c mut Conn);

/// An API key as stored.
#[derive(Debug, Clone)]
pub struct ApiKey {
    /// Whose.
    pub tenant_id: TenantId,
    /// Its id.
    pub id: ApiKeyId,
    /// As its maker called it.
    pub name: String,
    /// What it may do: `read`, `write`, `admin`.
    pub scopes: Vec<String>,
    /// Made.
    pub created_at: Timestamp,
    /// Taken back.
    pub revoked_at: Option<Timestamp>,
}

const KEY: &str = "SELECT tenant_id, id, name, scopes, created_at, revoked_at FROM api_keys";

impl FromRow for ApiKey {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            id: row.get("id")?,
            name: row.get("name")?,
            scopes: row.json("scopes")?,
            created_at: row.get("created_at")?,
            revoked_at: row.get("revoked_at")?,
        })
    }
}

impl People<'_> {
    /// Makes a key from the digest of its text.
    pub async fn add_key(&mut self, name: &str, scopes: &[String], key_hash: &str) -> Result<ApiKeyId> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<ApiKeyId>());
        let sql = "INSERT INTO api_keys (tenant_id, id, name, scopes, key_hash, created_at)
                   VALUES ($1, $2, $3, $4, $5, $6)";
        self.0.execute(sql, args![tenant, id, name, super::tenants::json(scopes)?, key_hash, now]).await?;
        Ok(id)
    }

    /// The key with this digest, unless it was taken back (system transactions: the tenant is not known yet).
    pub async fn key_by_hash(&mut self, key_hash: &str) -> Result<Option<ApiKey>> {
        let sql = format!("{KEY} WHERE key_hash = $1 AND revoked_at IS NULL");
        first(self.0, sql, args![key_hash]).await
    }

    /// Keys of the tenant, oldest first.
    pub async fn keys(&mut self) -> Result<Vec<ApiKey>> {
        let tenant = self.0.tenant()?;
        self.0.fetch_all_built(format!("{KEY} WHERE tenant_id = $1 ORDER BY id"), args![tenant]).await
    }

    /// Takes a key back.
    pub async fn revoke_key(&mut self, id: ApiKeyId) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE api_keys SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
        let done = self.0.execute(sql, args![tenant, id, now]).await? == 1;
        Ok(self.0.changed_if(done, "key", id))
    }
}
