//! People who sign in: made, invited, changed, shut out; and the links with which they choose a password.

use super::sign_in::{self, Opened, Refused};
use super::{attempts, link_place, password};
use crate::actions::{ActionError, Done};
use crate::context::Context;
use crate::engine::Job as _;
use crate::tokens;
use crate::work::{self, SendPasswordLink};
use jiff::{SignedDuration, Timestamp};
use ringleader_core::id::{TenantId, UserId};
use ringleader_core::secret::Secret;
use ringleader_core::user::{self, Role};
use ringleader_providers::problem::FieldError;
use ringleader_store::Tx;
use ringleader_store::jobs::OnConflict;
use ringleader_store::repo::{NewUser, PasswordLink, Session, User};
use serde_json::json;

/// How long an invitation is good.
const INVITE: SignedDuration = SignedDuration::from_hours(24 * 7);

/// How long a link to a new password is good.
const RESET: SignedDuration = SignedDuration::from_hours(2);

/// How the audit trail names whoever can reach the database.
pub const COMMAND_LINE: &str = "command line";

/// A link to choose a password with.
#[derive(Debug)]
pub struct Link {
    /// Where it leads.
    pub url: Secret<String>,
    /// Good until.
    pub expires_at: Timestamp,
    /// It is being sent by email, too.
    pub mailed: bool,
}

/// What is changed of a user; what is not given stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Name.
    pub name: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// The language of their pages.
    pub language: Option<String>,
    /// Whether they are shut out.
    pub disabled: Option<bool>,
}

/// Adds someone whose password is known, inside a transaction of their tenant. `None`: the address is known there.
pub async fn make_user(tx: &mut Tx, new: &NewUser<'_>, actor: &str) -> ringleader_store::Result<Option<UserId>> {
    let made = tx.users().add(new).await?;
    if let Some(id) = made {
        let after = json!({ "role": new.role, "name": new.name });
        tx.usage().audit(actor, "user.create", &id.to_string(), None, Some(after)).await?;
    }
    Ok(made)
}

/// Lets someone in: they choose their own password by a link, sent by email where the tenant has a mail account.
///
/// # Errors
/// `Invalid` for an empty name, a wrong address or a role that cannot be given; `Conflict` for a known address.
pub async fn invite(cx: &Context, tenant: TenantId, name: &str, email: &str, role: Role, actor: &str) -> Done<Link> {
    let mut errors = Vec::new();
    if name.trim().is_empty() {
        errors.push(FieldError::new("name", "is empty"));
    }
    if !Role::GIVEN.contains(&role) {
        errors.push(FieldError::new("role", "must be owner, agent or viewer"));
    }
    let address = user::address(email);
    if address.is_none() {
        errors.push(FieldError::new("email", "must be an email address"));
    }
    let (Some(address), true) = (address, errors.is_empty()) else { return Err(ActionError::Invalid(errors)) };
    let mut tx = cx.store.begin(tenant).await?;
    let new = NewUser { name: name.trim(), email: &address, role, password_hash: None };
    let Some(id) = make_user(&mut tx, &new, actor).await? else {
        return Err(ActionError::Conflict("someone with this address is here already".to_owned()));
    };
    let link = offer(cx, &mut tx, tenant, id, "invite").await?;
    tx.commit().await?;
    Ok(link)
}

/// Makes a link for someone who is here: an invitation anew, or a way to a new password.
///
/// # Errors
/// `NotFound`.
pub async fn link_for(cx: &Context, tenant: TenantId, id: UserId, actor: &str) -> Done<Link> {
    let mut tx = cx.store.begin(tenant).await?;
    let user = tx.users().get(id).await?.ok_or(ActionError::NotFound("user"))?;
    if user.role == Role::Admin && actor != id.to_string() && actor != COMMAND_LINE {
        return Err(ActionError::Conflict("who runs the installation is changed on its command line".to_owned()));
    }
    let purpose = if user.password_hash.is_none() { "invite" } else { "reset" };
    let link = offer(cx, &mut tx, tenant, id, purpose).await?;
    tx.usage().audit(actor, "user.link", &id.to_string(), None, Some(json!({ "purpose": purpose }))).await?;
    tx.commit().await?;
    Ok(link)
}

