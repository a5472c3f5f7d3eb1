//! How quickly messages leave (A8): a number may send so many a second, and so many to one person. What is beyond waits for its
//! turn, on all nodes in one row; it is no failure, and uses up no try.
//!
//! Always true: a message waits for its turn once; who is called to an emergency waits for nobody.

use crate::accounts::capability;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::message::{Message, MessageStatus, SendFailure};
use ringleader_providers::all::spec;
use ringleader_store::repo::Connection;
use ringleader_store::{Result, Tx};

/// Marks a message that waits for its turn: when it is looked at again, that is its own.
const TURN: &str = "turn";

/// A burst may be so far ahead of the pace.
const AHEAD: SignedDuration = SignedDuration::from_millis(500);

/// When this message may leave; `None`: now, and it counts.
pub(super) async fn wait(
    tx: &mut Tx,
    message: &Message,
    connection: &Connection,
    urgent: bool,
) -> Result<Option<Timestamp>> {
    if message.error.as_ref().is_some_and(|error| error.code == TURN) {
        return Ok(None);
    }
    let pace = spec(&connection.kind).and_then(|it| it.pace(capability(message.channel), &connection.config));
    let Some(pace) = pace else { return Ok(None) };
    if let (Some((at_once, each)), Some(chat)) = (pace.to_one, message.conversation_id) {
        let all = SignedDuration::from_secs(each.as_secs().saturating_mul(i64::from(at_once)));
        let taken = tx.budgets().take(&format!("pair:{chat}"), at_once, all).await?;
        if let (Err(at), false) = (taken, urgent) {
            count(message, "person");
            return Ok(Some(at));
        }
    }
    let (now, spacing) = (tx.now(), SignedDuration::from_secs_f64(1.0 / f64::from(pace.per_second.max(1))));
    let turn = tx.budgets().turn(&format!("turn:{}", connection.id), now, spacing).await?;
    if urgent || turn.duration_since(now) < AHEAD {
        return Ok(None);
    }
    let why = SendFailure { code: TURN.into(), detail: "waits for its turn".into() };
    tx.messages().settle(message.id, MessageStatus::Wanted, None, Some(&why)).await?;
    count(message, "number");
    Ok(Some(turn - AHEAD))
}

fn count(message: &Message, limit: &'static str) {
    metrics::counter!("ringleader_send_waits_total", "channel" => message.channel.as_str(), "limit" => limit)
        .increment(1);
}
