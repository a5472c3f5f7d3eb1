//! Twilio's REST API, played over real HTTP: takes text messages, lists them, places calls, refuses as Twilio does (twilio
//! sheet, 8 and 11). Callers and people who are rung are in [`caller`].

pub mod caller;
mod calls;
mod lookup;

pub use calls::PlacedCall;

use super::signature::sign;
use crate::faults::{Chance, Dice, Fault, Faults};
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use calls::Voice;
use jiff::{SignedDuration, Timestamp};
use lookup::Lookup;
use ringleader_core::optout::{self, OptWord};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Before each end of what goes over WhatsApp.
const WHATSAPP: &str = "whatsapp:";

/// How long free words may follow what a customer wrote.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// Where time comes from.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// One message that was taken.
#[derive(Debug, Clone, Serialize)]
pub struct SentSms {
    /// Its id.
    pub sid: String,
    /// To whom: `+…`, or `whatsapp:+…`.
    pub to: String,
    /// From which number or service.
    pub from: String,
    /// The words; a template's with its variables filled in.
    pub body: String,
    /// Where its files lie.
    pub media: Option<String>,
    /// The template that it was.
    pub template: Option<String>,
    /// Why it will fail, as its status tells.
    pub error: Option<i64>,
    /// When.
    pub at: Timestamp,
}

struct Account {
    sent: Vec<SentSms>,
    received: u64,
    opted_out: HashSet<String>,
    /// When somebody last wrote to one of our WhatsApp numbers: sender and customer.
    wrote: HashMap<(String, String), Timestamp>,
    contents: HashMap<String, String>,
    lookup: Lookup,
    voice: Voice,
    faults: Faults,
    dice: Dice,
}

struct Shared {
    now: Now,
    sid: String,
    token: String,
    account: Mutex<Account>,
}

