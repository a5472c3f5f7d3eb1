//! The Call Log: past calls on request, with its limits, its lag and its casing.

use super::scenario::Scenario;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::{Json, Router, body::Bytes, routing::any};
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How the Call Log behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLogRules {
    /// The code that requests carry in body or query.
    pub code: String,
    /// The bearer token; it does not need the address to be allowed.
    pub token: Option<String>,
    /// The caller's address is on the account's list.
    pub address_allowed: bool,
    /// Rows have lower-case names, as live accounts answer; else the documented ones.
    pub lower_case: bool,
    /// A call shows up so long after its end.
    pub lag: SignedDuration,
    /// Requests a minute.
    pub per_minute: usize,
    /// Rows in one answer.
    pub max_rows: usize,
}

impl Default for CallLogRules {
    fn default() -> Self {
        Self {
            code: "test-code".to_owned(),
            token: None,
            address_allowed: true,
            lower_case: true,
            lag: SignedDuration::from_secs(180),
            per_minute: 30,
            max_rows: 10_000,
        }
    }
}

/// A running Call Log on loopback; it ends when dropped. It may serve several accounts, each by its code.
pub struct CallLog {
    /// Where it listens: `http://127.0.0.1:…`.
    pub url: String,
    shared: Arc<Mutex<Book>>,
    server: tokio::task::JoinHandle<()>,
}

struct Book {
    rules: CallLogRules,
    now: Now,
    own: Account,
    /// Other accounts, by their code.
    others: HashMap<String, Account>,
}

/// What one account was asked and what it holds.
#[derive(Default)]
struct Account {
    asked: VecDeque<Timestamp>,
    records: Vec<Map<String, Value>>,
}

/// Where time comes from.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

impl CallLog {
    /// Starts one at a free port.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(rules: CallLogRules, now: Timestamp) -> std::io::Result<Self> {
        Self::start_by(rules, Arc::new(move || now)).await
    }

    /// Starts one at a free port that goes by this clock.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start_by(rules: CallLogRules, now: Now) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let book = Book { rules, now, own: Account::default(), others: HashMap::new() };
        let shared = Arc::new(Mutex::new(book));
        let app = Router::new().route("/hub/cdr/", any(answer)).with_state(shared.clone());
        let server = tokio::spawn(async move { drop(axum::serve(listener, app).await) });
        Ok(Self { url, shared, server })
    }

    /// Enters a call.
    pub fn add(&self, call: &Scenario) {
        lock(&self.shared).own.records.extend(call.records().iter().cloned());
    }

    /// Opens another account, without calls yet, whose code is this.
    pub fn open(&self, code: &str) {
        lock(&self.shared).others.entry(code.to_owned()).or_default();
    }

    /// Enters a call of another account, if it was opened.
    pub fn add_to(&self, code: &str, call: &Scenario) {
        if let Some(account) = lock(&self.shared).others.get_mut(code) {
            account.records.extend(call.records().iter().cloned());
        }
    }

    /// Moves its clock.
    pub fn set_now(&self, now: Timestamp) {
        lock(&self.shared).now = Arc::new(move || now);
    }

    /// Changes its behaviour.
    pub fn set_rules(&self, change: impl FnOnce(&mut CallLogRules)) {
        change(&mut lock(&self.shared).rules);
    }
}

impl Drop for CallLog {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

type Answer = (StatusCode, Json<Value>);

async fn answer(State(book): State<Arc<Mutex<Book>>>, query: RawQuery, headers: HeaderMap, body: Bytes) -> Answer {
    let asked = Asked::read(query.0.as_deref().unwrap_or_default(), &headers, &body);
    lock(&book).answer(&asked)
}

/// A request, whichever way it was written.
struct Asked {
    code: Option<String>,
    token: Option<String>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    phones: Vec<String>,
    types: Vec<String>,
}

impl Asked {
    fn read(query: &str, headers: &HeaderMap, body: &[u8]) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let json: Value = serde_json::from_slice(body).unwrap_or_default();
        let all = |name: &str| -> Vec<String> {
            let inner = json.get("search").and_then(|search| search.get(name)).or_else(|| json.get(name));
            let listed = match inner {
                Some(Value::Array(items)) => items.iter().map(plain).collect(),
                Some(other) => vec![plain(other)],
                None => Vec::new(),
            };
            pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).chain(listed).collect()
        };
        let bearer = headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let date = |name: &str| all(name).first().and_then(|text| gmt(text));
        Self {
            code: all("code").into_iter().next(),
            token: bearer.map(str::to_owned),
            from: date("fromdate"),
            to: date("todate"),
            phones: all("phones").iter().map(|phone| last_nine(phone)).collect(),
            types: all("cdrTypes"),
        }
    }
}

