//! What brains understood of bursts and turns, kept for people to judge (D2).
//!
//! Always true: a burst that is read again has one reading, the last; no words are kept here.

use super::leads::read_by;
use super::lists::{corrupt, first};
use super::quality::Quality;
use super::tenants::json;
use crate::db::id_text;
use crate::{FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{Id as _, MessageId, ReadingId, TalkId};
use ringleader_core::reading::{Language, ReadBy};

/// Words that a brain read.
#[derive(Debug, Clone, Copy)]
pub enum Words<'a> {
    /// A burst of messages, oldest first.
    Burst(&'a [MessageId]),
    /// A turn of a talk, by its key.
    Turn(TalkId, &'a str),
}

/// What was understood of words.
#[derive(Debug, Clone)]
pub struct NewReading<'a> {
    /// The words.
    pub of: Words<'a>,
    /// Who read them.
    pub by: &'a ReadBy,
    /// Names of the facts that were found.
    pub facts: &'a [String],
    /// What is wanted, the surest first.
    pub intents: &'a [&'static str],
    /// What else they tell.
    pub signals: &'a [&'static str],
    /// When they were said: what was found in them has the same moment.
    pub at: Timestamp,
}

/// A reading that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its id.
    pub id: ReadingId,
    /// The burst, oldest first; none of a turn.
    pub messages: Vec<MessageId>,
    /// The turn; none of a burst.
    pub turn: Option<(TalkId, String)>,
    /// Who read it.
    pub by: ReadBy,
    /// Names of the facts that were found.
    pub facts: Vec<String>,
    /// What is wanted, the surest first.
    pub intents: Vec<String>,
    /// What else was told.
    pub signals: Vec<String>,
    /// When it was said.
    pub at: Timestamp,
}

impl Kept {
    /// Of a message that was judged before readings were kept.
    pub(super) fn of_message(id: ReadingId, by: Option<ReadBy>, at: Timestamp) -> Self {
        let unknown = || ReadBy { brain: String::new(), prompt: String::new(), language: Language::Unknown };
        let messages = vec![MessageId::from_uuid(id.uuid())];
        let by = by.unwrap_or_else(unknown);
        Self { id, messages, turn: None, by, facts: vec![], intents: vec![], signals: vec![], at }
    }

    /// What it counts as: the surest intent, else the first thing that it tells besides facts.
    pub fn intent(&self) -> Option<&str> {
        self.intents.first().or(self.signals.first()).map(String::as_str)
    }

    /// What the facts that were found in it come from.
    pub(super) fn origin(&self) -> Option<String> {
        self.turn.as_ref().map(|(talk, _)| talk.to_string()).or_else(|| self.messages.last().map(ToString::to_string))
    }
}

impl FromRow for Kept {
    fn from_row(row: &Row) -> Result<Self> {
        let (messages, key) = (row.get::<Option<String>>("messages")?, row.get::<Option<String>>("turn_key")?);
        let messages = messages.map(|text| serde_json::from_str(&text).map_err(|_| corrupt("readings.messages")));
        let talk: Option<TalkId> = row.get("talk_id")?;
        Ok(Self {
            id: row.get("id")?,
            messages: messages.transpose()?.unwrap_or_default(),
            turn: talk.zip(key),
            by: read_by(row)?.ok_or_else(|| corrupt("readings.brain"))?,
            facts: row.json("facts")?,
            intents: row.json("intents")?,
            signals: row.json("signals")?,
            at: row.get("at")?,
        })
    }
}

impl Quality<'_> {
    /// Keeps a reading; that of a burst takes the place of an earlier one.
    pub async fn keep_reading(&mut self, new: &NewReading<'_>) -> Result<()> {
        let (id, messages, turn) = match new.of {
            Words::Burst(messages) => {
                let Some(last) = messages.last() else { return Ok(()) };
                (ReadingId::from_uuid(last.uuid()), Some(json(&messages)?), None)
            }
            Words::Turn(talk, key) => (self.0.new_id(), None, Some((talk, key.to_owned()))),
        };
        let (talk, key) = turn.unzip();
        let sql =
            "INSERT INTO readings (tenant_id, id, messages, talk_id, turn_key, brain, prompt, lang, facts, intents,
                   signals, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                   ON CONFLICT (tenant_id, id) DO UPDATE SET messages = excluded.messages, brain = excluded.brain,
                   prompt = excluded.prompt, lang = excluded.lang, facts = excluded.facts, intents = excluded.intents,
                   signals = excluded.signals";
        let ReadBy { brain, prompt, language } = new.by;
        let args = args![
            self.0.tenant()?,
            id,
            messages,
            talk,
            key,
            brain,
            prompt,
            language.as_str(),
            json(&new.facts)?,
            json(&new.intents)?,
            json(&new.signals)?,
            new.at
        ];
        self.0.execute(sql, args).await?;
        Ok(())
    }

    /// A reading.
    pub async fn reading(&mut self, id: ReadingId) -> Result<Option<Kept>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{READING} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// The reading of the burst that a message is in. Bursts are read under the id of their last message, which begins with its
    /// time: a burst is over within a day.
    pub(super) async fn reading_with(&mut self, message: MessageId) -> Result<Option<Kept>> {
        let (tenant, first_id) = (self.0.tenant()?, id_text(message));
        let millis = i64::from_str_radix(&first_id[..12], 16).unwrap_or_default();
        let last_id = format!("{:012x}", millis + DAY_MILLIS);
        let sql =
            format!("{READING} WHERE tenant_id = $1 AND id > $2 AND id < $3 AND messages LIKE $4 ORDER BY id LIMIT 1");
        first(self.0, sql, args![tenant, first_id, last_id, format!("%\"{message}\"%")]).await
    }
}

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

const READING: &str =
    "SELECT id, messages, talk_id, turn_key, brain, prompt, lang, facts, intents, signals, at FROM readings";
