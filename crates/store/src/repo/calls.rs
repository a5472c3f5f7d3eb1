//! Calls and their legs: the legs are kept as reported, the call is folded from them (A2).

use super::lists::corrupt;
use super::lists::{Filter, Listing, Page, first, list};
use super::tenants::json;
use crate::db::{Engine, ToValue, id_text};
use crate::{Conn, FromRow, Result, Row, args, trace};
use jiff::Timestamp;
use ringleader_core::call::{Call, LegReport};
use ringleader_core::id::{CallId, ConnectionId, ContactId, EpisodeId, LeadId};
use ringleader_core::loss;
use ringleader_core::phone::Phone;
use serde_json::Value as Json;
use std::collections::HashMap;

/// Phone calls and their legs.
pub struct Calls<'c>(pub(super) &'c mut Conn);

/// A person of the business spoke with them: no agent, and not the receptionist alone.
const BY_PERSON: &str = "outcome = 'answered' AND agent IS NULL AND NOT EXISTS (SELECT 1 FROM voice_calls v
    WHERE v.tenant_id = calls.tenant_id AND v.call_id = calls.id AND v.taken_by IS NULL)";

const CALL: &str =
    "SELECT id, provider, provider_call_id, direction, from_number, to_number, line, contact_id, lead_id,
    episode_id, lifecycle, status, outcome, received_at, started_at, answered_at, ended_at, ring_seconds,
    duration_seconds, answered_by, recording_url, transcript, flags, ringing_at, completed_at, credits, hangup, agent FROM calls";

impl FromRow for Call {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            provider: row.get("provider")?,
            provider_call_id: row.get("provider_call_id")?,
            direction: row.word("direction")?,
            from: row.get("from_number")?,
            to: row.get("to_number")?,
            line: row.get("line")?,
            contact_id: row.get("contact_id")?,
            lead_id: row.get("lead_id")?,
            episode_id: row.get("episode_id")?,
            lifecycle: row.get("lifecycle")?,
            status: row.word("status")?,
            outcome: row.get::<Option<String>>("outcome")?.and_then(|word| word.parse().ok()),
            received_at: row.get("received_at")?,
            started_at: row.get("started_at")?,
            answered_at: row.get("answered_at")?,
            ended_at: row.get("ended_at")?,
            ring_seconds: row.get("ring_seconds")?,
            duration_seconds: row.get("duration_seconds")?,
            answered_by: row.get("answered_by")?,
            recording_url: row.get("recording_url")?,
            transcript: row.json("transcript")?,
            flags: row.json("flags")?,
            ringing_at: row.get("ringing_at")?,
            completed_at: row.get("completed_at")?,
            credits: row.get("credits")?,
            hangup: optional(row, "hangup")?,
            agent: optional(row, "agent")?,
        })
    }
}

/// A column of JSON that may be NULL.
fn optional<T: serde::de::DeserializeOwned>(row: &Row, column: &'static str) -> Result<Option<T>> {
    row.get::<Option<String>>(column)?.map(|text| serde_json::from_str(&text).map_err(|_| corrupt(column))).transpose()
}

