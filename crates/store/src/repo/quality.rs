//! How well brains understand, by what people made of it (D2): what was read and what was corrected, and what each brain and
//! prompt took in time and money.

use super::leads::read_by;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::reading::{Language, ReadBy};
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// Measures of brains.
pub struct Quality<'c>(pub(super) &'c mut Conn);

/// What people made of facts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Judged {
    /// Facts as brains read them that stand, or were said to be right by a person.
    pub stands: i64,
    /// Facts that a person put right.
    pub corrected: i64,
    /// Of those that stand, the ones of a brain that was not the first choice.
    pub provisional: i64,
}

impl Judged {
    /// The share that was not put right, 0 to 1; nothing while nothing was read.
    pub fn accuracy(&self) -> Option<f64> {
        let all = self.stands + self.corrected;
        (all > 0).then(|| self.stands as f64 / all as f64)
    }
}

impl AddAssign for Judged {
    fn add_assign(&mut self, other: Self) {
        self.stands += other.stands;
        self.corrected += other.corrected;
        self.provisional += other.provisional;
    }
}

/// Facts of one kind that one brain read with one prompt from words in one language, over a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactQuality {
    /// `name`, `need`, `budget` …
    pub name: String,
    /// Who read them; nothing for what was read before that was kept.
    pub read_by: Option<ReadBy>,
    /// What people made of them.
    pub judged: Judged,
}

impl FactQuality {
    /// The brain, and the prompt or rules with their version.
    pub fn reader(&self) -> Option<(String, String)> {
        self.read_by.as_ref().map(|by| (by.brain.clone(), by.prompt.clone()))
    }

    /// The language of the words.
    pub fn language(&self) -> Language {
        self.read_by.as_ref().map_or(Language::Unknown, |by| by.language)
    }
}

/// Sums of facts by something that they have in common.
pub fn judged_by<K: Ord>(facts: &[FactQuality], key: impl Fn(&FactQuality) -> K) -> BTreeMap<K, Judged> {
    let mut sums: BTreeMap<K, Judged> = BTreeMap::new();
    for fact in facts {
        *sums.entry(key(fact)).or_default() += fact.judged;
    }
    sums
}

impl FromRow for FactQuality {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            name: row.get("name")?,
            read_by: read_by(row)?,
            judged: Judged {
                stands: row.get("stands")?,
                corrected: row.get("corrected")?,
                provisional: row.get("provisional")?,
            },
        })
    }
}

/// What a brain did with one version of a prompt.
#[derive(Debug, Clone, PartialEq)]
pub struct BrainUse {
    /// `anthropic`, `openai`, `compatible`, `local`.
    pub brain: String,
    /// The model.
    pub model: String,
    /// The prompt with its version.
    pub prompt: String,
    /// Questions.
    pub uses: i64,
    /// Those without a good answer at the first try.
    pub failed: i64,
    /// Those with an answer that was used, be it at the second try.
    pub answered: i64,
    /// Of these, answers of the local brain in a model's place.
    pub fallback: i64,
    /// Milliseconds of all of them.
    pub latency_ms: i64,
    /// Tokens in.
    pub tokens_in: i64,
    /// Tokens out.
    pub tokens_out: i64,
    /// Millionths of a US dollar.
    pub cost_micros: i64,
}

/// The share of answers that the local brain gave in a model's place, 0 to 1; nothing while there are none.
pub fn fallback_share(uses: &[BrainUse]) -> Option<f64> {
    let (fallback, answered) = uses.iter().fold((0, 0), |sum, it| (sum.0 + it.fallback, sum.1 + it.answered));
    (answered > 0).then(|| fallback as f64 / answered as f64)
}

impl FromRow for BrainUse {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            brain: row.get("brain")?,
            model: row.get("model")?,
            prompt: row.get("prompt")?,
            uses: row.get("uses")?,
            failed: row.get("failed")?,
            answered: row.get("answered")?,
            fallback: row.get("fallback")?,
            latency_ms: row.get("latency_ms")?,
            tokens_in: row.get("tokens_in")?,
            tokens_out: row.get("tokens_out")?,
            cost_micros: row.get("cost_micros")?,
        })
    }
}

