//! An opener that was wished and will not go after all: its episode and the ledger say so, or the account would call the
//! caller contacted (P8, P11).

use crate::ledger::{self, About, Entry};
use ringleader_core::decision::Verdict;
use ringleader_core::episode::EpisodeState;
use ringleader_core::message::Message;
use ringleader_core::tenant::Tenant;
use ringleader_core::texts::Key;
use ringleader_store::{Result, Tx};
use serde_json::json;

/// The episode of this opener ends as `state`. Other messages, and episodes in which both sides were in touch, are left alone.
pub async fn will_not_go(tx: &mut Tx, message: &Message, state: EpisodeState, reason: &str) -> Result<()> {
    if message.purpose.as_deref() != Some(Key::FirstMessage.as_str()) {
        return Ok(());
    }
    let (_, Some(id)) = tx.messages().belongs_to(message.id).await? else { return Ok(()) };
    let Some(mut episode) = tx.episodes().get(id).await? else { return Ok(()) };
    if episode.state != EpisodeState::Contacted || episode.in_touch() {
        return Ok(());
    }
    episode.state = state;
    episode.reason = Some(reason.to_owned());
    episode.closed_at = episode.closed_at.or_else(|| Some(tx.now()));
    tx.episodes().save(&episode).await
}

/// The customer left before the message did (A14).
pub async fn opted_out(tx: &mut Tx, tenant: &Tenant, message: &Message) -> Result<()> {
    will_not_go(tx, message, EpisodeState::Excluded, "opted_out").await?;
    let (_, episode) = tx.messages().belongs_to(message.id).await?;
    let entry = Entry {
        verdict: Verdict::Skip,
        rule: "A14",
        reason: "opted_out".to_owned(),
        explain: Key::WhyOptedOut,
        evidence: json!({ "message_id": message.id }),
        until: None,
    };
    let about = About { contact: message.contact_id, episode, call: None, message: Some(message.id) };
    ledger::record(tx, tenant, about, entry).await
}