impl Calls<'_> {
    /// Adds a call under its provider id; `false` if it is known.
    pub async fn insert(&mut self, call: &Call, connection: Option<ConnectionId>) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "INSERT INTO calls (tenant_id, id, provider, provider_call_id, connection_id, direction, from_number,
            to_number, line, contact_id, lead_id, episode_id, lifecycle, status, outcome, received_at, started_at,
            answered_at, ended_at, ring_seconds, duration_seconds, answered_by, recording_url, transcript, flags,
            counted_at, trace)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
            $23, $24, $25, $26, $27) ON CONFLICT DO NOTHING";
        let args = args![
            tenant,
            call.id,
            &call.provider,
            &call.provider_call_id,
            connection,
            call.direction.as_str(),
            call.from.clone(),
            call.to.clone(),
            call.line.clone(),
            call.contact_id,
            call.lead_id,
            call.episode_id,
            &call.lifecycle,
            call.status.as_str(),
            call.outcome.map(|o| o.as_str().to_owned()),
            call.received_at,
            call.started_at,
            call.answered_at,
            call.ended_at,
            call.ring_seconds,
            call.duration_seconds,
            call.answered_by.clone(),
            call.recording_url.clone(),
            json(&call.transcript)?,
            json(&call.flags)?,
            loss::counted_at(call.started_at, call.ended_at, call.received_at),
            trace::present()
        ];
        let made = self.0.execute(sql, args).await? == 1;
        Ok(self.0.changed_if(made, "call", call.id))
    }

    /// Saves what the fold of its legs says now.
    pub async fn save(&mut self, call: &Call) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE calls SET provider_call_id = $3, direction = $4, from_number = $5, to_number = $6, line = $7,
            contact_id = $8, lead_id = $9, episode_id = $10, lifecycle = $11, status = $12, outcome = $13,
            started_at = $14, answered_at = $15, ended_at = $16, ring_seconds = $17, duration_seconds = $18,
            answered_by = $19, recording_url = $20, transcript = $21, flags = $22, ringing_at = $23, completed_at = $24,
            credits = $25, hangup = $26, agent_id = $27, agent = $28,
            platform_cost_micros = $29, counted_at = $30 WHERE tenant_id = $1 AND id = $2";
        let args = args![
            tenant,
            call.id,
            &call.provider_call_id,
            call.direction.as_str(),
            call.from.clone(),
            call.to.clone(),
            call.line.clone(),
            call.contact_id,
            call.lead_id,
            call.episode_id,
            &call.lifecycle,
            call.status.as_str(),
            call.outcome.map(|o| o.as_str().to_owned()),
            call.started_at,
            call.answered_at,
            call.ended_at,
            call.ring_seconds,
            call.duration_seconds,
            call.answered_by.clone(),
            call.recording_url.clone(),
            json(&call.transcript)?,
            json(&call.flags)?,
            call.ringing_at,
            call.completed_at,
            call.credits,
            call.hangup.as_ref().map(json).transpose()?,
            call.agent.as_ref().and_then(|agent| agent.agent_id.clone()),
            call.agent.as_ref().map(json).transpose()?,
            call.agent.as_ref().and_then(|agent| agent.cost_micros),
            loss::counted_at(call.started_at, call.ended_at, call.received_at)
        ];
        self.0.changed("call", call.id);
        self.0.execute(sql, args).await?;
        Ok(())
    }

    /// Takes the call for this transaction, on all nodes.
    pub async fn lock(&mut self, id: CallId) -> Result<()> {
        if self.0.engine() == Engine::Postgres {
            let tenant = self.0.tenant()?;
            let sql = "SELECT id FROM calls WHERE tenant_id = $1 AND id = $2 FOR UPDATE";
            self.0.fetch_all::<(CallId,)>(sql, args![tenant, id]).await?;
        }
        Ok(())
    }

    /// One call.
    pub async fn get(&mut self, id: CallId) -> Result<Option<Call>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{CALL} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// Whose calls these are; without those that are nobody's.
    pub async fn contacts_of(&mut self, calls: &[CallId]) -> Result<HashMap<CallId, ContactId>> {
        if calls.is_empty() {
            return Ok(HashMap::new());
        }
        let mut args = args![self.0.tenant()?];
        args.extend(calls.iter().map(|call| call.to_value()));
        let places: Vec<String> = (2..=args.len()).map(|place| format!("${place}")).collect();
        let sql = format!(
            "SELECT id, contact_id FROM calls WHERE tenant_id = $1 AND contact_id IS NOT NULL AND id IN ({})",
            places.join(", ")
        );
        Ok(self.0.fetch_all_built::<(CallId, ContactId)>(sql, args).await?.into_iter().collect())
    }

    /// The call with this provider id.
    pub async fn by_provider_id(&mut self, provider: &str, id: &str) -> Result<Option<Call>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{CALL} WHERE tenant_id = $1 AND provider = $2 AND provider_call_id = $3");
        first(self.0, sql, args![tenant, provider, id]).await
    }

    /// Over which connection it came, if that is there still.
    pub async fn connection_of(&mut self, id: CallId) -> Result<Option<ConnectionId>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT connection_id FROM calls WHERE tenant_id = $1 AND id = $2";
        Ok(self.0.fetch_optional::<(Option<ConnectionId>,)>(sql, args![tenant, id]).await?.and_then(|(id,)| id))
    }

    /// The call that a leg with this id of its own belongs to: transfers name the leg they came from.
    pub async fn by_leg(&mut self, provider: &str, own_key: &str) -> Result<Option<CallId>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT call_id FROM call_legs WHERE tenant_id = $1 AND provider = $2 AND own_key = $3 LIMIT 1";
        Ok(self.0.fetch_optional::<(CallId,)>(sql, args![tenant, provider, own_key]).await?.map(|(id,)| id))
    }

    /// Keeps a leg; a repeat of it replaces the report (the caller merged them).
    pub async fn put_leg(&mut self, call: CallId, provider: &str, leg: &LegReport, at: Timestamp) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "INSERT INTO call_legs (tenant_id, call_id, leg_key, provider, own_key, report, received_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)
                   ON CONFLICT (tenant_id, call_id, leg_key) DO UPDATE SET report = excluded.report";
        self.0.execute(sql, args![tenant, call, &leg.leg_key, provider, &leg.own_key, json(leg)?, at]).await?;
        Ok(())
    }

    /// Legs of a call in the order in which they came.
    pub async fn legs(&mut self, call: CallId) -> Result<Vec<LegReport>> {
        let tenant = self.0.tenant()?;
        // Those of somebody who was erased tell nothing.
        let sql = "SELECT report FROM call_legs WHERE tenant_id = $1 AND call_id = $2 AND report <> '{}'
                   ORDER BY received_at, leg_key";
        let rows: Vec<(Json,)> = self.0.fetch_all(sql, args![tenant, call]).await?;
        rows.into_iter()
            .map(|(report,)| serde_json::from_value(report).map_err(|_| corrupt("call_legs.report")))
            .collect()
    }

    /// Moves the legs of a call to the call it turned out to be part of, and drops the empty one.
    pub async fn absorb(&mut self, into: CallId, from: CallId) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT lead_id FROM calls WHERE tenant_id = $1 AND id = $2";
        let lead = self.0.fetch_optional::<(Option<LeadId>,)>(sql, args![tenant, from]).await?;
        let moved = "UPDATE call_legs SET call_id = $3 WHERE tenant_id = $1 AND call_id = $2";
        self.0.execute(moved, args![tenant, from, into]).await?;
        let analysis = "DELETE FROM analyses WHERE tenant_id = $1 AND call_id = $2 AND kind = 'individual'";
        self.0.execute(analysis, args![tenant, from]).await?;
        self.0.execute("DELETE FROM calls WHERE tenant_id = $1 AND id = $2", args![tenant, from]).await?;
        self.0.changed("call", from);
        // The line of a lead is that of its first call.
        if let Some((Some(lead),)) = lead {
            self.0.changed("lead", lead);
        }
        Ok(())
    }

    /// Notes to which episode and lead a call belongs.
    pub async fn attach(&mut self, id: CallId, episode: Option<EpisodeId>, lead: Option<LeadId>) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE calls SET episode_id = COALESCE($3, episode_id), lead_id = COALESCE($4, lead_id)
                   WHERE tenant_id = $1 AND id = $2";
        self.0.changed("call", id);
        self.0.execute(sql, args![tenant, id, episode, lead]).await?;
        Ok(())
    }

    /// Gives the calls of an episode to its lead.
    pub async fn give_to_lead(&mut self, episode: EpisodeId, lead: LeadId) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE calls SET lead_id = $3 WHERE tenant_id = $1 AND episode_id = $2 AND lead_id IS NULL";
        self.0.execute(sql, args![tenant, episode, lead]).await?;
        self.0.changed("lead", lead);
        Ok(())
    }

    /// The number of an episode's latest call, if it was shown: a person may have several.
    pub async fn caller_of(&mut self, episode: EpisodeId) -> Result<Option<Phone>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT from_number FROM calls WHERE tenant_id = $1 AND episode_id = $2 AND direction = 'inbound'
                   AND from_number IS NOT NULL ORDER BY id DESC LIMIT 1";
        let found = self.0.fetch_optional::<(String,)>(sql, args![tenant, episode]).await?;
        Ok(found.and_then(|(number,)| Phone::from_e164(&number)))
    }

    /// Inbound calls of a contact that began since then.
    pub async fn count_since(&mut self, contact: ContactId, since: Timestamp) -> Result<i64> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT COUNT(*) AS n FROM calls WHERE tenant_id = $1 AND contact_id = $2 AND direction = 'inbound'
                   AND COALESCE(started_at, received_at) >= $3";
        let (n,): (i64,) = self.0.fetch_one(sql, args![tenant, contact, since]).await?;
        Ok(n)
    }

    /// When the business last spoke with the contact: a person, a voice agent or the receptionist.
    pub async fn last_spoken(&mut self, contact: ContactId) -> Result<Option<Timestamp>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT MAX(COALESCE(started_at, received_at)) AS at FROM calls
                   WHERE tenant_id = $1 AND contact_id = $2 AND outcome = 'answered'";
        let (at,): (Option<Timestamp>,) = self.0.fetch_one(sql, args![tenant, contact]).await?;
        Ok(at)
    }

    /// The end of the last talk of a person of the business with the contact: not an agent's, and not of the receptionist alone.
    pub async fn last_spoken_by_person(&mut self, contact: ContactId) -> Result<Option<Timestamp>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "SELECT MAX(COALESCE(ended_at, started_at + 1000000 * COALESCE(duration_seconds, 0), received_at)) AS at
             FROM calls WHERE tenant_id = $1 AND contact_id = $2 AND {BY_PERSON}"
        );
        let found: Vec<(Option<Timestamp>,)> = self.0.fetch_all_built(sql, args![tenant, contact]).await?;
        Ok(found.first().and_then(|(at,)| *at))
    }

    /// Whether that is so of this call.
    pub async fn is_with_person(&mut self, id: CallId) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = format!("SELECT id FROM calls WHERE tenant_id = $1 AND id = $2 AND {BY_PERSON}");
        let found: Vec<(CallId,)> = self.0.fetch_all_built(sql, args![tenant, id]).await?;
        Ok(!found.is_empty())
    }

    /// Calls by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Call>> {
        list(self.0, CALL, filter, page, |c: &Call| id_text(c.id)).await
    }
}
