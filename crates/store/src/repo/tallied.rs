//! What each thing adds to the business's sums as it is now (D2): loaded with what it takes to count it. The rules are core's.

use super::tallies::Subject;
use crate::{Conn, Result, args};
use jiff::Timestamp;
use ringleader_core::episode::Episode;
use ringleader_core::id::{AppointmentId, ContactId, ConversationId, EpisodeId, LeadId, TalkId};
use ringleader_core::reception::afterwards::{self, Afterwards, Kept};
use ringleader_core::reception::talk::Talk;
use ringleader_core::reports::{self, ANSWERED_WITHIN, Clockwork, Tally};

/// What a thing says now, and what must be counted with it.
pub(super) struct Loaded {
    pub(super) tally: Found,
    pub(super) more: Vec<Subject>,
}

pub(super) enum Found {
    Counts(Tally),
    Gone,
    /// The chat is about another lead now, or began anew.
    Elsewhere,
}

impl From<Option<Tally>> for Loaded {
    fn from(tally: Option<Tally>) -> Self {
        Self { tally: tally.map_or(Found::Gone, Found::Counts), more: vec![] }
    }
}

/// Loads a thing and counts it.
pub(super) async fn load(conn: &mut Conn, subject: Subject, clock: &Clockwork<'_>) -> Result<Loaded> {
    Ok(match subject {
        Subject::Call(id) => match conn.calls().get(id).await? {
            Some(call) => {
                let mut more: Vec<Subject> = call.lead_id.map(Subject::Lead).into_iter().collect();
                if let Some(contact) = call.contact_id {
                    more.extend(answered(conn, contact).await?);
                }
                let opinion = conn.satisfaction().opinion(id).await?;
                let scores = conn.analyses().scores_with(id).await?;
                Loaded { more, ..reports::call(&call, opinion, scores, clock).into() }
            }
            None => None.into(),
        },
        Subject::Episode(id) => match conn.episodes().get(id).await? {
            Some(episode) => {
                let answered_at = answered_at(conn, &episode).await?;
                Some(reports::episode(&episode, answered_at, clock)).into()
            }
            None => None.into(),
        },
        Subject::Appointment(id) => {
            let line = match lead_of(conn, id).await? {
                Some(lead) => line_of(conn, lead).await?,
                None => None,
            };
            let found = conn.appointments().get(id).await?;
            found.map(|it| reports::appointment(&it, line.as_deref(), clock)).into()
        }
        Subject::Talk(id) => match conn.talks().get(id).await? {
            // Its words were erased (P10): what it added stays as it was.
            Some(talk) if talk.ended_at.is_some() && conn.contacts().is_erased(talk.contact_id).await? => {
                Loaded { tally: Found::Elsewhere, more: vec![] }
            }
            Some(talk) => {
                let came_to = came_to(conn, &talk).await?;
                let line = line_of_talk(conn, id).await?;
                Some(reports::talk(&talk, came_to.as_ref(), line.as_deref(), clock)).into()
            }
            None => None.into(),
        },
        Subject::Lead(id) => match conn.leads().get(id).await? {
            Some(lead) if !is_merged(conn, id).await? => {
                let line = line_of(conn, id).await?;
                Some(reports::lead(&lead, line.as_deref(), has_viewing(conn, id).await?, clock)).into()
            }
            _ => None.into(),
        },
        Subject::Chat(id, lead, began) => match conn.conversations().get(id).await? {
            Some(chat) if chat.lead_id == Some(lead) && chat.opened_at == began => {
                reports::chat(&chat, line_of(conn, lead).await?.as_deref(), clock).into()
            }
            Some(_) => Loaded { tally: Found::Elsewhere, more: vec![] },
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

/// When the caller of an episode was first answered. What could not be delivered was not written; where both were in touch
/// without the episode's own message, it is any message to them, or the talk that ended it, by its own time.
async fn answered_at(conn: &mut Conn, episode: &Episode) -> Result<Option<Timestamp>> {
    let tenant = conn.tenant()?;
    let sql = "SELECT MIN(at) AS at FROM messages WHERE tenant_id = $1 AND episode_id = $2 AND audience = 'contact' AND inbound = 0
               AND status NOT IN ('failed', 'held')";
    let (written,): (Option<Timestamp>,) = conn.fetch_one(sql, args![tenant, episode.id]).await?;
    if !episode.in_touch() {
        return Ok(written);
    }
    let until = episode.called_at.saturating_add(ANSWERED_WITHIN).unwrap_or(Timestamp::MAX);
    let sql = "SELECT MIN(at) AS at FROM messages WHERE tenant_id = $1 AND contact_id = $2 AND audience = 'contact' AND inbound = 0
               AND status NOT IN ('failed', 'held') AND at >= $3 AND at <= $4";
    let args = args![tenant, episode.contact_id, episode.called_at, until];
    let (other,): (Option<Timestamp>,) = conn.fetch_one(sql, args.clone()).await?;
    let sql = "SELECT MIN(COALESCE(started_at, received_at)) AS at FROM calls WHERE tenant_id = $1 AND contact_id = $2
               AND outcome = 'answered' AND COALESCE(started_at, received_at) >= $3 AND COALESCE(started_at, received_at) <= $4";
    let (spoke,): (Option<Timestamp>,) = if episode.spoke() { conn.fetch_one(sql, args).await? } else { (None,) };
    Ok([written, other, spoke].into_iter().flatten().min())
}

/// The outreaches to a contact that ended since both were in touch.
pub(super) async fn answered(conn: &mut Conn, contact: ContactId) -> Result<Vec<Subject>> {
    let tenant = conn.tenant()?;
    let sql =
        "SELECT id FROM episodes WHERE tenant_id = $1 AND contact_id = $2 AND reason IN ('spoke', 'wrote', 'person')";
    let rows: Vec<(EpisodeId,)> = conn.fetch_all(sql, args![tenant, contact]).await?;
    Ok(rows.into_iter().map(|(id,)| Subject::Episode(id)).collect())
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

/// The lead that an appointment is about.
pub(super) async fn lead_of(conn: &mut Conn, appointment: AppointmentId) -> Result<Option<LeadId>> {
    let tenant = conn.tenant()?;
    let sql = "SELECT lead_id FROM appointments WHERE tenant_id = $1 AND id = $2 AND lead_id IS NOT NULL";
    let found = conn.fetch_optional::<(LeadId,)>(sql, args![tenant, appointment]).await?;
    Ok(found.map(|(lead,)| lead))
}

/// The appointments that are about a lead now.
pub(super) async fn appointments_of(conn: &mut Conn, lead: LeadId) -> Result<Vec<Subject>> {
    let tenant = conn.tenant()?;
    let sql = "SELECT id FROM appointments WHERE tenant_id = $1 AND lead_id = $2";
    let rows: Vec<(AppointmentId,)> = conn.fetch_all(sql, args![tenant, lead]).await?;
    Ok(rows.into_iter().map(|(id,)| Subject::Appointment(id)).collect())
}

async fn has_viewing(conn: &mut Conn, lead: LeadId) -> Result<bool> {
    let tenant = conn.tenant()?;
    let sql = "SELECT id FROM appointments WHERE tenant_id = $1 AND lead_id = $2 AND purpose = 'viewing'
               AND state IN ('booked', 'done') LIMIT 1";
    Ok(conn.fetch_optional::<(AppointmentId,)>(sql, args![tenant, lead]).await?.is_some())
}

/// What the chats that are about a lead now are about it.
pub(super) async fn chats_of(conn: &mut Conn, lead: LeadId) -> Result<Vec<Subject>> {
    let tenant = conn.tenant()?;
    let sql = "SELECT c.id, c.opened_at FROM leads l JOIN conversations c ON c.tenant_id = l.tenant_id
               AND c.contact_id = l.contact_id AND c.lead_id = l.id WHERE l.tenant_id = $1 AND l.id = $2";
    let rows: Vec<(ConversationId, Timestamp)> = conn.fetch_all(sql, args![tenant, lead]).await?;
    Ok(rows.into_iter().map(|(chat, began)| Subject::Chat(chat, lead, began)).collect())
}
