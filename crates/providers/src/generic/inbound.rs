//! A generic call event's bytes into a leg of a call. Pure; any bytes are read without a panic.
//!
//! Always true: an event either becomes a leg, or everything that is wrong with it is named, each with what would be right;
//! answers carry no values (P10); unknown fields are errors, since a misspelt one would be lost in silence.

use crate::problem::FieldError;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::call::{Direction, LegReport, Outcome, Turn};
use ringleader_core::phone::{self, NumberKind};
use serde_json::{Map, Value};

/// Every field there is.
const FIELDS: [&str; 12] = [
    "id",
    "direction",
    "from",
    "to",
    "started_at",
    "ended_at",
    "outcome",
    "ring_seconds",
    "talk_seconds",
    "answered_by",
    "recording_url",
    "transcript",
];

/// What can become of a call.
const OUTCOMES: [Outcome; 6] =
    [Outcome::Answered, Outcome::Missed, Outcome::Voicemail, Outcome::Menu, Outcome::Silent, Outcome::Technical];

/// Longest id, name and address.
const MAX_TEXT: usize = 500;

/// Most turns of a transcript, and the longest of them.
const MAX_TURNS: usize = 5_000;
const MAX_TURN: usize = 10_000;

/// A call may end so far ahead of our clock.
const SLACK: SignedDuration = SignedDuration::from_mins(5);

/// One finished call.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What it is about: the call and what became of it.
    pub event_key: String,
    /// What it says.
    pub report: LegReport,
}

/// Reads an event.
///
/// # Errors
/// Everything that is wrong with it, field by field.
pub fn parse(body: &[u8], received_at: Timestamp) -> Result<Event, Vec<FieldError>> {
    let value: Value = serde_json::from_slice(body).map_err(|e| {
        let place = format!("this is not valid JSON (line {}, column {})", e.line(), e.column());
        vec![FieldError::new("", place)]
    })?;
    let Value::Object(fields) = value else {
        return Err(vec![FieldError::new("", "a JSON object with the fields of one call is expected")]);
    };
    let mut reader = Reader { fields: &fields, errors: Vec::new() };
    let report = reader.report(received_at);
    reader.refuse_unknown();
    match (report, reader.errors.is_empty()) {
        (Some(report), true) => Ok(Event { event_key: format!("{}|{}", report.own_key, report.status), report }),
        _ => Err(reader.errors),
    }
}

