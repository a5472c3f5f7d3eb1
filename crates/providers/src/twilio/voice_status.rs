//! A call's status callback into a leg of a call (twilio sheet, 2 and 3; A17). Pure; any form is read without a panic.
//!
//! A call that ended before anything of ours answered was missed. One that was answered, and hung up within seconds, heard a
//! greeting at most: it was missed too. Everything longer counts as answered, since nobody may be written to who has just
//! spoken with someone.

use crate::problem::FieldError;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::{Direction, LegReport, Outcome};
use ringleader_core::legs::UNKNOWN_STATUS;
use ringleader_core::phone::{self, NumberKind};

/// An answered call that ends sooner counts as missed, unless the connection says otherwise (`hung_up_within`).
pub const HUNG_UP_WITHIN: i64 = 10;

/// What Twilio puts in place of a number that is withheld; the last one spells ANONYMOUS.
const WITHHELD: [&str; 5] = ["anonymous", "unknown", "restricted", "unavailable", "+266696687"];

/// News of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// It goes on: nothing follows from that yet.
    GoesOn,
    /// A leg of it is over.
    Over(Box<LegReport>),
}

/// A form in the order in which it came.
pub type Form = Vec<(String, String)>;

/// Reads the body of a callback.
pub fn form(body: &[u8]) -> Form {
    serde_urlencoded::from_bytes(body).unwrap_or_default()
}

/// The value of a parameter; empty ones are absent.
pub fn get<'f>(form: &'f Form, name: &str) -> Option<&'f str> {
    form.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
}

/// The same for repeats of an event.
pub fn event_key(form: &Form) -> String {
    let parts = ["CallSid", "CallStatus", "SequenceNumber"].map(|name| get(form, name).unwrap_or_default());
    parts.join("|")
}

/// Reads a callback. `hung_up_within` in seconds.
///
/// # Errors
/// What is missing, field by field.
pub fn parse(form: &Form, received_at: Timestamp, hung_up_within: i64) -> Result<News, Vec<FieldError>> {
    let needed = |name: &'static str| get(form, name).ok_or_else(|| FieldError::new(name, "is missing"));
    let (id, status, to) = (needed("CallSid"), needed("CallStatus"), needed("To"));
    let (id, status, to) = match (id, status, to) {
        (Ok(id), Ok(status), Ok(to)) => (id, status, to),
        (id, status, to) => return Err([id.err(), status.err(), to.err()].into_iter().flatten().collect()),
    };
    let seconds = |name| get(form, name).and_then(|text| text.parse::<i64>().ok()).filter(|n| *n >= 0);
    let talk = seconds("CallDuration").unwrap_or(0);
    let machine = get(form, "AnsweredBy").is_some_and(|by| by.starts_with("machine") || by == "fax");
    let inbound = get(form, "Direction").is_none_or(|way| way == "inbound" || way == "trunking-terminating");
    let mut flags = vec![];
    let outcome = match status {
        "queued" | "initiated" | "ringing" | "in-progress" => return Ok(News::GoesOn),
        "busy" | "no-answer" | "canceled" => Outcome::Missed,
        "failed" => Outcome::Technical,
        "completed" if machine => Outcome::Voicemail,
        "completed" if inbound && talk < hung_up_within => {
            flags.push("hung_up_early".to_owned());
            Outcome::Missed
        }
        "completed" if talk > 0 => Outcome::Answered,
        "completed" => Outcome::Missed,
        _ => {
            flags.push(UNKNOWN_STATUS.to_owned());
            Outcome::Unknown
        }
    };
    let ended_at = get(form, "Timestamp").and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
    let ended_at = ended_at.map_or(received_at, |zoned| zoned.timestamp().min(received_at));
    let from = get(form, "From").filter(|number| !is_withheld(number)).map(str::to_owned);
    let direction = if inbound { Direction::Inbound } else { Direction::Outbound };
    Ok(News::Over(Box::new(LegReport {
        call_key: get(form, "ParentCallSid").unwrap_or(id).to_owned(),
        own_key: id.to_owned(),
        leg_key: id.to_owned(),
        direction,
        line: if inbound { Some(to.to_owned()) } else { from.clone() },
        from,
        to: Some(to.to_owned()),
        status: status.to_owned(),
        outcome,
        started_at: ended_at.checked_sub(SignedDuration::from_secs(talk)).ok(),
        ended_at: Some(ended_at),
        ring_seconds: None,
        wait_seconds: None,
        talk_seconds: Some(if outcome == Outcome::Answered { talk } else { 0 }),
        answered_by: None,
        queue: None,
        recording_url: get(form, "RecordingUrl").map(str::to_owned),
        transcript: vec![],
        flags,
    })))
}

pub(super) fn is_withheld(number: &str) -> bool {
    let word = number.to_ascii_lowercase();
    WITHHELD.contains(&word.as_str()) || phone::parse(number, "").kind == NumberKind::Withheld
}
