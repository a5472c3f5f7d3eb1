//! Leads and facts: at most one open lead per contact (index `one_open_lead`); its columns follow from its facts.

use super::lists::{Filter, Listing, Page, Place, among, first, list};
use super::tenants::json;
use crate::db::{Value, id_text};
use crate::{Conn, FromRow, Result, Row, StoreError, args};
use jiff::Timestamp;
use ringleader_core::id::{ContactId, FactId, LeadId};
use ringleader_core::lead::{Fact, Lead, LeadScore, LeadStatus};
use ringleader_core::reading::{Language, ReadBy};
use std::collections::HashMap;

/// Leads and facts.
pub struct Leads<'c>(pub(super) &'c mut Conn);

/// A lead with everything that a reader of it wants to see.
#[derive(Debug, Clone)]
pub struct LeadView {
    /// The lead.
    pub lead: Lead,
    /// Its facts, by name.
    pub facts: Vec<Fact>,
    /// The contact's number.
    pub phone: Option<String>,
    /// What people sort it by, by name.
    pub labels: Vec<String>,
}

/// A fact that another took the place of.
#[derive(Debug, Clone)]
pub struct PastFact {
    /// What it said.
    pub fact: Fact,
    /// When it was replaced, or taken back.
    pub replaced_at: Timestamp,
}

/// A fact as it was said.
#[derive(Debug, Clone)]
pub struct SaidFact {
    /// What was said, by whom.
    pub fact: Fact,
    /// When another took its place, or it was taken back.
    pub replaced_at: Option<Timestamp>,
}

/// A fact, and whose it is.
struct OfLead {
    lead: LeadId,
    fact: Fact,
}

impl FromRow for OfLead {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { lead: row.get("lead_id")?, fact: Fact::from_row(row)? })
    }
}

impl FromRow for SaidFact {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { fact: Fact::from_row(row)?, replaced_at: row.get("replaced_at")? })
    }
}

impl FromRow for PastFact {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { fact: Fact::from_row(row)?, replaced_at: row.get("replaced_at")? })
    }
}

/// The columns of a lead, for the lists that show more of it.
macro_rules! lead_columns {
    () => {
        "id, contact_id, status, source, name, need, preference, score, assigned_to, opened_at, closed_at, updated_at"
    };
}
pub(super) use lead_columns;

const LEAD: &str = concat!("SELECT ", lead_columns!(), " FROM leads");
const FACT_OF_LEAD: &str =
    "SELECT lead_id, name, id, value, confidence, source, origin, provisional, brain, prompt, lang, at FROM facts";
const FACT: &str =
    "SELECT name, id, value, confidence, source, origin, provisional, brain, prompt, lang, at FROM facts";

impl FromRow for Lead {
    fn from_row(row: &Row) -> Result<Self> {
        let (preference, score): (Option<String>, Option<String>) = (row.get("preference")?, row.get("score")?);
        Ok(Self {
            id: row.get("id")?,
            contact_id: row.get("contact_id")?,
            status: row.word("status")?,
            source: row.get("source")?,
            name: row.get("name")?,
            need: row.get("need")?,
            preference: preference.and_then(|text| serde_json::from_str(&text).ok()),
            score: score.and_then(|text| serde_json::from_str(&text).ok()),
            assigned_to: row.get("assigned_to")?,
            opened_at: row.get("opened_at")?,
            closed_at: row.get("closed_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

impl FromRow for Fact {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            value: row.json("value")?,
            confidence: row.get("confidence")?,
            source: row.word("source")?,
            origin: row.get("origin")?,
            provisional: row.get("provisional")?,
            read_by: read_by(row)?,
            at: row.get("at")?,
        })
    }
}

/// Who read what a row says; nothing where no brain did, or where that was not kept yet.
pub(super) fn read_by(row: &Row) -> Result<Option<ReadBy>> {
    let (brain, prompt) = (row.get::<Option<String>>("brain")?, row.get::<Option<String>>("prompt")?);
    let language = row.word_opt("lang")?.unwrap_or(Language::Unknown);
    Ok(brain.map(|brain| ReadBy { brain, prompt: prompt.unwrap_or_default(), language }))
}

/// Longest [`words`], in bytes: PostgreSQL takes no row into an index that is longer than 2,704.
const LONGEST_WORDS: usize = 2400;

/// What a lead is looked for by, in small letters.
fn words(lead: &Lead) -> String {
    let said = [lead.name.as_deref(), lead.need.as_deref()].into_iter().flatten();
    let mut words = said.collect::<Vec<_>>().join(" ").to_lowercase();
    words.truncate(words.floor_char_boundary(LONGEST_WORDS));
    words
}

impl Leads<'_> {
    /// The open lead of a contact, made if there is none; whether it was made now. Racing callers get the same lead.
    pub async fn open_or_make(&mut self, contact: ContactId, status: LeadStatus, source: &str) -> Result<(Lead, bool)> {
        if let Some(lead) = self.open_of(contact).await? {
            return Ok((lead, false));
        }
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<LeadId>());
        let sql = "INSERT INTO leads (tenant_id, id, contact_id, status, source, opened_at, updated_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $6)
                   ON CONFLICT (tenant_id, contact_id) WHERE closed_at IS NULL DO NOTHING";
        let made = self.0.execute(sql, args![tenant, id, contact, status.as_str(), source, now]).await? == 1;
        let lead = self.open_of(contact).await?.ok_or(StoreError::Missing)?;
        self.0.changed("lead", lead.id);
        Ok((lead, made))
    }

