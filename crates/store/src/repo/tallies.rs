//! The sums of the business's hours (D2), kept up by the commit of every transaction that changed what they sum up.
//!
//! Always true: at every moment the sums are those of a count of all things, since what a thing added is kept (`tallies`) and
//! taken back exactly when it changes. What each thing added is locked in one order, and last of all, so that no two commits
//! wait for each other in a ring; the sums themselves are not locked at all, so that things never wait for other things.

use super::hours;
use super::lists::corrupt;
use super::tenants::json;
use crate::{Conn, Result, args};
use jiff::civil::Date;
use ringleader_core::figures::{Sums, change};
use ringleader_core::hours::OpeningHours;
use ringleader_core::id::{AppointmentId, CallId, ConversationId, EpisodeId, LeadId, TalkId};
use ringleader_core::reception::afterwards::{self, Afterwards, Kept};
use ringleader_core::reception::talk::Talk;
use ringleader_core::reports::{self, Clockwork, Hour, Tally};
use std::collections::BTreeSet;

/// A thing that counts. The order is that in which they are locked; a call may bring its lead along, and a lead its chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A phone call.
    Call(CallId),
    /// A run of missed calls.
    Episode(EpisodeId),
    /// A viewing, a valuation.
    Appointment(AppointmentId),
    /// A talk with the receptionist.
    Talk(TalkId),
    /// A lead.
    Lead(LeadId),
    /// What a chat was about one lead.
    Chat(ConversationId, LeadId),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Call(id) => id.fmt(f),
            Self::Episode(id) => id.fmt(f),
            Self::Appointment(id) => id.fmt(f),
            Self::Talk(id) => id.fmt(f),
            Self::Lead(id) => id.fmt(f),
            Self::Chat(chat, lead) => write!(f, "{chat}/{lead}"),
        }
    }
}

impl std::str::FromStr for Subject {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        if let Some((chat, lead)) = text.split_once('/') {
            return Ok(Self::Chat(chat.parse().map_err(drop)?, lead.parse().map_err(drop)?));
        }
        let call = text.parse().map(Self::Call).map_err(drop);
        let episode = |()| text.parse().map(Self::Episode).map_err(drop);
        let appointment = |()| text.parse().map(Self::Appointment).map_err(drop);
        let talk = |()| text.parse().map(Self::Talk).map_err(drop);
        call.or_else(episode)
            .or_else(appointment)
            .or_else(talk)
            .or_else(|()| text.parse().map(Self::Lead).map_err(drop))
    }
}

/// What a transaction must count again before it commits.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    subjects: BTreeSet<Subject>,
    chats: BTreeSet<ConversationId>,
    /// Chats that were moved away from a lead.
    left: BTreeSet<Subject>,
}

impl Touched {
    /// Notes what changed: `kind` and id as [`Conn::changed`] has them.
    pub(crate) fn note(&mut self, kind: &str, id: &str) {
        match kind {
            "call" | "episode" | "lead" | "appointment" | "talk" => self.subjects.extend(id.parse::<Subject>()),
            "conversation" => self.chats.extend(id.parse::<ConversationId>()),
            _ => {}
        }
    }

    /// Notes that a chat belongs to this lead no more, as if it never had.
    pub(crate) fn left(&mut self, chat: ConversationId, lead: LeadId) {
        self.chats.insert(chat);
        self.left.insert(Subject::Chat(chat, lead));
    }

    pub(super) fn subject(&mut self, subject: Subject) {
        self.subjects.insert(subject);
    }

    pub(super) fn chat(&mut self, chat: ConversationId) {
        self.chats.insert(chat);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.subjects.is_empty() && self.chats.is_empty()
    }
}

