//! Talks of the receptionist and their turns (C1, C12).
//!
//! Always true: a begin told twice is one talk; a turn's key is answered once; a talk that changed meanwhile is not saved.

use super::lists::{Filter, Listing, Page, corrupt, first, list};
use super::tenants::json;
use crate::db::id_text;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{ContactId, TalkId};
use ringleader_core::reception::desk::Desk;
use ringleader_core::reception::talk::{Heard, Medium, Talk, Turn};

/// Talks of the receptionist.
pub struct Talks<'c>(pub(super) &'c mut Conn);

/// A talk to be begun.
#[derive(Debug, Clone)]
pub struct NewTalk {
    /// What carries it.
    pub medium: Medium,
    /// The carrier's id of it: a call's, a first message's.
    pub external_id: String,
    /// Who talks.
    pub contact_id: Option<ContactId>,
    /// The policy's state.
    pub desk: Desk,
}

/// A turn to be kept.
#[derive(Debug, Clone)]
pub struct NewTurn<'a> {
    /// Unique in the talk.
    pub key: &'a str,
    /// What was heard.
    pub heard: &'a Heard,
    /// What was answered.
    pub answer: &'a Turn,
    /// What was done, in words: `search`, `book` …
    pub acts: &'a [&'static str],
    /// Who understood it.
    pub brain: Option<&'a str>,
}

/// A turn that was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// Unique in the talk.
    pub key: String,
    /// Which of the talk, from 1.
    pub nth: i64,
    /// What was heard.
    pub heard: Heard,
    /// What was answered.
    pub answer: Turn,
    /// What was done.
    pub acts: Vec<String>,
    /// When.
    pub at: Timestamp,
}

const TALK: &str =
    "SELECT id, medium, contact_id, desk, hold, version, turns, begun_at, updated_at, ended_at FROM talks";
const TURN: &str = "SELECT turn_key, nth, heard, answer, acts, at FROM talk_turns";

impl FromRow for Talk {
    fn from_row(row: &Row) -> Result<Self> {
        let hold: Option<String> = row.get("hold")?;
        Ok(Self {
            id: row.get("id")?,
            medium: row.get("medium")?,
            contact_id: row.get("contact_id")?,
            desk: row.json("desk")?,
            hold: hold.map(|text| serde_json::from_str(&text).map_err(|_| corrupt("hold"))).transpose()?,
            version: row.get("version")?,
            turns: row.get("turns")?,
            begun_at: row.get("begun_at")?,
            updated_at: row.get("updated_at")?,
            ended_at: row.get("ended_at")?,
        })
    }
}

impl FromRow for Spoken {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            key: row.get("turn_key")?,
            nth: row.get("nth")?,
            heard: row.json("heard")?,
            answer: row.json("answer")?,
            acts: row.json("acts")?,
            at: row.get("at")?,
        })
    }
}

