//! Tenants and their lines (A4).

use super::lists::corrupt;
use super::lists::{Filter, Listing, Page, first, list};
use crate::db::id_text;
use crate::{Conn, Engine, FromRow, Result, Row, StoreError, args};
use jiff::Timestamp;
use ringleader_core::id::{ConnectionId, LineId, TenantId};
use ringleader_core::phone::Phone;
use ringleader_core::tenant::{Line, LineUse, Owner, Tenant};
use serde_json::Value as Json;

/// Tenants and their lines.
pub struct Tenants<'c>(pub(super) &'c mut Conn);

/// A tenant to be made.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// Name of the business.
    pub name: String,
    /// BCP 47.
    pub locale: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// IANA zone.
    pub time_zone: String,
    /// Place.
    pub place: Option<String>,
    /// Owner.
    pub owner: Owner,
    /// What differs from the default settings.
    pub settings: Json,
}

const TENANT: &str =
    "SELECT tenant_id, name, locale, country, time_zone, place, owner, settings, created_at FROM tenants";
const LINE: &str = "SELECT id, number, uses, connection_id, languages, since, until FROM lines";

impl FromRow for Tenant {
    fn from_row(row: &Row) -> Result<Self> {
        let zone: String = row.get("time_zone")?;
        Ok(Self {
            id: row.get("tenant_id")?,
            name: row.get("name")?,
            locale: row.get("locale")?,
            country: row.get("country")?,
            time_zone: jiff::tz::TimeZone::get(&zone).map_err(|_| corrupt("tenants.time_zone"))?,
            place: row.get("place")?,
            owner: row.json("owner")?,
            settings: row.json("settings")?,
            created_at: row.get("created_at")?,
        })
    }
}

impl FromRow for Line {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            number: row.get("number")?,
            uses: row.json("uses")?,
            connection_id: row.get("connection_id")?,
            languages: row.json("languages")?,
            since: row.get("since")?,
            until: row.get("until")?,
        })
    }
}

