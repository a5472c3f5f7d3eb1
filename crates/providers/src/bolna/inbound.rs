//! An execution's record, from the webhook or from the API, into the progress of a call. Pure; any bytes are read without a
//! panic.
//!
//! Always true: a record with an id and a status is read, whatever else it lacks; what else is missing or of another type is
//! simply not told; a status that nobody knows is kept.

use super::transcript;
use super::wire::{at, number, span, structure, text, time, truth};
use crate::problem::FieldError;
use ringleader_core::call::{Direction, Hangup};
use ringleader_core::lifecycle::{Class, Progress, class};
use serde_json::{Map, Value};

/// What came in.
#[derive(Debug, Clone, PartialEq)]
pub enum Inbound {
    /// News of a call.
    Call(Box<Progress>),
    /// News of a batch as a whole: nothing follows from it.
    Batch,
}

/// A body that cannot be read, with every reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the execution record cannot be read")]
pub struct Unreadable {
    /// What is missing or wrong. Never carries values (P10).
    pub errors: Vec<FieldError>,
}

const ID: &[&str] = &["id", "execution_id", "executionId", "call_id"];

/// Keys of a record that mean something; others, at `in-progress`, are what the agent says when it hands a call on.
const KNOWN: &[&str] = &[
    "id",
    "execution_id",
    "executionId",
    "call_id",
    "agent_id",
    "batch_id",
    "campaign_id",
    "status",
    "smart_status",
    "error_message",
    "created_at",
    "updated_at",
    "scheduled_at",
    "rescheduled_at",
    "initiated_at",
    "transcript",
    "summary",
    "agent_extraction",
    "user_number",
    "agent_number",
    "recipient_phone_number",
    "termination_reason",
    "provider",
    "org_id",
    "arq_job_id",
    "conversation_duration",
    "conversation_time",
    "total_cost",
];

/// Reads a record.
///
/// # Errors
/// [`Unreadable`] when it is no JSON object, or has no id or no status.
pub fn parse(body: &[u8]) -> Result<Inbound, Unreadable> {
    let unreadable = |errors| Unreadable { errors };
    let record: Value =
        serde_json::from_slice(body).map_err(|_| unreadable(vec![FieldError::new("", "the body is not JSON")]))?;
    if !record.is_object() {
        return Err(unreadable(vec![FieldError::new("", "an object is expected: the record of an execution")]));
    }
    let (id, status) = (text(&record, ID), text(&record, &["status"]));
    if id.is_none() && text(&record, &["batch_id"]).is_some() {
        return Ok(Inbound::Batch);
    }
    match (id, status) {
        (Some(id), Some(status)) => Ok(Inbound::Call(Box::new(progress(&record, id, &status)))),
        (id, status) => {
            let missing = [("id", id.is_none()), ("status", status.is_none())];
            let missing = missing.into_iter().filter(|(_, is)| *is);
            Err(unreadable(missing.map(|(name, _)| FieldError::new(name, "is required")).collect()))
        }
    }
}

/// The same for repeats of a status of an attempt; what a repeat adds is told apart by the body.
pub fn event_key(progress: &Progress) -> String {
    format!("{}|{}|{}", progress.execution, progress.attempt, progress.status)
}

fn progress(record: &Value, execution: String, status: &str) -> Progress {
    let status = normalised(status);
    let direction = direction(record);
    let inbound = direction == Some(Direction::Inbound);
    let (theirs, ours) = match inbound {
        true => ("telephony_data.from_number", "telephony_data.to_number"),
        false => ("telephony_data.to_number", "telephony_data.from_number"),
    };
    let mut flags = Vec::new();
    let told = duration(record, &status);
    let talk = told.and_then(span);
    if told.is_some() && talk.is_none() {
        flags.push("implausible_duration".to_owned());
    }
    flags.extend(transfer(record));
    Progress {
        attempt: number(record, &["retry_count"]).map_or(0, |n| n as i64).clamp(0, 1000),
        tried_again: tried_again(record, &status),
        fetched: false,
        at: time(record, "updated_at"),
        created_at: time(record, "created_at"),
        initiated_at: time(record, "initiated_at"),
        agent: text(record, &["agent_id"]),
        direction,
        customer: text(
            record,
            &["user_number", theirs, "recipient_phone_number", "context_details.recipient_phone_number"],
        ),
        business: text(record, &["agent_number", ours]),
        talk,
        ring_seconds: number(record, &["telephony_data.ring_duration"])
            .map(|n| n as i64)
            .filter(|n| (0..86_400).contains(n)),
        voicemail: truth(record, &["answered_by_voice_mail", "answered_by_voicemail"]),
        transcript: text(record, &["transcript"]).map(|text| transcript::turns(&text)).unwrap_or_default(),
        recording_url: text(record, &["telephony_data.recording_url", "recording_url"])
            .filter(|url| url.starts_with("http")),
        hangup: hangup(record),
        cost_micros: number(record, &["total_cost"])
            .filter(|cents| cents.abs() < 1e9)
            .map(|cents| (cents * 10_000.0).round() as i64),
        carrier_call_id: text(record, &["telephony_data.provider_call_id"]),
        extraction: structure(record, &["extracted_data", "agent_extraction", "custom_extractions"]),
        summary: text(record, &["summary"]),
        error: text(record, &["error_message"]),
        handover: handover(record, &status),
        execution,
        status,
        flags,
    }
}

