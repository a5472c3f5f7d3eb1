//! The sample of readings that people judge (D2): was what was read from these words right?
//!
//! Always true: the sample of a span of time follows from its readings alone, so everyone is shown the same; it is drawn by
//! the part of the ids that is chance, so it favours nobody, and what nothing was found in is drawn too; a reading has one
//! verdict, the last one, which keeps who read it, in which language, and what it was taken for.

use super::leads::read_by;
use super::lists::corrupt;
use super::quality::Quality;
use super::readings::Kept;
use crate::db::id_text;
use crate::{FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{Id as _, MessageId, ReadingId};
use ringleader_core::reading::{Language, ReadBy};
use ringleader_core::reception::talk::Heard;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Words, and what was understood of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// What was understood.
    pub reading: Kept,
    /// The words: of a burst, message by message.
    pub words: Vec<String>,
    /// Facts that were found, by name, with their value; null where it was known already, or another's word won.
    pub read: BTreeMap<String, Json>,
    /// What people said: right, or not.
    pub right: Option<bool>,
}

/// What people said of readings that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdicts {
    /// Who read them; nothing where that was not kept.
    pub read_by: Option<ReadBy>,
    /// What they were taken for: an intent or a signal; nothing: facts alone, or nothing at all.
    pub intent: Option<String>,
    /// Read right.
    pub right: i64,
    /// Read wrong.
    pub wrong: i64,
}

impl FromRow for Verdicts {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { read_by: read_by(row)?, intent: row.get("intent")?, right: row.get("good")?, wrong: row.get("bad")? })
    }
}

impl Verdicts {
    /// The brain, and the prompt or rules with their version.
    pub fn reader(&self) -> Option<(String, String)> {
        self.read_by.as_ref().map(|by| (by.brain.clone(), by.prompt.clone()))
    }

    /// The language of the words.
    pub fn language(&self) -> Language {
        self.read_by.as_ref().map_or(Language::Unknown, |by| by.language)
    }
}

/// Right and wrong ones, by something that they have in common.
pub fn verdicts_by<K: Ord>(all: &[Verdicts], key: impl Fn(&Verdicts) -> K) -> BTreeMap<K, (i64, i64)> {
    let mut sums: BTreeMap<K, (i64, i64)> = BTreeMap::new();
    for it in all {
        let (right, wrong) = sums.entry(key(it)).or_default();
        (*right, *wrong) = (*right + it.right, *wrong + it.wrong);
    }
    sums
}

/// Which verdicts.
#[derive(Debug, Clone, Default)]
pub struct WhichVerdicts {
    /// Only those that say so.
    pub right: Option<bool>,
    /// Only of words in this language.
    pub language: Option<Language>,
    /// Only of what was taken for this; empty: for nothing of its kind.
    pub intent: Option<String>,
}

/// A verdict on a reading.
struct Label {
    id: ReadingId,
    at: Timestamp,
    right: bool,
    read_by: Option<ReadBy>,
}

impl FromRow for Label {
    fn from_row(row: &Row) -> Result<Self> {
        let good: i64 = row.get("good")?;
        Ok(Self { id: row.get("message_id")?, at: row.get("at")?, right: good == 1, read_by: read_by(row)? })
    }
}

/// Readings that are drawn at once: some have no words to show any more.
const DRAWN: usize = 40;

