//! Signing in and out.

use super::attempts::{Attempt, Network};
use super::{IDLE, SESSION, password, totp, totp_place};
use crate::context::Context;
use crate::tokens;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::secret::Secret;
use ringleader_core::tenant::Tenant;
use ringleader_core::user;
use ringleader_store::repo::{Session, User};
use ringleader_store::{Result, StoreError, Tx};

/// How long the second step may take.
const SECOND_STEP: SignedDuration = SignedDuration::from_mins(10);

/// The note that a session is in use is at most so old.
const NOTED: SignedDuration = SignedDuration::from_mins(5);

/// A session was opened.
#[derive(Debug)]
pub struct Opened {
    /// What the cookie holds.
    pub token: String,
    /// The code of the second step is still to come.
    pub second_step: bool,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Address or password, or the code, is not right.
    #[error("not right")]
    Wrong,
    /// Too many attempts; until then.
    #[error("too many attempts")]
    TooMany(Timestamp),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens a session for whoever has this address and password. With a second step the session can do nothing but answer it.
///
/// # Errors
/// `Wrong` alike for an unknown address and a wrong password; `TooMany` after ten of them from one network in a quarter of an
/// hour.
pub async fn sign_in(cx: &Context, email: &str, given: Secret<String>, from: &Network) -> Result<Opened, Refused> {
    let attempt = Attempt::at_password(cx, email, from).await?;
    let known = match user::address(email) {
        Some(address) => cx.store.read_system().await?.users().by_address(&address).await?,
        None => vec![],
    };
    for user in &known {
        let right = password::is_right(&given, user.password_hash.as_deref()).await;
        if right && user.disabled_at.is_none() {
            let mut tx = cx.store.begin(user.tenant_id).await?;
            let opened = open(&mut tx, user, user.totp_since.is_some()).await?;
            tx.commit().await?;
            attempt.was_right(cx).await?;
            return Ok(opened);
        }
    }
    if known.is_empty() {
        password::is_right(&given, None).await;
    }
    metrics::counter!("ringleader_sign_ins_total", "result" => "refused").increment(1);
    Err(Refused::Wrong)
}

/// Whether who is signed in knows their password: asked before it, or the second step, is changed.
///
/// # Errors
/// As [`sign_in`].
pub async fn check_password(cx: &Context, user: &User, given: Secret<String>, from: &Network) -> Result<(), Refused> {
    let attempt = Attempt::at_password(cx, &user.email, from).await?;
    if !password::is_right(&given, user.password_hash.as_deref()).await {
        return Err(Refused::Wrong);
    }
    Ok(attempt.was_right(cx).await?)
}

/// Opens a session. Refused if the user was shut out or got another password since they were looked at.
async fn open(tx: &mut Tx, user: &User, second_step: bool) -> Result<Opened, Refused> {
    let token = tokens::new_token("");
    let now = tx.now();
    if !tx.users().admit(user, (!second_step).then_some(now)).await? {
        return Err(Refused::Wrong);
    }
    let until = now + if second_step { SECOND_STEP } else { SESSION };
    tx.sessions().open(&tokens::digest(&token), user.id, second_step, until).await?;
    if !second_step {
        let id = user.id.to_string();
        tx.usage().audit(&id, "user.sign_in", &id, None, None).await?;
        metrics::counter!("ringleader_sign_ins_total", "result" => "opened").increment(1);
    }
    Ok(Opened { token, second_step })
}

/// Answers the second step with a code of the telephone, or with a recovery code; the session gets a new token.
///
/// # Errors
/// As [`sign_in`].
pub async fn answer_second_step(cx: &Context, token: &str, code: &str) -> Result<Opened, Refused> {
    let hash = tokens::digest(token);
    let (session, user) = {
        let mut read = cx.store.read_system().await?;
        let session = read.sessions().by_token(&hash).await?.filter(|session| session.second_step);
        let session = session.ok_or(Refused::Wrong)?;
        let user = read.users().of(session.tenant_id, session.user_id).await?.ok_or(Refused::Wrong)?;
        (session, user)
    };
    let attempt = Attempt::at_code(cx, user.tenant_id, user.id).await?;
    let mut tx = cx.store.begin(user.tenant_id).await?;
    let sealed = user.totp_secret.as_deref().unwrap_or_default();
    let secret = cx.keys.open(totp_place(user.tenant_id), sealed).map_err(|_| Refused::Wrong)?;
    let right = match totp::step_of(code, secret.reveal(), tx.now()) {
        Some(step) => tx.users().use_step(user.id, step).await?,
        None => {
            let tidy = totp::tidy_recovery_code(code);
            tx.users().use_recovery_code(user.id, &tokens::digest(&tidy)).await?
        }
    };
    if !right {
        return Err(Refused::Wrong);
    }
    let opened = open(&mut tx, &user, false).await?;
    if !tx.sessions().end(&session.token_hash).await? {
        return Err(Refused::Wrong); // it was ended meanwhile, by a new password say
    }
    tx.commit().await?;
    attempt.was_right(cx).await?;
    Ok(opened)
}

/// Whose session this token opens, with the business; `None` if it opens none.
pub async fn who(cx: &Context, token: &str) -> Result<Option<(Session, User, Tenant)>> {
    let mut read = cx.store.read_system().await?;
    let Some(session) = read.sessions().by_token(&tokens::digest(token)).await? else { return Ok(None) };
    let user = read.users().of(session.tenant_id, session.user_id).await?;
    let tenant = read.tenants().get(session.tenant_id).await?;
    let now = read.now();
    drop(read);
    let (Some(user), Some(tenant)) = (user, tenant) else { return Ok(None) };
    if session.seen_at + IDLE < now || user.disabled_at.is_some() {
        return Ok(None);
    }
    if session.seen_at + NOTED < now {
        let mut tx = cx.store.begin(session.tenant_id).await?;
        tx.sessions().seen(&session.token_hash).await?;
        tx.commit().await?;
    }
    Ok(Some((session, user, tenant)))
}

/// Ends a session.
pub async fn end_session(cx: &Context, session: &Session) -> Result<()> {
    let mut tx = cx.store.begin(session.tenant_id).await?;
    tx.sessions().end(&session.token_hash).await?;
    let id = session.user_id.to_string();
    tx.usage().audit(&id, "user.sign_out", &id, None, None).await?;
    tx.commit().await
}