/// Lower case with hyphens; the British `cancelled` is the same word.
/// A status word as our tables have it: lower case, hyphens, one spelling.
pub fn normalised(status: &str) -> String {
    let word = status.trim().to_lowercase().replace(['_', ' '], "-");
    if word == "cancelled" { "canceled".to_owned() } else { word }
}

fn direction(record: &Value) -> Option<Direction> {
    match text(record, &["telephony_data.call_type", "call_type"])?.to_ascii_lowercase().as_str() {
        "inbound" => Some(Direction::Inbound),
        "outbound" => Some(Direction::Outbound),
        _ => None,
    }
}

/// Seconds of talk. The carrier's count is longer, and stands in only where the platform tells none at the end of a call.
fn duration(record: &Value, status: &str) -> Option<f64> {
    let carriers = || number(record, &["telephony_data.duration"]);
    let ended = matches!(class(status), Class::Dropped | Class::Completed);
    number(record, &["conversation_duration", "conversation_time"]).or_else(|| carriers().filter(|_| ended))
}

fn hangup(record: &Value) -> Option<Hangup> {
    let hangup = Hangup {
        by: text(record, &["telephony_data.hangup_by"]),
        reason: text(record, &["telephony_data.hangup_reason", "termination_reason"]),
        code: text(record, &["telephony_data.hangup_provider_code", "telephony_data.hangup_code"]),
    };
    (hangup != Hangup::default()).then_some(hangup)
}

/// Whether a person was rung for the caller, and whether they answered.
fn transfer(record: &Value) -> Option<String> {
    let transfer = at(record, "transfer_call_data");
    let status = normalised(&text(transfer, &["status"])?);
    Some(if status == "completed" { "transferred" } else { "transfer_unanswered" }.to_owned())
}

/// The platform dials again by itself after this status.
fn tried_again(record: &Value, status: &str) -> bool {
    let config = at(record, "retry_config");
    let done = number(record, &["retry_count"]).unwrap_or(0.0);
    let most = number(config, &["max_retries"]).unwrap_or(3.0);
    if truth(config, &["enabled"]) != Some(true) || done >= most {
        return false;
    }
    let listed = at(config, "retry_on_statuses").as_array();
    let by_status = match listed {
        Some(words) => words.iter().filter_map(Value::as_str).any(|word| normalised(word) == status),
        None => matches!(status, "no-answer" | "busy" | "failed"),
    };
    let machine = truth(record, &["answered_by_voice_mail", "answered_by_voicemail"]) == Some(true);
    by_status || (status == "completed" && machine && truth(config, &["retry_on_voicemail"]) == Some(true))
}

/// The keys that the agent's template adds to a pre-call webhook: a few short texts.
fn handover(record: &Value, status: &str) -> Option<Value> {
    let extra = record.as_object()?.iter().filter(|(key, _)| !KNOWN.contains(&key.as_str()));
    let texts = extra.filter_map(|(key, value)| Some((key, value.as_str()?.trim())));
    let kept: Map<String, Value> = texts
        .filter(|(key, text)| !text.is_empty() && key.len() <= 60 && class(status) == Class::Talking)
        .take(10)
        .map(|(key, text)| (key.clone(), Value::String(text.chars().take(500).collect())))
        .collect();
    (!kept.is_empty()).then_some(Value::Object(kept))
}
