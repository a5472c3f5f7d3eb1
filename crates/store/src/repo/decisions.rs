//! The send ledger (P8): rows are only ever added.

use super::lists::{Filter, Listing, Page, among, list};
use crate::db::{ToValue as _, id_text};
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::decision::{Decision, Verdict};
use ringleader_core::id::{CallId, ContactId, DecisionId, EpisodeId, MessageId};
use serde_json::Value as Json;

/// The send ledger.
pub struct Decisions<'c>(pub(super) &'c mut Conn);

/// A decision to be recorded.
#[derive(Debug, Clone)]
pub struct NewDecision {
    /// What.
    pub verdict: Verdict,
    /// Rule of PRODUCT.
    pub rule: String,
    /// Word.
    pub reason: String,
    /// In a shop owner's words.
    pub explanation: String,
    /// The text of the catalogue behind it.
    pub text_key: String,
    /// Ids and times.
    pub evidence: Json,
    /// For `wait`.
    pub wait_until: Option<Timestamp>,
    /// Whom.
    pub contact_id: Option<ContactId>,
    /// Episode.
    pub episode_id: Option<EpisodeId>,
    /// Call.
    pub call_id: Option<CallId>,
    /// Message.
    pub message_id: Option<MessageId>,
}

const DECISION: &str =
    "SELECT id, at, verdict, rule, reason, explanation, evidence, wait_until, contact_id, episode_id,
    call_id, message_id, text_key FROM decisions";

impl FromRow for Decision {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            at: row.get("at")?,
            verdict: row.word("verdict")?,
            rule: row.get("rule")?,
            reason: row.get("reason")?,
            explanation: row.get("explanation")?,
            evidence: row.json("evidence")?,
            wait_until: row.get("wait_until")?,
            contact_id: row.get("contact_id")?,
            episode_id: row.get("episode_id")?,
            call_id: row.get("call_id")?,
            message_id: row.get("message_id")?,
            text_key: row.get("text_key")?,
        })
    }
}

impl Decisions<'_> {
    /// Records a decision.
    pub async fn add(&mut self, d: &NewDecision) -> Result<DecisionId> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<DecisionId>());
        let sql = "INSERT INTO decisions (tenant_id, id, at, verdict, rule, reason, explanation, evidence, wait_until,
                   contact_id, episode_id, call_id, message_id, text_key)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        let args = args![
            tenant,
            id,
            now,
            d.verdict.as_str(),
            &d.rule,
            &d.reason,
            &d.explanation,
            d.evidence.clone(),
            d.wait_until,
            d.contact_id,
            d.episode_id,
            d.call_id,
            d.message_id,
            &d.text_key
        ];
        self.0.execute(sql, args).await?;
        self.0.changed("decision", id);
        Ok(id)
    }

    /// Why these messages to a contact went.
    pub async fn of_messages(&mut self, contact: ContactId, messages: &[MessageId]) -> Result<Vec<Decision>> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let (places, mut args) = among(self.0, messages.iter().map(|id| id_text(*id)))?;
        args.push(id_text(contact).to_value());
        let sql = format!(
            "{DECISION} WHERE tenant_id = $1 AND contact_id = ${} AND verdict = 'send' AND message_id IN ({places}) ORDER BY id",
            args.len()
        );
        self.0.fetch_all_built(sql, args).await
    }

    /// Decisions by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Decision>> {
        list(self.0, DECISION, filter, page, |d: &Decision| id_text(d.id)).await
    }
}