    /// The open lead of a contact.
    pub async fn open_of(&mut self, contact: ContactId) -> Result<Option<Lead>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{LEAD} WHERE tenant_id = $1 AND contact_id = $2 AND closed_at IS NULL");
        first(self.0, sql, args![tenant, contact]).await
    }

    /// One lead.
    pub async fn get(&mut self, id: LeadId) -> Result<Option<Lead>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{LEAD} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// One lead with facts and number.
    pub async fn view(&mut self, id: LeadId) -> Result<Option<LeadView>> {
        match self.get(id).await? {
            Some(lead) => Ok(Some(self.with_facts(lead).await?)),
            None => Ok(None),
        }
    }

    /// Adds facts, number and labels to a lead.
    pub async fn with_facts(&mut self, lead: Lead) -> Result<LeadView> {
        let facts = self.facts(lead.id).await?;
        let contact = self.0.contacts().get(lead.contact_id).await?;
        let phone = contact.and_then(|c| c.phone).map(|p| p.as_str().to_owned());
        let labels = self.labels_of(&[lead.id]).await?.into_iter().map(|(_, label)| label).collect();
        Ok(LeadView { lead, facts, phone, labels })
    }

    /// Saves status and derived columns.
    pub async fn save(&mut self, lead: &Lead) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql =
            "UPDATE leads SET status = $3, name = $4, need = $5, preference = $6, closed_at = $7, updated_at = $8,
                   words = $9 WHERE tenant_id = $1 AND id = $2";
        let args = args![
            tenant,
            lead.id,
            lead.status.as_str(),
            lead.name.clone(),
            lead.need.clone(),
            lead.preference.clone(),
            lead.closed_at,
            now,
            words(lead)
        ];
        self.0.changed("lead", lead.id);
        self.0.execute(sql, args).await?;
        Ok(())
    }

    /// Notes how promising the calls of a lead are; `None`: none counts any more.
    pub async fn set_score(&mut self, id: LeadId, score: Option<&LeadScore>) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE leads SET score = $3, tag = $4, score_total = $5, updated_at = $6
                   WHERE tenant_id = $1 AND id = $2";
        let (text, total) = (score.map(json).transpose()?, score.map(|score| i64::from(score.total)));
        self.0.execute(sql, args![tenant, id, text, score.map(|score| score.tag), total, now]).await?;
        self.0.changed("lead", id);
        Ok(())
    }

    /// Facts of a lead, by name.
    pub async fn facts(&mut self, lead: LeadId) -> Result<Vec<Fact>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{FACT} WHERE tenant_id = $1 AND lead_id = $2 ORDER BY name");
        self.0.fetch_all_built(sql, args![tenant, lead]).await
    }

    /// What was last said of a person in any of their enquiries.
    pub async fn last_fact(&mut self, contact: ContactId, name: &str) -> Result<Option<Fact>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{FACT} WHERE tenant_id = $1 AND contact_id = $2 AND name = $3 ORDER BY at DESC LIMIT 1");
        first(self.0, sql, args![tenant, contact, name]).await
    }

    /// Puts a fact in place of the one of that name, which goes to the history.
    pub async fn put_fact(&mut self, lead: &Lead, fact: &Fact) -> Result<()> {
        self.retire_fact(lead.id, &fact.name).await?;
        self.0.changed("lead", lead.id);
        let tenant = self.0.tenant()?;
        let sql = "INSERT INTO facts (tenant_id, lead_id, name, id, contact_id, value, confidence, source, origin,
                   provisional, at, brain, prompt, lang) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        let by = fact.read_by.as_ref();
        let args = args![
            tenant,
            lead.id,
            &fact.name,
            fact.id,
            lead.contact_id,
            fact.value.clone(),
            fact.confidence,
            fact.source.as_str(),
            fact.origin.clone(),
            fact.provisional,
            fact.at,
            by.map(|by| by.brain.clone()),
            by.map(|by| by.prompt.clone()),
            by.map(|by| by.language.as_str())
        ];
        self.0.execute(sql, args).await?;
        Ok(())
    }

    /// Moves a fact to the history.
    pub async fn retire_fact(&mut self, lead: LeadId, name: &str) -> Result<bool> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<FactId>());
        let keep = "INSERT INTO fact_history (tenant_id, id, lead_id, name, contact_id, value, confidence, source,
                    origin, provisional, brain, prompt, lang, at, replaced_at)
                    SELECT tenant_id, $4, lead_id, name, contact_id, value, confidence, source, origin, provisional,
                    brain, prompt, lang, at, CAST($5 AS BIGINT) FROM facts WHERE tenant_id = $1 AND lead_id = $2 AND name = $3";
        if self.0.execute(keep, args![tenant, lead, name, id, now]).await? == 0 {
            return Ok(false);
        }
        self.0.changed("lead", lead);
        let sql = "DELETE FROM facts WHERE tenant_id = $1 AND lead_id = $2 AND name = $3";
        self.0.execute(sql, args![tenant, lead, name]).await?;
        Ok(true)
    }

    /// Earlier values of a lead's facts, newest first.
    pub async fn history(&mut self, lead: LeadId) -> Result<Vec<PastFact>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT name, id, value, confidence, source, origin, provisional, brain, prompt, lang, at, replaced_at FROM fact_history
                   WHERE tenant_id = $1 AND lead_id = $2 ORDER BY replaced_at DESC, id DESC";
        self.0.fetch_all(sql, args![tenant, lead]).await
    }

    /// What was said of a person, in all their enquiries, newest first, by [`Place`].
    pub async fn said_of(&mut self, contact: ContactId, page: &Page) -> Result<Vec<SaidFact>> {
        let (mut args, limit) = (args![self.0.tenant()?, contact], page.limit);
        let before = Place::before(page, "at", &mut args);
        let sql = format!(
            "SELECT name, id, value, confidence, source, origin, provisional, brain, prompt, lang, at,
                    CAST(NULL AS BIGINT) AS replaced_at FROM facts
             WHERE tenant_id = $1 AND contact_id = $2{before}
             UNION ALL SELECT name, id, value, confidence, source, origin, provisional, brain, prompt, lang, at, replaced_at
             FROM fact_history WHERE tenant_id = $1 AND contact_id = $2{before}
             ORDER BY at DESC, id DESC LIMIT {limit}"
        );
        self.0.fetch_all_built(sql, args).await
    }

    /// Leads by page, with facts.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<LeadView>> {
        let found = list(self.0, LEAD, filter, page, |l: &Lead| id_text(l.id)).await?;
        let ids: Vec<LeadId> = found.rows.iter().map(|lead| lead.id).collect();
        let mut facts = self.facts_of(&ids).await?;
        let mut labels: HashMap<LeadId, Vec<String>> = HashMap::new();
        for (lead, label) in self.labels_of(&ids).await? {
            labels.entry(lead).or_default().push(label);
        }
        let phones: HashMap<LeadId, String> = self.phones_of(&ids).await?.into_iter().collect();
        let view = |lead: Lead| LeadView {
            facts: facts.remove(&lead.id).unwrap_or_default(),
            phone: phones.get(&lead.id).cloned(),
            labels: labels.remove(&lead.id).unwrap_or_default(),
            lead,
        };
        Ok(Listing { rows: found.rows.into_iter().map(view).collect(), next: found.next })
    }

    /// Facts of these leads, by name.
    async fn facts_of(&mut self, leads: &[LeadId]) -> Result<HashMap<LeadId, Vec<Fact>>> {
        let mut all: HashMap<LeadId, Vec<Fact>> = HashMap::new();
        if leads.is_empty() {
            return Ok(all);
        }
        let (places, args) = self.among(leads)?;
        let sql = format!("{FACT_OF_LEAD} WHERE tenant_id = $1 AND lead_id IN ({places}) ORDER BY name");
        for OfLead { lead, fact } in self.0.fetch_all_built::<OfLead>(sql, args).await? {
            all.entry(lead).or_default().push(fact);
        }
        Ok(all)
    }

    /// The numbers of the people of these leads.
    async fn phones_of(&mut self, leads: &[LeadId]) -> Result<Vec<(LeadId, String)>> {
        if leads.is_empty() {
            return Ok(Vec::new());
        }
        let (places, args) = self.among(leads)?;
        let sql = format!(
            "SELECT l.id, p.phone FROM leads l JOIN contacts p ON p.tenant_id = l.tenant_id AND p.id = l.contact_id
             WHERE l.tenant_id = $1 AND l.id IN ({places}) AND p.phone IS NOT NULL"
        );
        self.0.fetch_all_built(sql, args).await
    }

    /// Placeholders for these leads, behind the tenant's.
    pub(super) fn among(&self, leads: &[LeadId]) -> Result<(String, Vec<Value>)> {
        among(self.0, leads.iter().map(|id| id_text(*id)))
    }
}
