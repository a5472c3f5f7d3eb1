//! What the phone page plays with: the demo implements it with its fakes, its clock and its tenants (D4).

use crate::problem::Problem;
use async_trait::async_trait;
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;

/// The demo's world.
#[async_trait]
pub trait Sandbox: Send + Sync {
    /// Everything the page shows for the customer with this number, E.164.
    async fn scene(&self, customer: &str) -> Result<Scene, Problem>;
    /// The customer calls a line (the first, if none is named) and nobody answers.
    async fn place_missed_call(&self, customer: &str, line: Option<&str>) -> Result<(), Problem>;
    /// The customer writes on WhatsApp.
    async fn customer_says(&self, customer: &str, text: &str) -> Result<(), Problem>;
    /// The customer taps a button of the message with this id.
    async fn customer_taps(&self, customer: &str, message: &str, button: &str) -> Result<(), Problem>;
    /// Lets time jump.
    async fn advance(&self, by: Duration) -> Result<(), Problem>;
    /// Lets time run so many times as fast.
    async fn set_speed(&self, factor: f64) -> Result<(), Problem>;
}

/// What the page shows.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Scene {
    /// The business that is called.
    pub business: String,
    /// Numbers of it that can be called.
    pub lines: Vec<String>,
    /// Customers to play.
    pub customers: Vec<String>,
    /// The demo's time, RFC 3339 with the tenant's offset.
    pub now: String,
    /// How many times as fast it runs.
    pub speed: f64,
    /// What the customer's phone shows, oldest first.
    pub chat: Vec<Bubble>,
    /// The lead as the API shows it.
    pub lead: Option<Value>,
    /// The episode as the API shows it.
    pub episode: Option<Value>,
    /// What the owner was told, oldest first.
    pub owner: Vec<Bubble>,
    /// Decisions, newest first.
    pub decisions: Vec<Told>,
}

/// One message on a phone.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Bubble {
    /// The message's id at the provider.
    pub id: String,
    /// Written by the phone's holder.
    pub mine: bool,
    /// The words.
    pub text: String,
    /// Sent as an approved template.
    pub template: bool,
    /// Buttons: id and title.
    pub buttons: Vec<(String, String)>,
    /// `sent`, `delivered`, `read` …
    pub status: String,
    /// When, RFC 3339.
    pub at: String,
}

/// One decision in plain words.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Told {
    /// When, RFC 3339.
    pub at: String,
    /// `send`, `wait`, `hold` or `skip`.
    pub verdict: String,
    /// The rule.
    pub rule: String,
    /// In a shop owner's words.
    pub words: String,
    /// For `wait`: until when, RFC 3339.
    pub until: Option<String>,
}
