//! The telephone side of talks (C1, C13, C14): which call a talk is held on, who took it, what was cut short, what it came to.
//!
//! Always true: a call is begun once, however often its first webhook comes; the first who takes a call has it.

use super::lists::{among, first};
use super::tenants::json;
use crate::db::id_text;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{CallId, ConnectionId, ContactId, TalkId};
use ringleader_core::phone::Phone;
use ringleader_core::reception::afterwards::Afterwards;
use std::collections::BTreeMap;

/// Calls that the receptionist holds.
pub struct Voice<'c>(pub(super) &'c mut Conn);

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub struct VoiceCall {
    /// The provider's id; the talk has the same.
    pub provider_call_id: String,
    /// The call.
    pub call_id: CallId,
    /// What is said in it, once it is begun.
    pub talk_id: Option<TalkId>,
    /// The account it came over.
    pub connection_id: ConnectionId,
    /// Who calls.
    pub contact_id: Option<ContactId>,
    /// The number that was called.
    pub line: Phone,
    /// The number that calls, E.164; `None` when withheld.
    pub caller: Option<Phone>,
    /// How it is held: a word of the provider.
    pub mode: String,
    /// The language it is begun in.
    pub language: String,
    /// When it came.
    pub begun_at: Timestamp,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// The colleague who took it.
    pub taken_by: Option<String>,
    /// By a turn's key, how much of its answer was heard before the caller spoke.
    pub cuts: BTreeMap<String, String>,
    /// What it came to, once it is over.
    pub summary: Option<Afterwards>,
}

const CALL: &str =
    "SELECT provider_call_id, call_id, connection_id, contact_id, line, caller, mode, language, begun_at,
    ended_at, taken_by, cuts, summary, (SELECT talks.id FROM talks WHERE talks.tenant_id = voice_calls.tenant_id
    AND talks.medium = 'voice' AND talks.external_id = voice_calls.provider_call_id) AS talk_id
    FROM voice_calls WHERE tenant_id = $1";

impl FromRow for VoiceCall {
    fn from_row(row: &Row) -> Result<Self> {
        let summary: Option<String> = row.get("summary")?;
        Ok(Self {
            provider_call_id: row.get("provider_call_id")?,
            call_id: row.get("call_id")?,
            talk_id: row.get("talk_id")?,
            connection_id: row.get("connection_id")?,
            contact_id: row.get("contact_id")?,
            line: row.get("line")?,
            caller: row.get("caller")?,
            mode: row.get("mode")?,
            language: row.get("language")?,
            begun_at: row.get("begun_at")?,
            ended_at: row.get("ended_at")?,
            taken_by: row.get("taken_by")?,
            cuts: row.json("cuts")?,
            summary: summary.and_then(|text| serde_json::from_str(&text).ok()),
        })
    }
}

impl Voice<'_> {
    /// Begins a call; `false` if it is known.
    pub async fn begin(&mut self, call: &VoiceCall) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql =
            "INSERT INTO voice_calls (tenant_id, provider_call_id, call_id, connection_id, contact_id, line, caller,
            mode, language, begun_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (tenant_id, provider_call_id) DO NOTHING";
        let args = args![
            tenant,
            &call.provider_call_id,
            call.call_id,
            call.connection_id,
            call.contact_id,
            call.line.clone(),
            call.caller.clone(),
            &call.mode,
            &call.language,
            call.begun_at
        ];
        Ok(self.0.execute(sql, args).await? == 1)
    }

    /// The call with this provider's id.
    pub async fn get(&mut self, provider_call_id: &str) -> Result<Option<VoiceCall>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{CALL} AND provider_call_id = $2"), args![tenant, provider_call_id]).await
    }

    /// The telephone side of a call.
    pub async fn of_call(&mut self, call: CallId) -> Result<Option<VoiceCall>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{CALL} AND call_id = $2"), args![tenant, call]).await
    }

    /// How these calls were held, of those that the receptionist held.
    pub async fn of_calls(&mut self, calls: &[CallId]) -> Result<Vec<VoiceCall>> {
        if calls.is_empty() {
            return Ok(Vec::new());
        }
        let (places, args) = among(self.0, calls.iter().map(|id| id_text(*id)))?;
        self.0.fetch_all_built(format!("{CALL} AND call_id IN ({places})"), args).await
    }

    /// Somebody takes the call; `false` if somebody has it.
    pub async fn take(&mut self, provider_call_id: &str, by: &str) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE voice_calls SET taken_by = $3 WHERE tenant_id = $1 AND provider_call_id = $2
                   AND taken_by IS NULL";
        Ok(self.0.execute(sql, args![tenant, provider_call_id, by]).await? == 1)
    }

    /// Notes how much of an answer was heard.
    pub async fn cut(&mut self, provider_call_id: &str, cuts: &BTreeMap<String, String>) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE voice_calls SET cuts = $3 WHERE tenant_id = $1 AND provider_call_id = $2";
        self.0.execute(sql, args![tenant, provider_call_id, json(cuts)?]).await.map(drop)
    }

    /// The call is over.
    pub async fn end(&mut self, provider_call_id: &str, at: Timestamp) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE voice_calls SET ended_at = COALESCE(ended_at, $3)
                   WHERE tenant_id = $1 AND provider_call_id = $2";
        self.0.execute(sql, args![tenant, provider_call_id, at]).await.map(drop)
    }

    /// Minutes, each begun one whole, of the calls that began since then; those that go on until now.
    pub async fn minutes_since(&mut self, since: Timestamp) -> Result<i64> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql =
            "SELECT CAST(COALESCE(SUM((COALESCE(ended_at, $3) - begun_at + 59999999) / 60000000), 0) AS BIGINT) AS n
                   FROM voice_calls WHERE tenant_id = $1 AND begun_at >= $2";
        let (minutes,): (i64,) = self.0.fetch_one(sql, args![tenant, since, now]).await?;
        Ok(minutes)
    }

    /// What it came to, and who it was after all.
    pub async fn sum_up(&mut self, call: &VoiceCall, summary: &Afterwards, who: Option<ContactId>) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE voice_calls SET summary = $3, contact_id = COALESCE(contact_id, $4)
                   WHERE tenant_id = $1 AND provider_call_id = $2";
        self.0.execute(sql, args![tenant, &call.provider_call_id, json(summary)?, who]).await?;
        self.0.changed("call", call.call_id);
        Ok(())
    }

    /// How many calls of a contact came to something said, for their score.
    pub async fn talks_of(&mut self, contact: ContactId) -> Result<i64> {
        let tenant = self.0.tenant()?;
        // By the call's contact: a merge moves the call, and back.
        let sql =
            "SELECT COUNT(*) AS n FROM calls c JOIN voice_calls v ON v.tenant_id = c.tenant_id AND v.call_id = c.id
                   WHERE c.tenant_id = $1 AND c.contact_id = $2
                   AND v.summary IS NOT NULL AND v.summary NOT LIKE '%\"turns\":0}'";
        let (n,): (i64,) = self.0.fetch_one(sql, args![tenant, contact]).await?;
        Ok(n)
    }
}
