//! A call record's bytes into a leg of a call. Pure; any bytes are read without a panic.
//!
//! Always true:
//! - a record either becomes a leg, or every field that is missing or wrong is named;
//! - the same bytes have the same `event_key`, whenever they come;
//! - ANSWER alone is no answer: a person is named and there was talk, or it was the menu (A2);
//! - a status that the table does not know becomes `Unknown`, is flagged, and starts nothing (A3).

use super::clock::{self, Start};
use super::table::{self, Evidence, Status};
use super::wire::{self, Bag};
use crate::problem::FieldError;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::{Direction, LegReport, Outcome, Turn};
use ringleader_core::legs::UNKNOWN_STATUS;
use ringleader_core::phone;
use std::borrow::Cow;

/// How a record was written, and how its answer has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A JSON object.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// An XML-RPC method call with one struct.
    XmlRpc,
}

/// One call record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// How it was written.
    pub format: Format,
    /// The same for repeats of the record; another for other legs and for another status of the same leg.
    pub event_key: String,
    /// What it says.
    pub report: LegReport,
}

/// A record that cannot be read, with every reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the call record cannot be read")]
pub struct Unreadable {
    /// How it was written, as far as that could be told.
    pub format: Format,
    /// What is missing or wrong, in words for people. Never carries values (P10).
    pub errors: Vec<FieldError>,
}

/// Names of the same thing in the webhook, the Call Log and the other interfaces, the usual one first.
mod names {
    pub const CALL_ID: &[&str] = &["ivruniqueid", "callid", "ivrid", "uniqueid"];
    pub const ORIGINAL: &[&str] = &["originalivruniqueid"];
    pub const CUSTOM: &[&str] = &["customdata"];
    pub const STATUS: &[&str] = &["status", "dialstatus", "callstatus"];
    pub const TYPE: &[&str] = &["type", "calltype", "cdrtype"];
    pub const DIRECTION: &[&str] = &["direction", "calldirection"];
    pub const IS_ANSWER: &[&str] = &["isanswer", "isanswered", "answered"];
    /// On inbound calls the customer's own number comes first.
    pub const CALLER: &[&str] = &["callerphone", "caller", "callernumber", "callerid", "phone", "from"];
    /// On outbound calls the number that was shown comes first.
    pub const SHOWN: &[&str] = &["caller", "callernumber", "callerid", "from"];
    pub const TARGET: &[&str] = &["target", "targetnumber", "to", "destination"];
    pub const DID: &[&str] = &["did", "didnumber"];
    pub const START: &[&str] = &["time", "dateepoch", "date", "calldate", "starttime", "callstarted"];
    pub const DURATION: &[&str] = &["duration", "callduration"];
    pub const TALK: &[&str] = &["actualcallduration"];
    pub const RING: &[&str] = &["dialtime", "ringtime", "actualcalldialtime"];
    pub const WAIT: &[&str] = &["secondswaitinginqueue"];
    pub const QUEUE: &[&str] = &["queuename"];
    pub const TARGET_EXTENSION: &[&str] = &["targetextension"];
    pub const AGENT_CODE: &[&str] = &["extenuser", "targetextension"];
    pub const USER_CODE: &[&str] = &["representativecode", "userid"];
    pub const AGENT_NAME: &[&str] = &["representativename", "username", "targetextensionname"];
    pub const RECORDING: &[&str] = &["record", "recordurl", "recordingurl"];
    pub const AI: &[&str] = &["aidata"];
}

/// Reads a record, from the webhook or from the Call Log. `received_at` bounds what its clock may say.
///
/// # Errors
/// [`Unreadable`] names each field that is missing, or says why the body could not be read at all.
pub fn parse(content_type: Option<&str>, body: &[u8], received_at: Timestamp) -> Result<Record, Unreadable> {
    let text = wire::text(body);
    let (format, bag) = wire::read(content_type, &text);
    let unreadable = |errors| Unreadable { format, errors };
    let bag = bag.map_err(|error| unreadable(vec![error]))?;
    let report = Reader::of(&bag).report(received_at).map_err(unreadable)?;
    let event_key = format!("{}|{}", report.leg_key, report.status.to_ascii_lowercase());
    Ok(Record { format, event_key, report })
}

/// The answer to a record that was taken: content type and body.
pub fn answer_ok(format: Format) -> (&'static str, String) {
    answer(format, 0, "OK")
}

