//! Secret addresses of calendars (C7).
//!
//! Always true: an agent has one at a time; what opens it is not kept, its digest is.

use crate::{Conn, Result, args};
use jiff::Timestamp;
use ringleader_core::id::{AppointmentId, TenantId};
use ringleader_core::property::{Viewings, address_of};
use std::collections::BTreeMap;

/// An appointment's id, the contact's name, and door, street, postcode and ways of showing.
type Around = (AppointmentId, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

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

    /// Who comes and where to, for the appointments of an agent between two moments: by the appointment, the name of the contact
    /// and the whole address of the property, where there is one, with what is noted for whoever goes.
    pub async fn around(
        &mut self,
        agent_id: &str,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<BTreeMap<AppointmentId, (Option<String>, Option<String>)>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT a.id, p.name, h.door, h.street, h.postcode, h.viewings FROM appointments a
                   LEFT JOIN contacts p ON p.tenant_id = a.tenant_id AND p.id = a.contact_id
                   LEFT JOIN properties h ON h.tenant_id = a.tenant_id AND h.id = a.property_id
                   WHERE a.tenant_id = $1 AND a.agent_id = $2 AND a.starts_at >= $3 AND a.starts_at < $4";
        let rows: Vec<Around> = self.0.fetch_all(sql, args![tenant, agent_id, from, until]).await?;
        let address = |(id, name, door, street, postcode, viewings): Around| {
            let viewings = viewings.and_then(|text| serde_json::from_str::<Viewings>(&text).ok()).unwrap_or_default();
            let note = viewings.note.map(|note| format!(" ({note})")).unwrap_or_default();
            let address = street.map(|street| address_of(door.as_deref(), &street, postcode.as_deref()) + &note);
            (id, (name, address))
        };
        Ok(rows.into_iter().map(address).collect())
    }

    /// Whose calendar a token opens (system transactions: the tenant is not known yet).
    pub async fn by_token(&mut self, token_hash: &str) -> Result<Option<(TenantId, String)>> {
        let sql = "SELECT tenant_id, agent_id FROM calendar_feeds WHERE token_hash = $1";
        self.0.fetch_optional(sql, args![token_hash]).await
    }
}
