//! Message templates as the provider knows them: state, category, and how many parameters they take (A8).

use super::lists::first;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::ConnectionId;

/// Templates of connections.
pub struct Templates<'c>(pub(super) &'c mut Conn);

/// What is known of one template.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// Its language code: `he`, `en_GB`.
    pub language: String,
    /// `APPROVED`, `PENDING`, `PAUSED` …
    pub status: String,
    /// `MARKETING`, `UTILITY`, `AUTHENTICATION`; `None` where the provider did not say it.
    pub category: Option<String>,
    /// Why it has this status, as the provider says it.
    pub reason: Option<String>,
    /// Until when it is paused.
    pub paused_until: Option<Timestamp>,
    /// How many parameters its body takes; `None` where it was never read.
    pub params: Option<i64>,
}

const TEMPLATE: &str = "SELECT name, language, status, category, reason, paused_until, params FROM message_templates";

impl FromRow for Template {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            name: row.get("name")?,
            language: row.get("language")?,
            status: row.get("status")?,
            category: row.get("category")?,
            reason: row.get("reason")?,
            paused_until: row.get("paused_until")?,
            params: row.get("params")?,
        })
    }
}

impl Templates<'_> {
    /// Every template of a connection, by name.
    pub async fn of(&mut self, connection: ConnectionId) -> Result<Vec<Template>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{TEMPLATE} WHERE tenant_id = $1 AND connection_id = $2 ORDER BY name, language");
        self.0.fetch_all_built(sql, args![tenant, connection]).await
    }

    /// Every template of a connection with this name, one for each language.
    pub async fn named(&mut self, connection: ConnectionId, name: &str) -> Result<Vec<Template>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{TEMPLATE} WHERE tenant_id = $1 AND connection_id = $2 AND name = $3 ORDER BY language");
        self.0.fetch_all_built(sql, args![tenant, connection, name]).await
    }

    /// The template of this name and language.
    pub async fn get(&mut self, connection: ConnectionId, name: &str, language: &str) -> Result<Option<Template>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{TEMPLATE} WHERE tenant_id = $1 AND connection_id = $2 AND name = $3 AND language = $4");
        first(self.0, sql, args![tenant, connection, name, language]).await
    }

    /// Records what the provider says of a template. What it does not say stays: category, parameters, the end of a pause.
    pub async fn save(&mut self, connection: ConnectionId, it: &Template) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO message_templates (tenant_id, connection_id, name, language, status, category, reason,
                   paused_until, params, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                   ON CONFLICT (tenant_id, connection_id, name, language) DO UPDATE SET status = excluded.status,
                   category = COALESCE(excluded.category, message_templates.category), reason = excluded.reason,
                   paused_until = CASE WHEN excluded.status = 'PAUSED'
                       THEN COALESCE(excluded.paused_until, message_templates.paused_until) END,
                   params = COALESCE(excluded.params, message_templates.params), updated_at = excluded.updated_at";
        let (category, reason) = (it.category.clone(), it.reason.clone());
        let place = args![tenant, connection, &it.name, &it.language, &it.status];
        let args = place.into_iter().chain(args![category, reason, it.paused_until, it.params, now]).collect();
        self.0.execute(sql, args).await?;
        Ok(())
    }

    /// The provider moved a template to another category.
    pub async fn set_category(
        &mut self,
        connection: ConnectionId,
        name: &str,
        language: &str,
        category: &str,
    ) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE message_templates SET category = $5, updated_at = $6
                   WHERE tenant_id = $1 AND connection_id = $2 AND name = $3 AND language = $4";
        self.0.execute(sql, args![tenant, connection, name, language, category, now]).await?;
        Ok(())
    }
}
