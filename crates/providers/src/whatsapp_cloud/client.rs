//! Requests to the Cloud API: send, mark read, list templates, ask about the number (whatsapp-cloud sheet, 5, 6, 8).
//!
//! Always true:
//! - one call is one request with one time limit, never a retry: there is no idempotency key (P2);
//! - a definite refusal by Meta has an error object; an answer without one is `Unknown` from 500 on, and so is silence;
//! - no error text holds the token, a phone number or message words (P10).

use super::config::Config;
use super::{answer, wire};
use crate::messaging::{Accepted, Messaging, Outgoing, SendError};
use crate::outgoing;
use async_trait::async_trait;
use ringleader_core::secret::Secret;
use serde_json::{Value, json};
use std::time::Duration;

/// How long a request may take unless told otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// Most pages of templates that are read: 100 each, more than an account may have.
const MAX_PAGES: usize = 80;

/// One business number at Meta.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base_url: String,
    number: String,
    account: Option<String>,
    token: Secret<String>,
    timeout: Duration,
}

/// A template as Meta lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// Its language code: `he`, `en_GB`.
    pub language: String,
    /// `APPROVED`, `PENDING`, `PAUSED` …
    pub status: String,
    /// `MARKETING`, `UTILITY`, `AUTHENTICATION`.
    pub category: String,
    /// How many variables its body has.
    pub params: usize,
    /// The words of its body, with `{{1}}` where variables go.
    pub body: String,
    /// Why it was rejected, if it was.
    pub rejected_reason: Option<String>,
}

/// What Meta says of the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// The name that customers see.
    pub verified_name: Option<String>,
    /// The number as Meta formats it.
    pub display_phone_number: Option<String>,
    /// `CONNECTED` is needed to send.
    pub status: Option<String>,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    pub quality_rating: Option<String>,
    /// People that may be written to outside their window within 24 hours (whatsapp sheet, messaging limit).
    pub messaging_limit: MessagingLimit,
}

/// How many people a number may write to first within 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessagingLimit {
    /// The answer does not say, or not in a way that is known.
    Untold,
    /// So many.
    People(u32),
    /// Any number.
    Unlimited,
}

impl MessagingLimit {
    /// From the field's word: `TIER_250`, `TIER_2K`, `TIER_UNLIMITED`.
    pub fn parse(word: &str) -> Self {
        let tier = word.trim().trim_start_matches("TIER_");
        let (figures, times) = tier.strip_suffix('K').map_or((tier, 1), |thousands| (thousands, 1_000));
        match figures.parse::<u32>() {
            Ok(people) => people.checked_mul(times).map_or(Self::Untold, Self::People),
            Err(_) if tier == "UNLIMITED" => Self::Unlimited,
            Err(_) => Self::Untold,
        }
    }
}

impl Client {
    /// A client of the number in `config`. `base_url` ends with the version: `https://graph.facebook.com/v26.0`.
    /// Give `http` a connect time limit: a connection that never stood is then told apart from a lost answer.
    pub fn new(http: reqwest::Client, base_url: &str, config: &Config) -> Self {
        Self {
            http,
            base_url: base_url.trim_end_matches('/').to_owned(),
            number: config.phone_number_id.clone(),
            account: config.waba_id.clone(),
            token: config.access_token.clone(),
            timeout: DEFAULT_TIMEOUT,
        }
    }

