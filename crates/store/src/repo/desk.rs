//! What people look at: rows of lists with everything that a row shows, in one query each, however long the list is.

use super::leads::lead_columns;
use super::lists::{Filter, Listing, Page, list, ranked};
use crate::db::id_text;
use crate::dialect::json_text;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::call::{Direction, Outcome};
use ringleader_core::conversation::{Channel, ChatState, Driver};
use ringleader_core::id::{CallId, ContactId, ConversationId};
use ringleader_core::lead::Lead;
use ringleader_core::message::{Content, MessageStatus};

/// The lists of the pages.
pub struct Desk<'c>(pub(super) &'c mut Conn);

/// What waits for a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Chats that a person leads and in which the customer spoke last.
    pub chats: i64,
    /// Open tasks.
    pub tasks: i64,
}

/// A chat in the inbox.
#[derive(Debug, Clone)]
pub struct ChatRow {
    /// The chat.
    pub id: ConversationId,
    /// Its channel.
    pub channel: Channel,
    /// What it waits for.
    pub state: ChatState,
    /// Who leads it.
    pub driver: Driver,
    /// When the customer last wrote, or the chat was opened.
    pub active_at: Timestamp,
    /// The customer's name, as far as it is known.
    pub name: Option<String>,
    /// Their number.
    pub phone: Option<String>,
    /// The last message: what, whether it came in, where it stands.
    pub last: Option<(Content, bool, MessageStatus)>,
    /// The customer spoke last.
    pub unanswered: bool,
}

/// Which chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chats {
    /// All.
    All,
    /// Those that a person leads and in which the customer spoke last.
    Waiting,
    /// Those that a person leads.
    Led,
}

/// A lead in the list.
#[derive(Debug, Clone)]
pub struct LeadRow {
    /// The lead.
    pub lead: Lead,
    /// The customer's number.
    pub phone: Option<String>,
}

/// A call in the list.
#[derive(Debug, Clone)]
pub struct CallRow {
    /// The call.
    pub id: CallId,
    /// Which way.
    pub direction: Direction,
    /// The calling number.
    pub from: Option<String>,
    /// The called number.
    pub to: Option<String>,
    /// The tenant's line.
    pub line: Option<String>,
    /// Who.
    pub contact_id: Option<ContactId>,
    /// Their name, as far as it is known.
    pub name: Option<String>,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// When it began, as far as we heard.
    pub began: Timestamp,
    /// Seconds of ringing.
    pub ring_seconds: Option<i64>,
    /// Seconds of talk.
    pub duration_seconds: Option<i64>,
    /// Who answered.
    pub answered_by: Option<String>,
    /// The provider's name.
    pub provider: String,
    /// Where the recording is, as the provider told.
    pub recording_url: Option<String>,
}

impl FromRow for ChatRow {
    fn from_row(row: &Row) -> Result<Self> {
        let driver: String = row.get("driver")?;
        let content: Option<String> = row.get("content")?;
        let status: Option<MessageStatus> = row.word_opt("status")?;
        let inbound = row.get::<Option<i64>>("inbound")?.unwrap_or(0) == 1;
        let last = content.and_then(|text| serde_json::from_str(&text).ok()).zip(status);
        Ok(Self {
            id: row.get("id")?,
            channel: row.word("channel")?,
            state: row.word("state")?,
            driver: driver.parse().unwrap_or(Driver::Handset),
            active_at: row.get("active_at")?,
            name: row.get("name")?,
            phone: row.get("phone")?,
            unanswered: last.is_some() && inbound,
            last: last.map(|(content, status)| (content, inbound, status)),
        })
    }
}

impl FromRow for LeadRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { lead: Lead::from_row(row)?, phone: row.get("phone")? })
    }
}

impl FromRow for CallRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            direction: row.word("direction")?,
            from: row.get("from_number")?,
            to: row.get("to_number")?,
            line: row.get("line")?,
            contact_id: row.get("contact_id")?,
            name: row.get("name")?,
            outcome: row.get::<Option<String>>("outcome")?.and_then(|word| word.parse().ok()),
            began: row.get("began")?,
            ring_seconds: row.get("ring_seconds")?,
            duration_seconds: row.get("duration_seconds")?,
            answered_by: row.get("answered_by")?,
            provider: row.get("provider")?,
            recording_url: row.get("recording_url")?,
        })
    }
}

/// Chats with the last message of each, whose id is the greatest. The chats of the page come first, by themselves: PostgreSQL
/// compares an id with the outcome of a sub-query only after its row security, message by message over the whole table, while
/// what a limited query gives leads through the index.
macro_rules! chats {
    ($($and:expr),*) => {
        concat!("SELECT c.id AS id, c.channel AS channel, c.state AS state, c.driver AS driver, c.active_at AS active_at,
            c.name AS name, c.phone AS phone, m.content AS content, m.inbound AS inbound, m.status AS status
         FROM (SELECT c.tenant_id, c.id, c.channel, c.state, c.driver, COALESCE(c.last_inbound_at, c.opened_at) AS active_at,
                COALESCE(p.name, p.profile_name) AS name, COALESCE(NULLIF(c.peer, ''), p.phone) AS phone,
                (SELECT MAX(x.id) FROM messages x WHERE x.tenant_id = c.tenant_id AND x.conversation_id = c.id) AS last_id
             FROM conversations c LEFT JOIN contacts p ON p.tenant_id = c.tenant_id AND p.id = c.contact_id
             WHERE c.tenant_id = $1 AND (p.kind IS NULL OR p.kind <> 'staff')", $($and,)*
            " AND COALESCE(c.last_inbound_at, c.opened_at) <= $2
                AND (COALESCE(c.last_inbound_at, c.opened_at) < $2 OR c.id < $3)
             ORDER BY COALESCE(c.last_inbound_at, c.opened_at) DESC, c.id DESC LIMIT $4) AS c
         LEFT JOIN messages m ON m.tenant_id = c.tenant_id AND m.id = c.last_id ORDER BY c.active_at DESC, c.id DESC")
    };
}

/// A person leads the chat, and the customer spoke last.
macro_rules! waiting {
    () => {
        " AND c.driver <> 'bot' AND (SELECT m.inbound FROM messages m WHERE m.tenant_id = c.tenant_id
            AND m.conversation_id = c.id ORDER BY m.id DESC LIMIT 1) = 1"
    };
}

