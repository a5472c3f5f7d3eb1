//! What platforms of voice agents reported of their calls (B1), and which of them to ask about again (B9).

use super::lists::corrupt;
use super::tenants::json;
use crate::{Conn, Result, args};
use jiff::Timestamp;
use ringleader_core::id::{CallId, ConnectionId, TenantId};
use ringleader_core::lifecycle::{Event, Progress};
use serde_json::Value as Json;

/// Events of voice agents' calls.
pub struct AgentCalls<'c>(pub(super) &'c mut Conn);

/// Which calls of a connection to ask the platform about.
#[derive(Debug, Clone, Copy)]
pub struct Unsure {
    /// Not over, and nothing heard since then.
    pub silent_since: Timestamp,
    /// Older calls are let go.
    pub known_since: Timestamp,
    /// At most so many.
    pub limit: u32,
}

impl AgentCalls<'_> {
    /// Notes that something was heard of the call, and makes others who hear of it wait until this transaction ends.
    pub async fn heard(&mut self, call: CallId, at: Timestamp) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE calls SET heard_at = CASE WHEN heard_at IS NULL OR heard_at < $3 THEN $3 ELSE heard_at END,
                   confirmed = COALESCE(confirmed, 0) WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, call, at]).await.map(drop)
    }

    /// Whether what is known of the call came from the platform itself and is final.
    pub async fn set_confirmed(&mut self, call: CallId, confirmed: bool) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE calls SET confirmed = $3 WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, call, i64::from(confirmed)]).await.map(drop)
    }

    /// Keeps an event; `false` if one that says the same is kept already. A record that the platform repeats when it is asked
    /// again is as true as its last telling.
    pub async fn keep(&mut self, call: CallId, progress: &Progress, received_at: Timestamp) -> Result<bool> {
        let (tenant, text) = (self.0.tenant()?, json(progress)?);
        let sql = "INSERT INTO call_events (tenant_id, call_id, version, attempt, status, at, received_at, progress)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, call_id, version)
                   DO UPDATE SET received_at = EXCLUDED.received_at
                   WHERE $9 = 1 AND call_events.received_at < EXCLUDED.received_at";
        let (version, at, fetched) = (fingerprint(&text), progress.at, i64::from(progress.fetched));
        let args = args![tenant, call, version, progress.attempt, &progress.status, at, received_at, text, fetched];
        Ok(self.0.execute(sql, args).await? == 1)
    }

    /// Every different event of the call.
    pub async fn events(&mut self, call: CallId) -> Result<Vec<Event>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT progress, received_at FROM call_events WHERE tenant_id = $1 AND call_id = $2
                   ORDER BY received_at, version";
        let rows: Vec<(Json, Timestamp)> = self.0.fetch_all(sql, args![tenant, call]).await?;
        let event = |(progress, received_at)| {
            let progress = serde_json::from_value(progress).map_err(|_| corrupt("call_events.progress"))?;
            Ok(Event { progress, received_at })
        };
        rows.into_iter().map(event).collect()
    }

    /// Calls of a connection that fell silent before their end, and calls that were paid on the word of a webhook: the
    /// platform's ids, paid ones first, then longest unheard first.
    pub async fn unsure(&mut self, connection: ConnectionId, which: Unsure) -> Result<Vec<String>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT provider_call_id FROM calls WHERE tenant_id = $1 AND connection_id = $2 AND confirmed = 0
                   AND ((status = 'in_progress' AND heard_at < $3) OR credits <> 0) AND received_at >= $4
                   ORDER BY CASE WHEN credits <> 0 THEN 0 ELSE 1 END, heard_at, id LIMIT $5";
        let args = args![tenant, connection, which.silent_since, which.known_since, i64::from(which.limit)];
        let rows: Vec<(String,)> = self.0.fetch_all(sql, args).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Connections of a kind for which no job of this kind waits or runs (system transactions only). Its keys begin with the
    /// connection's id.
    pub async fn without_repair(&mut self, kind: &str, job: &str) -> Result<Vec<(TenantId, ConnectionId)>> {
        let sql = "SELECT c.tenant_id, c.id FROM connections c WHERE c.kind = $1 AND c.deleted_at IS NULL
                   AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.tenant_id = c.tenant_id AND j.kind = $2
                   AND j.key LIKE 'con_' || c.id || ':%'
                   AND j.state IN ('available', 'scheduled', 'retryable', 'running')) ORDER BY c.tenant_id, c.id";
        self.0.fetch_all(sql, args![kind, job]).await
    }
}

fn fingerprint(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    hex::encode(&digest.as_ref()[..16])
}
