//! Signing in and out.

use super::attempts::{Attempt, Network};
use super::{IDLE, SESSION, password, totp, totp_place};
use crate::context::Context;
use crate::tokens;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::id::{TenantId, UserId};
use ringleader_core::secret::Secret;
use ringleader_core::tenant::Tenant;
use ringleader_core::user;
use ringleader_store::inbox::nobody;
use ringleader_store::repo::{Session, User};
use ringleader_store::secrets::Place;
use ringleader_store::{Result, StoreError, Tx};
use serde::{Deserialize, Serialize};

/// How long the second step may take.
const SECOND_STEP: SignedDuration = SignedDuration::from_mins(10);

/// How long a choice among businesses may take.
const CHOICE: SignedDuration = SignedDuration::from_mins(10);

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

/// What the right password leads to.
#[derive(Debug)]
pub enum Entry {
    /// Into the one business that it fits.
    Opened(Opened),
    /// To the question which of several.
    Several(Several),
}

/// Someone has the same address and password in several businesses.
#[derive(Debug)]
pub struct Several {
    /// Says to [`enter`] which password was right: sealed, good for a few minutes.
    pub ticket: String,
    /// Who they are in each, with its name.
    pub businesses: Vec<(UserId, String)>,
}

/// What a ticket holds.
#[derive(Serialize, Deserialize)]
struct Ticket {
    until: Timestamp,
    /// Whose password was right, with the digest of its hash: another one since makes the ticket void.
    fits: Vec<(TenantId, UserId, String)>,
}

const TICKET: &str = "sign_in.ticket";

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

/// Opens a session for whoever has this address and password; where that is several, they are asked which ([`enter`]). With a
/// second step the session can do nothing but answer it.
///
/// # Errors
/// `Wrong` alike for an unknown address and a wrong password; `TooMany` after ten of them from one network in a quarter of an
/// hour.
pub async fn sign_in(cx: &Context, email: &str, given: Secret<String>, from: &Network) -> Result<Entry, Refused> {
    let attempt = Attempt::at_password(cx, email, from).await?;
    let known = match user::address(email) {
        Some(address) => cx.store.read_system().await?.users().by_address(&address).await?,
        None => vec![],
    };
    if known.is_empty() {
        password::is_right(&given, None).await;
    }
    let mut fits = Vec::new();
    for user in known {
        if password::is_right(&given, user.password_hash.as_deref()).await && user.disabled_at.is_none() {
            fits.push(user);
        }
    }
    let entry = match fits.as_slice() {
        [] => {
            metrics::counter!("ringleader_sign_ins_total", "result" => "refused").increment(1);
            return Err(Refused::Wrong);
        }
        [user] => Entry::Opened(open_for(cx, user).await?),
        several => Entry::Several(ask_which(cx, several).await?),
    };
    attempt.was_right(cx).await?;
    Ok(entry)
}

async fn open_for(cx: &Context, user: &User) -> Result<Opened, Refused> {
    let mut tx = cx.store.begin(user.tenant_id).await?;
    let opened = open(&mut tx, user, user.totp_since.is_some()).await?;
    tx.commit().await?;
    Ok(opened)
}

async fn ask_which(cx: &Context, fits: &[User]) -> Result<Several, Refused> {
    let mut read = cx.store.read_system().await?;
    let mut businesses = Vec::new();
    for user in fits {
        let tenant = read.tenants().get(user.tenant_id).await?;
        businesses.extend(tenant.map(|tenant| (user.id, tenant.name)));
    }
    let until = read.now() + CHOICE;
    let fits = fits.iter().map(|user| (user.tenant_id, user.id, mark(user))).collect();
    let ticket = serde_json::to_string(&Ticket { until, fits }).map_err(|_| Refused::Wrong)?;
    Ok(Several { ticket: cx.keys.seal(Place { tenant: nobody(), column: TICKET }, &ticket), businesses })
}

/// Tells this password from another one.
fn mark(user: &User) -> String {
    tokens::digest(user.password_hash.as_deref().unwrap_or_default())
}

/// Opens the session of who they chose to be.
///
/// # Errors
/// `Wrong` for a ticket that is not ours, is too old or does not name this user, and after another password was set.
pub async fn enter(cx: &Context, ticket: &str, chosen: UserId) -> Result<Opened, Refused> {
    let opened = cx.keys.open(Place { tenant: nobody(), column: TICKET }, ticket).map_err(|_| Refused::Wrong)?;
    let ticket: Ticket = serde_json::from_str(opened.reveal()).map_err(|_| Refused::Wrong)?;
    let (tenant, id, mark_then) = ticket.fits.into_iter().find(|(_, id, _)| *id == chosen).ok_or(Refused::Wrong)?;
    let mut read = cx.store.read_system().await?;
    let in_time = ticket.until > read.now();
    let user = read.users().of(tenant, id).await?;
    drop(read);
    match user.filter(|user| in_time && mark(user) == mark_then) {
        Some(user) => open_for(cx, &user).await,
        None => Err(Refused::Wrong),
    }
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
pub(super) async fn open(tx: &mut Tx, user: &User, second_step: bool) -> Result<Opened, Refused> {
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