const ALL: &str = chats!();
const LED: &str = chats!(" AND c.driver <> 'bot'");
const WAITING: &str = chats!(waiting!());
const HOW_MANY_WAIT: &str = concat!(
    "SELECT COUNT(*) AS n FROM conversations c LEFT JOIN contacts p ON p.tenant_id = c.tenant_id AND p.id = c.contact_id
     WHERE c.tenant_id = $1 AND (p.kind IS NULL OR p.kind <> 'staff')",
    waiting!()
);

const LEADS: &str = concat!(
    "SELECT ",
    lead_columns!(),
    ", (SELECT p.phone FROM contacts p WHERE p.tenant_id = leads.tenant_id AND p.id = leads.contact_id) AS phone FROM leads"
);

impl Desk<'_> {
    /// How much waits for a person.
    pub async fn waiting(&mut self) -> Result<Waiting> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT COUNT(*) AS n FROM tasks WHERE tenant_id = $1 AND state = 'open'";
        let (tasks,): (i64,) = self.0.fetch_one(sql, args![tenant]).await?;
        let (chats,): (i64,) = self.0.fetch_one(HOW_MANY_WAIT, args![tenant]).await?;
        Ok(Waiting { chats, tasks })
    }

    /// Chats, the latest first. The cursor is the time of the last row in microseconds, a dash, and its id.
    pub async fn chats(&mut self, which: Chats, page: &Page) -> Result<Listing<ChatRow>> {
        let tenant = self.0.tenant()?;
        let (before, id) = page.before.as_deref().and_then(|cursor| cursor.split_once('-')).unwrap_or_default();
        let before = before.parse().unwrap_or(i64::MAX);
        let limit = page.limit.clamp(1, 200);
        let sql = match which {
            Chats::All => ALL,
            Chats::Led => LED,
            Chats::Waiting => WAITING,
        };
        let args = args![tenant, before, id.to_owned(), i64::from(limit) + 1];
        let mut rows: Vec<ChatRow> = self.0.fetch_all(sql, args).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let cursor = |row: &ChatRow| format!("{}-{}", row.active_at.as_microsecond(), id_text(row.id));
        let next = more.then(|| rows.last().map(cursor)).flatten();
        Ok(Listing { rows, next })
    }

    /// Leads, newest first; those that were merged away excepted.
    pub async fn leads(&mut self, filter: Filter, page: &Page) -> Result<Listing<LeadRow>> {
        let present = filter.and_is("merged_into IS NULL");
        list(self.0, LEADS, present, page, |row: &LeadRow| id_text(row.lead.id)).await
    }

    /// Leads whose score is at least this, the most promising first; those that were merged away excepted.
    pub async fn best_leads(&mut self, least: i64, filter: Filter, page: &Page) -> Result<Listing<LeadRow>> {
        let scored = filter.and_is("merged_into IS NULL").and("score_total >=", Some(least));
        let key = |row: &LeadRow| (row.lead.score.as_ref().map_or(0, |it| it.total.into()), id_text(row.lead.id));
        ranked(self.0, LEADS, "score_total", scored, page, key).await
    }

    /// Leads that are ready to be called: first whose time has come, then who named none, then who named a later one; in each
    /// of these who waits longest.
    pub async fn ready(&mut self, limit: u32) -> Result<Vec<LeadRow>> {
        let (tenant, now) = (self.0.tenant()?, self.0.now().to_string());
        let from = json_text(self.0.engine(), "preference", "from");
        let sql = format!(
            "{LEADS} WHERE tenant_id = $1 AND status = 'qualified' AND merged_into IS NULL
             ORDER BY CASE WHEN {from} IS NULL THEN 1 WHEN {from} <= $2 THEN 0 ELSE 2 END, {from}, opened_at, id
             LIMIT {limit}"
        );
        self.0.fetch_all_built(sql, args![tenant, now]).await
    }

    /// Calls, newest first.
    pub async fn calls(&mut self, filter: Filter, page: &Page) -> Result<Listing<CallRow>> {
        let select = "SELECT id, direction, from_number, to_number, line, contact_id, outcome,
            COALESCE(started_at, received_at) AS began, ring_seconds, duration_seconds, answered_by,
            provider, recording_url,
            (SELECT COALESCE(p.name, p.profile_name) FROM contacts p
             WHERE p.tenant_id = calls.tenant_id AND p.id = calls.contact_id) AS name FROM calls";
        list(self.0, select, filter, page, |row: &CallRow| id_text(row.id)).await
    }

    /// The people of the appointments between two moments: by name, else by number.
    pub async fn with_whom(&mut self, from: Timestamp, until: Timestamp) -> Result<Vec<(ContactId, String)>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT p.id, COALESCE(p.name, p.phone, '') AS name FROM contacts p WHERE p.tenant_id = $1
                   AND p.id IN (SELECT contact_id FROM appointments WHERE tenant_id = $1
                   AND starts_at >= $2 AND starts_at < $3)";
        self.0.fetch_all(sql, args![tenant, from, until]).await
    }
}
