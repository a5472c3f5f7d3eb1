//! People who sign in, with the secrets of their second step (sealed) and their recovery codes (digests).

use super::lists::first;
use crate::{Conn, FromRow, Result, Row, args};
use jiff::Timestamp;
use ringleader_core::id::{TenantId, UserId};
use ringleader_core::user::Role;
use std::collections::HashMap;

/// People who sign in.
pub struct Users<'c>(pub(super) &'c mut Conn);

/// Someone who signs in.
#[derive(Debug, Clone)]
pub struct User {
    /// Whose.
    pub tenant_id: TenantId,
    /// Their id.
    pub id: UserId,
    /// Name.
    pub name: String,
    /// The address that they sign in with, in small letters; unique at the tenant.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// The hash of the password; none before an invitation is answered.
    pub password_hash: Option<String>,
    /// The language they chose, `he` or `en`.
    pub language: Option<String>,
    /// Shut out since.
    pub disabled_at: Option<Timestamp>,
    /// Last sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// The secret of the second step, sealed.
    pub totp_secret: Option<String>,
    /// The second step is asked since; `None` while the secret is only being set up.
    pub totp_since: Option<Timestamp>,
    /// Made.
    pub created_at: Timestamp,
}

/// Someone to be let in.
#[derive(Debug, Clone)]
pub struct NewUser<'a> {
    /// Name.
    pub name: &'a str,
    /// Address, as `ringleader_core::user::address` gives it.
    pub email: &'a str,
    /// What they may do.
    pub role: Role,
    /// The hash of a password, where there is one already.
    pub password_hash: Option<String>,
}

const USER: &str = "SELECT tenant_id, id, name, email, role, password_hash, language, disabled_at, last_sign_in_at,
    totp_secret, totp_since, created_at FROM users";

impl FromRow for User {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            id: row.get("id")?,
            name: row.get("name")?,
            email: row.get("email")?,
            role: row.word("role")?,
            password_hash: row.get("password_hash")?,
            language: row.get("language")?,
            disabled_at: row.get("disabled_at")?,
            last_sign_in_at: row.get("last_sign_in_at")?,
            totp_secret: row.get("totp_secret")?,
            totp_since: row.get("totp_since")?,
            created_at: row.get("created_at")?,
        })
    }
}

