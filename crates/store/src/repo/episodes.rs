//! Episodes: at most one open per contact and purpose (index `one_open_episode`).

use super::lists::{Filter, Listing, Page, first, list};
use crate::db::id_text;
use crate::{Conn, FromRow, Result, Row, args};
use ringleader_core::episode::Episode;
use ringleader_core::id::{ContactId, EpisodeId};

/// Reasons to reach out.
pub struct Episodes<'c>(pub(super) &'c mut Conn);

const EPISODE: &str = "SELECT id, contact_id, purpose, line, state, reason, due_at, expires_at, called_at, opened_at,
    closed_at FROM episodes";

impl FromRow for Episode {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            contact_id: row.get("contact_id")?,
            purpose: row.get("purpose")?,
            line: row.get("line")?,
            state: row.word("state")?,
            reason: row.get("reason")?,
            due_at: row.get("due_at")?,
            expires_at: row.get("expires_at")?,
            called_at: row.get("called_at")?,
            opened_at: row.get("opened_at")?,
            closed_at: row.get("closed_at")?,
        })
    }
}

impl Episodes<'_> {
    /// Opens an episode; `false` if one of that purpose is open already (the caller then joins that one).
    pub async fn open(&mut self, e: &Episode) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "INSERT INTO episodes
            (tenant_id, id, contact_id, purpose, line, state, reason, due_at, expires_at, called_at, opened_at, closed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (tenant_id, contact_id, purpose) WHERE closed_at IS NULL DO NOTHING";
        let args = args![
            tenant,
            e.id,
            e.contact_id,
            &e.purpose,
            e.line.clone(),
            e.state.as_str(),
            e.reason.clone(),
            e.due_at,
            e.expires_at,
            e.called_at,
            e.opened_at,
            e.closed_at
        ];
        let made = self.0.execute(sql, args).await? == 1;
        Ok(self.0.changed_if(made, "episode", e.id))
    }

    /// The open episode of a contact.
    pub async fn open_of(&mut self, contact: ContactId, purpose: &str) -> Result<Option<Episode>> {
        let tenant = self.0.tenant()?;
        let sql = format!("{EPISODE} WHERE tenant_id = $1 AND contact_id = $2 AND purpose = $3 AND closed_at IS NULL");
        first(self.0, sql, args![tenant, contact, purpose]).await
    }

    /// One episode.
    pub async fn get(&mut self, id: EpisodeId) -> Result<Option<Episode>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{EPISODE} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// Saves where it stands.
    pub async fn save(&mut self, e: &Episode) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE episodes SET state = $3, reason = $4, due_at = $5, closed_at = $6, called_at = $7,
                   expires_at = $8 WHERE tenant_id = $1 AND id = $2";
        let reason = e.reason.clone();
        let args = args![tenant, e.id, e.state.as_str(), reason, e.due_at, e.closed_at, e.called_at, e.expires_at];
        self.0.changed("episode", e.id);
        self.0.execute(sql, args).await?;
        Ok(())
    }

    /// Episodes that were put off for this reason, the newest call first: those callers remember best.
    pub async fn put_off_for(&mut self, reason: &str) -> Result<Vec<EpisodeId>> {
        let tenant = self.0.tenant()?;
        let sql =
            "SELECT id FROM episodes WHERE tenant_id = $1 AND closed_at IS NULL AND state = 'deferred' AND reason = $2
                   ORDER BY called_at DESC, id";
        let rows: Vec<(EpisodeId,)> = self.0.fetch_all(sql, args![tenant, reason]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// How many newer ones wait for the same allowance: the newest go first (A8).
    pub async fn newer_waiting(&mut self, episode: &Episode) -> Result<i64> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT COUNT(*) AS n FROM episodes WHERE tenant_id = $1 AND state = 'deferred' AND reason = 'budget'
                   AND closed_at IS NULL AND id > $2";
        let (n,): (i64,) = self.0.fetch_one(sql, args![tenant, episode.id]).await?;
        Ok(n)
    }

    /// Calls of an episode, oldest first.
    pub async fn call_ids(&mut self, id: EpisodeId) -> Result<Vec<ringleader_core::id::CallId>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT id FROM calls WHERE tenant_id = $1 AND episode_id = $2 ORDER BY id";
        let rows: Vec<(ringleader_core::id::CallId,)> = self.0.fetch_all(sql, args![tenant, id]).await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Episodes by page.
    pub async fn list(&mut self, filter: Filter, page: &Page) -> Result<Listing<Episode>> {
        list(self.0, EPISODE, filter, page, |e: &Episode| id_text(e.id)).await
    }
}