impl Shared {
    fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running fake. Dropping it closes the port.
pub struct TwilioFake {
    shared: Arc<Shared>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl TwilioFake {
    /// Starts to listen for one account. Fails only if the address cannot be had.
    pub async fn start(listen: SocketAddr, now: Now, account_sid: &str, auth_token: &str) -> std::io::Result<Self> {
        let account = Account {
            sent: Vec::new(),
            received: 0,
            opted_out: HashSet::new(),
            wrote: HashMap::new(),
            contents: HashMap::new(),
            lookup: Lookup::default(),
            voice: Voice::default(),
            faults: Faults::default(),
            dice: Dice(1),
        };
        let shared = Arc::new(Shared {
            now,
            sid: account_sid.to_owned(),
            token: auth_token.to_owned(),
            account: Mutex::new(account),
        });
        let app = Router::new()
            .route("/2010-04-01/Accounts/{account}/Messages.json", post(send).get(list))
            .route("/2010-04-01/Accounts/{account}", get(account_node))
            .route("/v2/PhoneNumbers/{number}", get(lookup::look_up))
            .route("/2010-04-01/Accounts/{account}/Calls.json", post(calls::place).get(calls::list))
            .route("/2010-04-01/Accounts/{account}/Calls/{sid}", get(calls::show).post(calls::turn))
            .route("/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json", get(calls::numbers))
            .route("/2010-04-01/Accounts/{account}/Recordings/{file}", get(calls::recording))
            .route("/__control/sent", get(async |State(cx): Cx| Json(json!({ "data": cx.account().sent }))))
            .with_state(shared.clone());
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "The Twilio fake stopped");
            }
        });
        Ok(Self { shared, address, task })
    }

    /// What a client takes as its base URL.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything that was taken, oldest first.
    pub fn sent(&self) -> Vec<SentSms> {
        self.shared.account().sent.clone()
    }

    /// The calls that were placed, oldest first.
    pub fn calls(&self) -> Vec<PlacedCall> {
        self.shared.account().voice.calls.clone()
    }

    /// How often it was asked how a call stands.
    pub fn looked_up(&self) -> usize {
        self.shared.account().voice.looked_up
    }

    /// A call that was placed has come so far: `ringing`, `in-progress`, `completed` …
    pub fn set_call(&self, sid: &str, status: &str) {
        let mut account = self.shared.account();
        account
            .voice
            .calls
            .iter_mut()
            .filter(|call| call.sid == sid)
            .for_each(|call| status.clone_into(&mut call.status));
    }

    /// A call that came in and is over, as the API tells of it.
    pub fn came_in(&self, sid: &str, from: &str, to: &str) {
        let (sid, from, to) = (sid.to_owned(), from.to_owned(), to.to_owned());
        let (url, status_callback, status) = (String::new(), String::new(), "completed".to_owned());
        let date_created = String::new();
        self.shared.account().voice.calls.push(PlacedCall {
            sid,
            to,
            from,
            url,
            status_callback,
            status,
            date_created,
        });
    }

    /// A number of the account, and where it sends its calls.
    pub fn own_number(&self, number: &str, voice_url: &str) {
        self.shared.account().voice.numbers.insert(number.to_owned(), voice_url.to_owned());
    }

    /// An approved template of the account: its id, and its words with `{{1}}` and so on.
    pub fn content(&self, sid: &str, words: &str) {
        self.shared.account().contents.insert(sid.to_owned(), words.to_owned());
    }

    /// What Twilio posts to `url` when this customer writes to `to`, both with `whatsapp:` or without: body and signature.
    /// STOP and START change what Twilio lets through by text message, and Twilio answers them itself.
    pub fn customer_says(&self, from: &str, to: &str, body: &str, url: &str) -> (String, String) {
        let mut account = self.shared.account();
        account.received += 1;
        let sid = format!("SM{:032x}", 0xf000_0000 + account.received);
        if from.starts_with(WHATSAPP) {
            account.wrote.insert((to.to_owned(), from.to_owned()), (self.shared.now)());
        }
        match optout::carrier_word(body).filter(|_| !from.starts_with(WHATSAPP)) {
            Some(OptWord::Stop) => drop(account.opted_out.insert(from.to_owned())),
            Some(OptWord::Start) => drop(account.opted_out.remove(from)),
            None => {}
        }
        drop(account);
        let fields = [("MessageSid", sid.as_str()), ("SmsSid", &sid), ("From", from), ("To", to), ("Body", body)];
        self.signed(&[&fields[..], &[("NumMedia", "0"), ("NumSegments", "1"), ("SmsStatus", "received")]].concat(), url)
    }

    /// What Twilio posts to `url` about a message of ours that it has tried to pass on.
    pub fn outcome(&self, sent: &SentSms, url: &str) -> (String, String) {
        let code = sent.error.map(|code| code.to_string());
        let status = if code.is_some() { "failed" } else { "delivered" };
        let mut fields = vec![("MessageSid", sent.sid.as_str()), ("MessageStatus", status), ("SmsStatus", status)];
        fields.push(("To", &sent.to));
        fields.extend(code.as_deref().map(|code| ("ErrorCode", code)));
        self.signed(&fields, url)
    }

    /// What Twilio posts to `url` about a message of ours.
    pub fn status(&self, sid: &str, status: &str, error: Option<&str>, url: &str) -> (String, String) {
        let mut fields = vec![("MessageSid", sid), ("MessageStatus", status), ("SmsStatus", status)];
        fields.extend(error.map(|code| ("ErrorCode", code)));
        self.signed(&fields, url)
    }

    fn signed(&self, fields: &[(&str, &str)], url: &str) -> (String, String) {
        let account = [("AccountSid", self.shared.sid.as_str()), ("ApiVersion", "2010-04-01")];
        let form: Vec<(String, String)> =
            fields.iter().chain(&account).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let body = serde_urlencoded::to_string(&form).unwrap_or_default();
        (body, sign(&self.shared.token, url, &form))
    }

    /// This number answered STOP: sends to it are refused with 21610.
    pub fn opt_out(&self, phone: &str) {
        self.shared.account().opted_out.insert(phone.to_owned());
    }

    /// The next `times` sends meet this fault.
    pub fn fail_next(&self, times: u32, fault: Fault) {
        self.shared.account().faults.next(times, fault);
    }

    /// Each send meets these faults by chance, until changed.
    pub fn set_faults(&self, chances: Vec<Chance>) {
        self.shared.account().faults.chances = chances;
    }
}