/// Counts what was touched; how many things count otherwise now.
pub(crate) async fn count(conn: &mut Conn, touched: Touched) -> Result<usize> {
    let Some(tenant) = ({
        let id = conn.tenant()?;
        conn.tenants().get(id).await?
    }) else {
        return Ok(0);
    };
    let settings = &tenant.settings;
    let open = OpeningHours::of(&settings.opening_hours, &settings.special_days, &tenant.time_zone);
    let clock = Clockwork { zone: &tenant.time_zone, open };
    let Touched { mut subjects, chats, left } = touched;
    for chat in chats {
        if let Some(lead) = conn.conversations().get(chat).await?.and_then(|chat| chat.lead_id) {
            subjects.insert(Subject::Chat(chat, lead));
        }
    }
    subjects.extend(&left);
    let (mut changes, mut changed) = (Vec::new(), 0);
    while let Some(subject) = subjects.pop_first() {
        let before = locked(conn, subject).await?;
        let loaded = load(conn, subject, &clock).await?;
        subjects.extend(loaded.more);
        let after = match loaded.tally {
            Found::Counts(tally) => Some(tally),
            Found::Gone => None,
            Found::Elsewhere if left.contains(&subject) => None,
            // What a chat was about an earlier lead stays as it was.
            Found::Elsewhere => before.clone(),
        };
        if before == after {
            continue;
        }
        let line = |tally: &Option<Tally>| tally.as_ref().map(|tally| tally.place.line.clone());
        if let Subject::Lead(lead) = subject
            && line(&before) != line(&after)
        {
            subjects.extend(chats_of(conn, lead).await?);
        }
        keep(conn, subject, after.as_ref()).await?;
        changes.extend(change(before.as_ref(), after.as_ref()));
        changed += 1;
    }
    hours::add(conn, changes).await?;
    Ok(changed)
}

/// What a thing says now, and what must be counted with it.
struct Loaded {
    tally: Found,
    more: Option<Subject>,
}

enum Found {
    Counts(Tally),
    Gone,
    /// The chat is about another lead now.
    Elsewhere,
}

impl From<Option<Tally>> for Loaded {
    fn from(tally: Option<Tally>) -> Self {
        Self { tally: tally.map_or(Found::Gone, Found::Counts), more: None }
    }
}

async fn load(conn: &mut Conn, subject: Subject, clock: &Clockwork<'_>) -> Result<Loaded> {
    Ok(match subject {
        Subject::Call(id) => {
            let call = conn.calls().get(id).await?;
            let more = call.as_ref().and_then(|call| call.lead_id).map(Subject::Lead);
            Loaded { more, ..call.and_then(|call| reports::call(&call, clock)).into() }
        }
        Subject::Episode(id) => match conn.episodes().get(id).await? {
            Some(episode) => {
                let written_at = written_at(conn, id).await?;
                Some(reports::episode(&episode, written_at, clock)).into()
            }
            None => None.into(),
        },
        Subject::Appointment(id) => {
            let found = conn.appointments().get(id).await?;
            found.map(|it| reports::appointment(&it, clock)).into()
        }
        Subject::Talk(id) => match conn.talks().get(id).await? {
            Some(talk) => {
                let came_to = came_to(conn, &talk).await?;
                let line = line_of_talk(conn, id).await?;
                Some(reports::talk(&talk, came_to.as_ref(), line.as_deref(), clock)).into()
            }
            None => None.into(),
        },
        Subject::Lead(id) => match conn.leads().get(id).await? {
            Some(lead) if !is_merged(conn, id).await? => {
                Some(reports::lead(&lead, line_of(conn, id).await?.as_deref(), clock)).into()
            }
            _ => None.into(),
        },
        Subject::Chat(id, lead) => match conn.conversations().get(id).await? {
            Some(chat) if chat.lead_id == Some(lead) => {
                Some(reports::chat(&chat, line_of(conn, lead).await?.as_deref(), clock)).into()
            }
            Some(_) => Loaded { tally: Found::Elsewhere, more: None },
            None => None.into(),
        },
    })
}

/// What a talk came to, once it is over.
async fn came_to(conn: &mut Conn, talk: &Talk) -> Result<Option<Afterwards>> {
    if talk.ended_at.is_none() {
        return Ok(None);
    }
    let turns = conn.talks().turns(talk.id).await?;
    let kept: Vec<Kept<'_>> = turns
        .iter()
        .map(|turn| Kept { key: &turn.key, heard: &turn.heard, answer: &turn.answer, acts: &turn.acts })
        .collect();
    Ok(Some(afterwards::of(&kept)))
}

/// The line that was called for a talk, where it was a call.
async fn line_of_talk(conn: &mut Conn, talk: TalkId) -> Result<Option<String>> {
    let tenant = conn.tenant()?;
    let sql = "SELECT v.line FROM talks t JOIN voice_calls v ON v.tenant_id = t.tenant_id
               AND v.provider_call_id = t.external_id WHERE t.tenant_id = $1 AND t.id = $2 AND t.medium = 'voice'";
    let found = conn.fetch_optional::<(String,)>(sql, args![tenant, talk]).await?;
    Ok(found.map(|(line,)| line))
}

