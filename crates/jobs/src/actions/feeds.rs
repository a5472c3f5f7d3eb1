//! Calendars that agents subscribe to (C7): a secret address each, which can be taken away.
//!
//! Always true: the address holds nothing but its secret (P10), and the database only a digest of that; an address that was
//! replaced or taken away opens nothing; who has no account any more has no calendar; who asks holds up nobody who writes.

use super::{ActionError, Done};
use crate::context::Context;
use crate::tokens::{digest, new_token};
use crate::work::summary;
use jiff::SignedDuration;
use ringleader_core::id::{TenantId, UserId};
use ringleader_core::invitation::{Event, Method, calendar};
use ringleader_core::user::Role;
use ringleader_store::Conn;
use serde_json::json;

/// What is past stays in the calendar so long.
const PAST: SignedDuration = SignedDuration::from_hours(24 * 60);

/// So far ahead it shows.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 400);

/// Gives an agent a new secret address; the one before opens nothing any more. It is told this once.
///
/// # Errors
/// `NotFound` for who takes no appointments.
pub async fn give_feed(cx: &Context, tenant: TenantId, agent: UserId, actor: &str) -> Done<String> {
    let mut tx = cx.store.begin(tenant).await?;
    active(&mut tx, &agent.to_string()).await?.ok_or(ActionError::NotFound("agent"))?;
    let token = new_token("cal_");
    tx.feeds().put(&agent.to_string(), &digest(&token)).await?;
    tx.usage().audit(actor, "calendar.give", &agent.to_string(), None, Some(json!({}))).await?;
    tx.commit().await?;
    Ok(format!("{}/calendars/{token}", cx.public_url.trim_end_matches('/')))
}

/// Takes an agent's secret address away; `false` if there was none.
///
/// # Errors
/// The database.
pub async fn revoke_feed(cx: &Context, tenant: TenantId, agent: UserId, actor: &str) -> Done<bool> {
    let mut tx = cx.store.begin(tenant).await?;
    let gone = tx.feeds().revoke(&agent.to_string()).await?;
    if gone {
        tx.usage().audit(actor, "calendar.revoke", &agent.to_string(), None, Some(json!({}))).await?;
    }
    tx.commit().await?;
    Ok(gone)
}

/// The calendar that a token opens.
///
/// # Errors
/// `NotFound` for a token that opens nothing.
pub async fn feed(cx: &Context, token: &str) -> Done<String> {
    let found = cx.store.read_system().await?.feeds().by_token(&digest(token)).await?;
    let (tenant, agent) = found.ok_or(ActionError::NotFound("calendar"))?;
    let mut read = cx.store.read(tenant).await?;
    let from = active(&mut read, &agent).await?.ok_or(ActionError::NotFound("calendar"))?;
    let (business, now) = (read.tenants().me().await?, read.now());
    let all = read.appointments().of_agent(&agent, now - PAST, now + AHEAD).await?;
    let mut around = read.feeds().around(&agent, now - PAST, now + AHEAD).await?;
    let mut events = Vec::with_capacity(all.len());
    for appointment in &all {
        let (name, address) = around.remove(&appointment.id).unwrap_or_default();
        let who = name.map(|name| format!(" ({name})")).unwrap_or_default();
        events.push(Event {
            appointment,
            summary: format!("{}{who}", summary(appointment, &business)),
            location: address.unwrap_or_else(|| appointment.place.clone()),
            organizer: business.name.clone(),
            from: from.clone(),
            to: None,
        });
    }
    Ok(calendar(&events, Method::Publish, now))
}

/// The address of somebody who takes appointments.
async fn active(conn: &mut Conn, agent: &str) -> Done<Option<String>> {
    let users = conn.users().all().await?;
    let theirs = users.into_iter().find(|user| user.id.to_string() == agent);
    Ok(theirs.filter(|user| user.disabled_at.is_none() && user.role >= Role::Agent).map(|user| user.email))
}
