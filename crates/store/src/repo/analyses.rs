//! What was understood from calls: one analysis per call (index `one_analysis_per_call`), one complete one per contact (index
//! `one_complete_analysis`), replaced under a version check, with its history (B5, B6).

use super::lists::{Filter, Listing, Page, Place, among, corrupt, first, list};
use super::tallies::Subject;
use super::tenants::json;
use crate::db::{ToValue, Value, id_text};
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::analysis::record::{Says, Summed};
use ringleader_core::analysis::{Analysis, Made, Scored, State, Understanding};
use ringleader_core::id::{AnalysisId, CallId, ContactId, TenantId};
use ringleader_core::lifecycle::DISOWNED;
use ringleader_core::reports::CallScores;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// What was understood from calls.
pub struct Analyses<'c>(pub(super) &'c mut Conn);

/// A complete analysis that takes the place of the one before.
#[derive(Debug, Clone)]
pub struct NewComplete<'a> {
    /// Whose.
    pub contact: ContactId,
    /// The version that it takes the place of; `None`: there is none yet.
    pub replaces: Option<i64>,
    /// Where it stands.
    pub state: State,
    /// When the latest call began.
    pub called_at: Timestamp,
    /// What it says.
    pub summed: &'a Summed,
    /// How it was made.
    pub made: &'a Made,
}

const ANALYSIS: &str = "SELECT id, kind, call_id, contact_id, state, version, called_at, words, score, tag, formula,
    calls_analysed, made, result, error, asked_at, created_at, updated_at FROM analyses";

const PAST: &str = "SELECT id, kind, call_id, contact_id, state, version, called_at, words, score, tag, formula,
    calls_analysed, made, result, error, asked_at, created_at, updated_at FROM analysis_history";

