//! The sample of messages that people judge (D2): was what was read from them right?
//!
//! Always true: the sample of a span of time follows from its messages alone, so everyone is shown the same; it is drawn by
//! the part of the ids that is chance, so it favours nobody; a message has one verdict, the last one.

use super::lists::corrupt;
use super::quality::Quality;
use crate::db::Value;
use crate::{Result, args};
use jiff::Timestamp;
use ringleader_core::id::MessageId;
use ringleader_core::message::Content;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A message and what was read from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Which.
    pub message: MessageId,
    /// Its words.
    pub words: String,
    /// What was read: the fact's name and value, by name.
    pub read: BTreeMap<String, Json>,
    /// What people said: right, or not.
    pub right: Option<bool>,
}

/// Messages that are drawn at once: some have no words to show.
const DRAWN: usize = 40;

impl Quality<'_> {
    /// Up to `limit` messages from which brains read something from `begin` to before `end`.
    pub async fn sample(&mut self, begin: Timestamp, end: Timestamp, limit: usize) -> Result<Vec<Sample>> {
        let (mut sample, mut drawn) = (Vec::new(), 0);
        while sample.len() < limit {
            let origins = self.drawn(begin, end, drawn).await?;
            drawn += origins.len();
            for origin in &origins {
                let message: MessageId = origin.parse().map_err(|_| corrupt("facts.origin"))?;
                if sample.len() == limit {
                    break;
                }
                let Some(words) = self.words(message).await? else { continue };
                let right = self.verdict(message).await?;
                sample.push(Sample { message, words, read: BTreeMap::new(), right });
            }
            if origins.len() < DRAWN {
                break;
            }
        }
        self.read_from(&mut sample, begin, end).await?;
        Ok(sample)
    }

    /// The next messages in the order of the draw: ids begin with their time and end in chance. So a busy week costs its
    /// reader no more than a quiet one.
    async fn drawn(&mut self, begin: Timestamp, end: Timestamp, from: usize) -> Result<Vec<String>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "SELECT origin FROM (
               SELECT origin FROM facts WHERE tenant_id = $1 AND at >= $2 AND at < $3
                 AND source <> 'person' AND origin LIKE 'msg!_%' ESCAPE '!'
               UNION SELECT origin FROM fact_history WHERE tenant_id = $1 AND at >= $2 AND at < $3
                 AND source <> 'person' AND origin LIKE 'msg!_%' ESCAPE '!'
             ) AS read_messages ORDER BY SUBSTR(origin, LENGTH(origin) - 11), origin LIMIT {DRAWN} OFFSET {from}"
        );
        let rows: Vec<(String,)> = self.0.fetch_all_built(sql, args![tenant, begin, end]).await?;
        Ok(rows.into_iter().map(|(origin,)| origin).collect())
    }

    /// Adds what brains read from these messages.
    async fn read_from(&mut self, sample: &mut [Sample], begin: Timestamp, end: Timestamp) -> Result<()> {
        if sample.is_empty() {
            return Ok(());
        }
        let mut args = args![self.0.tenant()?, begin, end];
        args.extend(sample.iter().map(|it| Value::Text(it.message.to_string())));
        let places: Vec<String> = (4..=args.len()).map(|place| format!("${place}")).collect();
        let of = |table: &str| {
            format!(
                "SELECT origin, name, value FROM {table} WHERE tenant_id = $1 AND at >= $2 AND at < $3
                 AND source <> 'person' AND origin IN ({})",
                places.join(", ")
            )
        };
        let sql = format!("{} UNION ALL {}", of("facts"), of("fact_history"));
        let rows: Vec<(String, String, String)> = self.0.fetch_all_built(sql, args).await?;
        for (origin, name, value) in rows {
            let value = serde_json::from_str(&value).map_err(|_| corrupt("facts.value"))?;
            let its = sample.iter_mut().find(|it| it.message.to_string() == origin);
            its.map(|it| it.read.insert(name, value));
        }
        Ok(())
    }

    async fn words(&mut self, message: MessageId) -> Result<Option<String>> {
        let found = self.0.messages().get(message).await?;
        let content: Option<Content> = found.filter(|it| it.inbound).map(|it| it.content);
        Ok(content.and_then(|content| content.words().map(str::to_owned)))
    }

    async fn verdict(&mut self, message: MessageId) -> Result<Option<bool>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT good FROM labels WHERE tenant_id = $1 AND message_id = $2";
        let found: Option<(i64,)> = self.0.fetch_optional(sql, args![tenant, message]).await?;
        Ok(found.map(|(good,)| good == 1))
    }

    /// Keeps a verdict on a message that came in; `false`: there is no such message.
    pub async fn label(&mut self, message: MessageId, right: bool, actor: &str) -> Result<bool> {
        if self.words(message).await?.is_none() {
            return Ok(false);
        }
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO labels (tenant_id, message_id, good, actor, at) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (tenant_id, message_id) DO UPDATE SET good = excluded.good, actor = excluded.actor,
                   at = excluded.at";
        self.0.execute(sql, args![tenant, message, i64::from(right), actor, now]).await?;
        Ok(true)
    }

    /// Verdicts that were given from `begin` to before `end`: right ones, and wrong ones.
    pub async fn labelled(&mut self, begin: Timestamp, end: Timestamp) -> Result<(i64, i64)> {
        let tenant = self.0.tenant()?;
        let sql =
            "SELECT CAST(COALESCE(SUM(good), 0) AS BIGINT) AS good, CAST(COALESCE(SUM(1 - good), 0) AS BIGINT) AS bad
                   FROM labels WHERE tenant_id = $1 AND at >= $2 AND at < $3";
        self.0.fetch_one(sql, args![tenant, begin, end]).await
    }
}
