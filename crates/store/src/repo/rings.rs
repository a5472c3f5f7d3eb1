//! People on call who are rung for an emergency (C8).
//!
//! Always true: a place in the chain is rung for once; a ring that is over stays over.

use super::lists::first;
use crate::{Conn, FromRow, Result, Row, args};
use ringleader_core::id::{AlarmId, ConnectionId};
use ringleader_core::phone::Phone;
use ringleader_core::ticket::{Ring, RingState};

/// People on call who are rung.
pub struct Rings<'c>(pub(super) &'c mut Conn);

const RING: &str = "SELECT alarm_id, nth, name, phone, connection_id, state, provider_call_id, result, at
    FROM on_call_rings WHERE tenant_id = $1 AND alarm_id = $2";

impl FromRow for Ring {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            alarm: row.get("alarm_id")?,
            nth: row.get("nth")?,
            name: row.get("name")?,
            phone: row.get("phone")?,
            connection: row.get("connection_id")?,
            state: row.get("state")?,
            provider_call_id: row.get("provider_call_id")?,
            result: row.get("result")?,
            at: row.get("at")?,
        })
    }
}

impl Rings<'_> {
    /// Somebody is to be rung; `false` if they are already.
    pub async fn want(
        &mut self,
        alarm: AlarmId,
        nth: i64,
        name: &str,
        phone: &Phone,
        connection: ConnectionId,
    ) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO on_call_rings (tenant_id, alarm_id, nth, name, phone, connection_id, state, at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, alarm_id, nth) DO NOTHING";
        let args = args![tenant, alarm, nth, name, phone.as_str(), connection, RingState::Wanted, now];
        Ok(self.0.execute(sql, args).await? == 1)
    }

    /// One of them.
    pub async fn get(&mut self, alarm: AlarmId, nth: i64) -> Result<Option<Ring>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{RING} AND nth = $3"), args![tenant, alarm, nth]).await
    }

    /// Everyone who was rung for an emergency, in the order of the chain.
    pub async fn of(&mut self, alarm: AlarmId) -> Result<Vec<Ring>> {
        let tenant = self.0.tenant()?;
        self.0.fetch_all_built(format!("{RING} ORDER BY nth"), args![tenant, alarm]).await
    }

    /// It has come so far; `false` if it is over.
    pub async fn note(
        &mut self,
        alarm: AlarmId,
        nth: i64,
        state: RingState,
        provider_call_id: Option<&str>,
        result: Option<&str>,
    ) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE on_call_rings SET state = $4, provider_call_id = COALESCE($5, provider_call_id),
                   result = COALESCE($6, result), at = $7
                   WHERE tenant_id = $1 AND alarm_id = $2 AND nth = $3 AND state <> 'over'";
        let own = |text: Option<&str>| text.map(str::to_owned);
        let args = args![tenant, alarm, nth, state, own(provider_call_id), own(result), now];
        let done = self.0.execute(sql, args).await? == 1;
        Ok(self.0.changed_if(done, "alarm", alarm))
    }
}