impl Users<'_> {
    /// Adds a user; `None` if the address is known at this tenant.
    pub async fn add(&mut self, new: &NewUser<'_>) -> Result<Option<UserId>> {
        let (tenant, now, id) = (self.0.tenant()?, self.0.now(), self.0.new_id::<UserId>());
        let sql = "INSERT INTO users (tenant_id, id, name, email, role, password_hash, created_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, email) DO NOTHING";
        let args = args![tenant, id, new.name, new.email.to_lowercase(), new.role, new.password_hash.clone(), now];
        let made = self.0.execute(sql, args).await? == 1;
        Ok(self.0.changed_if(made, "user", id).then_some(id))
    }

    /// Everyone with this address, whosever they are (system transactions: who signs in names no tenant).
    pub async fn by_address(&mut self, email: &str) -> Result<Vec<User>> {
        self.0.fetch_all_built(format!("{USER} WHERE email = $1 ORDER BY tenant_id"), args![email]).await
    }

    /// One user.
    pub async fn get(&mut self, id: UserId) -> Result<Option<User>> {
        let tenant = self.0.tenant()?;
        first(self.0, format!("{USER} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// One user of a tenant (system transactions).
    pub async fn of(&mut self, tenant: TenantId, id: UserId) -> Result<Option<User>> {
        first(self.0, format!("{USER} WHERE tenant_id = $1 AND id = $2"), args![tenant, id]).await
    }

    /// Everyone of the tenant, oldest first.
    pub async fn all(&mut self) -> Result<Vec<User>> {
        let tenant = self.0.tenant()?;
        self.0.fetch_all_built(format!("{USER} WHERE tenant_id = $1 ORDER BY id"), args![tenant]).await
    }

    /// The name of each, by their id as a text.
    pub async fn names(&mut self) -> Result<HashMap<String, String>> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT id, name FROM users WHERE tenant_id = $1";
        let all: Vec<(UserId, String)> = self.0.fetch_all(sql, args![tenant]).await?;
        Ok(all.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
    }

    /// How many can sign in and change settings.
    pub async fn in_charge(&mut self) -> Result<i64> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT COUNT(*) AS n FROM users WHERE tenant_id = $1 AND role IN ('owner', 'admin')
                   AND disabled_at IS NULL AND password_hash IS NOT NULL";
        let (n,): (i64,) = self.0.fetch_one(sql, args![tenant]).await?;
        Ok(n)
    }

    /// Sets what is shown and what they may do. Passwords and sign-ins are set by themselves, below, so that neither is ever
    /// written back from an older copy.
    pub async fn update(&mut self, user: &User) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE users SET name = $3, role = $4, language = $5, disabled_at = $6
                   WHERE tenant_id = $1 AND id = $2";
        let User { id, name, role, language, disabled_at, .. } = user.clone();
        self.0.execute(sql, args![tenant, id, name, role, language, disabled_at]).await?;
        self.0.changed("user", id);
        Ok(())
    }

    /// Lets in someone whose password was compared before this transaction began; `false` if they were shut out or got
    /// another password since. `at` is noted as their last sign-in; none while the second step is still to come.
    pub async fn admit(&mut self, user: &User, at: Option<Timestamp>) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE users SET last_sign_in_at = COALESCE($4, last_sign_in_at)
                   WHERE tenant_id = $1 AND id = $2 AND password_hash = $3 AND disabled_at IS NULL";
        let done = self.0.execute(sql, args![tenant, user.id, user.password_hash.clone(), at]).await? == 1;
        Ok(self.0.changed_if(done, "user", user.id))
    }

    /// Sets the hash of a password; `false` for who is shut out. With `old`, only where that is still the present one.
    pub async fn set_password(&mut self, id: UserId, new: &str, old: Option<&str>) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE users SET password_hash = $3 WHERE tenant_id = $1 AND id = $2 AND disabled_at IS NULL
                   AND COALESCE(password_hash, '') = COALESCE($4, password_hash, '')";
        let done = self.0.execute(sql, args![tenant, id, new, old.map(str::to_owned)]).await? == 1;
        Ok(self.0.changed_if(done, "user", id))
    }

    /// Sets the sealed secret of the second step, in force since then or not yet; recovery codes of an earlier one go.
    pub async fn set_totp(&mut self, id: UserId, sealed: Option<&str>, since: Option<Timestamp>) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql =
            "UPDATE users SET totp_secret = $3, totp_since = $4, totp_step = NULL WHERE tenant_id = $1 AND id = $2";
        self.0.execute(sql, args![tenant, id, sealed.map(str::to_owned), since]).await?;
        let sql = "DELETE FROM recovery_codes WHERE tenant_id = $1 AND user_id = $2";
        self.0.execute(sql, args![tenant, id]).await?;
        self.0.changed("user", id);
        Ok(())
    }

    /// Uses the code of a step up; `false` if it, or a later one, was used before.
    pub async fn use_step(&mut self, id: UserId, step: i64) -> Result<bool> {
        let tenant = self.0.tenant()?;
        let sql = "UPDATE users SET totp_step = $3 WHERE tenant_id = $1 AND id = $2
                   AND (totp_step IS NULL OR totp_step < $3)";
        Ok(self.0.execute(sql, args![tenant, id, step]).await? == 1)
    }

    /// Adds a recovery code by its digest.
    pub async fn add_recovery_code(&mut self, id: UserId, code_hash: &str) -> Result<()> {
        let tenant = self.0.tenant()?;
        let sql = "INSERT INTO recovery_codes (tenant_id, user_id, code_hash) VALUES ($1, $2, $3)";
        self.0.execute(sql, args![tenant, id, code_hash]).await?;
        Ok(())
    }

    /// Uses a recovery code up; `false` if there is none like it.
    pub async fn use_recovery_code(&mut self, id: UserId, code_hash: &str) -> Result<bool> {
        let (tenant, now) = (self.0.tenant()?, self.0.now());
        let sql = "UPDATE recovery_codes SET used_at = $4
                   WHERE tenant_id = $1 AND user_id = $2 AND code_hash = $3 AND used_at IS NULL";
        Ok(self.0.execute(sql, args![tenant, id, code_hash, now]).await? == 1)
    }

    /// Recovery codes that are left.
    pub async fn recovery_codes_left(&mut self, id: UserId) -> Result<i64> {
        let tenant = self.0.tenant()?;
        let sql = "SELECT COUNT(*) AS n FROM recovery_codes WHERE tenant_id = $1 AND user_id = $2 AND used_at IS NULL";
        let (n,): (i64,) = self.0.fetch_one(sql, args![tenant, id]).await?;
        Ok(n)
    }
}
