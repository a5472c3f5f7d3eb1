//! The sums of the business's hours (D2), kept up by the commit of every transaction that changed what they sum up.
//!
//! Always true: at every moment the sums are those of a count of all things, since what a thing added is kept (`tallies`) and
//! taken back exactly when it changes. What each thing added is locked in one order, and last of all, so that no two commits
//! wait for each other in a ring; the sums themselves are not locked at all, so that things never wait for other things.

use super::hours;
use super::lists::corrupt;
use super::tallied::{self, Found};
use super::tenants::json;
use crate::{Conn, Result, args};
use jiff::Timestamp;
use jiff::civil::Date;
use ringleader_core::figures::{Sums, change};
use ringleader_core::hours::OpeningHours;
use ringleader_core::id::{AppointmentId, CallId, ContactId, ConversationId, EpisodeId, LeadId, TalkId};
use ringleader_core::reports::{Clockwork, Hour, Tally};
use std::collections::BTreeSet;

/// A thing that counts. The order is that in which they are locked; a call may bring its lead along, and a lead its
/// appointments and chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A phone call.
    Call(CallId),
    /// A run of missed calls.
    Episode(EpisodeId),
    /// A talk with the receptionist.
    Talk(TalkId),
    /// A lead.
    Lead(LeadId),
    /// A viewing, a valuation.
    Appointment(AppointmentId),
    /// What a chat was about one lead, from the moment in which it began, or began anew.
    Chat(ConversationId, LeadId, Timestamp),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Call(id) => id.fmt(f),
            Self::Episode(id) => id.fmt(f),
            Self::Appointment(id) => id.fmt(f),
            Self::Talk(id) => id.fmt(f),
            Self::Lead(id) => id.fmt(f),
            Self::Chat(chat, lead, began) => write!(f, "{chat}/{lead}/{}", began.as_microsecond()),
        }
    }
}

impl std::str::FromStr for Subject {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        if let Some((chat, rest)) = text.split_once('/') {
            let (lead, began) = rest.split_once('/').ok_or(())?;
            let began = Timestamp::from_microsecond(began.parse().map_err(drop)?).map_err(drop)?;
            return Ok(Self::Chat(chat.parse().map_err(drop)?, lead.parse().map_err(drop)?, began));
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
    left: BTreeSet<(ConversationId, LeadId)>,
    /// Contacts who were written to, or became other ones: when they were answered may be otherwise.
    contacts: BTreeSet<ContactId>,
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
        self.left.insert((chat, lead));
    }

    /// Notes that a contact was written to, or has other calls and messages than before.
    pub(crate) fn contact(&mut self, contact: ContactId) {
        self.contacts.insert(contact);
    }

    pub(super) fn subject(&mut self, subject: Subject) {
        self.subjects.insert(subject);
    }

    pub(super) fn chat(&mut self, chat: ConversationId) {
        self.chats.insert(chat);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.subjects.is_empty() && self.chats.is_empty() && self.contacts.is_empty()
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
    let (mut subjects, left) = subjects_of(conn, touched).await?;
    let (mut changes, mut changed) = (Vec::new(), 0);
    while let Some(subject) = subjects.pop_first() {
        let before = locked(conn, subject).await?;
        let loaded = tallied::load(conn, subject, &clock).await?;
        subjects.extend(loaded.more);
        let after = match loaded.tally {
            Found::Counts(tally) => Some(tally),
            Found::Gone => None,
            Found::Elsewhere if left.contains(&subject) => None,
            // What a chat was about an earlier lead, or before it began anew, stays as it was.
            Found::Elsewhere => before.clone(),
        };
        if before == after {
            continue;
        }
        let line = |tally: &Option<Tally>| tally.as_ref().map(|tally| tally.place.line.clone());
        if let Subject::Lead(lead) = subject
            && line(&before) != line(&after)
        {
            subjects.extend(tallied::chats_of(conn, lead).await?);
            subjects.extend(tallied::appointments_of(conn, lead).await?);
        }
        keep(conn, subject, after.as_ref()).await?;
        changes.extend(change(before.as_ref(), after.as_ref()));
        changed += 1;
    }
    hours::add(conn, changes).await?;
    Ok(changed)
}

/// The things that were touched, and those that count no more as they did.
async fn subjects_of(conn: &mut Conn, touched: Touched) -> Result<(BTreeSet<Subject>, BTreeSet<Subject>)> {
    let Touched { mut subjects, chats, left, contacts } = touched;
    for contact in contacts {
        subjects.extend(tallied::answered(conn, contact).await?);
    }
    for chat in chats {
        let Some(chat) = conn.conversations().get(chat).await? else { continue };
        subjects.extend(chat.lead_id.map(|lead| Subject::Chat(chat.id, lead, chat.opened_at)));
    }
    // A lead counts by its viewings.
    for appointment in subjects.clone() {
        if let Subject::Appointment(id) = appointment {
            subjects.extend(tallied::lead_of(conn, id).await?.map(Subject::Lead));
        }
    }
    let mut gone = BTreeSet::new();
    for (chat, lead) in left {
        let Some(chat) = conn.conversations().get(chat).await? else { continue };
        gone.insert(Subject::Chat(chat.id, lead, chat.opened_at));
    }
    subjects.extend(&gone);
    Ok((subjects, gone))
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
