//! Text messages out through Twilio's REST API, and the look-up of one whose answer was lost (twilio sheet, 11.1, 11.6).
//!
//! Always true:
//! - there is no idempotency key: one call is one request, and a lost answer is `Unknown` until `find_sent` settles it (P2);
//! - Twilio's words, which quote numbers, are masked before they leave this file (P10).

use super::codes::{class_of, class_of_status};
use super::config::Config;
use crate::messaging::{Accepted, FailureClass, Lookup, Messaging, Outgoing, SendError, scrub};
use crate::outgoing;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::message::SendFailure;
use ringleader_core::secret::Secret;
use serde_json::Value;
use std::time::Duration;

/// How long a request may take unless told otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// How far Twilio's clock may be behind ours when an earlier send is looked for.
pub(super) const CLOCK_MARGIN: SignedDuration = SignedDuration::from_secs(30);

/// Most pages that a look-up reads: 50 messages each, all to one person.
const MAX_PAGES: usize = 5;

/// One account at Twilio.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) http: reqwest::Client,
    pub(super) base_url: String,
    pub(super) config: Config,
    pub(super) timeout: Duration,
    status_callback: Option<String>,
}

impl Client {
    /// A client of the account in `config`; `base_url` is `https://api.twilio.com`.
    /// Give `http` a connect time limit: a connection that never stood is then told apart from a lost answer.
    pub fn new(http: reqwest::Client, base_url: &str, config: &Config) -> Self {
        let base_url = base_url.trim_end_matches('/').to_owned();
        Self { http, base_url, config: config.clone(), timeout: DEFAULT_TIMEOUT, status_callback: None }
    }

    /// The same client with another time limit per request.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The same client; what becomes of its messages is told to this address.
    #[must_use]
    pub fn with_status_callback(mut self, url: String) -> Self {
        self.status_callback = Some(url);
        self
    }

    /// Asks for the account; the connection test does so.
    pub async fn account(&self) -> Result<(), SendError> {
        let path = format!("/2010-04-01/Accounts/{}.json", self.config.account_sid);
        self.run("read_account", self.http.get(format!("{}{path}", self.base_url))).await.map(drop)
    }

    fn messages_path(&self) -> String {
        format!("/2010-04-01/Accounts/{}/Messages.json", self.config.account_sid)
    }

    pub(super) async fn run(&self, what: &'static str, request: reqwest::RequestBuilder) -> Result<Value, SendError> {
        let token: &Secret<String> = &self.config.auth_token;
        let request = request.basic_auth(&self.config.account_sid, Some(token.reveal())).timeout(self.timeout);
        let response = outgoing::send("twilio", what, request).await.map_err(SendError::of_transport)?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(|_| unknown(status))?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        match status {
            200..=299 if answer.is_object() => Ok(answer),
            200..=299 => Err(unknown(status)),
            _ => Err(refused(status, &answer)),
        }
    }

    /// The sender as a form field: the service wins over a number.
    fn sender(&self) -> Result<(&'static str, &str), SendError> {
        let service = self.config.messaging_service_sid.as_deref().map(|s| ("MessagingServiceSid", s));
        let sender = service.or(self.config.sms_from.as_deref().map(|from| ("From", from)));
        sender.ok_or_else(|| SendError::rejected("no_sender", "the connection has no sms_from"))
    }

    /// Whether a message with this text was taken for this number since then.
    async fn find(&self, to: &str, body: &str, since: Timestamp) -> Result<Lookup, SendError> {
        let since = since.saturating_sub(CLOCK_MARGIN).unwrap_or(since);
        let mut request = self
            .http
            .get(format!("{}{}", self.base_url, self.messages_path()))
            .query(&[("To", to), ("PageSize", "50")]);
        for _ in 0..MAX_PAGES {
            let page = self.run("find_message", request).await?;
            let messages = page["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
            for message in messages {
                let recent = created(message).is_none_or(|at| at >= since);
                // A trial account puts words of its own in front.
                let same = message["body"].as_str().is_some_and(|b| b.ends_with(body));
                if recent && same && message["direction"] != "inbound" {
                    return Ok(Lookup::Sent(message["sid"].as_str().unwrap_or_default().to_owned()));
                }
            }
            // Newest first: once a page ends before `since`, nothing later can match.
            let past = messages.last().and_then(created).is_some_and(|at| at < since);
            match page["next_page_uri"].as_str().filter(|uri| uri.starts_with('/') && !past) {
                Some(uri) => request = self.http.get(format!("{}{uri}", self.base_url)),
                None => return Ok(Lookup::Absent),
            }
        }
        Ok(Lookup::NotOffered)
    }
}

/// The words of a message as a text message carries them; buttons become one address below them.
fn words(message: &Outgoing) -> Result<String, SendError> {
    let words = message.words()?;
    Ok(match &message.link {
        Some(link) => format!("{words}\n{link}"),
        None => words.to_owned(),
    })
}

fn created(message: &Value) -> Option<Timestamp> {
    let date = message["date_created"].as_str()?;
    jiff::fmt::rfc2822::parse(date).ok().map(|zoned| zoned.timestamp())
}

fn unknown(status: u16) -> SendError {
    SendError::Unknown { detail: format!("HTTP {status} without a usable answer") }
}

fn refused(status: u16, answer: &Value) -> SendError {
    let code = answer["code"].as_i64();
    let listed = code.and_then(class_of);
    if listed.is_none() && (status >= 500 || status == 408) {
        return unknown(status);
    }
    let failure = SendFailure {
        code: code.map_or_else(|| format!("http_{status}"), |c| c.to_string()),
        detail: scrub(answer["message"].as_str().unwrap_or("no explanation")),
    };
    let class: FailureClass = listed.unwrap_or_else(|| class_of_status(status));
    SendError::of(class, failure, None)
}

#[async_trait]
impl Messaging for Client {
    async fn send(&self, message: &Outgoing) -> Result<Accepted, SendError> {
        let Some(to) = &message.to.phone else {
            return Err(SendError::rejected("no_address", "a text message needs a number"));
        };
        let words = words(message)?;
        let mut form = vec![("To", to.as_str()), self.sender()?, ("Body", &words)];
        form.extend(self.status_callback.as_deref().map(|url| ("StatusCallback", url)));
        let url = format!("{}{}", self.base_url, self.messages_path());
        let answer = self.run("send_message", self.http.post(url).form(&form)).await?;
        let sid = answer["sid"].as_str().filter(|s| !s.is_empty());
        Ok(Accepted {
            provider_id: sid.ok_or_else(|| unknown(201))?.to_owned(),
            user_key: None,
            remark: answer["status"].as_str().map(str::to_owned),
        })
    }

    /// Text messages know no such thing.
    async fn mark_read(&self, _provider_id: &str, _typing: bool) -> Result<(), SendError> {
        Ok(())
    }

    async fn find_sent(&self, message: &Outgoing, since: Timestamp) -> Result<Lookup, SendError> {
        let Some(to) = &message.to.phone else { return Ok(Lookup::Absent) };
        self.find(to.as_str(), &words(message)?, since).await
    }
}
