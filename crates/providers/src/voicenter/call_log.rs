//! Asking Voicenter's Call Log for past calls (voicenter sheet, 5).
//!
//! Always true: one call is one request, nothing is tried again here; what counts is the error number in the body, not the HTTP
//! status alone; a row is read as the record that the webhook would have brought, so both are the same leg of the same call;
//! neither code nor numbers are in an error (P10).

use super::inbound::{self, Record};
use crate::outgoing;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ringleader_core::phone::Phone;
use ringleader_core::secret::Secret;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// How long a request may take unless told otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(8);

/// How long Voicenter wants us to wait after "too fast".
pub const TOO_FAST_WAIT: Duration = Duration::from_secs(5);

/// Requests a minute that we allow ourselves, of the thirty that Voicenter takes: other programs ask too.
pub const PER_MINUTE: u32 = 24;

/// What is asked for of each call.
const FIELDS: [&str; 18] = [
    "CallerNumber",
    "TargetNumber",
    "Date",
    "DateEpoch",
    "Duration",
    "CallID",
    "Type",
    "CdrType",
    "DialStatus",
    "Targetextension",
    "Callerextension",
    "DID",
    "QueueName",
    "RecordURL",
    "RingTime",
    "RepresentativeName",
    "RepresentativeCode",
    "CustomData",
];

/// One account's Call Log.
#[derive(Debug, Clone)]
pub struct CallLog {
    http: reqwest::Client,
    url: String,
    code: Secret<String>,
    timeout: Duration,
}

/// Why there is no answer: one variant for each thing the caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallLogError {
    /// Ask again after [`TOO_FAST_WAIT`].
    #[error("the Call Log was asked too often")]
    TooFast,
    /// A person has to act: the code, or the list of addresses.
    #[error("{0}")]
    Refused(&'static str),
    /// Later, perhaps.
    #[error("the Call Log did not answer: {0}")]
    Unavailable(String),
}

/// What the log has for a stretch of time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// Its records.
    pub records: Vec<Record>,
    /// Rows that could not be read.
    pub unreadable: usize,
    /// Everything is here; else the stretch was too long for one answer.
    pub complete: bool,
}

impl CallLog {
    /// The Call Log that `code` opens; `base_url` is `https://api.voicenter.com`.
    pub fn new(http: reqwest::Client, base_url: &str, code: Secret<String>) -> Self {
        let url = format!("{}/hub/cdr/", base_url.trim_end_matches('/'));
        Self { http, url, code, timeout: DEFAULT_TIMEOUT }
    }

    /// The same with another time limit per request.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Calls that began between two moments, with anyone or with one number.
    ///
    /// # Errors
    /// [`CallLogError`] says what to do.
    pub async fn calls(
        &self,
        from: Timestamp,
        to: Timestamp,
        phone: Option<&Phone>,
        now: Timestamp,
    ) -> Result<Found, CallLogError> {
        let mut search = json!({ "fromdate": gmt(from), "todate": gmt(to), "IdentityCriteria": "Account" });
        if let Some(phone) = phone {
            search["phones"] = json!([phone.as_str().trim_start_matches('+')]);
        }
        let sort = json!([{ "field": "date", "order": "asc" }]);
        let body = json!({ "code": self.code.reveal(), "fields": FIELDS, "search": search, "sort": sort });
        let answer = self.ask(&body).await?;
        let rows = answer.get("cdr_list").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let json = Some("application/json");
        let read = rows.iter().filter_map(|row| inbound::parse(json, row.to_string().as_bytes(), now).ok());
        let records: Vec<Record> = read.collect();
        let hits = |name: &str| answer.get(name).and_then(Value::as_u64);
        Ok(Found {
            unreadable: rows.len() - records.len(),
            complete: hits("total_hits").is_none_or(|total| total <= rows.len() as u64),
            records,
        })
    }

    /// The answer with its names in lower case: accounts differ in that.
    async fn ask(&self, body: &Value) -> Result<Map<String, Value>, CallLogError> {
        let away = |e: reqwest::Error| {
            CallLogError::Unavailable(if e.is_timeout() { "no answer in time" } else { "no connection" }.into())
        };
        let request = self.http.post(&self.url).json(body).timeout(self.timeout);
        let response = outgoing::send("voicenter", "read_call_log", request).await.map_err(away)?;
        let status = response.status().as_u16();
        let bytes = response.bytes().await.map_err(away)?;
        let Ok(Value::Object(answer)) = serde_json::from_slice(&bytes) else {
            return Err(CallLogError::Unavailable(format!("HTTP {status} without a usable answer")));
        };
        let answer: Map<String, Value> = answer.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
        match (answer.get("error_number").and_then(Value::as_i64), status) {
            (Some(0), _) => Ok(answer),
            (Some(1), _) | (_, 429) => Err(CallLogError::TooFast),
            (Some(2), _) => Err(CallLogError::Refused("the Call Log does not accept the code (`call_log_code`)")),
            (Some(4), _) => Err(CallLogError::Refused(
                "the Call Log does not accept our address: add it in CPanel, API Settings, or ask Voicenter's support",
            )),
            (number, _) => {
                let number = number.map_or_else(|| "none".to_owned(), |number| number.to_string());
                Err(CallLogError::Unavailable(format!("HTTP {status}, error number {number}")))
            }
        }
    }
}

/// As the Call Log writes times: GMT, to the second.
fn gmt(at: Timestamp) -> String {
    TimeZone::UTC.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}
