//! Connections: a tenant's accounts at providers. Secrets come and go sealed; this file never sees them open.

use super::lists::{Filter, Listing, Page, first, list};
use crate::db::id_text;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{ConnectionId, TenantId};
use serde_json::Value as Json;

/// Accounts at providers.
pub struct Connections<'c>(pub(super) &'c mut Conn);

/// A connection as stored.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Whose.
    pub tenant_id: TenantId,
    /// Its id.
    pub id: ConnectionId,
    /// The provider: `voicenter`, `whatsapp_cloud` …
    pub kind: String,
    /// As the tenant calls it.
    pub name: String,
    /// Settings that are no secret.
    pub config: Json,
    /// The rest and the webhook key, sealed (`secrets.rs`).
    pub sealed: String,
    /// `untested`, `good`, `failing`, `halted`.
    pub health: String,
    /// What is the matter and what to do.
    pub health_detail: Option<String>,
    /// The provider asked for a pause until then.
    pub paused_until: Option<Timestamp>,
    /// So many people its number may write to first within 24 hours, as the provider told.
    pub daily_limit: Option<i64>,
    /// Made.
    pub created_at: Timestamp,
}

/// A connection to be made.
#[derive(Debug, Clone)]
pub struct NewConnection {
    /// The provider.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Settings that are no secret.
    pub config: Json,
    /// Sealed secrets.
    pub sealed: String,
    /// Digest of the key in the webhook URL.
    pub key_hash: String,
    /// The provider's own name for the account.
    pub account_key: Option<String>,
}

const CONNECTION: &str = "SELECT tenant_id, id, kind, name, config, secrets, health, health_detail, paused_until, daily_limit, created_at FROM connections";

impl FromRow for Connection {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            id: row.get("id")?,
            kind: row.get("kind")?,
            name: row.get("name")?,
            config: row.json("config")?,
            sealed: row.get("secrets")?,
            health: row.get("health")?,
            health_detail: row.get("health_detail")?,
            paused_until: row.get("paused_until")?,
            daily_limit: row.get("daily_limit")?,
            created_at: row.get("created_at")?,
        })
    }
}

impl Connections<'_> {
    /// Makes a connection under an id that the caller chose (its secrets are sealed for it).
    pub async fn insert(&mut self, id: ConnectionId, new: &NewConnection) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        self.0
            .execute(
                "INSERT INTO connections
                 (tenant_id, id, kind, name, config, secrets, key_hash, account_key, health, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'untested', $9)",
                args![
                    tenant,
                    id,
                    &new.kind,
                    &new.name,
                    new.config.clone(),
                    &new.sealed,
                    &new.key_hash,
                    new.account_key.clone(),
                    now
                ],
            )
            .await?;
        self.0.changed("connection", id);
        Ok(())
    }

    /// Changes name, settings and secrets.
    pub async fn update(&mut self, id: ConnectionId, new: &NewConnection) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE connections SET name = $3, config = $4, secrets = $5, account_key = $6, health = 'untested',
                   health_detail = NULL WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL";
        let args = args![tenant, id, &new.name, new.config.clone(), &new.sealed, new.account_key.clone()];
        let done = self.0.execute(sql, args).await? == 1;
        Ok(self.0.changed_if(done, "connection", id))
    }

    /// Takes a connection away; its history stays.
    pub async fn delete(&mut self, id: ConnectionId) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE connections SET deleted_at = $3 WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL";
        let done = self.0.execute(sql, args![tenant, id, now]).await? == 1;
        Ok(self.0.changed_if(done, "connection", id))
    }

    /// Records whether it works.
    pub async fn set_health(&mut self, id: ConnectionId, health: &str, detail: Option<&str>) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE connections SET health = $3, health_detail = $4 WHERE tenant_id = $1 AND id = $2
                   AND (health <> $3 OR COALESCE(health_detail, '') <> COALESCE($4, ''))";
        let done = self.0.execute(sql, args![tenant, id, health, detail.map(str::to_owned)]).await? > 0;
        self.0.changed_if(done, "connection", id);
        Ok(())
    }

    /// Records how many people its number may write to first within 24 hours; `None`: any number.
    pub async fn set_daily_limit(&mut self, id: ConnectionId, limit: Option<i64>) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE connections SET daily_limit = $3 WHERE tenant_id = $1 AND id = $2
                   AND COALESCE(daily_limit, -1) <> COALESCE($3, -1)";
        let done = self.0.execute(sql, args![tenant, id, limit]).await? > 0;
        self.0.changed_if(done, "connection", id);
        Ok(())
    }

    /// Nothing goes out over it until then.
    pub async fn pause(&mut self, id: ConnectionId, until: Timestamp) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE connections SET paused_until = $3 WHERE tenant_id = $1 AND id = $2";
        self.0.changed("connection", id);
        self.0.execute(sql, args![tenant, id, until]).await?;
        Ok(())
    }

    /// One connection.
    pub async fn get(&mut self, id: ConnectionId) -> Result<Option<Connection>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{CONNECTION} WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL");
        first(self.0, sql, args![tenant, id]).await
    }

    /// Connections of a kind, of all tenants (system transactions).
    pub async fn everyones(&mut self, kind: &str) -> Result<Vec<Connection>> {
        let sql = format!("{CONNECTION} WHERE kind = $1 AND deleted_at IS NULL ORDER BY tenant_id, id");
        self.0.fetch_all_built(sql, args![kind]).await
    }

    /// Connections of a kind, oldest first: the first is the tenant's default for what it can do.
    pub async fn of_kind(&mut self, kind: &str) -> Result<Vec<Connection>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{CONNECTION} WHERE tenant_id = $1 AND kind = $2 AND deleted_at IS NULL ORDER BY id");
        self.0.fetch_all_built(sql, args![tenant, kind]).await
    }

    /// Present connections by page.
    pub async fn list(&mut self, page: &Page) -> Result<Listing<Connection>> {
        let present = Filter::default().and_expr("deleted_at IS NULL AND id <> {}", Some(""));
        list(self.0, CONNECTION, present, page, |c: &Connection| id_text(c.id)).await
    }

    /// Which connection a webhook URL's key belongs to (system transactions: the tenant is not known yet).
    pub async fn by_key(&mut self, kind: &str, key_hash: &str) -> Result<Option<Connection>> {
        let sql = format!("{CONNECTION} WHERE key_hash = $1 AND kind = $2 AND deleted_at IS NULL");
        first(self.0, sql, args![key_hash, kind]).await
    }

    /// Which connections name this account at the provider (system transactions).
    pub async fn by_account(&mut self, kind: &str, account_key: &str) -> Result<Vec<Connection>> {
        let sql = format!("{CONNECTION} WHERE kind = $1 AND account_key = $2 AND deleted_at IS NULL ORDER BY id");
        self.0.fetch_all_built(sql, args![kind, account_key]).await
    }

    /// Which connections have this value in their shown settings (system transactions). Looks through all of the kind.
    pub async fn by_setting(&mut self, kind: &str, name: &'static str, value: &str) -> Result<Vec<Connection>> {
        let sql =
            format!("{CONNECTION} WHERE kind = $1 AND config LIKE '%\"{name}\":%' AND deleted_at IS NULL ORDER BY id");
        let found: Vec<Connection> = self.0.fetch_all_built(sql, args![kind]).await?;
        Ok(found.into_iter().filter(|c| c.config.get(name).and_then(Json::as_str) == Some(value)).collect())
    }
}
