//! What people are sent about properties (C11): details, searches that go on, and what was found for them.
//!
//! Always true: a property is marked as sent once per person; a person has one search that goes on; a property that fits is
//! told of once for each price.

use super::lists::{corrupt, first};
use super::tenants::json;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{ContactId, MessageId, PropertyId, SearchId};
use ringleader_core::reception::criteria::Criteria;

/// What people are sent about properties.
pub struct Searches<'c>(pub(super) &'c mut Conn);

/// A search that goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedSearch {
    /// Its id.
    pub id: SearchId,
    /// Whose.
    pub contact_id: ContactId,
    /// What is looked for.
    pub criteria: Criteria,
    /// Since when.
    pub created_at: Timestamp,
    /// When they were last told.
    pub told_at: Option<Timestamp>,
}

const SEARCH: &str = "SELECT id, contact_id, criteria, created_at, told_at FROM saved_searches
    WHERE tenant_id = $1 AND ended_at IS NULL";

impl FromRow for SavedSearch {
    fn from_row(row: &Row) -> Result<Self> {
        let criteria: String = row.get("criteria")?;
        Ok(Self {
            id: row.get("id")?,
            contact_id: row.get("contact_id")?,
            criteria: serde_json::from_str(&criteria).map_err(|_| corrupt("criteria"))?,
            created_at: row.get("created_at")?,
            told_at: row.get("told_at")?,
        })
    }
}

impl Searches<'_> {
    /// Keeps a search, in place of the one that the person had.
    pub async fn save(&mut self, contact: ContactId, criteria: &Criteria) -> Result<()> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<SearchId>());
        let sql =
            "INSERT INTO saved_searches (tenant_id, id, contact_id, criteria, created_at) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (tenant_id, contact_id) WHERE ended_at IS NULL
                   DO UPDATE SET criteria = excluded.criteria";
        self.0.execute(sql, args![tenant, id, contact, json(criteria)?, now]).await.map(drop)
    }

    /// Ends the search of a person; `false` if there is none.
    pub async fn end(&mut self, contact: ContactId) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql =
            "UPDATE saved_searches SET ended_at = $3 WHERE tenant_id = $1 AND contact_id = $2 AND ended_at IS NULL";
        Ok(self.0.execute(sql, args![tenant, contact, now]).await? > 0)
    }

    /// The search of a person that goes on.
    pub async fn of(&mut self, contact: ContactId) -> Result<Option<SavedSearch>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{SEARCH} AND contact_id = $2"), args![tenant, contact]).await
    }

    /// Searches that go on, in the order of their ids, from behind `after`.
    pub async fn page(&mut self, after: Option<SearchId>, limit: u32) -> Result<Vec<SavedSearch>> {
        let tenant = self.0.tenant()?;
        let after = after.map(crate::db::id_text).unwrap_or_default();
        let sql = format!("{SEARCH} AND id > $2 ORDER BY id LIMIT {limit}");
        self.0.fetch_all_built(sql, args![tenant, after]).await
    }

    /// A property fits a search: to be told; `false` if that price was noted before.
    pub async fn note_match(&mut self, contact: ContactId, property: PropertyId, price: i64) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO search_matches (tenant_id, contact_id, property_id, price, state, at)
                   VALUES ($1, $2, $3, $4, 'due', $5) ON CONFLICT (tenant_id, contact_id, property_id, price) DO NOTHING";
        Ok(self.0.execute(sql, args![tenant, contact, property, price, now]).await? == 1)
    }

    /// What fits and was not told yet, oldest first: property and the price that it had.
    pub async fn due(&mut self, contact: ContactId) -> Result<Vec<(PropertyId, i64)>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT property_id, price FROM search_matches
                   WHERE tenant_id = $1 AND contact_id = $2 AND state = 'due' ORDER BY at, property_id LIMIT 100";
        self.0.fetch_all(sql, args![tenant, contact]).await
    }

    /// What was due is done with: `sent`, or `gone` where it fits no more. The moment counts for the next digest.
    pub async fn told(&mut self, contact: ContactId, property: PropertyId, price: i64, state: &str) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE search_matches SET state = $5
                   WHERE tenant_id = $1 AND contact_id = $2 AND property_id = $3 AND price = $4";
        self.0.execute(sql, args![tenant, contact, property, price, state]).await.map(drop)
    }

    /// A digest leaves now.
    pub async fn digest(&mut self, contact: ContactId) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql =
            "UPDATE saved_searches SET told_at = $3 WHERE tenant_id = $1 AND contact_id = $2 AND ended_at IS NULL";
        self.0.execute(sql, args![tenant, contact, now]).await.map(drop)
    }

    /// Whether a person was sent the details of a property.
    pub async fn was_sent(&mut self, contact: ContactId, property: PropertyId) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT at FROM sent_details WHERE tenant_id = $1 AND contact_id = $2 AND property_id = $3";
        let found: Option<(Timestamp,)> = self.0.fetch_optional(sql, args![tenant, contact, property]).await?;
        Ok(found.is_some())
    }

    /// Marks the details of a property as sent to a person.
    pub async fn mark_sent(
        &mut self,
        contact: ContactId,
        property: PropertyId,
        message: Option<MessageId>,
    ) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql =
            "INSERT INTO sent_details (tenant_id, contact_id, property_id, message_id, at) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (tenant_id, contact_id, property_id) DO UPDATE
                   SET message_id = excluded.message_id, at = excluded.at";
        self.0.execute(sql, args![tenant, contact, property, message, now]).await.map(drop)
    }
}