/// When the contact of an episode was first written to about it: what could not be delivered was not written.
async fn written_at(conn: &mut Conn, id: EpisodeId) -> Result<Option<jiff::Timestamp>> {
    let tenant = conn.tenant()?;
    let sql = "SELECT MIN(at) AS at FROM messages WHERE tenant_id = $1 AND episode_id = $2 AND audience = 'contact' AND inbound = 0
               AND status NOT IN ('failed', 'held')";
    let (at,): (Option<jiff::Timestamp>,) = conn.fetch_one(sql, args![tenant, id]).await?;
    Ok(at)
}

async fn is_merged(conn: &mut Conn, lead: LeadId) -> Result<bool> {
    let tenant = conn.tenant()?;
    let sql = "SELECT id FROM leads WHERE tenant_id = $1 AND id = $2 AND merged_into IS NOT NULL";
    Ok(conn.fetch_optional::<(LeadId,)>(sql, args![tenant, lead]).await?.is_some())
}

/// The line of a lead's first call.
async fn line_of(conn: &mut Conn, lead: LeadId) -> Result<Option<String>> {
    let tenant = conn.tenant()?;
    let sql = "SELECT line FROM calls WHERE tenant_id = $1 AND lead_id = $2 ORDER BY id LIMIT 1";
    let found = conn.fetch_optional::<(Option<String>,)>(sql, args![tenant, lead]).await?;
    Ok(found.and_then(|(line,)| line))
}

async fn chats_of(conn: &mut Conn, lead: LeadId) -> Result<Vec<Subject>> {
    let tenant = conn.tenant()?;
    let sql =
        "SELECT c.id FROM leads l JOIN conversations c ON c.tenant_id = l.tenant_id AND c.contact_id = l.contact_id
               AND c.lead_id = l.id WHERE l.tenant_id = $1 AND l.id = $2";
    let rows: Vec<(ConversationId,)> = conn.fetch_all(sql, args![tenant, lead]).await?;
    Ok(rows.into_iter().map(|(chat,)| Subject::Chat(chat, lead)).collect())
}

/// What a thing added until now; whoever else counts it waits. The empty row of a first count is told by its sums.
async fn locked(conn: &mut Conn, subject: Subject) -> Result<Option<Tally>> {
    let tenant = conn.tenant()?;
    let sql = "INSERT INTO tallies (tenant_id, subject, day, hour, line, sums) VALUES ($1, $2, '', 0, '', '')
               ON CONFLICT (tenant_id, subject) DO UPDATE SET sums = tallies.sums RETURNING day, hour, line, sums";
    let row: (String, i64, String, String) = conn.fetch_one(sql, args![tenant, subject.to_string()]).await?;
    tally(row)
}

/// A row of `tallies`.
pub(super) fn tally((day, hour, line, sums): (String, i64, String, String)) -> Result<Option<Tally>> {
    if sums.is_empty() {
        return Ok(None);
    }
    let day: Date = day.parse().map_err(|_| corrupt("tallies.day"))?;
    let hour = i8::try_from(hour).map_err(|_| corrupt("tallies.hour"))?;
    let sums: Sums = serde_json::from_str(&sums).map_err(|_| corrupt("tallies.sums"))?;
    Ok(Some(Tally { place: Hour { day, hour, line }, sums }))
}

async fn keep(conn: &mut Conn, subject: Subject, tally: Option<&Tally>) -> Result<()> {
    let (tenant, subject) = (conn.tenant()?, subject.to_string());
    let Some(Tally { place, sums }) = tally else {
        let sql = "UPDATE tallies SET day = '', sums = '' WHERE tenant_id = $1 AND subject = $2";
        return conn.execute(sql, args![tenant, subject]).await.map(drop);
    };
    let sql = "UPDATE tallies SET day = $3, hour = $4, line = $5, sums = $6 WHERE tenant_id = $1 AND subject = $2";
    let args = args![tenant, subject, place.day.to_string(), i64::from(place.hour), place.line.clone(), json(sums)?];
    conn.execute(sql, args).await.map(drop)
}