impl Drop for TwilioFake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Cx = State<Arc<Shared>>;

fn authorised(cx: &Shared, headers: &HeaderMap) -> bool {
    let expected = format!("Basic {}", STANDARD.encode(format!("{}:{}", cx.sid, cx.token)));
    headers.get("authorization").is_some_and(|h| h.as_bytes() == expected.as_bytes())
}

fn error(status: u16, code: i64, message: &str) -> Response {
    let body = json!({ "code": code, "message": message, "status": status,
        "more_info": format!("https://www.twilio.com/docs/errors/{code}") });
    (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), Json(body)).into_response()
}

async fn account_node(State(cx): Cx, Path(account): Path<String>, headers: HeaderMap) -> Response {
    if !authorised(&cx, &headers) || account.trim_end_matches(".json") != cx.sid {
        return error(401, 20003, "Authenticate");
    }
    Json(json!({ "sid": cx.sid, "status": "active", "friendly_name": "Sandbox" })).into_response()
}

async fn send(State(cx): Cx, headers: HeaderMap, body: Bytes) -> Response {
    if !authorised(&cx, &headers) {
        return error(401, 20003, "Authenticate");
    }
    let form: HashMap<String, String> = serde_urlencoded::from_bytes(&body).unwrap_or_default();
    let (answer, fault) = {
        let mut account = cx.account();
        let Account { faults, dice, .. } = &mut *account;
        let fault = faults.take(dice);
        match &fault {
            Some(Fault::Error { code }) => return error(if *code == 20429 { 429 } else { 400 }, *code, "On demand"),
            Some(Fault::Status { status }) => {
                return StatusCode::from_u16(*status).unwrap_or(StatusCode::BAD_GATEWAY).into_response();
            }
            Some(Fault::CutBefore) => return cut(),
            _ => {}
        }
        match take(&mut account, &form, (cx.now)()) {
            Ok(sent) => (shown(&sent), fault),
            Err((code, message)) => return error(400, code, &message),
        }
    };
    match fault {
        Some(Fault::Http500AfterAccept) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Fault::CutAfterAccept) => cut(),
        Some(Fault::GarbageAfterAccept) => "<html>ok</html>".into_response(),
        Some(Fault::HangAfterAccept { ms }) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            (StatusCode::CREATED, Json(answer)).into_response()
        }
        _ => (StatusCode::CREATED, Json(answer)).into_response(),
    }
}

