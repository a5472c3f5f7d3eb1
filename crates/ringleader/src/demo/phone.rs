//! What the phone page shows and does: it asks our own API, plays the customer at the fakes, and moves the clock (D4).

use super::clock::DemoClock;
use super::seed::Shop;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use ringleader_brain::models::http_client;
use ringleader_providers::voicenter::fake::{Encoding, Scenario, VoicenterFake};
use ringleader_providers::whatsapp_cloud::fake::{Says, WhatsappFake};
use ringleader_web::Problem;
use ringleader_web::sandbox::{Bubble, Sandbox, Scene, Told};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The fastest that time may run.
const FASTEST: f64 = 3600.0;

/// How long the caller let it ring.
const RANG: SignedDuration = SignedDuration::from_secs(25);

/// The demo's world.
pub(super) struct PhonePage {
    api: String,
    http: reqwest::Client,
    shop: Shop,
    clock: DemoClock,
    whatsapp: WhatsappFake,
    switchboard: VoicenterFake,
    calls: AtomicU64,
}

impl PhonePage {
    /// Puts the parts together.
    pub(super) fn new(
        address: SocketAddr,
        shop: Shop,
        clock: DemoClock,
        whatsapp: WhatsappFake,
        switchboard: VoicenterFake,
    ) -> Self {
        let api = format!("http://{address}/api/v1");
        Self { api, http: http_client(), shop, clock, whatsapp, switchboard, calls: AtomicU64::new(1) }
    }

    /// The rows of a list of our own API, newest first.
    async fn rows(&self, list: &str, query: &[(&str, &str)]) -> Result<Vec<Value>, Problem> {
        let request = self.http.get(format!("{}/{list}", self.api)).query(query).bearer_auth(&self.shop.api_key);
        let answer = request.send().await.map_err(|error| broken(&error))?;
        let mut list: Value = answer.json().await.map_err(|error| broken(&error))?;
        match list["data"].take() {
            Value::Array(rows) => Ok(rows),
            _ => Ok(vec![]),
        }
    }

    /// Messages on someone's phone, oldest first; what has not left yet is not on it.
    async fn bubbles(&self, query: &[(&str, &str)], mine: &str) -> Result<Vec<Bubble>, Problem> {
        let rows = self.rows("messages", query).await?;
        let arrived = |row: &&Value| !matches!(text(row, "status").as_str(), "wanted" | "sending" | "held" | "failed");
        Ok(rows.iter().rev().filter(arrived).map(|row| self.bubble(row, mine)).collect())
    }

    fn bubble(&self, row: &Value, mine: &str) -> Bubble {
        Bubble {
            id: text(row, "provider_id"),
            mine: text(row, "direction") == mine,
            text: row["text"].as_str().map_or_else(|| format!("({})", text(row, "kind")), str::to_owned),
            template: !row["template"].is_null(),
            buttons: serde_json::from_value(row["content"]["buttons"].clone()).unwrap_or_default(),
            status: text(row, "status"),
            at: self.local(&row["at"]),
        }
    }

    fn told(&self, row: &Value) -> Told {
        Told {
            at: self.local(&row["at"]),
            verdict: text(row, "verdict"),
            rule: text(row, "rule"),
            words: text(row, "explanation"),
            until: row["wait_until"].is_string().then(|| self.local(&row["wait_until"])),
        }
    }

    /// A time of the API in the business's zone.
    fn local(&self, at: &Value) -> String {
        let at = at.as_str().and_then(|text| text.parse().ok()).unwrap_or(Timestamp::UNIX_EPOCH);
        at.to_zoned(self.shop.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    fn known(&self, customer: &str) -> Result<(), Problem> {
        let known = self.shop.customers.iter().any(|phone| phone == customer);
        if known { Ok(()) } else { Err(Problem::field("customer", "is not one of the demo's customers")) }
    }
}

#[async_trait]
impl Sandbox for PhonePage {
    async fn scene(&self, customer: &str) -> Result<Scene, Problem> {
        let mut scene = Scene {
            business: self.shop.name.clone(),
            lines: vec![self.shop.line.to_owned()],
            customers: self.shop.customers.clone(),
            now: self.local(&self.clock.shown().now().to_string().into()),
            speed: self.clock.speed(),
            owner: self.bubbles(&[("audience", "owner"), ("limit", "50")], "inbound").await?,
            ..Scene::default()
        };
        if self.known(customer).is_err() {
            return Ok(scene); // the page's first question, before it knows whom it can play
        }
        let of_customer = [("phone", customer), ("limit", "50")];
        let newest = [("phone", customer), ("limit", "1")];
        let chat = [("phone", customer), ("audience", "contact"), ("limit", "100")];
        scene.chat = self.bubbles(&chat, "inbound").await?;
        scene.lead = self.rows("leads", &newest).await?.pop();
        scene.episode = self.rows("episodes", &newest).await?.pop();
        scene.decisions = self.rows("decisions", &of_customer).await?.iter().map(|row| self.told(row)).collect();
        Ok(scene)
    }

    async fn place_missed_call(&self, customer: &str, line: Option<&str>) -> Result<(), Problem> {
        self.known(customer)?;
        let nth = self.calls.fetch_add(1, Ordering::Relaxed);
        let began = self.clock.shown().now() - RANG;
        let call = Scenario::missed(customer, line.unwrap_or(self.shop.line)).id(&format!("demo-{nth}")).at(began);
        match self.switchboard.deliver(&call.payload(Encoding::Json)).await.status {
            Some(200) => Ok(()),
            _ => Err(Problem::conflict("The switchboard's record was not taken.")),
        }
    }

    async fn customer_says(&self, customer: &str, text: &str) -> Result<(), Problem> {
        self.known(customer)?;
        self.whatsapp.customer_says(customer, Says::text(text));
        Ok(())
    }

    async fn customer_taps(&self, customer: &str, message: &str, button: &str) -> Result<(), Problem> {
        self.known(customer)?;
        let sent = self.whatsapp.sent_to(customer).into_iter().find(|sent| sent.id == message);
        let buttons = sent.map(|sent| sent.buttons).unwrap_or_default();
        let (id, title) = buttons.into_iter().find(|(id, _)| id == button).ok_or_else(Problem::not_found)?;
        let says = Says::Choice { kind: "button_reply".into(), id, title, reply_to: message.to_owned() };
        self.whatsapp.customer_says(customer, says);
        Ok(())
    }

    async fn advance(&self, by: Duration) -> Result<(), Problem> {
        let by = SignedDuration::try_from(by).map_err(|_| Problem::field("advance_seconds", "is too large"))?;
        self.clock.shown().advance(by);
        Ok(())
    }

    async fn set_speed(&self, factor: f64) -> Result<(), Problem> {
        if !(1.0..=FASTEST).contains(&factor) {
            return Err(Problem::field("speed", "must be from 1 to 3600"));
        }
        self.clock.set_speed(factor);
        Ok(())
    }
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_default().to_owned()
}

fn broken(error: &reqwest::Error) -> Problem {
    tracing::warn!(%error, "The demo could not ask its own API");
    Problem::internal()
}
