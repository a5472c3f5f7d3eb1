//! Reading the inbox: what flows process next, what people look at and replay.

use super::{COLUMNS, Event, FORGOTTEN, IN_TRAY, State, drain_job, nobody};
use crate::args;
use crate::db::{Conn, ToValue, Value, ids_from};
use crate::error::{Result, StoreError};
use crate::jobs::OnConflict;
use crate::trace;
use jiff::Timestamp;
use ringleader_core::id::{ConnectionId, InboxId, TenantId};

/// The inbox as seen from a transaction.
pub struct Inbox<'a>(pub(super) &'a mut Conn);

impl Conn {
    /// The inbox, inside this transaction: the tenant's, or everyone's in a system transaction.
    pub fn inbox(&mut self) -> Inbox<'_> {
        Inbox(self)
    }
}

/// Which events to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this state.
    pub state: Option<State>,
    /// Only this connection.
    pub connection: Option<ConnectionId>,
    /// Only what came at or after this time.
    pub since: Option<Timestamp>,
    /// Only what came before this time.
    pub until: Option<Timestamp>,
    /// Only what came before this one, for the next page.
    pub before: Option<InboxId>,
    /// At most so many.
    pub limit: u32,
}

impl Inbox<'_> {
    /// The next events of a connection of this tenant, in the order in which they came.
    pub async fn pending(&mut self, connection: ConnectionId, limit: u32) -> Result<Vec<Event>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "SELECT {COLUMNS} FROM inbox WHERE tenant_id = $1 AND connection_id = $2 AND state = 'received' \
             ORDER BY id LIMIT $3"
        );
        self.0.fetch_all_built(sql, args![tenant, connection, limit]).await
    }

    /// Takes an event for this transaction: nobody else works on it until the end of it. `false`: it was worked off already,
    /// as when a node that was taken for dead goes on.
    pub async fn take(&mut self, id: InboxId) -> Result<bool> {
        let now = self.0.now();
        let mut args = args![id, now];
        let mine = self.mine(&mut args);
        let sql = format!("UPDATE inbox SET processed_at = $2 WHERE id = $1 AND state = 'received'{mine}");
        Ok(self.0.execute_built(sql, args).await? == 1)
    }

    /// The event's effects are part of this transaction.
    pub async fn processed(&mut self, id: InboxId) -> Result<()> {
        self.settle(id, State::Processed, None).await
    }

    /// What an event told is forgotten (P10); the same event is still known.
    pub async fn forget(&mut self, id: InboxId) -> Result<()> {
        let mut args = args![id];
        let mine = self.mine(&mut args);
        let set: Vec<String> = FORGOTTEN.iter().map(|(column, value)| format!("{column} = {value}")).collect();
        let sql = format!("UPDATE inbox SET {} WHERE id = $1{mine}", set.join(", "));
        self.0.execute_built(sql, args).await.map(drop)
    }

    /// The event leaves the queue for this reason: unroutable, unreadable or failed.
    pub async fn set_aside(&mut self, id: InboxId, state: State, detail: serde_json::Value) -> Result<()> {
        self.settle(id, state, Some(detail)).await
    }

    async fn settle(&mut self, id: InboxId, state: State, detail: Option<serde_json::Value>) -> Result<()> {
        let now = self.0.now();
        let mut args = args![id, state.as_str(), now, detail];
        let mine = self.mine(&mut args);
        let sql = format!(
            "UPDATE inbox SET state = $2, processed_at = $3, detail = COALESCE($4, detail), \
             attempts = attempts + CASE WHEN $2 = 'failed' THEN 1 ELSE 0 END WHERE id = $1{mine}"
        );
        if self.0.execute_built(sql, args).await? == 1 { Ok(()) } else { Err(StoreError::Missing) }
    }

    /// One event.
    pub async fn get(&mut self, id: InboxId) -> Result<Option<Event>> {
        let mut args = args![id];
        let mine = self.mine(&mut args);
        let sql = format!("SELECT {COLUMNS} FROM inbox WHERE id = $1{mine}");
        Ok(self.0.fetch_all_built(sql, args).await?.pop())
    }

    /// Events, newest first.
    pub async fn list(&mut self, filter: &Filter) -> Result<Vec<Event>> {
        let mut args = args![filter.limit];
        let mut conditions = self.mine(&mut args);
        let mut add = |condition: &str, value: Option<Value>| {
            if let Some(value) = value {
                args.push(value);
                conditions.push_str(&format!(" AND {condition} ${}", args.len()));
            }
        };
        add("state =", filter.state.map(|state| state.as_str().to_value()));
        add("connection_id =", filter.connection.map(ToValue::to_value));
        add("received_at >=", filter.since.map(ToValue::to_value));
        add("received_at <", filter.until.map(ToValue::to_value));
        add("id <", filter.before.map(ToValue::to_value));
        let sql = format!("SELECT {COLUMNS} FROM inbox WHERE 1 = 1{conditions} ORDER BY id DESC LIMIT $1");
        self.0.fetch_all_built(sql, args).await
    }

    /// Has an event processed once more; `false` if there is none, or what it told is gone. Same events, same state: flows see to
    /// that.
    pub async fn replay(&mut self, id: InboxId) -> Result<bool> {
        let Some(event) = self.get(id).await?.filter(|event| !event.is_forgotten()) else { return Ok(false) };
        let sql = "UPDATE inbox SET state = 'received', processed_at = NULL, detail = NULL
                   WHERE tenant_id = $1 AND id = $2 AND LENGTH(body) > 0";
        if self.0.execute(sql, args![event.tenant, id]).await? != 1 {
            return Ok(false); // just forgotten
        }
        let trace = event.trace().map(str::to_owned);
        drain(self.0, event.tenant, event.connection_id, trace).await?;
        Ok(true)
    }

    /// Takes an event out of the tray, with nothing done; `false` if it is not in it.
    pub async fn discard(&mut self, id: InboxId) -> Result<bool> {
        let mut args = args![id];
        let mine = self.mine(&mut args);
        let sql = format!("UPDATE inbox SET state = 'discarded' WHERE id = $1 AND state IN {IN_TRAY}{mine}");
        Ok(self.0.execute_built(sql, args).await? == 1)
    }

    /// Deletes what was worked off, or came to nothing, of the events of a tenant that came before a moment; how many, at most
    /// `limit` at once. What waits or is in the tray stays.
    pub async fn forget_before(&mut self, before: Timestamp, limit: u32) -> Result<u64> {
        let tenant = self.0.tenant()?;
        let sql =
            "DELETE FROM inbox WHERE tenant_id = $1 AND id IN (SELECT id FROM inbox WHERE tenant_id = $1 AND id < $2
                   AND state IN ('processed', 'discarded') ORDER BY id LIMIT $3)";
        self.0.execute(sql, args![tenant, ids_from(before), limit]).await
    }

    /// Gives an event that nobody owned to a tenant and has it processed (system transactions); false if it is not in
    /// the tray, or the tenant has it already.
    pub async fn adopt(&mut self, id: InboxId, tenant: TenantId, connection: ConnectionId) -> Result<bool> {
        let sql = "UPDATE inbox SET tenant_id = $1, connection_id = $2, state = 'received', processed_at = NULL, detail = NULL \
             WHERE tenant_id = $3 AND id = $4 AND NOT EXISTS (SELECT 1 FROM inbox had WHERE had.tenant_id = $1 \
              AND had.connection_id = $2 AND had.dedupe_key = inbox.dedupe_key)";
        let adopted = self.0.execute(sql, args![tenant, connection, nobody(), id]).await? == 1;
        if adopted {
            drain(self.0, tenant, connection, trace::present()).await?;
        }
        Ok(adopted)
    }

    /// How many events are in each state that someone may have to look at. Processed ones are not counted; those in batches
    /// are, in a system transaction.
    pub async fn counts(&mut self) -> Result<Vec<(State, i64)>> {
        let mut args = args![];
        let mine = self.mine(&mut args);
        // Two indexes: what waits changes with every event, the trays seldom.
        let sql = format!(
            "SELECT 'received', count(*) FROM inbox WHERE state = 'received'{mine} UNION ALL \
             SELECT state, count(*) FROM inbox WHERE state IN {IN_TRAY}{mine} GROUP BY state"
        );
        let mut rows: Vec<(String, i64)> = self.0.fetch_all_built(sql, args).await?;
        if self.0.tenant().is_err() {
            let sql = "SELECT CAST(COALESCE(SUM(events), 0) AS BIGINT) AS n FROM inbox_batches WHERE tenant_id = $1";
            let (batched,): (i64,) = self.0.fetch_one(sql, args![nobody()]).await?;
            rows[0].1 += batched;
        }
        let some = rows.into_iter().filter(|(_, count)| *count > 0);
        Ok(some.filter_map(|(state, count)| Some((state.parse().ok()?, count))).collect())
    }

    /// The condition that keeps a tenant's transaction to its own events; adds its argument.
    fn mine(&self, args: &mut Vec<Value>) -> String {
        match self.0.tenant() {
            Ok(tenant) => {
                args.extend(args![tenant]);
                format!(" AND inbox.tenant_id = ${}", args.len())
            }
            Err(_) => String::new(),
        }
    }
}

/// Asks for the connection's events to be processed.
async fn drain(conn: &mut Conn, tenant: TenantId, connection: ConnectionId, trace: Option<String>) -> Result<()> {
    conn.jobs().of(tenant).enqueue(drain_job(connection, trace), OnConflict::Sooner).await.map(drop)
}