/// Checks a message and keeps it. Twilio quotes the number in its words, and so does this.
fn take(account: &mut Account, form: &HashMap<String, String>, now: Timestamp) -> Result<SentSms, (i64, String)> {
    let get = |name: &str| form.get(name).filter(|v| !v.is_empty()).cloned();
    let to = get("To").unwrap_or_default();
    let chat = to.starts_with(WHATSAPP);
    if !is_number(to.strip_prefix(WHATSAPP).unwrap_or(&to)) {
        return Err((21211, format!("The 'To' number {to} is not a valid phone number.")));
    }
    let Some(from) = get("MessagingServiceSid").or_else(|| get("From")) else {
        return Err((21606, "A 'From' number is required.".to_owned()));
    };
    if from.strip_prefix(WHATSAPP).is_some_and(|number| !is_number(number)) {
        return Err((63007, "There is no such sender on this channel.".to_owned()));
    }
    if chat != from.starts_with(WHATSAPP) && !from.starts_with("MG") {
        return Err((21612, format!("A message from {from} to {to} is not possible.")));
    }
    let template = get("ContentSid");
    let body = match &template {
        Some(sid) => filled(account, sid, get("ContentVariables").as_deref())?,
        None if get("MediaUrl").is_some() => get("Body").unwrap_or_default(),
        None => get("Body").ok_or((21619, "A text message body is required.".to_owned()))?,
    };
    if body.chars().count() > 1600 {
        return Err((21617, "The message body is longer than 1600 characters.".to_owned()));
    }
    if account.opted_out.contains(&to) {
        return Err((21610, format!("The number {to} has opted out.")));
    }
    let sid = format!("SM{:032x}", account.sent.len() + 1);
    let wrote = account.wrote.get(&(from.clone(), to.clone()));
    let open = wrote.is_some_and(|at| now.duration_since(*at) < WINDOW);
    let error = (chat && !open && template.is_none()).then_some(63016); // WhatsApp's own answer comes later
    let sent = SentSms { sid, to, from, body, media: get("MediaUrl"), template, error, at: now };
    account.sent.push(sent.clone());
    Ok(sent)
}

/// The words of a template, with its variables.
fn filled(account: &Account, sid: &str, variables: Option<&str>) -> Result<String, (i64, String)> {
    let words = account.contents.get(sid).ok_or((20404, "The requested content was not found.".to_owned()))?;
    let variables: HashMap<String, String> = serde_json::from_str(variables.unwrap_or("{}"))
        .map_err(|_| (21656, "The ContentVariables are not valid.".to_owned()))?;
    Ok(variables.iter().fold(words.clone(), |words, (name, value)| words.replace(&format!("{{{{{name}}}}}"), value)))
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A message as the API shows it.
fn shown(sent: &SentSms) -> Value {
    let date = jiff::fmt::rfc2822::DateTimePrinter::new();
    let date = date.timestamp_to_string(&sent.at).unwrap_or_default();
    json!({ "sid": sent.sid, "to": sent.to, "from": sent.from, "body": sent.body,
        "status": if sent.error.is_some() { "failed" } else { "queued" },
        "direction": "outbound-api", "date_created": date, "date_sent": null, "num_segments": "1", "num_media": if sent.media.is_some() { "1" } else { "0" },
        "error_code": sent.error, "error_message": null, "price": null })
}

/// Newest first, 50 to a page unless asked otherwise.
async fn list(State(cx): Cx, headers: HeaderMap, Query(query): Query<HashMap<String, String>>) -> Response {
    if !authorised(&cx, &headers) {
        return error(401, 20003, "Authenticate");
    }
    let number = |name: &str, default: usize| query.get(name).and_then(|v| v.parse().ok()).unwrap_or(default);
    let (size, page) = (number("PageSize", 50).clamp(1, 1000), number("Page", 0));
    let to = query.get("To").cloned().unwrap_or_default();
    let account = cx.account();
    let theirs = account.sent.iter().rev().filter(|s| to.is_empty() || s.to == to);
    let messages: Vec<Value> = theirs.clone().skip(page * size).take(size).map(shown).collect();
    let more = theirs.count() > (page + 1) * size;
    let next =
        serde_urlencoded::to_string([("To", to), ("PageSize", size.to_string()), ("Page", (page + 1).to_string())]);
    let path = format!("/2010-04-01/Accounts/{}/Messages.json", cx.sid);
    let next = more.then(|| format!("{path}?{}", next.unwrap_or_default()));
    Json(json!({ "messages": messages, "page": page, "page_size": size, "next_page_uri": next })).into_response()
}

/// A body that fails at once: the server closes the connection without a usable answer.
fn cut() -> Response {
    let gone = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Response::new(Body::from_stream(futures::stream::once(async move { Err::<Bytes, _>(gone) })))
}
