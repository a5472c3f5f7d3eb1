//! Somebody on call picks up (C8): told what kind of danger it is, and by a key that it is theirs. Only then they hear where,
//! and whom to ring: anybody may have picked up.
//!
//! Always true: the first who presses 1 has it; the same key again is answered the same way; who presses nothing, a voicemail
//! too, has not taken it; a slip of the finger declines nothing.

use crate::context::Context;
use crate::flows::on_call;
use crate::work::{RingOnCall, put};
use ringleader_core::id::{AlarmId, TenantId};
use ringleader_core::reception::say::alarm as say;
use ringleader_core::tenant::Tenant;
use ringleader_core::ticket::{Alarm, AlarmState, Ring, RingState, ends_round, turn};
use ringleader_store::jobs::OnConflict;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// What somebody on call hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The words.
    pub text: String,
    /// Their language.
    pub language: String,
    /// A key is waited for.
    pub asks: bool,
}

/// They picked up; `None` if the tenant knows no such call.
///
/// # Errors
/// The database.
pub async fn answered(
    cx: &Context,
    tenant: TenantId,
    id: AlarmId,
    nth: i64,
    call: Option<&str>,
) -> Result<Option<Told>> {
    let mut tx = cx.store.begin(tenant).await?;
    let Some((alarm, ring)) = find(&mut tx, id, nth).await? else { return Ok(None) };
    tx.rings().note(id, nth, RingState::Placed, call, None).await?;
    let business = tx.tenants().me().await?;
    tx.commit().await?;
    let language = business.language().to_owned();
    let theirs = alarm.taken_by.as_deref() == Some(&ring.name);
    let (text, asks) = match alarm.state {
        AlarmState::Acknowledged if theirs => (say::spoken_taken(&alarm, &language), false),
        AlarmState::Acknowledged => (say::taken_already(&language).to_owned(), false),
        AlarmState::Ringing | AlarmState::Unanswered => (say::spoken(&alarm, &business.name, &language), true),
    };
    Ok(Some(Told { text, language, asks }))
}

/// They pressed a key: 1 takes it, 2 passes it on at once; at every other key they are asked again.
///
/// # Errors
/// The database.
pub async fn pressed(cx: &Context, tenant: TenantId, id: AlarmId, nth: i64, key: &str) -> Result<Option<Told>> {
    let mut tx = cx.store.begin(tenant).await?;
    let Some((alarm, ring)) = find(&mut tx, id, nth).await? else { return Ok(None) };
    let business = tx.tenants().me().await?;
    let language = business.language().to_owned();
    let taken = alarm.state == AlarmState::Acknowledged;
    let theirs = alarm.taken_by.as_deref() == Some(&ring.name);
    let (text, asks) = match key {
        "1" if theirs => (say::spoken_taken(&alarm, &language), false),
        "1" if on_call::take(&mut tx, id, &ring.name, "key").await? => {
            tx.rings().note(id, nth, RingState::Over, None, Some("taken")).await?;
            (say::spoken_taken(&alarm, &language), false)
        }
        "1" => (say::taken_already(&language).to_owned(), false),
        "2" => {
            let next = decline(&mut tx, &business, &ring).await?;
            let words = if taken { say::taken_already(&language) } else { say::spoken_declined(next, &language) };
            (words.to_owned(), false)
        }
        _ if taken => (say::taken_already(&language).to_owned(), false),
        _ => (say::spoken(&alarm, &business.name, &language), true),
    };
    tx.commit().await?;
    Ok(Some(Told { text, language, asks }))
}

/// They cannot: the next one is told at once, after a round once its time is over. Whether there is a next one.
async fn decline(tx: &mut Tx, business: &Tenant, ring: &Ring) -> Result<bool> {
    let (next, length) = (ring.nth + 1, business.settings.reception.on_call.len());
    let left = turn(next, length).is_some();
    if tx.rings().note(ring.alarm, ring.nth, RingState::Over, None, Some("declined")).await? {
        let what = json!({ "by": ring.name, "nth": next });
        tx.usage().audit(&ring.name, "on_call.declined", &ring.alarm.to_string(), None, Some(what)).await?;
        if !left || !ends_round(ring.nth, length) {
            let now = tx.now();
            put(tx, &RingOnCall { alarm: ring.alarm, nth: next }, now, OnConflict::Sooner).await?;
        }
    }
    Ok(left)
}

/// How the call ended, in the provider's word.
///
/// # Errors
/// The database.
pub async fn over(cx: &Context, tenant: TenantId, id: AlarmId, nth: i64, word: &str) -> Result<bool> {
    let mut tx = cx.store.begin(tenant).await?;
    let Some((_, ring)) = find(&mut tx, id, nth).await? else { return Ok(false) };
    let word: String = word.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(30).collect();
    if tx.rings().note(id, nth, RingState::Over, None, Some(&word)).await? {
        let what = json!({ "name": ring.name, "nth": nth + 1, "result": word });
        tx.usage().audit("receptionist", "on_call.rung", &id.to_string(), None, Some(what)).await?;
    }
    tx.commit().await?;
    Ok(true)
}

async fn find(tx: &mut Tx, id: AlarmId, nth: i64) -> Result<Option<(Alarm, Ring)>> {
    let Some(ring) = tx.rings().get(id, nth).await? else { return Ok(None) };
    Ok(tx.tickets().alarm(id).await?.map(|alarm| (alarm, ring)))
}