impl Talks<'_> {
    /// Begins a talk; the one that was begun with the same outside id before, if there is one. `true`: begun now.
    pub async fn begin(&mut self, new: &NewTalk) -> Result<(Talk, bool)> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<TalkId>());
        let sql = "INSERT INTO talks (tenant_id, id, medium, external_id, contact_id, language, desk, begun_at,
                   updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
                   ON CONFLICT (tenant_id, medium, external_id) DO NOTHING";
        let args =
            args![tenant, id, new.medium, &new.external_id, new.contact_id, &new.desk.language, json(&new.desk)?, now];
        let made = self.0.execute(sql, args).await? == 1;
        self.0.changed_if(made, "talk", id);
        let talk = self.by_external(new.medium, &new.external_id).await?.ok_or(crate::StoreError::Missing)?;
        Ok((talk, made))
    }

    /// One talk.
    pub async fn get(&mut self, id: TalkId) -> Result<Option<Talk>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{TALK} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// The talk that its carrier calls so.
    pub async fn by_external(&mut self, medium: Medium, external_id: &str) -> Result<Option<Talk>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{TALK} WHERE tenant_id = $1 AND medium = $2 AND external_id = $3");
        first(self.0, sql, args![tenant, medium, external_id]).await
    }

    /// The talk with a contact that goes on over a medium, if it was touched since a moment.
    pub async fn open_of(&mut self, contact: ContactId, medium: Medium, since: Timestamp) -> Result<Option<Talk>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{TALK} WHERE tenant_id = $1 AND contact_id = $2 AND medium = $3 AND updated_at >= $4 AND ended_at IS NULL
             ORDER BY updated_at DESC, id DESC LIMIT 1"
        );
        first(self.0, sql, args![tenant, contact, medium, since]).await
    }

    /// The contact's last talk that stopped half-way since a moment and was not taken up. A call that goes on is none: two
    /// people may ring from one number (C2).
    pub async fn unfinished_of(&mut self, contact: ContactId, since: Timestamp) -> Result<Option<Talk>> {
        let tenant = self.0.tenant()?;
        let sql = format!(
            "{TALK} WHERE tenant_id = $1 AND contact_id = $2 AND updated_at >= $3 AND unfinished = 1
             AND taken_up_by IS NULL AND (medium <> 'voice' OR ended_at IS NOT NULL) ORDER BY updated_at DESC, id DESC LIMIT 1"
        );
        first(self.0, sql, args![tenant, contact, since]).await
    }

    /// A talk goes on in another one: it is over, and what it held is the other one's.
    pub async fn taken_up(&mut self, id: TalkId, by: TalkId) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE talks SET taken_up_by = $3, hold = NULL, unfinished = 0, version = version + 1,
                   ended_at = COALESCE(ended_at, $4) WHERE tenant_id = $1 AND id = $2 AND taken_up_by IS NULL";
        let done = self.0.execute(sql, args![tenant, id, by, now]).await? == 1;
        Ok(self.0.changed_if(done, "talk", id))
    }

    /// Saves a talk as it is now; `false` if it changed since it was loaded.
    pub async fn save(&mut self, talk: &Talk) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let hold = talk.hold.as_ref().map(json).transpose()?;
        let sql = "UPDATE talks SET desk = $4, hold = $5, contact_id = $6, language = $7, unfinished = $8, turns = $9,
                   version = version + 1, updated_at = $10, ended_at = $11
                   WHERE tenant_id = $1 AND id = $2 AND version = $3";
        let args = args![
            tenant,
            talk.id,
            talk.version,
            json(&talk.desk)?,
            hold,
            talk.contact_id,
            &talk.desk.language,
            i64::from(talk.desk.is_unfinished()),
            talk.turns,
            now,
            talk.ended_at
        ];
        let done = self.0.execute(sql, args).await? == 1;
        if talk.ended_at.is_some() {
            return Ok(self.0.changed_if(done, "talk", talk.id));
        }
        self.0.told("talk", talk.id); // one that goes on counts as it did when it began (D2)
        Ok(done)
    }

    /// What was answered to this key before.
    pub async fn answered(&mut self, talk: TalkId, key: &str) -> Result<Option<Turn>> {
        Ok(self.turn(talk, key).await?.map(|turn| turn.answer))
    }

    /// The turn of this key.
    pub async fn turn(&mut self, talk: TalkId, key: &str) -> Result<Option<Spoken>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{TURN} WHERE tenant_id = $1 AND talk_id = $2 AND turn_key = $3");
        first(self.0, sql, args![tenant, talk, key]).await
    }

    /// Keeps a turn; a second one with its key is refused by the database.
    pub async fn add_turn(&mut self, talk: &Talk, new: &NewTurn<'_>) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO talk_turns (tenant_id, talk_id, turn_key, nth, heard, answer, acts, brain, at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let args = args![
            tenant,
            talk.id,
            new.key,
            talk.turns,
            json(new.heard)?,
            json(new.answer)?,
            json(&new.acts)?,
            new.brain.map(str::to_owned),
            now
        ];
        self.0.execute(sql, args).await?;
        Ok(())
    }

    /// Everything that was said in a talk, in order.
    pub async fn turns(&mut self, talk: TalkId) -> Result<Vec<Spoken>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{TURN} WHERE tenant_id = $1 AND talk_id = $2 ORDER BY nth, turn_key");
        self.0.fetch_all_built(sql, args![tenant, talk]).await
    }

    /// Talks by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Talk>> {
        list(self.0, TALK, filter, page, |talk: &Talk| id_text(talk.id)).await
    }
}
