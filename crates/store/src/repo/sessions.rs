//! Open sessions, and links to choose a password with. Tokens are kept as digests: the database opens no door.

use super::lists::first;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{TenantId, UserId};

/// Sessions and links.
pub struct Sessions<'c>(pub(super) &'c mut Conn);

/// An open session.
#[derive(Debug, Clone)]
pub struct Session {
    /// Whose.
    pub tenant_id: TenantId,
    /// The digest of its cookie.
    pub token_hash: String,
    /// Who signed in.
    pub user_id: UserId,
    /// The password was right, the code of the second step is still to come.
    pub second_step: bool,
    /// Signed in at.
    pub created_at: Timestamp,
    /// Last used, within a few minutes.
    pub seen_at: Timestamp,
    /// Over at.
    pub expires_at: Timestamp,
}

/// A link to choose a password with.
#[derive(Debug, Clone)]
pub struct PasswordLink {
    /// Whose.
    pub tenant_id: TenantId,
    /// The digest of its token.
    pub token_hash: String,
    /// For whom.
    pub user_id: UserId,
    /// `invite` or `reset`.
    pub purpose: String,
    /// The token, sealed.
    pub sealed: String,
    /// Good until.
    pub expires_at: Timestamp,
    /// Used at.
    pub used_at: Option<Timestamp>,
}

const SESSION: &str =
    "SELECT tenant_id, token_hash, user_id, second_step, created_at, seen_at, expires_at FROM sessions";
const LINK: &str = "SELECT tenant_id, token_hash, user_id, purpose, token, expires_at, used_at FROM password_links";

impl FromRow for Session {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            token_hash: row.get("token_hash")?,
            user_id: row.get("user_id")?,
            second_step: row.get("second_step")?,
            created_at: row.get("created_at")?,
            seen_at: row.get("seen_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}

impl FromRow for PasswordLink {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            token_hash: row.get("token_hash")?,
            user_id: row.get("user_id")?,
            purpose: row.get("purpose")?,
            sealed: row.get("token")?,
            expires_at: row.get("expires_at")?,
            used_at: row.get("used_at")?,
        })
    }
}

impl Sessions<'_> {
    /// Opens a session.
    pub async fn open(&mut self, token_hash: &str, user: UserId, second_step: bool, until: Timestamp) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "INSERT INTO sessions (tenant_id, token_hash, user_id, second_step, created_at, seen_at, expires_at)
                   VALUES ($1, $2, $3, $4, $5, $5, $6)";
        self.0.execute(sql, args![tenant, token_hash, user, second_step, now, until]).await?;
        Ok(())
    }

    /// The session with this digest, if it is not over (system transactions: the tenant is not known yet).
    pub async fn by_token(&mut self, token_hash: &str) -> Result<Option<Session>> {
        let now = self.0.now();
        first(self.0, format!("{SESSION} WHERE token_hash = $1 AND expires_at > $2"), args![token_hash, now]).await
    }

    /// Notes that it was used.
    pub async fn seen(&mut self, token_hash: &str) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE sessions SET seen_at = $3 WHERE tenant_id = $1 AND token_hash = $2";
        self.0.execute(sql, args![tenant, token_hash, now]).await?;
        Ok(())
    }

    /// Ends one session.
    pub async fn end(&mut self, token_hash: &str) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "DELETE FROM sessions WHERE tenant_id = $1 AND token_hash = $2";
        let done = self.0.execute(sql, args![tenant, token_hash]).await? == 1;
        Ok(self.0.changed_if(done, "user", ""))
    }

    /// Ends all sessions of a user but one; how many.
    pub async fn end_others(&mut self, user: UserId, but: &str) -> Result<u64> {
        let tenant = self.0.tenant()?;
        let sql = "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND token_hash <> $3";
        self.0.changed("user", user);
        self.0.execute(sql, args![tenant, user, but]).await
    }

    /// Sessions of a user that are not over, last used first.
    pub async fn of_user(&mut self, user: UserId) -> Result<Vec<Session>> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = format!(
            "{SESSION} WHERE tenant_id = $1 AND user_id = $2 AND second_step = 0 AND expires_at > $3 ORDER BY seen_at DESC"
        );
        self.0.fetch_all_built(sql, args![tenant, user, now]).await
    }

    /// Makes a link; earlier ones of this user stop working.
    pub async fn offer(
        &mut self,
        user: UserId,
        purpose: &str,
        token_hash: &str,
        sealed: &str,
        until: Timestamp,
    ) -> Result<()> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        self.take_back_links(user).await?;
        let sql = "INSERT INTO password_links (tenant_id, token_hash, user_id, purpose, token, created_at, expires_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        self.0.execute(sql, args![tenant, token_hash, user, purpose, sealed, now, until]).await?;
        Ok(())
    }

    /// Takes a user's link back, used or not.
    pub async fn take_back_links(&mut self, user: UserId) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "DELETE FROM password_links WHERE tenant_id = $1 AND user_id = $2";
        self.0.execute(sql, args![tenant, user]).await?;
        Ok(())
    }

    /// The link with this digest (system transactions: the tenant is not known yet).
    pub async fn link(&mut self, token_hash: &str) -> Result<Option<PasswordLink>> {
        first(self.0, format!("{LINK} WHERE token_hash = $1"), args![token_hash]).await
    }

    /// The present link of a user.
    pub async fn link_of(&mut self, user: UserId) -> Result<Option<PasswordLink>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{LINK} WHERE tenant_id = $1 AND user_id = $2"), args![tenant, user]).await
    }

    /// Uses a link up; `false` if it was used before or is too old.
    pub async fn take_link(&mut self, token_hash: &str) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE password_links SET used_at = $3
                   WHERE tenant_id = $1 AND token_hash = $2 AND used_at IS NULL AND expires_at > $3";
        Ok(self.0.execute(sql, args![tenant, token_hash, now]).await? == 1)
    }

    /// Forgets sessions and links that ended before (system transactions).
    pub async fn forget_ended(&mut self, before: Timestamp) -> Result<u64> {
        let links = self.0.execute("DELETE FROM password_links WHERE expires_at < $1", args![before]).await?;
        Ok(links + self.0.execute("DELETE FROM sessions WHERE expires_at < $1", args![before]).await?)
    }
}