impl Tenants<'_> {
    /// Makes a tenant; the transaction must be that tenant's own or the system's.
    pub async fn insert(&mut self, id: TenantId, new: &NewTenant) -> Result<()> {
        let now = self.0.now();
        let owner = serde_json::to_value(&new.owner).map_err(|_| corrupt("tenants.owner"))?;
        self.0
            .execute(
                "INSERT INTO tenants (tenant_id, name, locale, country, time_zone, place, owner, settings, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                args![
                    id,
                    &new.name,
                    &new.locale,
                    &new.country,
                    &new.time_zone,
                    new.place.clone(),
                    owner,
                    new.settings.clone(),
                    now
                ],
            )
            .await?;
        Ok(())
    }

    /// The tenant of this transaction.
    pub async fn me(&mut self) -> Result<Tenant> {
        let id = self.0.tenant()?;
        self.get(id).await?.ok_or(StoreError::Missing)
    }

    /// Takes the tenant for this transaction: what must hold over several rows of it is decided one after the other, on all
    /// nodes. SQLite has one writer anyway.
    pub async fn lock(&mut self) -> Result<()> {
        if self.0.engine() == Engine::Postgres {
            let tenant = self.0.tenant()?;
            let sql = "SELECT tenant_id FROM tenants WHERE tenant_id = $1 FOR UPDATE";
            self.0.fetch_all::<(TenantId,)>(sql, args![tenant]).await?;
        }
        Ok(())
    }

    /// Any tenant, for a system transaction; its own, for a tenant's.
    pub async fn get(&mut self, id: TenantId) -> Result<Option<Tenant>> {
        first(self.0, format!("{TENANT} WHERE tenant_id = $1"), args![id]).await
    }

    /// All tenants, oldest first (system transactions only).
    pub async fn all(&mut self) -> Result<Vec<Tenant>> {
        self.0.fetch_all_built(format!("{TENANT} ORDER BY tenant_id"), args![]).await
    }

    /// What differs from the default settings, as stored.
    pub async fn raw_settings(&mut self) -> Result<Json> {
        let tenant = self.0.tenant()?;
        let (settings,): (Json,) =
            self.0.fetch_one("SELECT settings FROM tenants WHERE tenant_id = $1", args![tenant]).await?;
        Ok(settings)
    }

    /// Changes name, owner and settings.
    pub async fn update(&mut self, name: &str, owner: &Owner, settings: &Json) -> Result<()> {
        let tenant = self.0.tenant()?;
        let owner = serde_json::to_value(owner).map_err(|_| corrupt("tenants.owner"))?;
        self.0
            .execute(
                "UPDATE tenants SET name = $2, owner = $3, settings = $4 WHERE tenant_id = $1",
                args![tenant, name, owner, settings.clone()],
            )
            .await?;
        self.0.changed("tenant", tenant);
        Ok(())
    }

    /// Says where the tenant is; `None`: no place.
    pub async fn set_place(&mut self, place: Option<&str>) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE tenants SET place = $2 WHERE tenant_id = $1";
        self.0.execute(sql, args![tenant, place.map(str::to_owned)]).await?;
        Ok(())
    }

    /// Adds a line; `Conflict` if the tenant has the number already.
    pub async fn add_line(
        &mut self,
        number: &Phone,
        uses: &[LineUse],
        connection: Option<ConnectionId>,
        languages: &[String],
    ) -> Result<Line> {
        let line = Line {
            id: self.0.new_id(),
            number: number.clone(),
            uses: uses.to_vec(),
            connection_id: connection,
            languages: languages.to_vec(),
            since: self.0.now(),
            until: None,
        };
        let tenant = self.0.tenant()?;
        let inserted = self
            .0
            .execute(
                "INSERT INTO lines (tenant_id, id, number, uses, connection_id, languages, since)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, number) WHERE until IS NULL DO NOTHING",
                args![tenant, line.id, number, json(uses)?, connection, json(languages)?, line.since],
            )
            .await?;
        if inserted == 0 {
            return Err(StoreError::Conflict("lines.number".into()));
        }
        self.0.changed("line", line.id);
        Ok(line)
    }

    /// Changes a line; `false` if there is none.
    pub async fn update_line(&mut self, line: &Line) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let changed = self
            .0
            .execute(
                "UPDATE lines SET uses = $3, connection_id = $4, languages = $5 WHERE tenant_id = $1 AND id = $2",
                args![tenant, line.id, json(&line.uses)?, line.connection_id, json(&line.languages)?],
            )
            .await?;
        Ok(self.0.changed_if(changed == 1, "line", line.id))
    }

    /// Ends a line: calls of its time stay its own.
    pub async fn end_line(&mut self, id: LineId, at: Timestamp) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE lines SET until = $3 WHERE tenant_id = $1 AND id = $2 AND until IS NULL";
        let done = self.0.execute(sql, args![tenant, id, at]).await? == 1;
        Ok(self.0.changed_if(done, "line", id))
    }

    /// One line.
    pub async fn line(&mut self, id: LineId) -> Result<Option<Line>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{LINE} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// The present line with this number.
    pub async fn line_by_number(&mut self, number: &Phone) -> Result<Option<Line>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{LINE} WHERE tenant_id = $1 AND number = $2 AND until IS NULL");
        first(self.0, sql, args![tenant, number]).await
    }

    /// Present lines, oldest first.
    pub async fn lines(&mut self) -> Result<Vec<Line>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{LINE} WHERE tenant_id = $1 AND until IS NULL ORDER BY id");
        self.0.fetch_all_built(sql, args![tenant]).await
    }

    /// Present lines by page.
    pub async fn list_lines(&mut self, page: &Page) -> Result<Listing<Line>> {
        let present = Filter::default().and_expr("until IS NULL AND id <> {}", Some(""));
        list(self.0, LINE, present, page, |line: &Line| id_text(line.id)).await
    }
}

/// JSON text of anything that serialises.
pub(super) fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| corrupt("value to be stored"))
}