struct Reader<'a> {
    fields: &'a Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Reader<'_> {
    fn report(&mut self, received_at: Timestamp) -> Option<LegReport> {
        let id = self.required("id", "the switchboard's own id of the call");
        let direction =
            self.word("direction", &[Direction::Inbound, Direction::Outbound, Direction::Internal], |d| d.as_str());
        let outcome = self.word("outcome", &OUTCOMES, |o| o.as_str());
        let (started_at, ended_at) = self.times(received_at);
        let (from, to) = (self.from(direction), self.number("to", "the number that was called"));
        let (ring_seconds, talk_seconds) = (self.seconds("ring_seconds"), self.seconds("talk_seconds"));
        if matches!(outcome, Some(Outcome::Missed | Outcome::Technical)) && talk_seconds.is_some_and(|talk| talk > 0) {
            self.error("talk_seconds", "must be 0 or absent when nobody answered (`outcome` says so)");
        }
        let answered_by = self.optional("answered_by");
        let recording_url = self.recording();
        let transcript = self.transcript();
        let (id, direction, outcome) = (id?, direction?, outcome?);
        let line = match direction {
            Direction::Inbound => to.clone(),
            Direction::Outbound => from.clone(),
            Direction::Internal => None,
        };
        Some(LegReport {
            call_key: id.clone(),
            leg_key: id.clone(),
            own_key: id,
            direction,
            from,
            to,
            line,
            status: outcome.as_str().to_owned(),
            outcome,
            started_at,
            ended_at,
            ring_seconds,
            wait_seconds: None,
            talk_seconds,
            answered_by: answered_by.filter(|_| outcome == Outcome::Answered),
            queue: None,
            recording_url,
            transcript,
            flags: vec![],
        })
    }

    fn error(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError::new(field, message));
    }

    fn refuse_unknown(&mut self) {
        let unknown = self.fields.keys().filter(|name| !FIELDS.contains(&name.as_str()));
        let message = format!("is not a field of a call; there are: {}", FIELDS.join(", "));
        self.errors.extend(unknown.map(|name| FieldError::new(name.chars().take(60).collect::<String>(), &message)));
    }

    /// A text that may be absent, null or empty.
    fn optional(&mut self, name: &str) -> Option<String> {
        match self.fields.get(name)? {
            Value::Null => None,
            Value::String(text) if text.chars().count() > MAX_TEXT => {
                self.error(name, format!("is longer than {MAX_TEXT} characters"));
                None
            }
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            _ => {
                self.error(name, "must be a text");
                None
            }
        }
    }

    fn required(&mut self, name: &str, what: &str) -> Option<String> {
        let before = self.errors.len();
        let found = self.optional(name);
        if found.is_none() && self.errors.len() == before {
            self.error(name, format!("is missing: {what}"));
        }
        found
    }

    fn word<T: Copy>(&mut self, name: &str, all: &[T], word: impl Fn(T) -> &'static str) -> Option<T> {
        let words = all.iter().map(|value| word(*value)).collect::<Vec<_>>().join(", ");
        let given = self.required(name, &format!("one of {words}"))?;
        let found = all.iter().copied().find(|value| word(*value) == given);
        if found.is_none() {
            self.error(name, format!("must be one of: {words}"));
        }
        found
    }

    fn times(&mut self, received_at: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
        let (start, end) = (self.time("started_at"), self.time("ended_at"));
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            self.error("ended_at", "is before `started_at`");
        }
        if end.is_some_and(|end| end.duration_since(received_at) > SLACK) {
            self.error(
                "ended_at",
                "is in the future: send an event when the call is over, with times in UTC or with an offset",
            );
        }
        (start, end)
    }

    fn time(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.required(name, "a time as in 2026-11-21T09:30:00Z")?;
        let time = text.parse().ok();
        if time.is_none() {
            self.error(name, "must be a time with zone (RFC 3339), as in 2026-11-21T09:30:00Z");
        }
        time
    }

    /// Who called; null or empty when the number is withheld, but the field has to be there.
    fn from(&mut self, direction: Option<Direction>) -> Option<String> {
        if direction != Some(Direction::Inbound) {
            return self.number("from", "the number that called");
        }
        match self.fields.get("from") {
            None => {
                self.error("from", "is missing: who called (null when the number is withheld)");
                None
            }
            Some(Value::Null) => None,
            Some(Value::String(text)) if text.trim().is_empty() => None,
            Some(_) => self.number("from", "who called"),
        }
    }

    fn number(&mut self, name: &str, what: &str) -> Option<String> {
        let text = self.required(name, what)?;
        match phone::parse(&text, "").kind {
            NumberKind::Withheld if name == "from" => None,
            _ if text.len() <= 32 && text.chars().filter(char::is_ascii_digit).count() >= 2 => Some(text),
            _ => {
                self.error(
                    name,
                    "must be a phone number, best in E.164 (+442079460000), else as dialled in your country",
                );
                None
            }
        }
    }

    fn seconds(&mut self, name: &str) -> Option<i64> {
        match self.fields.get(name)? {
            Value::Null => None,
            value => {
                let seconds = value.as_i64().filter(|seconds| (0..=86_400).contains(seconds));
                if seconds.is_none() {
                    self.error(name, "must be whole seconds, 0 to 86400");
                }
                seconds
            }
        }
    }

    fn recording(&mut self) -> Option<String> {
        let url = self.optional("recording_url")?;
        let good = url.parse::<reqwest::Url>().is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !good {
            self.error("recording_url", "must be an http or https address");
        }
        good.then_some(url)
    }

    fn transcript(&mut self) -> Vec<Turn> {
        let turns = match self.fields.get("transcript") {
            None | Some(Value::Null) => return vec![],
            Some(Value::Array(turns)) if turns.len() <= MAX_TURNS => turns,
            Some(_) => {
                self.error("transcript", format!("must be a list of at most {MAX_TURNS} {{role, text}}"));
                return vec![];
            }
        };
        let turn = |value: &Value| {
            let (role, text) = (value["role"].as_str()?, value["text"].as_str()?);
            let good = matches!(role, "agent" | "customer") && text.chars().count() <= MAX_TURN;
            good.then(|| Turn { role: role.to_owned(), text: text.to_owned() })
        };
        let read: Option<Vec<Turn>> = turns.iter().map(turn).collect();
        if read.is_none() {
            self.error("transcript", "must have `role` (agent or customer) and `text` in each turn");
        }
        read.unwrap_or_default()
    }
}