impl Quality<'_> {
    /// Up to `limit` readings of words that were said from `begin` to before `end`.
    pub async fn sample(&mut self, begin: Timestamp, end: Timestamp, limit: usize) -> Result<Vec<Sample>> {
        let (mut sample, mut drawn) = (Vec::new(), 0);
        loop {
            let ids = self.drawn(begin, end, drawn).await?;
            drawn += ids.len();
            for id in &ids {
                if sample.len() == limit {
                    return Ok(sample);
                }
                let Some(reading) = self.reading(*id).await? else { continue };
                let words = self.words(&reading).await?;
                if words.is_empty() {
                    continue;
                }
                let (read, right) = (self.read_from(&reading).await?, self.verdict(&reading).await?);
                sample.push(Sample { reading, words, read, right });
            }
            if ids.len() < DRAWN {
                return Ok(sample);
            }
        }
    }

    /// The next readings in the order of the draw: ids begin with their time and end in chance. So a busy week costs its
    /// reader no more than a quiet one.
    async fn drawn(&mut self, begin: Timestamp, end: Timestamp, from: usize) -> Result<Vec<ReadingId>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "SELECT id FROM readings WHERE tenant_id = $1 AND at >= $2 AND at < $3
             ORDER BY SUBSTR(id, LENGTH(id) - 11), id LIMIT {DRAWN} OFFSET {from}"
        );
        let rows: Vec<(ReadingId,)> = self.0.fetch_all_built(sql, args![tenant, begin, end]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// What this reading found: facts have its reader, its origin and its moment. What an earlier reading of the same words
    /// found has another reader, or was replaced, and the latest value counts.
    async fn read_from(&mut self, reading: &Kept) -> Result<BTreeMap<String, Json>> {
        let mut read: BTreeMap<String, Json> = reading.facts.iter().map(|name| (name.clone(), Json::Null)).collect();
        let (tenant, ReadBy { brain, prompt, .. }) = (self.0.tenant()?, &reading.by);
        let sql = "SELECT name, value FROM (
                     SELECT name, value, 0 AS stands, id FROM fact_history WHERE tenant_id = $1 AND at = $2 AND origin = $3
                       AND source <> 'person' AND brain = $4 AND prompt = $5
                     UNION ALL SELECT name, value, 1 AS stands, id FROM facts WHERE tenant_id = $1 AND at = $2 AND origin = $3
                       AND source <> 'person' AND brain = $4 AND prompt = $5
                   ) AS found ORDER BY stands, id";
        let rows: Vec<(String, String)> =
            self.0.fetch_all(sql, args![tenant, reading.at, reading.origin(), brain, prompt]).await?;
        for (name, value) in rows {
            let value = serde_json::from_str(&value).map_err(|_| corrupt("facts.value"))?;
            read.entry(name).and_modify(|known| *known = value);
        }
        Ok(read)
    }

    async fn words(&mut self, reading: &Kept) -> Result<Vec<String>> {
        if let Some((talk, key)) = &reading.turn {
            let turn = self.0.talks().turn(*talk, key).await?;
            return Ok(turn
                .into_iter()
                .filter_map(|turn| match turn.heard {
                    Heard::Words(words) => Some(words),
                    _ => None,
                })
                .collect());
        }
        let mut words = Vec::new();
        for message in &reading.messages {
            words.extend(self.words_of(*message).await?);
        }
        Ok(words)
    }

    async fn words_of(&mut self, message: MessageId) -> Result<Option<String>> {
        let found = self.0.messages().get(message).await?.filter(|it| it.inbound);
        Ok(found.and_then(|it| it.content.words().map(str::to_owned)))
    }

    /// A verdict on what another brain had read before says nothing of this reading.
    async fn verdict(&mut self, reading: &Kept) -> Result<Option<bool>> {
        let (tenant, ReadBy { brain, prompt, .. }) = (self.0.tenant()?, &reading.by);
        let sql = "SELECT good FROM labels WHERE tenant_id = $1 AND message_id = $2
                   AND (brain IS NULL OR brain = $3 AND prompt = $4)";
        let found: Option<(i64,)> = self.0.fetch_optional(sql, args![tenant, reading.id, brain, prompt]).await?;
        Ok(found.map(|(good,)| good == 1))
    }

    /// Keeps a verdict on a reading, or on a message that came in, with its burst; `false`: there is no such thing.
    pub async fn label(&mut self, id: ReadingId, right: bool, actor: &str) -> Result<bool> {
        let reading = match self.reading(id).await? {
            Some(reading) => Some(reading),
            None => self.reading_with(MessageId::from_uuid(id.uuid())).await?,
        };
        let id = reading.as_ref().map_or(id, |reading| reading.id);
        if reading.is_none() && self.words_of(MessageId::from_uuid(id.uuid())).await?.is_none() {
            return Ok(false);
        }
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let by = reading.as_ref().map(|reading| &reading.by);
        let sql = "INSERT INTO labels (tenant_id, message_id, good, actor, at, brain, prompt, lang, intent)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                   ON CONFLICT (tenant_id, message_id) DO UPDATE SET good = excluded.good, actor = excluded.actor,
                   at = excluded.at, brain = excluded.brain, prompt = excluded.prompt, lang = excluded.lang,
                   intent = excluded.intent";
        let args = args![
            tenant,
            id,
            i64::from(right),
            actor,
            now,
            by.map(|by| by.brain.clone()),
            by.map(|by| by.prompt.clone()),
            by.map(|by| by.language.as_str()),
            reading.as_ref().and_then(Kept::intent).map(str::to_owned)
        ];
        self.0.execute(sql, args).await?;
        Ok(true)
    }

    /// Verdicts that were given from `begin` to before `end`, by who read, in which language, and what it was taken for.
    pub async fn labelled(&mut self, begin: Timestamp, end: Timestamp) -> Result<Vec<Verdicts>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT brain, prompt, lang, intent, CAST(SUM(good) AS BIGINT) AS good, CAST(SUM(1 - good) AS BIGINT) AS bad
                   FROM labels WHERE tenant_id = $1 AND at >= $2 AND at < $3
                   GROUP BY brain, prompt, lang, intent ORDER BY brain, prompt, lang, intent";
        self.0.fetch_all(sql, args![tenant, begin, end]).await
    }

    /// The readings behind the verdicts of [`Self::labelled`], the latest verdict first; the cursor is of the next page.
    pub async fn judged(
        &mut self,
        which: &WhichVerdicts,
        begin: Timestamp,
        end: Timestamp,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<Sample>, Option<String>)> {
        let tenant = self.0.tenant()?;
        let after = cursor.and_then(|cursor| cursor.split_once('~'));
        let before = after.and_then(|(at, _)| at.parse().ok()).map_or(end, |at: Timestamp| at.min(end));
        let last = after.and_then(|(_, id)| id.parse::<ReadingId>().ok()).map(id_text).unwrap_or_default();
        let sql =
            "SELECT message_id, at, good, brain, prompt, lang FROM labels WHERE tenant_id = $1 AND at >= $2 AND at <= $3
                   AND (at < $3 OR message_id < $7) AND ($4 IS NULL OR good = $4) AND ($5 IS NULL OR COALESCE(intent, '') = $5)
                   AND ($6 IS NULL OR CASE WHEN brain IS NULL THEN 'und' ELSE COALESCE(lang, 'und') END = $6)
                   ORDER BY at DESC, message_id DESC LIMIT $8";
        let (right, language) = (which.right.map(i64::from), which.language.map(|it| it.as_str()));
        let args = args![tenant, begin, before, right, which.intent.clone(), language, last, i64::from(limit)];
        let labels: Vec<Label> = self.0.fetch_all(sql, args).await?;
        let next = labels.last().filter(|_| labels.len() == limit as usize).map(|it| format!("{}~{}", it.at, it.id));
        let mut judged = Vec::new();
        for label in labels {
            let right = Some(label.right);
            let reading = match self.reading(label.id).await? {
                Some(reading) => reading,
                None => Kept::of_message(label.id, label.read_by, label.at),
            };
            let (words, read) = (self.words(&reading).await?, self.read_from(&reading).await?);
            judged.push(Sample { reading, words, read, right });
        }
        Ok((judged, next))
    }
}