    /// The same client with another time limit per request.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Every template of the account. A connection without `waba_id` is an error of its own.
    pub async fn templates(&self) -> Result<Vec<Template>, SendError> {
        let Some(account) = &self.account else {
            return Err(SendError::rejected("no_waba_id", "the connection has no waba_id"));
        };
        let fields = "name,language,status,category,parameter_format,components,rejected_reason";
        let mut found = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let mut query = vec![("fields", fields), ("limit", "100")];
            query.extend(after.as_deref().map(|cursor| ("after", cursor)));
            let page = self.get("list_templates", &format!("{account}/message_templates"), &query).await?;
            found.extend(wire::list(&page, "data").filter_map(template));
            let next = wire::text(&page["paging"]["cursors"], "after");
            // Meta's `next` link is not followed: it could lead the token elsewhere.
            if page["paging"]["next"].is_null() || next.is_none() || next == after {
                break;
            }
            after = next;
        }
        Ok(found)
    }

    /// The number itself; the connection test asks for it.
    pub async fn number(&self) -> Result<Number, SendError> {
        let fields =
            "verified_name,display_phone_number,status,quality_rating,whatsapp_business_manager_messaging_limit";
        let node = self.get("read_number", &self.number, &[("fields", fields)]).await?;
        Ok(Number {
            verified_name: wire::text(&node, "verified_name"),
            display_phone_number: wire::text(&node, "display_phone_number"),
            status: wire::text(&node, "status"),
            quality_rating: wire::text(&node, "quality_rating"),
            messaging_limit: wire::text(&node, "whatsapp_business_manager_messaging_limit")
                .map_or(MessagingLimit::Untold, |word| MessagingLimit::parse(&word)),
        })
    }

    async fn get(&self, what: &'static str, path: &str, query: &[(&str, &str)]) -> Result<Value, SendError> {
        let url = format!("{}/{path}", self.base_url);
        self.run(what, self.http.get(url).query(query)).await
    }

    async fn post(&self, what: &'static str, body: &Value) -> Result<Value, SendError> {
        let url = format!("{}/{}/messages", self.base_url, self.number);
        self.run(what, self.http.post(url).json(body)).await
    }

    async fn run(&self, what: &'static str, request: reqwest::RequestBuilder) -> Result<Value, SendError> {
        let request = request.bearer_auth(self.token.reveal()).timeout(self.timeout);
        let response = outgoing::send("whatsapp_cloud", what, request).await.map_err(SendError::of_transport)?;
        let status = response.status().as_u16();
        let retry_after = answer::retry_after(response.headers());
        // From here on the request has arrived: a body that breaks off leaves its fate open.
        let body = response.bytes().await.map_err(|e| answer::cut(status, &e))?;
        answer::read(status, retry_after, &body, self.token.reveal())
    }
}

#[async_trait]
impl Messaging for Client {
    async fn send(&self, message: &Outgoing) -> Result<Accepted, SendError> {
        let answer = self.post("send_message", &wire::send_body(message)?).await?;
        wire::accepted(&answer).ok_or_else(|| SendError::Unknown {
            detail: "accepted, but the answer does not name the message".to_owned(),
        })
    }

    async fn mark_read(&self, provider_id: &str, typing: bool) -> Result<(), SendError> {
        let mut body = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": provider_id });
        if typing {
            body["typing_indicator"] = json!({ "type": "text" });
        }
        self.post("mark_read", &body).await.map(drop)
    }
}

fn template(raw: &Value) -> Option<Template> {
    let body = wire::list(raw, "components")
        .find(|c| wire::text(c, "type").is_some_and(|t| t.eq_ignore_ascii_case("body")))
        .and_then(|c| wire::text(c, "text"))
        .unwrap_or_default();
    Some(Template {
        name: wire::text(raw, "name")?,
        language: wire::text(raw, "language")?,
        status: wire::text(raw, "status")?,
        category: wire::text(raw, "category").unwrap_or_default(),
        params: variables(&body),
        body,
        rejected_reason: wire::text(raw, "rejected_reason").filter(|r| r != "NONE"),
    })
}

/// How many different `{{…}}` a template text has.
pub(super) fn variables(text: &str) -> usize {
    let parts = text.split("{{").skip(1);
    let mut names: Vec<&str> = parts.filter_map(|p| p.split_once("}}").map(|(n, _)| n.trim())).collect();
    names.sort_unstable();
    names.dedup();
    names.len()
}