impl Quality<'_> {
    /// Facts that were said from `begin` to before `end`, by name and by who read them. A correction counts when it was made, once for each fact,
    /// against the last thing that a brain had read. What visitors say of a viewing is kept as they said it: no brain reads it.
    pub async fn facts(&mut self, begin: Timestamp, end: Timestamp) -> Result<Vec<FactQuality>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT name, brain, prompt, lang, CAST(SUM(stands) AS BIGINT) AS stands, CAST(SUM(corrected) AS BIGINT) AS corrected,
                          CAST(SUM(provisional) AS BIGINT) AS provisional FROM (
                     SELECT name, brain, prompt, lang, 1 AS stands, 0 AS corrected, provisional FROM facts
                     WHERE tenant_id = $1 AND source <> 'person' AND at >= $2 AND at < $3 AND name <> 'viewing_feedback'
                     UNION ALL
                     SELECT f.name, h.brain, h.prompt, h.lang, CASE WHEN f.value = h.value THEN 1 ELSE 0 END AS stands,
                            CASE WHEN f.value = h.value THEN 0 ELSE 1 END AS corrected, 0 AS provisional
                     FROM facts f JOIN fact_history h ON h.tenant_id = f.tenant_id AND h.lead_id = f.lead_id
                       AND h.name = f.name AND h.id = (SELECT MAX(x.id) FROM fact_history x WHERE x.tenant_id = f.tenant_id
                       AND x.lead_id = f.lead_id AND x.name = f.name AND x.source <> 'person')
                     WHERE f.tenant_id = $1 AND f.source = 'person' AND f.at >= $2 AND f.at < $3
                   ) AS judged GROUP BY name, brain, prompt, lang ORDER BY name, brain, prompt, lang";
        self.0.fetch_all(sql, args![tenant, begin, end]).await
    }

    /// What brains did from `begin` to before `end`.
    pub async fn brains(&mut self, begin: Timestamp, end: Timestamp) -> Result<Vec<BrainUse>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT brain, model, prompt, COUNT(*) AS uses,
                          CAST(SUM(CASE WHEN result IN ('ok', 'good', 'fallback') THEN 0 ELSE 1 END) AS BIGINT) AS failed,
                          CAST(SUM(CASE WHEN result IN ('ok', 'good', 'fallback', 'repaired') THEN 1 ELSE 0 END) AS BIGINT) AS answered,
                          CAST(SUM(CASE WHEN result = 'fallback' THEN 1 ELSE 0 END) AS BIGINT) AS fallback,
                          CAST(SUM(latency_ms) AS BIGINT) AS latency_ms, CAST(SUM(tokens_in) AS BIGINT) AS tokens_in,
                          CAST(SUM(tokens_out) AS BIGINT) AS tokens_out,
                          CAST(SUM(COALESCE(cost_micros, 0)) AS BIGINT) AS cost_micros
                   FROM model_usage WHERE tenant_id = $1 AND at >= $2 AND at < $3
                   GROUP BY brain, model, prompt ORDER BY brain, model, prompt";
        self.0.fetch_all(sql, args![tenant, begin, end]).await
    }

    /// Analyses that were asked for from `begin` to before `end`: all that are done, and the provisional of them.
    pub async fn analyses(&mut self, begin: Timestamp, end: Timestamp) -> Result<(i64, i64)> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT COUNT(*) AS done, CAST(COALESCE(SUM(CASE WHEN state = 'provisional' THEN 1 ELSE 0 END), 0) AS BIGINT)
                   AS provisional FROM analyses WHERE tenant_id = $1 AND state IN ('done', 'provisional')
                   AND asked_at >= $2 AND asked_at < $3";
        self.0.fetch_one(sql, args![tenant, begin, end]).await
    }
}
