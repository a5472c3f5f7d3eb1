//! Settings of a Slack connection (DESIGN 9).

use crate::problem::{FieldError, Fields};
use ringleader_core::secret::Secret;
use serde_json::Value;

/// Where Slack's incoming webhooks live.
const HOSTS: [&str; 2] = ["hooks.slack.com", "hooks.slack-gov.com"];

/// A room in Slack.
#[derive(Debug, Clone)]
pub struct Config {
    /// The incoming webhook's address; whoever has it can post.
    pub webhook_url: Secret<String>,
}

impl Config {
    /// Reads the settings of a connection, or says what is wrong with each field. Addresses elsewhere than at Slack are for
    /// installations that allow private ones (tests, the demo).
    pub fn parse(value: &Value, allow_private: bool) -> Result<Self, Vec<FieldError>> {
        let mut fields = Fields::of(value);
        let url = fields.required("webhook_url");
        if !url.is_empty() && !is_webhook(&url, allow_private) {
            let message = "is not the address of an incoming webhook, such as https://hooks.slack.com/services/T…/B…/…";
            fields.error("webhook_url", message);
        }
        fields.finish(Self { webhook_url: Secret::new(url) })
    }
}

fn is_webhook(url: &str, allow_private: bool) -> bool {
    let Ok(url) = url.parse::<reqwest::Url>() else { return false };
    let at_slack = url.scheme() == "https" && url.host_str().is_some_and(|host| HOSTS.contains(&host));
    at_slack && url.path().starts_with("/services/") || allow_private && matches!(url.scheme(), "http" | "https")
}
