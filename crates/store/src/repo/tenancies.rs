//! Who rents what, whose it is, who looks after it, and who mends what (C2, C8).
//!
//! Always true: somebody rents a property once; of each property and trade there is one contractor.

use super::lists::{Filter, Listing, Page, first, list};
use crate::db::id_text;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::civil::Date;
use ringleader_core::id::{ContactId, ContractorId, PropertyId, TenancyId, UserId};
use ringleader_core::reception::words::FaultCategory;
use ringleader_core::tenancy::{Contractor, Tenancy};

/// Who rents what, and who mends it.
pub struct Tenancies<'c>(pub(super) &'c mut Conn);

/// A tenancy to be kept.
#[derive(Debug, Clone, Copy)]
pub struct Let {
    /// Which property.
    pub property: PropertyId,
    /// Who rents it.
    pub holder: ContactId,
    /// Whose it is.
    pub landlord: Option<ContactId>,
    /// The colleague who looks after it.
    pub manager: Option<UserId>,
    /// Its last day.
    pub ends_on: Option<Date>,
}

const TENANCY: &str = "SELECT id, property_id, contact_id, landlord_id, manager_id, ends_on, created_at, updated_at
    FROM tenancies";
const CONTRACTOR: &str = "SELECT id, contact_id, property_id, trade, created_at FROM contractors";

impl FromRow for Tenancy {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            property_id: row.get("property_id")?,
            contact_id: row.get("contact_id")?,
            landlord_id: row.get("landlord_id")?,
            manager_id: row.get("manager_id")?,
            ends_on: row.word_opt("ends_on")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

impl FromRow for Contractor {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            contact_id: row.get("contact_id")?,
            property_id: row.get("property_id")?,
            trade: row.word_opt("trade")?,
            created_at: row.get("created_at")?,
        })
    }
}

impl Tenancies<'_> {
    /// Keeps a tenancy; one of the same person and property is brought up to date. `true` if it is new.
    pub async fn put(&mut self, new: &Let) -> Result<(TenancyId, bool)> {
        let (tenant, now, fresh) = (self.0.tenant()?, self.0.now(), self.0.new_id::<TenancyId>());
        let sql = "INSERT INTO tenancies (tenant_id, id, property_id, contact_id, landlord_id, manager_id, ends_on,
                   created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
                   ON CONFLICT (tenant_id, property_id, contact_id) DO UPDATE SET landlord_id = excluded.landlord_id,
                   manager_id = excluded.manager_id, ends_on = excluded.ends_on, updated_at = excluded.updated_at
                   RETURNING id";
        let ends_on = new.ends_on.map(|date| date.to_string());
        let args = args![tenant, fresh, new.property, new.holder, new.landlord, new.manager, ends_on, now];
        let (id,): (TenancyId,) = self.0.fetch_one(sql, args).await?;
        self.0.changed("property", new.property);
        Ok((id, id == fresh))
    }

    /// One tenancy.
    pub async fn get(&mut self, id: TenancyId) -> Result<Option<Tenancy>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{TENANCY} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// That of a person in a property.
    pub async fn of(&mut self, property: PropertyId, holder: ContactId) -> Result<Option<Tenancy>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{TENANCY} WHERE tenant_id = $1 AND property_id = $2 AND contact_id = $3");
        first(self.0, sql, args![tenant, property, holder]).await
    }

    /// Takes a tenancy away.
    pub async fn remove(&mut self, tenancy: &Tenancy) -> Result<()> {
        let tenant = self.0.tenant()?;
        self.0.execute("DELETE FROM tenancies WHERE tenant_id = $1 AND id = $2", args![tenant, tenancy.id]).await?;
        self.0.changed("property", tenancy.property_id);
        Ok(())
    }

    /// Tenancies by page. Where two people who are one by now rent the same, it is that of the one who stays.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Tenancy>> {
        let filter = filter.and_is(
            "NOT EXISTS (SELECT 1 FROM contacts WHERE contacts.tenant_id = tenancies.tenant_id
             AND contacts.id = tenancies.contact_id AND contacts.merged_into IS NOT NULL)",
        );
        list(self.0, TENANCY, filter, page, |it: &Tenancy| id_text(it.id)).await
    }

    /// What somebody rents on a day, newest first.
    pub async fn of_contact(&mut self, contact: ContactId, on: Date) -> Result<Vec<Tenancy>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{TENANCY} WHERE tenant_id = $1 AND contact_id = $2 AND COALESCE(ends_on, '9') >= $3 ORDER BY id DESC LIMIT 20"
        );
        self.0.fetch_all_built(sql, args![tenant, contact, on.to_string()]).await
    }

    /// Keeps a contractor, in place of the one for the same property and trade.
    pub async fn put_contractor(
        &mut self,
        contact: ContactId,
        property: Option<PropertyId>,
        trade: Option<FaultCategory>,
    ) -> Result<ContractorId> {
        let (tenant, now, fresh) = (self.0.tenant()?, self.0.now(), self.0.new_id::<ContractorId>());
        let sql = "INSERT INTO contractors (tenant_id, id, contact_id, property_id, trade, created_at)
                   VALUES ($1, $2, $3, $4, $5, $6)
                   ON CONFLICT (tenant_id, COALESCE(property_id, ''), COALESCE(trade, ''))
                   DO UPDATE SET contact_id = excluded.contact_id, created_at = excluded.created_at RETURNING id";
        let (id,): (ContractorId,) = self.0.fetch_one(sql, args![tenant, fresh, contact, property, trade, now]).await?;
        if let Some(property) = property {
            self.0.changed("property", property);
        }
        Ok(id)
    }

    /// One contractor.
    pub async fn contractor(&mut self, id: ContractorId) -> Result<Option<Contractor>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{CONTRACTOR} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// Takes a contractor away.
    pub async fn remove_contractor(&mut self, contractor: &Contractor) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "DELETE FROM contractors WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, contractor.id]).await?;
        if let Some(property) = contractor.property_id {
            self.0.changed("property", property);
        }
        Ok(())
    }

    /// Contractors by page.
    pub async fn contractors(&mut self, filter: Filter, page: &Page) -> Result<Listing<Contractor>> {
        list(self.0, CONTRACTOR, filter, page, |it: &Contractor| id_text(it.id)).await
    }

    /// Who mends that there: the property's own before everybody's, of a trade before of all.
    pub async fn contractor_for(
        &mut self,
        property: Option<PropertyId>,
        trade: FaultCategory,
    ) -> Result<Option<Contractor>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{CONTRACTOR} WHERE tenant_id = $1 AND (property_id IS NULL OR property_id = $2)
             AND (trade IS NULL OR trade = $3)
             ORDER BY CASE WHEN property_id IS NULL THEN 1 ELSE 0 END, CASE WHEN trade IS NULL THEN 1 ELSE 0 END LIMIT 1"
        );
        first(self.0, sql, args![tenant, property, trade]).await
    }
}