/// "I forgot my password": sends a link to everyone with this address who can be written to. Says nothing of what it found.
///
/// # Errors
/// Of the database.
pub async fn offer_link(cx: &Context, email: &str) -> Done<()> {
    let Some(address) = user::address(email) else { return Ok(()) };
    let known = cx.store.read_system().await?.users().by_address(&address).await?;
    for user in known.into_iter().filter(|user| user.disabled_at.is_none()) {
        let mut tx = cx.store.begin(user.tenant_id).await?;
        let hour = SignedDuration::from_hours(1);
        if tx.connections().of_kind("smtp").await?.is_empty()
            || tx.budgets().take(&format!("forgot:{}", user.id), 3, hour).await?.is_err()
        {
            continue;
        }
        let purpose = if user.password_hash.is_none() { "invite" } else { "reset" };
        offer(cx, &mut tx, user.tenant_id, user.id, purpose).await?;
        let id = user.id.to_string();
        tx.usage().audit(&id, "user.forgot", &id, None, None).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn offer(cx: &Context, tx: &mut Tx, tenant: TenantId, id: UserId, purpose: &str) -> Done<Link> {
    let token = tokens::new_token("");
    let expires_at = tx.now() + if purpose == "invite" { INVITE } else { RESET };
    let sealed = cx.keys.seal(link_place(tenant), &token);
    tx.sessions().offer(id, purpose, &tokens::digest(&token), &sealed, expires_at).await?;
    let mailed = !tx.connections().of_kind("smtp").await?.is_empty();
    if mailed {
        let job = SendPasswordLink { user: id };
        tx.jobs().cancel(SendPasswordLink::KIND, &id.to_string()).await?;
        let now = tx.now();
        work::put(tx, &job, now, OnConflict::Keep).await?;
    }
    Ok(Link { url: url(cx, &token), expires_at, mailed })
}

/// Where a link's token leads.
pub(crate) fn url(cx: &Context, token: &str) -> Secret<String> {
    Secret::new(format!("{}/welcome/{token}", cx.public_url.trim_end_matches('/')))
}

/// The token of a stored link.
pub(crate) fn unseal(cx: &Context, link: &PasswordLink) -> Option<Secret<String>> {
    cx.keys.open(link_place(link.tenant_id), &link.sealed).ok()
}

/// For whom a link is; `None` if it was used, is too old or never was.
///
/// # Errors
/// Of the database.
pub async fn look_at_link(cx: &Context, token: &str) -> Done<Option<(PasswordLink, User)>> {
    let mut read = cx.store.read_system().await?;
    let Some(link) = read.sessions().link(&tokens::digest(token)).await? else { return Ok(None) };
    let user = read.users().of(link.tenant_id, link.user_id).await?.filter(|user| user.disabled_at.is_none());
    let good = link.used_at.is_none() && link.expires_at > read.now();
    Ok(user.filter(|_| good).map(|user| (link, user)))
}

/// Sets the password that a link was given for, and opens a session of exactly this user, with the second step still to come
/// where there is one. All their other sessions end.
///
/// # Errors
/// `Invalid` for a bad password; `Refused` for a link that does not work any more.
pub async fn take_link(cx: &Context, token: &str, new: Secret<String>) -> Done<(User, Opened)> {
    let over = || ActionError::Refused {
        slug: "link-over",
        detail: "this link was used or is too old; ask for a new one".to_owned(),
    };
    if let Some(fault) = password::fault(new.reveal()) {
        return Err(ActionError::Invalid(vec![FieldError::new("password", fault)]));
    }
    let (link, user) = look_at_link(cx, token).await?.ok_or_else(over)?;
    let hash = password::hash(new).await.ok_or_else(busy)?;
    let mut tx = cx.store.begin(link.tenant_id).await?;
    if !tx.sessions().take_link(&link.token_hash).await? || !tx.users().set_password(user.id, &hash, None).await? {
        return Err(over());
    }
    tx.sessions().end_others(user.id, "").await?;
    let id = user.id.to_string();
    tx.usage().audit(&id, "user.password", &id, None, Some(json!({ "by": link.purpose }))).await?;
    let now = User { password_hash: Some(hash), ..user.clone() };
    let opened = sign_in::open(&mut tx, &now, user.totp_since.is_some()).await.map_err(|refused| match refused {
        Refused::Store(error) => error.into(),
        _ => over(),
    })?;
    tx.commit().await?;
    attempts::begin_anew(cx, &user.email).await?;
    Ok((user, opened))
}

fn busy() -> ActionError {
    ActionError::Refused { slug: "busy", detail: "the password could not be stored".to_owned() }
}

/// Sets a new password of who is signed in; their other sessions end, and links that were given out work no more.
///
/// # Errors
/// `Invalid` for a bad password; `Conflict` if the old one is no longer the present one.
pub async fn change_password(cx: &Context, user: &User, new: Secret<String>, here: &Session) -> Done<()> {
    if let Some(fault) = password::fault(new.reveal()) {
        return Err(ActionError::Invalid(vec![FieldError::new("password", fault)]));
    }
    let hash = password::hash(new).await.ok_or_else(busy)?;
    let mut tx = cx.store.begin(user.tenant_id).await?;
    if !tx.users().set_password(user.id, &hash, user.password_hash.as_deref()).await? {
        let detail = "the password was changed by someone else meanwhile; sign in again";
        return Err(ActionError::Conflict(detail.to_owned()));
    }
    tx.sessions().end_others(user.id, &here.token_hash).await?;
    tx.sessions().take_back_links(user.id).await?;
    let id = user.id.to_string();
    tx.usage().audit(&id, "user.password", &id, None, Some(json!({ "by": "themselves" }))).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes a user. Who is shut out loses all sessions and links; the last owner stays one.
///
/// # Errors
/// `NotFound`; `Conflict` where nobody could change settings any more, or for who runs the installation (unless the command
/// line asks).
pub async fn change_user(cx: &Context, tenant: TenantId, id: UserId, change: Change, actor: &str) -> Done<User> {
    let mut tx = cx.store.begin(tenant).await?;
    tx.tenants().lock().await?; // two owners who demote each other do it one after the other
    let before = tx.users().get(id).await?.ok_or(ActionError::NotFound("user"))?;
    let theirs = change.role.is_some() || change.disabled.is_some();
    let installation = before.role == Role::Admin || change.role == Some(Role::Admin);
    if theirs && installation && actor != COMMAND_LINE {
        return Err(ActionError::Conflict("who runs the installation is changed on its command line".to_owned()));
    }
    let now = tx.now();
    let mut user = before.clone();
    user.name = change.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or(user.name);
    user.role = change.role.unwrap_or(user.role);
    user.language = change.language.or(user.language);
    user.disabled_at = match change.disabled {
        Some(true) => user.disabled_at.or(Some(now)),
        Some(false) => None,
        None => user.disabled_at,
    };
    tx.users().update(&user).await?;
    let in_charge = |user: &User| user.role >= Role::Owner && user.disabled_at.is_none();
    if in_charge(&before) && !in_charge(&user) && tx.users().in_charge().await? == 0 {
        let detail = "someone must stay an owner who can sign in; name another owner first";
        return Err(ActionError::Conflict(detail.to_owned()));
    }
    if user.disabled_at.is_some() {
        tx.sessions().end_others(id, "").await?;
        tx.sessions().take_back_links(id).await?;
    }
    let trail =
        |user: &User| Some(json!({ "name": user.name, "role": user.role, "disabled": user.disabled_at.is_some() }));
    tx.usage().audit(actor, "user.update", &id.to_string(), trail(&before), trail(&user)).await?;
    tx.commit().await?;
    Ok(user)
}
