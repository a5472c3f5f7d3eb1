//! Up to when a switchboard's call log was read, so that nothing is missed and nothing asked in vain (A6).

use crate::{Conn, Result, args};
use jiff::Timestamp;
use ringleader_core::id::ConnectionId;

/// Up to when call logs were read.
pub struct CallLogMarks<'c>(pub(super) &'c mut Conn);

impl CallLogMarks<'_> {
    /// Up to when it was read; the scope is `all` or a contact.
    pub async fn read_until(&mut self, connection: ConnectionId, scope: &str) -> Result<Option<Timestamp>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT read_until FROM call_log_marks WHERE tenant_id = $1 AND connection_id = $2 AND scope = $3";
        let found: Option<(Timestamp,)> = self.0.fetch_optional(sql, args![tenant, connection, scope]).await?;
        Ok(found.map(|(until,)| until))
    }

    /// It was read up to then. A mark never goes back.
    pub async fn set(&mut self, connection: ConnectionId, scope: &str, until: Timestamp) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "INSERT INTO call_log_marks (tenant_id, connection_id, scope, read_until) VALUES ($1, $2, $3, $4)
                   ON CONFLICT (tenant_id, connection_id, scope) DO UPDATE SET read_until =
                   CASE WHEN excluded.read_until > call_log_marks.read_until THEN excluded.read_until
                   ELSE call_log_marks.read_until END";
        self.0.execute(sql, args![tenant, connection, scope, until]).await?;
        Ok(())
    }
}