impl Book {
    fn answer(&mut self, asked: &Asked) -> Answer {
        let (rules, now) = (&self.rules, (self.now)());
        let by_token = asked.token.is_some() && asked.token == rules.token;
        let code = asked.code.as_deref();
        let own = by_token || code == Some(rules.code.as_str());
        let account = if own { Some(&mut self.own) } else { code.and_then(|code| self.others.get_mut(code)) };
        let Some(account) = account else {
            return refusal(StatusCode::FORBIDDEN, 2, "Authorization failed");
        };
        if !by_token && !rules.address_allowed {
            return refusal(StatusCode::FORBIDDEN, 4, "IP is not allowed");
        }
        if !account.within_limit(rules, now) {
            return refusal(StatusCode::FORBIDDEN, 1, "Too many requests, wait 5 seconds");
        }
        match (asked.from, asked.to) {
            (Some(from), Some(to)) if from <= to => account.rows(rules, asked, (from, to), now),
            _ => refusal(StatusCode::NOT_FOUND, 5, "Bad date range"),
        }
    }
}

impl Account {
    fn within_limit(&mut self, rules: &CallLogRules, now: Timestamp) -> bool {
        self.asked.retain(|at| now.duration_since(*at) < SignedDuration::from_secs(60));
        let within = self.asked.len() < rules.per_minute;
        if within {
            self.asked.push_back(now);
        }
        within
    }

    fn rows(&self, rules: &CallLogRules, asked: &Asked, (from, to): (Timestamp, Timestamp), now: Timestamp) -> Answer {
        let shows = |record: &&Map<String, Value>| {
            let start = Timestamp::from_second(number(record, "time")).unwrap_or_default();
            let rung = number(record, "dialtime");
            let over =
                start.checked_add(SignedDuration::from_secs(number(record, "duration").max(rung))).unwrap_or(start);
            let told = now.duration_since(over) >= rules.lag;
            let parties = [text(record, "caller"), text(record, "target")].map(|party| last_nine(&party));
            let phone = asked.phones.is_empty() || asked.phones.iter().any(|phone| parties.contains(phone));
            let kind = asked.types.is_empty() || asked.types.contains(&cdr_type(record).to_string());
            told && phone && kind && (from..=to).contains(&start)
        };
        let found: Vec<&Map<String, Value>> = self.records.iter().filter(shows).collect();
        let rows: Vec<Value> = found.iter().take(rules.max_rows).map(|record| row(record, rules.lower_case)).collect();
        let head = json!({"ERROR_NUMBER": 0, "ERROR_DESCRIPTION": "OK", "STATUS_CODE": 200, "TOTAL_HITS": found.len(),
            "RETURN_HITS": rows.len(), "CDR_LIST": rows});
        (StatusCode::OK, Json(head))
    }
}

fn row(record: &Map<String, Value>, lower_case: bool) -> Value {
    let start = Timestamp::from_second(number(record, "time")).unwrap_or_default();
    let row = json!({
        "CallerNumber": text(record, "caller"), "TargetNumber": text(record, "target"), "Date": start.to_string(),
        "DateEpoch": start.as_second(), "Duration": number(record, "duration"), "CallID": text(record, "ivruniqueid"),
        "Type": text(record, "type"), "CdrType": cdr_type(record), "DialStatus": text(record, "status"),
        "Targetextension": text(record, "targetextension"), "Callerextension": text(record, "callerextension"),
        "DID": text(record, "did"), "QueueName": text(record, "queuename"), "RecordURL": text(record, "record"),
        "RingTime": number(record, "dialtime"), "RepresentativeName": text(record, "representative_name"),
        "RepresentativeCode": text(record, "representative_code"),
    });
    match row {
        Value::Object(fields) if lower_case => {
            Value::Object(fields.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect())
        }
        other => other,
    }
}

fn refusal(status: StatusCode, number: u8, text: &str) -> Answer {
    let body = json!({"ERROR_NUMBER": number, "ERROR_DESCRIPTION": text, "STATUS_CODE": status.as_u16(), "TOTAL_HITS": 0,
        "RETURN_HITS": 0, "CDR_LIST": []});
    (status, Json(body))
}

fn cdr_type(record: &Map<String, Value>) -> u8 {
    crate::voicenter::table::cdr_type(&text(record, "type"))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn text(record: &Map<String, Value>, name: &str) -> String {
    record.get(name).map(plain).unwrap_or_default()
}

fn number(record: &Map<String, Value>, name: &str) -> i64 {
    record.get(name).and_then(Value::as_i64).unwrap_or(0)
}

fn last_nine(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(9)..].iter().collect()
}

fn gmt(text: &str) -> Option<Timestamp> {
    let local = || TimeZone::UTC.to_timestamp(text.parse::<civil::DateTime>().ok()?).ok();
    text.parse().ok().or_else(local)
}