/// The answer to a record that was not taken: 1 it could not be read, 2 anything else.
pub fn answer_error(format: Format, code: u8, text: &str) -> (&'static str, String) {
    answer(format, code, text)
}

fn answer(format: Format, code: u8, text: &str) -> (&'static str, String) {
    match format {
        Format::Json | Format::Form => {
            ("application/json", format!("{{\"Err\":{code},\"Errdesc\":{}}}", serde_json::Value::from(text)))
        }
        Format::XmlRpc => {
            let text = quick_xml::escape::escape(text);
            let member = |name, value: &str| format!("<member><name>{name}</name><value>{value}</value></member>");
            let code = member("Err", &format!("<int>{code}</int>"));
            let text = member("Errdesc", &format!("<string>{text}</string>"));
            let open = "<?xml version=\"1.0\"?><methodResponse><params><param><value><struct>";
            ("text/xml", format!("{open}{code}{text}</struct></value></param></params></methodResponse>"))
        }
    }
}

/// A record with its type and direction, on which the meaning of the other fields depends.
struct Reader<'a> {
    bag: &'a Bag<'a>,
    call_type: String,
    direction: Direction,
}

impl<'a> Reader<'a> {
    fn of(bag: &'a Bag<'a>) -> Self {
        let call_type = bag.text(names::TYPE).map(|raw| table::call_type(&raw)).unwrap_or_default();
        let told = bag.text(names::DIRECTION).and_then(|raw| table::direction_word(&raw));
        let direction = match told {
            _ if table::is_agent_leg(&call_type) => Direction::Internal,
            Some(direction) => direction,
            None => table::direction_of_type(&call_type, bag.text(names::DID).is_some()),
        };
        Self { bag, call_type, direction }
    }

    fn report(&self, received_at: Timestamp) -> Result<LegReport, Vec<FieldError>> {
        let (own_key, status) = (self.bag.owned(names::CALL_ID), self.bag.owned(names::STATUS));
        let line = self.line();
        let errors = self.missing(own_key.is_some(), status.is_some(), line.is_some());
        let (Some(own_key), Some(status), true) = (own_key, status, errors.is_empty()) else {
            return Err(errors);
        };
        let (word, talk) = (Status::of(&status), self.talk_seconds());
        let (started_at, mut flags) = self.start(&own_key, received_at);
        if word == Status::Unknown {
            flags.push(UNKNOWN_STATUS.to_owned());
        } else if word == Status::Doubtful {
            flags.push("doubtful_status".to_owned());
        }
        let outcome = self.evidence(word, talk).outcome();
        let ring_seconds = if word == Status::NotDialled { None } else { self.bag.seconds(names::RING) };
        let wait_seconds = self.bag.seconds(names::WAIT);
        Ok(LegReport {
            call_key: self.original().unwrap_or_else(|| own_key.clone()),
            leg_key: format!("{own_key}|{}|{}", self.call_type, self.station()),
            own_key,
            direction: self.direction,
            from: self.from(),
            to: self.to(),
            line,
            status,
            outcome,
            started_at,
            ended_at: started_at.and_then(|start| self.end(start, ring_seconds, wait_seconds, talk)),
            ring_seconds,
            wait_seconds,
            talk_seconds: Some(talk),
            answered_by: self.agent().filter(|_| outcome == Outcome::Answered),
            queue: self.bag.owned(names::QUEUE),
            recording_url: self.bag.owned(names::RECORDING),
            transcript: self.transcript(),
            flags,
        })
    }