impl FromRow for Analysis {
    fn from_row(row: &Row) -> Result<Self> {
        let scored = match (row.get("score")?, row.get("tag")?, row.get("formula")?) {
            (Some(score), Some(tag), Some(version)) => Some(Scored { score, tag, version }),
            _ => None,
        };
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            call_id: row.get("call_id")?,
            contact_id: row.get("contact_id")?,
            state: row.get("state")?,
            version: row.get("version")?,
            called_at: row.get("called_at")?,
            words: row.get("words")?,
            scored,
            calls_analysed: row.get("calls_analysed")?,
            made: read(row, "made")?,
            result: read(row, "result")?,
            error: row.get("error")?,
            asked_at: row.get("asked_at")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

/// What the analysis of a call came to.
struct ScoreOfCall(CallId, Scored, State);

impl FromRow for ScoreOfCall {
    fn from_row(row: &Row) -> Result<Self> {
        let scored = Scored { score: row.get("score")?, tag: row.get("tag")?, version: row.get("formula")? };
        Ok(Self(row.get("call_id")?, scored, row.get("state")?))
    }
}

/// A column of JSON that may be NULL.
fn read<T: DeserializeOwned>(row: &Row, column: &'static str) -> Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text).map_err(|_| corrupt(&format!("analyses.{column}")))).transpose()
}

impl Analyses<'_> {
    /// Asks for the analysis of a call, for the first time or again. What is known of it stays until there is something new.
    pub async fn ask(&mut self, call: CallId, called_at: Timestamp) -> Result<AnalysisId> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<AnalysisId>());
        let sql = "INSERT INTO analyses (tenant_id, id, kind, call_id, state, version, called_at, calls_analysed, asked_at,
                   created_at, updated_at) VALUES ($1, $2, 'individual', $3, 'pending', 0, $4, 1, $5, $5, $5)
                   ON CONFLICT (tenant_id, call_id) WHERE kind = 'individual' DO UPDATE SET state = 'pending', error = NULL,
                   called_at = excluded.called_at, asked_at = excluded.asked_at, updated_at = excluded.updated_at
                   RETURNING id";
        let (id,): (AnalysisId,) = self.0.fetch_one(sql, args![tenant, id, call, called_at, now]).await?;
        self.0.changed("analysis", id);
        Ok(id)
    }

    /// Where an analysis stands now; why, if it failed.
    pub async fn set_state(&mut self, id: AnalysisId, state: State, error: Option<&str>) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE analyses SET state = $3, error = $4, updated_at = $5 WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, id, state, error.map(str::to_owned), now]).await?;
        self.0.changed("analysis", id);
        Ok(())
    }

    /// Analyses that were being made when their work ended for good, by its time limit or a fault of ours, have failed (B7):
    /// the row says so, and that it can be asked for again. In a system transaction, of all tenants.
    pub async fn end_abandoned(&mut self, before: Timestamp) -> Result<u64> {
        let now = self.0.now();
        let sql = "UPDATE analyses SET state = 'failed', error = 'the work ended without an answer', updated_at = $2
                   WHERE state = 'running' AND updated_at < $1 AND NOT EXISTS (SELECT 1 FROM jobs j
                   WHERE j.tenant_id = analyses.tenant_id AND j.kind IN ('analyse_call', 'complete_analysis')
                   AND j.key IN ('call_' || analyses.call_id, 'cnt_' || analyses.contact_id)
                   AND j.state IN ('available', 'scheduled', 'retryable', 'running'))";
        self.0.execute(sql, args![before, now]).await
    }

    /// Asks for the words of a complete analysis again.
    pub async fn ask_complete(&mut self, id: AnalysisId) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE analyses SET state = 'pending', error = NULL, asked_at = $3, updated_at = $3
                   WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, id, now]).await?;
        self.0.changed("analysis", id);
        Ok(())
    }

    /// Keeps what was understood from a call, in place of what was there.
    pub async fn save(
        &mut self,
        id: AnalysisId,
        understood: &Understanding,
        scored: Scored,
        words: &str,
        made: &Made,
        state: State,
    ) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql =
            "UPDATE analyses SET state = $3, version = version + 1, words = $4, score = $5, tag = $6, formula = $7,
                   made = $8, result = $9, error = NULL, updated_at = $10 WHERE tenant_id = $1 AND id = $2
                   RETURNING call_id";
        let says = json(&Says::Call(Box::new(understood.clone())))?;
        let Scored { score, tag, version } = scored;
        let args = args![tenant, id, state, words, score, tag, version, json(made)?, says, now];
        if let Some((call,)) = self.0.fetch_optional::<(CallId,)>(sql, args).await? {
            self.0.touched.subject(Subject::Call(call));
        }
        self.0.changed("analysis", id);
        Ok(())
    }

    /// One analysis.
    pub async fn get(&mut self, id: AnalysisId) -> Result<Option<Analysis>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{ANALYSIS} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// The analysis of a call.
    pub async fn of_call(&mut self, call: CallId) -> Result<Option<Analysis>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{ANALYSIS} WHERE tenant_id = $1 AND call_id = $2 AND kind = 'individual'");
        first(self.0, sql, args![tenant, call]).await
    }

    /// What the analyses of these calls came to, of those that have a score.
    pub async fn scores_of(&mut self, calls: &[CallId]) -> Result<HashMap<CallId, (Scored, State)>> {
        if calls.is_empty() {
            return Ok(HashMap::new());
        }
        let (places, args) = among(self.0, calls.iter().map(|id| id_text(*id)))?;
        let sql = format!(
            "SELECT call_id, score, tag, formula, state FROM analyses WHERE tenant_id = $1 AND kind = 'individual'
             AND score IS NOT NULL AND call_id IN ({places})"
        );
        let rows: Vec<ScoreOfCall> = self.0.fetch_all_built(sql, args).await?;
        Ok(rows.into_iter().map(|row| (row.0, (row.1, row.2))).collect())
    }

    /// What the analysis of a call came to, and what its contact had with it counted in. What was made again stands in place
    /// of what it was made from.
    pub(super) async fn scores_with(&mut self, call: CallId) -> Result<CallScores> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT kind, score, updated_at, version FROM analyses WHERE tenant_id = $1 AND call_id = $2
                     AND kind = 'individual' AND score IS NOT NULL
                   UNION ALL SELECT kind, score, updated_at, version FROM analyses WHERE tenant_id = $1 AND call_id = $2
                     AND kind = 'complete' AND score IS NOT NULL
                   UNION ALL SELECT kind, score, updated_at, version FROM analysis_history WHERE tenant_id = $1
                     AND call_id = $2 AND kind = 'complete' AND score IS NOT NULL
                   ORDER BY updated_at, version";
        let rows: Vec<(String, i64, Timestamp, i64)> = self.0.fetch_all(sql, args![tenant, call]).await?;
        let last = |kind: &str| rows.iter().rev().find(|(of, ..)| of == kind).map(|(_, score, ..)| *score);
        Ok(CallScores { individual: last("individual"), complete: last("complete") })
    }

    /// The analyses of these calls.
    pub async fn of_calls(&mut self, calls: &[CallId]) -> Result<Vec<Analysis>> {
        if calls.is_empty() {
            return Ok(Vec::new());
        }
        let (places, args) = among(self.0, calls.iter().map(|id| id_text(*id)))?;
        let sql = format!("{ANALYSIS} WHERE tenant_id = $1 AND kind = 'individual' AND call_id IN ({places})");
        self.0.fetch_all_built(sql, args).await
    }

    /// What several calls of a contact came to together, each time it was summed up, newest first, by [`Place`].
    pub async fn summed_up(&mut self, contact: ContactId, page: &Page) -> Result<Vec<Analysis>> {
        let (mut args, limit) = (args![self.0.tenant()?, contact], page.limit);
        let before = Place::before(page, "updated_at", &mut args);
        let theirs =
            format!("WHERE tenant_id = $1 AND contact_id = $2{before} AND calls_analysed > 1 AND result IS NOT NULL");
        let sql = format!(
            "{ANALYSIS} {theirs} AND kind = 'complete' UNION ALL {PAST} {theirs} ORDER BY updated_at DESC, id DESC LIMIT {limit}"
        );
        self.0.fetch_all_built(sql, args).await
    }

    /// The complete analysis of a contact.
    pub async fn of_contact(&mut self, contact: ContactId) -> Result<Option<Analysis>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{ANALYSIS} WHERE tenant_id = $1 AND contact_id = $2 AND kind = 'complete'");
        first(self.0, sql, args![tenant, contact]).await
    }

    /// Every call of a contact of which something was understood, oldest first; not those that never were (P5).
    pub async fn calls_of(&mut self, contact: ContactId) -> Result<Vec<Analysis>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{ANALYSIS} WHERE tenant_id = $1 AND kind = 'individual' AND result IS NOT NULL
             AND call_id IN (SELECT id FROM calls WHERE tenant_id = $1 AND contact_id = $2 AND lifecycle <> $3)
             ORDER BY called_at, call_id"
        );
        self.0.fetch_all_built(sql, args![tenant, contact, DISOWNED]).await
    }

    /// Puts a complete analysis in the place of the one before, which goes to the history; `false` if that is not the one
    /// that it was made from.
    pub async fn put_complete(&mut self, new: &NewComplete<'_>) -> Result<bool> {
        let done = match new.replaces {
            None => self.insert_complete(new).await?,
            Some(version) => self.keep_past(new.contact, version).await? && self.replace_complete(new, version).await?,
        };
        self.0.touched.subject(Subject::Call(new.summed.complete.latest_call_id));
        self.0.changed("analysis", "");
        Ok(done)
    }

    async fn insert_complete(&mut self, new: &NewComplete<'_>) -> Result<bool> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<AnalysisId>());
        let sql =
            "INSERT INTO analyses (tenant_id, id, kind, call_id, contact_id, state, version, called_at, score, tag,
                   formula, calls_analysed, made, result, asked_at, created_at, updated_at)
                   VALUES ($1, $2, 'complete', $3, $4, $5, 1, $6, $7, $8, $9, $10, $11, $12, $13, $13, $13)
                   ON CONFLICT (tenant_id, contact_id) WHERE kind = 'complete' DO NOTHING";
        Ok(self.0.execute(sql, complete_args(tenant, id, new, now)?).await? == 1)
    }

    async fn replace_complete(&mut self, new: &NewComplete<'_>, replaces: i64) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql =
            "UPDATE analyses SET call_id = $3, state = $5, version = version + 1, called_at = $6, score = $7, tag = $8,
                   formula = $9, calls_analysed = $10, made = $11, result = $12, error = NULL, asked_at = $13,
                   updated_at = $13
                   WHERE tenant_id = $1 AND version = $2 AND contact_id = $4 AND kind = 'complete'";
        Ok(self.0.execute(sql, complete_args(tenant, replaces, new, now)?).await? == 1)
    }

    async fn keep_past(&mut self, contact: ContactId, version: i64) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "INSERT INTO analysis_history (tenant_id, id, version, kind, call_id, contact_id, state, called_at, words,
                   score, tag, formula, calls_analysed, made, result, error, asked_at, created_at, updated_at)
                   SELECT tenant_id, id, version, kind, call_id, contact_id, state, called_at, words, score, tag, formula,
                   calls_analysed, made, result, error, asked_at, created_at, updated_at FROM analyses
                   WHERE tenant_id = $1 AND contact_id = $2 AND version = $3 AND kind = 'complete'
                   ON CONFLICT (tenant_id, id, version) DO NOTHING"; // somebody was faster: there is another version now
        Ok(self.0.execute(sql, args![tenant, contact, version]).await? == 1)
    }

    /// Writes the words of a complete analysis beside its numbers; `false` if other numbers took their place meanwhile.
    pub async fn put_words(
        &mut self,
        id: AnalysisId,
        version: i64,
        summed: &Summed,
        made: &Made,
        state: State,
    ) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE analyses SET result = $4, made = $5, state = $6, error = NULL, updated_at = $7
                   WHERE tenant_id = $1 AND id = $2 AND version = $3 AND kind = 'complete'";
        let says = json(&Says::History(Box::new(summed.clone())))?;
        let done = self.0.execute(sql, args![tenant, id, version, says, json(made)?, state, now]).await? == 1;
        Ok(self.0.changed_if(done, "analysis", id))
    }

    /// No analysed call is left to this contact: the complete one goes to the history.
    pub async fn retire_complete(&mut self, contact: ContactId) -> Result<()> {
        let Some(row) = self.of_contact(contact).await? else { return Ok(()) };
        self.keep_past(contact, row.version).await?;
        let tenant = self.0.tenant()?;
        self.0.execute("DELETE FROM analyses WHERE tenant_id = $1 AND id = $2", args![tenant, row.id]).await?;
        self.0.changed("analysis", row.id);
        Ok(())
    }

    /// Complete analyses of a contact whose place was taken, newest first.
    pub async fn past(&mut self, contact: ContactId) -> Result<Vec<Analysis>> {
        let tenant = self.0.tenant()?;
        let sql =
            format!("{PAST} WHERE tenant_id = $1 AND contact_id = $2 ORDER BY updated_at DESC, version DESC LIMIT 200");
        self.0.fetch_all_built(sql, args![tenant, contact]).await
    }

    /// Analyses by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Analysis>> {
        list(self.0, ANALYSIS, filter, page, |analysis: &Analysis| id_text(analysis.id)).await
    }
}

/// What is written of a complete analysis; `second` is $2, its id or the version whose place it takes.
fn complete_args(tenant: TenantId, second: impl ToValue, new: &NewComplete<'_>, now: Timestamp) -> Result<Vec<Value>> {
    let complete = &new.summed.complete;
    let Scored { score, tag, version } = complete.scored;
    let calls = i64::try_from(complete.calls_analysed).unwrap_or(i64::MAX);
    let (made, says) = (json(new.made)?, json(&Says::History(Box::new(new.summed.clone())))?);
    Ok(args![
        tenant,
        second,
        complete.latest_call_id,
        new.contact,
        new.state,
        new.called_at,
        score,
        tag,
        version,
        calls,
        made,
        says,
        now
    ])
}
