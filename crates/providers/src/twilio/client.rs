//! Text and WhatsApp messages out through Twilio's REST API, and the look-up of one whose answer was lost (twilio sheet, 11.1,
//! 11.4, 11.6).
//!
//! Always true:
//! - there is no idempotency key: one call is one request, and a lost answer is `Unknown` until `find_sent` settles it (P2);
//! - what goes over WhatsApp names both ends with the channel's prefix, so that it never leaves as a text message, nor the
//!   other way round;
//! - Twilio's words, which quote numbers, are masked before they leave this file (P10).

use super::codes::{class_of, class_of_status};
use super::config::{Config, is_sid};
use crate::messaging::{Accepted, FailureClass, Lookup, Messaging, Outgoing, SendError, clean_param, scrub};
use crate::outgoing;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use ringleader_core::conversation::Channel;
use ringleader_core::message::{Content, SendFailure};
use ringleader_core::phone::Phone;
use ringleader_core::secret::Secret;
use serde_json::{Map, Value};
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
    channel: Channel,
}

impl Client {
    /// A client of the account in `config`; `base_url` is `https://api.twilio.com`.
    /// Give `http` a connect time limit: a connection that never stood is then told apart from a lost answer.
    pub fn new(http: reqwest::Client, base_url: &str, config: &Config) -> Self {
        let base_url = base_url.trim_end_matches('/').to_owned();
        let (config, timeout) = (config.clone(), DEFAULT_TIMEOUT);
        Self { http, base_url, config, timeout, status_callback: None, channel: Channel::Sms }
    }

    /// The same client for messages of this channel: text messages unless told otherwise.
    #[must_use]
    pub fn over(mut self, channel: Channel) -> Self {
        self.channel = channel;
        self
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

    /// The sender as a form field: for text messages the service wins over a number.
    fn sender(&self) -> Result<(&'static str, String), SendError> {
        let Config { whatsapp_from, messaging_service_sid, sms_from, .. } = &self.config;
        let missing = |what: &str| SendError::rejected("no_sender", format!("the connection has no {what}"));
        if self.channel == Channel::Whatsapp {
            let from = whatsapp_from.as_ref().map(|from| ("From", self.address(from)));
            return from.ok_or_else(|| missing("whatsapp_from"));
        }
        let service = messaging_service_sid.clone().map(|service| ("MessagingServiceSid", service));
        service.or_else(|| sms_from.clone().map(|from| ("From", from))).ok_or_else(|| missing("sms_from"))
    }

    /// A number as this channel names it.
    fn address(&self, phone: &Phone) -> String {
        match self.channel {
            Channel::Whatsapp => format!("whatsapp:{}", phone.as_str()),
            _ => phone.as_str().to_owned(),
        }
    }

    /// What a message says, as form fields: words, or a template with its variables.
    fn said(&self, message: &Outgoing) -> Result<Vec<(&'static str, String)>, SendError> {
        let (name, params) = match &message.content {
            _ if self.channel != Channel::Whatsapp => return Ok(vec![("Body", words(message)?)]),
            Content::Picture { link, caption } => {
                let caption = caption.iter().map(|caption| ("Body", caption.clone()));
                return Ok(std::iter::once(("MediaUrl", link.clone())).chain(caption).collect());
            }
            Content::Template { name, params, .. } => (name, params),
            _ => return Ok(vec![("Body", words(message)?)]),
        };
        if !is_sid(name, "HX") {
            let detail = "on this connection a template is named by its ContentSid, HX and 32 hexadecimal digits";
            let failure = SendFailure { code: "no_content_sid".to_owned(), detail: detail.to_owned() };
            return Err(SendError::Template(failure));
        }
        let variables: Map<String, Value> =
            (1..).zip(params).map(|(nth, param)| (nth.to_string(), clean_param(param).into())).collect();
        let mut fields = vec![("ContentSid", name.clone())];
        if !variables.is_empty() {
            fields.push(("ContentVariables", Value::Object(variables).to_string()));
        }
        Ok(fields)
    }

    /// Whether this message was taken for this number since then.
    async fn find(&self, to: &str, message: &Outgoing, since: Timestamp) -> Result<Lookup, SendError> {
        let Some(traces) = Traces::of(message)? else { return Ok(Lookup::NotOffered) };
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
                let same = traces.stand_in(message["body"].as_str().unwrap_or_default());
                if recent && same && is_on_its_way(message) {
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

/// The words of a message where nothing can be tapped: buttons become one address below them, else figures to answer with.
fn words(message: &Outgoing) -> Result<String, SendError> {
    let words = message.words()?;
    let below = match (&message.link, &message.content) {
        (Some(link), _) | (None, Content::Picture { link, caption: Some(_) }) => format!("\n{link}"),
        (None, content) => (1..).zip(content.choices()).map(|(nth, choice)| format!("\n{nth}. {choice}")).collect(),
    };
    Ok(format!("{words}{below}"))
}

/// Shorter variables of a template stand in other messages too.
const TELLING: usize = 4;

/// What a message is known by at Twilio.
enum Traces {
    /// All its words.
    Words(String),
    /// Of a template only the variables are known for certain.
    Variables(Vec<String>),
}

impl Traces {
    /// Of this message; `None` if it looks like others.
    fn of(message: &Outgoing) -> Result<Option<Self>, SendError> {
        Ok(match &message.content {
            Content::Picture { caption, .. } => caption.clone().map(Self::Words),
            Content::Template { name, params, .. } if is_sid(name, "HX") => {
                let telling = params.iter().map(|it| clean_param(it)).filter(|it| it.chars().count() >= TELLING);
                let telling: Vec<String> = telling.collect();
                (!telling.is_empty()).then_some(Self::Variables(telling))
            }
            _ => Some(Self::Words(message.words()?.to_owned())),
        })
    }

    /// Whether this text is the message's. A trial account puts words of its own in front, and a link or a list may follow.
    fn stand_in(&self, body: &str) -> bool {
        match self {
            Self::Words(words) => body.match_indices(words.trim_end()).any(|(at, words)| {
                let behind = &body[at + words.len()..];
                behind.trim_end().is_empty() || behind.starts_with(['\n', '\r'])
            }),
            Self::Variables(all) => all.iter().all(|one| body.contains(one.as_str())),
        }
    }
}

/// Ours, and not one that Twilio gave up: that one was answered, or a status event told of it.
fn is_on_its_way(message: &Value) -> bool {
    let gone = ["failed", "undelivered", "canceled"].iter().any(|status| message["status"] == *status);
    message["direction"] != "inbound" && !gone
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
            return Err(SendError::rejected("no_address", "a message needs a number"));
        };
        let mut form = vec![("To", self.address(to)), self.sender()?];
        form.extend(self.said(message)?);
        form.extend(self.status_callback.clone().map(|url| ("StatusCallback", url)));
        let url = format!("{}{}", self.base_url, self.messages_path());
        let answer = self.run("send_message", self.http.post(url).form(&form)).await?;
        let sid = answer["sid"].as_str().filter(|s| !s.is_empty());
        Ok(Accepted {
            provider_id: sid.ok_or_else(|| unknown(201))?.to_owned(),
            user_key: None,
            remark: answer["status"].as_str().map(str::to_owned),
        })
    }

    /// Twilio offers no such thing.
    async fn mark_read(&self, _provider_id: &str, _typing: bool) -> Result<(), SendError> {
        Ok(())
    }

    async fn find_sent(&self, message: &Outgoing, since: Timestamp) -> Result<Lookup, SendError> {
        let Some(to) = &message.to.phone else { return Ok(Lookup::Absent) };
        self.find(&self.address(to), message, since).await
    }
}