    /// What a record cannot do without. A caller may be withheld, but the field has to be there.
    fn missing(&self, call_id: bool, status: bool, line: bool) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut need = |there: bool, field: &str, message: &str| {
            if !there {
                errors.push(FieldError::new(field, message));
            }
        };
        need(call_id, "ivruniqueid", "is missing: the id of the call, without it repeats could not be told apart");
        need(status, "status", "is missing: how the call went, such as NOANSWER or ANSWER");
        match self.direction {
            Direction::Inbound => {
                need(line, "did", "is missing: the business number that was called");
                need(
                    self.bag.has(names::CALLER),
                    "caller",
                    "is missing: who called (empty when the number is withheld)",
                );
            }
            Direction::Outbound => need(line, "caller", "is missing: the business number that was shown"),
            Direction::Internal => {}
        }
        errors
    }

    fn line(&self) -> Option<String> {
        match self.direction {
            Direction::Outbound => self.bag.owned(names::SHOWN).or_else(|| self.bag.owned(names::DID)),
            _ => self.bag.owned(names::DID),
        }
    }

    /// A withheld number is none.
    fn from(&self) -> Option<String> {
        let names = if self.direction == Direction::Outbound { names::SHOWN } else { names::CALLER };
        self.bag.owned(names).filter(|number| !phone::is_withheld(number))
    }

    fn to(&self) -> Option<String> {
        match self.direction {
            Direction::Inbound => self.bag.owned(names::DID),
            _ => self.bag.owned(names::TARGET).or_else(|| self.bag.owned(names::TARGET_EXTENSION)),
        }
    }

    /// Which phone this leg is about: three extensions that ring are three legs.
    fn station(&self) -> Cow<'_, str> {
        self.bag.text(names::TARGET_EXTENSION).or_else(|| self.bag.text(names::TARGET)).unwrap_or_default()
    }

    fn agent(&self) -> Option<String> {
        self.bag.owned(names::AGENT_NAME).or_else(|| self.bag.owned(names::AGENT_CODE))
    }

    fn original(&self) -> Option<String> {
        let custom = || self.bag.inner(names::CUSTOM)?.owned(names::ORIGINAL);
        self.bag.owned(names::ORIGINAL).or_else(custom).filter(|id| id != "0")
    }

    fn talk_seconds(&self) -> i64 {
        let duration = self.bag.seconds(names::DURATION).unwrap_or(0);
        let waited = if self.call_type == "queue" { self.bag.seconds(names::WAIT).unwrap_or(0) } else { 0 };
        let connected = self.bag.flag(names::IS_ANSWER).unwrap_or_else(|| {
            let status = self.bag.text(names::STATUS).map(|raw| Status::of(&raw));
            !matches!(status, Some(Status::Missed | Status::NotDialled | Status::Doubtful))
        });
        let told = self.bag.seconds(names::TALK);
        told.unwrap_or(if connected { (duration - waited).max(0) } else { 0 })
    }

    fn evidence(&self, status: Status, talk_seconds: i64) -> Evidence<'_> {
        let extension = self.bag.text(names::AGENT_CODE).is_some();
        let queue_user = self.call_type == "queue" && self.bag.text(names::USER_CODE).is_some();
        Evidence {
            status,
            call_type: &self.call_type,
            direction: self.direction,
            is_answer: self.bag.flag(names::IS_ANSWER),
            agent: extension || queue_user,
            talk_seconds,
        }
    }

    fn start(&self, call_id: &str, received_at: Timestamp) -> (Option<Timestamp>, Vec<String>) {
        let Some(raw) = self.bag.text(names::START) else {
            return (None, Vec::new());
        };
        match clock::start(&raw, call_id, received_at) {
            Start::At(at) => (Some(at), Vec::new()),
            Start::Ambiguous(at) => (Some(at), vec!["time_ambiguous".to_owned()]),
            Start::Impossible => (None, vec!["time_in_future".to_owned()]),
            Start::Unreadable => (None, vec!["time_unreadable".to_owned()]),
        }
    }

    /// The provider gives no end. `duration` includes the waiting on queue calls, and sometimes nothing but the talk.
    fn end(&self, start: Timestamp, ring: Option<i64>, wait: Option<i64>, talk: i64) -> Option<Timestamp> {
        let parts = ring.unwrap_or(0) + wait.unwrap_or(0) + talk;
        let whole = self.bag.seconds(names::DURATION).unwrap_or(0).max(parts);
        start.checked_add(SignedDuration::from_secs(whole)).ok()
    }

    fn transcript(&self) -> Vec<Turn> {
        let turns = self.bag.inner(names::AI).map(|ai| ai.list(&["transcript"])).unwrap_or_default();
        turns
            .iter()
            .filter_map(|turn| Some(Turn { role: role(&turn.text(&["speaker"])?), text: turn.owned(&["text"])? }))
            .collect()
    }
}

/// Speaker0 is the agent, Speaker1 the customer; others as they are.
fn role(speaker: &str) -> String {
    match speaker.to_ascii_lowercase().as_str() {
        "speaker0" => "agent".to_owned(),
        "speaker1" => "customer".to_owned(),
        _ => speaker.to_owned(),
    }
}
