//! How the fake is set up, from Rust and, as JSON, through the control API.

use super::Now;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// With what the fake starts.
pub struct Options {
    /// Where it listens; port 0: any.
    pub listen: SocketAddr,
    /// Where time comes from.
    pub now: Now,
    /// Sends the webhooks.
    pub http: reqwest::Client,
    /// The business numbers; the first one is the default of the handle.
    pub numbers: Vec<NumberSpec>,
    /// The templates.
    pub templates: Vec<TemplateSpec>,
    /// Where webhooks go; none: they are dropped.
    pub webhook: Option<Webhook>,
    /// How the service behaves.
    pub behaviour: Behaviour,
    /// Of chance: the same seed gives the same faults and delays.
    pub seed: u64,
}

impl Options {
    /// Loopback, any port, one number `800000000000042` of account `700000000000001`, no webhook yet.
    pub fn new(now: Now, http: reqwest::Client) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            now,
            http,
            numbers: vec![NumberSpec::default()],
            templates: Vec::new(),
            webhook: None,
            behaviour: Behaviour::default(),
            seed: 1,
        }
    }
}

/// Where webhooks go.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// Signs the bodies.
    pub app_secret: String,
}

/// A business number.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct NumberSpec {
    /// Its `phone_number_id`.
    pub id: String,
    /// The number itself, digits only.
    pub display: String,
    /// Its account.
    pub waba_id: String,
    /// The token it takes; none: any.
    pub access_token: Option<String>,
    /// Its own webhook instead of the common one.
    pub webhook: Option<Webhook>,
}

impl Default for NumberSpec {
    fn default() -> Self {
        Self {
            id: "800000000000042".to_owned(),
            display: "442079460018".to_owned(),
            waba_id: "700000000000001".to_owned(),
            access_token: None,
            webhook: None,
        }
    }
}

/// A template.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateSpec {
    /// Its account; none: every account has it.
    pub waba_id: Option<String>,
    /// Its name.
    pub name: String,
    /// Its language code.
    pub language: String,
    /// `APPROVED`, `PENDING`, `PAUSED`, `DISABLED`, `REJECTED` …
    pub status: String,
    /// `UTILITY`, `MARKETING`, `AUTHENTICATION`.
    pub category: String,
    /// Its words, with `{{1}}` where variables go.
    pub body: String,
}

impl Default for TemplateSpec {
    fn default() -> Self {
        Self {
            waba_id: None,
            name: String::new(),
            language: "en".to_owned(),
            status: "APPROVED".to_owned(),
            category: "UTILITY".to_owned(),
            body: String::new(),
        }
    }
}

impl TemplateSpec {
    /// An approved utility template.
    pub fn approved(name: &str, language: &str, body: &str) -> Self {
        Self { name: name.to_owned(), language: language.to_owned(), body: body.to_owned(), ..Self::default() }
    }
}

/// How a closed window shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowCheck {
    /// The send is refused with 131047.
    Sync,
    /// The send is accepted and fails later with 131047.
    Async,
    /// Not checked.
    Off,
}

/// How the service behaves. Delays are in milliseconds of the fake's clock.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// How a closed window shows.
    pub window: WindowCheck,
    /// One message per 6 s and person, 45 ahead (131056).
    pub pair_rate: bool,
    /// Messages per second and number (130429); none: unlimited.
    pub throughput: Option<u32>,
    /// The tier of the number: `TIER_250` …
    pub messaging_limit: String,
    /// From accepting to `sent`; none: no status ever comes.
    pub sent_ms: Option<u64>,
    /// From accepting to `delivered`; none: it is skipped.
    pub delivered_ms: Option<u64>,
    /// From accepting to `read`; none: never.
    pub read_ms: Option<u64>,
    /// Each webhook is late by up to this, by chance: order is lost.
    pub jitter_ms: u64,
    /// Chance that a webhook comes twice, both at once.
    pub duplicates: f64,
    /// Most news in one webhook.
    pub batch: usize,
    /// Non-ASCII is written as `\u05e9`.
    pub escape: bool,
    /// First pause before a refused webhook is repeated; it doubles.
    pub retry_ms: u64,
    /// Longest such pause.
    pub retry_cap_ms: u64,
    /// A number that nobody registered is taken too.
    pub any_number: bool,
    /// A template that nobody registered is taken too.
    pub any_template: bool,
    /// How many accepted messages are remembered; totals go on.
    pub keep_sent: usize,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            window: WindowCheck::Sync,
            pair_rate: true,
            throughput: Some(80),
            messaging_limit: "TIER_2K".to_owned(),
            sent_ms: Some(0),
            delivered_ms: Some(0),
            read_ms: None,
            jitter_ms: 0,
            duplicates: 0.0,
            batch: 1,
            escape: false,
            retry_ms: 200,
            retry_cap_ms: 5_000,
            any_number: false,
            any_template: false,
            keep_sent: 1_000_000,
        }
    }
}

impl Behaviour {
    /// No limits and no registers: for benchmarks and the kill harness.
    pub fn fast() -> Self {
        Self {
            pair_rate: false,
            throughput: None,
            any_template: true,
            any_number: true,
            messaging_limit: "TIER_UNLIMITED".to_owned(),
            ..Self::default()
        }
    }
}

/// Sends to this customer fail.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Failing {
    /// With this code.
    pub code: i64,
    /// By a status event after accepting, instead of at once.
    #[serde(default)]
    pub later: bool,
}

/// What is special about a customer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerSpec {
    /// The name of the profile; none: the profile is missing.
    pub name: Option<String>,
    /// The business-scoped user id; none: one that follows from the number.
    pub user_id: Option<String>,
    /// Webhooks show only the user id.
    pub hide_phone: bool,
    /// Sends to them fail.
    pub fails: Option<Failing>,
    /// They read what they get, this long after it was accepted; none: as `Behaviour` says.
    pub read_ms: Option<u64>,
}
