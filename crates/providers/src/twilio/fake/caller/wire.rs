//! How Twilio's requests travel: signed over the public address, sent to where the program really listens; 15 seconds, one more
//! try if no connection stood; only XML is TwiML.

use super::super::super::signature::sign;
use super::Exchange;
use std::time::Duration;

/// The longest that a webhook may take.
const TOTAL: Duration = Duration::from_secs(15);

/// Where the webhooks of a number are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhooks {
    /// The address that the world knows, without a slash at the end: `https://ring.example`.
    pub public: String,
    /// Where the program really is: `http://127.0.0.1:…`.
    pub local: String,
    /// The path of the voice webhook.
    pub voice: String,
    /// The path that is told how a call ended; empty: nobody is.
    pub status: String,
    /// The path that is asked when the voice webhook fails; empty: none.
    pub fallback: String,
}

impl Webhooks {
    /// The webhooks as `doctor` and the connection show them.
    pub fn usual(public: &str, local: &str) -> Self {
        Self {
            public: public.to_owned(),
            local: local.to_owned(),
            voice: "/webhooks/twilio/voice".to_owned(),
            status: "/webhooks/twilio/voice/status".to_owned(),
            fallback: "/webhooks/twilio/voice/fallback".to_owned(),
        }
    }

    /// An address of a document, made whole against the one it stands in.
    pub(super) fn resolve(&self, base: &str, address: &str) -> String {
        if address.contains("://") {
            return address.to_owned();
        }
        if address.starts_with('/') {
            return format!("{}{address}", self.public);
        }
        let folder = base.split('?').next().unwrap_or(base).rsplit_once('/').map_or(base, |(folder, _)| folder);
        format!("{folder}/{address}")
    }

    /// Where a request to a public address really goes.
    pub(super) fn local(&self, url: &str) -> String {
        match url.strip_prefix(&self.public) {
            Some(path) => format!("{}{path}", self.local),
            None => url.to_owned(),
        }
    }
}

/// A form that Twilio posts.
pub(super) type Form = Vec<(String, String)>;

impl Exchange {
    /// Posts a form; the document, or the error code that Twilio would log. The address's fragment says how often it is
    /// tried again, and after what; it is neither sent nor signed.
    pub(super) async fn post(&self, hooks: &Webhooks, url: &str, form: &Form, token: &str) -> Result<String, i64> {
        let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
        let says = |name: &str| fragment.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let mut left: u32 = says("rc").and_then(|text| text.parse().ok()).unwrap_or(1).min(5);
        let always = says("rp").is_some_and(|kinds| kinds.split(',').any(|kind| kind == "all"));
        loop {
            let (code, connected) = match self.post_once(hooks, url, form, token).await {
                Ok(text) => return Ok(text),
                Err(failed) => failed,
            };
            if left == 0 || connected && !always {
                return Err(code);
            }
            left -= 1;
        }
    }

    /// One try; what went wrong, and whether there was a connection.
    async fn post_once(&self, hooks: &Webhooks, url: &str, form: &Form, token: &str) -> Result<String, (i64, bool)> {
        let request = self
            .http
            .post(hooks.local(url))
            .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
            .header("x-twilio-signature", sign(&self.auth_token, url, form))
            .header("i-twilio-idempotency-token", token)
            .header("user-agent", "TwilioProxy/1.1")
            .timeout(TOTAL)
            .body(serde_urlencoded::to_string(form).unwrap_or_default());
        let answer = match request.send().await {
            Err(error) if error.is_connect() => return Err((11_205, false)),
            Err(_) => return Err((11_200, true)),
            Ok(answer) => answer,
        };
        if !answer.status().is_success() {
            return Err((11_200, true));
        }
        let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !matches!(kind.split(';').next().unwrap_or_default().trim(), "text/xml" | "application/xml") {
            return Err((12_300, true));
        }
        answer.text().await.map_err(|_| (11_200, true))
    }
}
