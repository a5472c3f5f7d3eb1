//! People who are rung for a caller (C13): in ring order, told in a whisper what it is about, taking or declining it by key.
//!
//! Always true: the first who presses 1 has the caller; who is rung comes from the tenant's settings as the talk froze them, so
//! that a repeated webhook rings the same person.

use crate::context::Context;
use crate::ledger::{self, About, Entry};
use crate::reception::{Then, Turn};
use ringleader_core::decision::Verdict;
use ringleader_core::id::TenantId;
use ringleader_core::phone::{Phone, parse};
use ringleader_core::reception::telephone;
use ringleader_core::settings::Colleague;
use ringleader_core::texts::Key;
use ringleader_store::Result;
use ringleader_store::repo::VoiceCall;
use serde_json::json;

/// Somebody to be rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callee {
    /// Their number.
    pub phone: Phone,
    /// Shown in place of the caller's number, where that is withheld.
    pub shown: Option<Phone>,
    /// Where they are in ring order.
    pub nth: usize,
}

/// The next one to be rung, from `nth` on; `None`: nobody is left. Numbers that cannot be rung are passed over.
///
/// # Errors
/// The database.
pub async fn next(cx: &Context, tenant: TenantId, call: &VoiceCall, turn: &Turn, nth: usize) -> Result<Option<Callee>> {
    let Then::Dial { people, .. } = &turn.then else { return Ok(None) };
    let country = cx.store.read(tenant).await?.tenants().me().await?.country;
    let found = people.iter().enumerate().skip(nth).find_map(|(at, colleague)| {
        let phone = parse(&colleague.phone, &country).phone?;
        Some((at, phone))
    });
    let shown = call.caller.is_none().then(|| call.line.clone());
    Ok(found.map(|(nth, phone)| Callee { phone, shown, nth }))
}

/// What the one who picks up is told, and in which language.
///
/// # Errors
/// The database.
pub async fn whisper(cx: &Context, tenant: TenantId, turn: &Turn) -> Result<Option<(String, String)>> {
    let Then::Dial { whisper, .. } = &turn.then else { return Ok(None) };
    let tenant = cx.store.read(tenant).await?.tenants().me().await?;
    let keys = telephone::take_it(&tenant.locale, tenant.settings.reception.recorded);
    Ok(Some((format!("{whisper} {keys}"), tenant.locale)))
}

/// Somebody takes the call; `false` if another has it already.
///
/// # Errors
/// The database.
pub async fn take(cx: &Context, tenant: TenantId, call: &VoiceCall, turn: &Turn, nth: usize) -> Result<bool> {
    let Then::Dial { people, .. } = &turn.then else { return Ok(false) };
    let Some(Colleague { name, .. }) = people.get(nth) else { return Ok(false) };
    let mut tx = cx.store.begin(tenant).await?;
    if !tx.voice().take(&call.provider_call_id, name).await? {
        let has = tx.voice().get(&call.provider_call_id).await?.and_then(|known| known.taken_by);
        return Ok(has.as_deref() == Some(name)); // the same answer again
    }
    let evidence = json!({ "by": name, "call_id": call.call_id });
    let id = call.call_id.to_string();
    tx.usage().audit("receptionist", "reception.call_taken", &id, None, Some(evidence.clone())).await?;
    let entry = Entry {
        verdict: Verdict::Send,
        rule: "C13",
        reason: "taken".to_owned(),
        explain: Key::WhyReception,
        evidence,
        until: None,
    };
    let business = tx.tenants().me().await?;
    let about = About { contact: call.contact_id, call: Some(call.call_id), ..About::default() };
    ledger::record(&mut tx, &business, about, entry).await?;
    tx.commit().await?;
    metrics::counter!("ringleader_voice_taken_total").increment(1);
    Ok(true)
}
