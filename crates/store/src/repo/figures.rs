//! Sums of voice agents' calls (B8), kept up in the transaction that saves the call.
//!
//! Always true: at every moment the sums are those of a count of all calls, since what a call added is kept beside it and
//! taken back exactly when it changes.

use super::lists::corrupt;
use super::reports::Period;
use super::tenants::json;
use crate::{Conn, Result, args};
use jiff::civil::Date;
use ringleader_core::figures::{self, Change, Counted, Place, Sums};
use ringleader_core::id::CallId;
use std::collections::BTreeMap;

/// Sums of calls.
pub struct Rollups<'c>(pub(super) &'c mut Conn);

/// The report of voice agents' calls.
const VOICE_AGENTS: &str = "voice_agents";

impl Rollups<'_> {
    /// A call adds this now. The caller holds the call's row.
    pub async fn count(&mut self, call: CallId, now: Option<&Counted>) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT counted FROM calls WHERE tenant_id = $1 AND id = $2";
        let (text,): (Option<String>,) = self.0.fetch_one(sql, args![tenant, call]).await?;
        let before = text.map(|text| serde_json::from_str::<Counted>(&text)).transpose();
        let before = before.map_err(|_| corrupt("calls.counted"))?;
        let changes = figures::change(before.as_ref(), now);
        if changes.is_empty() {
            return Ok(());
        }
        for change in changes {
            self.add(change).await?;
        }
        let sql = "UPDATE calls SET counted = $3 WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, call, now.map(json).transpose()?]).await.map(drop)
    }

    async fn add(&mut self, change: Change) -> Result<()> {
        let (tenant, place) = (self.0.tenant()?, change.place);
        let sql = "INSERT INTO rollups (tenant_id, report, day, line, agent, measure, value)
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, report, day, line, agent, measure)
                   DO UPDATE SET value = rollups.value + excluded.value";
        let args =
            args![tenant, VOICE_AGENTS, place.day.to_string(), place.line, place.agent, change.measure, change.by];
        self.0.execute(sql, args).await.map(drop)
    }

    /// The sums of the days from `first` to `last`, where they are not zero; of one line or agent if asked for.
    pub async fn read(
        &mut self,
        first: Date,
        last: Date,
        line: Option<&str>,
        agent: Option<&str>,
    ) -> Result<Vec<Change>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT day, line, agent, measure, value FROM rollups WHERE tenant_id = $1 AND report = $2
                   AND day >= $3 AND day <= $4 AND ($5 IS NULL OR line = $5) AND ($6 IS NULL OR agent = $6)
                   AND value <> 0 ORDER BY day, line, agent, measure";
        let args = args![
            tenant,
            VOICE_AGENTS,
            first.to_string(),
            last.to_string(),
            line.map(str::to_owned),
            agent.map(str::to_owned)
        ];
        let rows: Vec<(String, String, String, String, i64)> = self.0.fetch_all(sql, args).await?;
        let change = |(day, line, agent, measure, by): (String, String, String, String, i64)| {
            let day = day.parse().map_err(|_| corrupt("rollups.day"))?;
            Ok(Change { place: Place { day, line, agent }, measure, by })
        };
        rows.into_iter().map(change).collect()
    }

    /// The sums of a period by agent.
    pub async fn by_agent(&mut self, period: &Period) -> Result<BTreeMap<String, Sums>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT agent, measure, CAST(SUM(value) AS BIGINT) AS value FROM rollups WHERE tenant_id = $1
                   AND report = $2 AND day >= $3 AND day <= $4 AND ($5 IS NULL OR line = $5) GROUP BY agent, measure";
        let (first, last) = (period.first.to_string(), period.last.to_string());
        let args = args![tenant, VOICE_AGENTS, first, last, period.line.clone()];
        let rows: Vec<(String, String, i64)> = self.0.fetch_all(sql, args).await?;
        let mut agents: BTreeMap<String, Sums> = BTreeMap::new();
        for (agent, measure, value) in rows.into_iter().filter(|(.., value)| *value != 0) {
            agents.entry(agent).or_default().insert(measure, value);
        }
        Ok(agents)
    }
}
