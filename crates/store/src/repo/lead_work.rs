//! Who looks after a lead, and the labels that people sort leads by.

use super::leads::Leads;
use crate::{Result, args};
use ringleader_core::id::{ContactId, LeadId, UserId};

/// Most labels that a business is offered to choose from.
const MOST: i64 = 200;

impl Leads<'_> {
    /// Gives a lead to someone, or to nobody.
    pub async fn assign(&mut self, id: LeadId, user: Option<UserId>) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE leads SET assigned_to = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, id, user, now]).await?;
        self.0.changed("lead", id);
        Ok(())
    }

    /// Puts a label on a lead or takes it off; whether that changed anything.
    pub async fn label(&mut self, id: LeadId, label: &str, on: bool) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = if on {
            "INSERT INTO lead_labels (tenant_id, label, lead_id) VALUES ($1, $2, $3)
             ON CONFLICT (tenant_id, label, lead_id) DO NOTHING"
        } else {
            "DELETE FROM lead_labels WHERE tenant_id = $1 AND label = $2 AND lead_id = $3"
        };
        let changed = self.0.execute(sql, args![tenant, label, id]).await? == 1;
        Ok(self.0.changed_if(changed, "lead", id))
    }

    /// The labels of these leads, by name.
    pub async fn labels_of(&mut self, leads: &[LeadId]) -> Result<Vec<(LeadId, String)>> {
        if leads.is_empty() {
            return Ok(Vec::new());
        }
        let (places, args) = self.among(leads)?;
        let sql = format!(
            "SELECT lead_id, label FROM lead_labels WHERE tenant_id = $1 AND lead_id IN ({places}) ORDER BY label"
        );
        self.0.fetch_all_built(sql, args).await
    }

    /// Whether a lead of this contact, open or not, bears a label, in capitals or not.
    pub async fn bears(&mut self, contact: ContactId, label: &str) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT count(*) FROM lead_labels WHERE tenant_id = $1 AND lower(label) = $3 AND lead_id IN
                   (SELECT id FROM leads WHERE tenant_id = $1 AND contact_id = $2)";
        let (found,): (i64,) = self.0.fetch_one(sql, args![tenant, contact, label.to_lowercase()]).await?;
        Ok(found > 0)
    }

    /// All labels of the business, by name.
    pub async fn labels(&mut self) -> Result<Vec<String>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT DISTINCT label FROM lead_labels WHERE tenant_id = $1 ORDER BY label LIMIT $2";
        let rows: Vec<(String,)> = self.0.fetch_all(sql, args![tenant, MOST]).await?;
        Ok(rows.into_iter().map(|(label,)| label).collect())
    }
}
