//! How quickly messages leave (A8): a number may send so many a second, and so many to one person. What is beyond waits for its
//! turn, on all nodes in one row; it is no failure, and uses up no try.
//!
//! Always true: a message that comes at its turn does not wait again, and one that was held up past it (a pause, a node that was
//! away) takes another; who is called to an emergency waits for nobody.

use crate::accounts::capability;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::message::{Message, MessageStatus, SendFailure};
use ringleader_providers::all::spec;
use ringleader_store::repo::Connection;
use ringleader_store::{Result, Tx};

/// Marks a message that waits for its turn, whose moment is the detail.
const TURN: &str = "turn";

/// A turn is over so long after its moment.
const OVER: SignedDuration = SignedDuration::from_secs(2);

/// A burst may be so far ahead of the pace.
const AHEAD: SignedDuration = SignedDuration::from_millis(500);

/// When this message may leave; `None`: now, and it counts.
pub(super) async fn wait(
    tx: &mut Tx,
    message: &Message,
    connection: &Connection,
    urgent: bool,
) -> Result<Option<Timestamp>> {
    let now = tx.now();
    let missed = turn_of(message);
    if missed.is_some_and(|turn| now < turn + OVER) {
        return Ok(None);
    }
    let pace = spec(&connection.kind).and_then(|it| it.pace(capability(message.channel), &connection.config));
    let Some(pace) = pace else { return Ok(None) };
    if let (Some((at_once, each)), Some(chat), None) = (pace.to_one, message.conversation_id, missed) {
        let all = SignedDuration::from_secs(each.as_secs().saturating_mul(i64::from(at_once)));
        let taken = tx.budgets().take(&format!("pair:{chat}"), at_once, all).await?;
        if let (Err(at), false) = (taken, urgent) {
            count(message, "person");
            return Ok(Some(at));
        }
    }
    let spacing = SignedDuration::from_secs_f64(1.0 / f64::from(pace.per_second.max(1)));
    let turn = tx.budgets().turn(&format!("turn:{}", connection.id), now, spacing).await?;
    if urgent || turn.duration_since(now) < AHEAD {
        return Ok(None);
    }
    let why = SendFailure { code: TURN.into(), detail: turn.to_string() };
    tx.messages().settle(message.id, MessageStatus::Wanted, None, Some(&why)).await?;
    count(message, "number");
    Ok(Some(turn - AHEAD))
}

fn turn_of(message: &Message) -> Option<Timestamp> {
    let mark = message.error.as_ref().filter(|error| error.code == TURN)?;
    mark.detail.parse().ok()
}

fn count(message: &Message, limit: &'static str) {
    metrics::counter!("ringleader_send_waits_total", "channel" => message.channel.as_str(), "limit" => limit)
        .increment(1);
}
