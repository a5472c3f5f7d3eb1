//! A switchboard that sends generic call events: well-formed, signed, and as often as one likes (A17).

use crate::standard_webhooks::Secrets;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// One delivery: headers and body, ready to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// `webhook-id`, `webhook-timestamp`, `webhook-signature`.
    pub headers: [(&'static str, String); 3],
    /// The body.
    pub body: String,
}

/// A finished call, before it is signed.
pub fn call(id: &str, from: &str, to: &str, outcome: &str, ended_at: Timestamp) -> Value {
    let answered = outcome == "answered";
    let seconds = if answered { 95 } else { 25 };
    json!({
        "id": id, "direction": "inbound", "from": from, "to": to, "outcome": outcome,
        "started_at": (ended_at - SignedDuration::from_secs(seconds)).to_string(), "ended_at": ended_at.to_string(),
        "ring_seconds": if answered { 8 } else { 25 }, "talk_seconds": if answered { 87 } else { 0 },
    })
}

/// Signs a body as this event, at this time.
pub fn sign(secrets: &Secrets, event_id: &str, at: Timestamp, body: &Value) -> Delivery {
    let body = body.to_string();
    let signature = secrets.sign(event_id, at, body.as_bytes());
    let headers = [
        ("webhook-id", event_id.to_owned()),
        ("webhook-timestamp", at.as_second().to_string()),
        ("webhook-signature", signature),
    ];
    Delivery { headers, body }
}
