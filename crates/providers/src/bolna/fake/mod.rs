//! Bolna played faithfully: scenarios, webhooks in disorder, twice or not at all, and the API over real HTTP (D4).
//!
//! It reads no clock and never sleeps: times and the seed come in, and who drives it decides when a status is posted.

mod rest;
mod scenario;

pub use scenario::{Scenario, TALK};

use crate::faults::Dice;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;

/// How deliveries go wrong, on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Disorder {
    /// Out of a hundred events so many come twice.
    pub duplicates_percent: u8,
    /// Out of a hundred events so many never come.
    pub lost_percent: u8,
    /// In any order.
    pub shuffle: bool,
}

/// One execution as the API knows it.
#[derive(Debug, Clone)]
pub(crate) struct Execution {
    pub(crate) agent: String,
    pub(crate) created_at: jiff::Timestamp,
    /// The record as it is now.
    pub(crate) record: Value,
}

#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) executions: BTreeMap<String, Execution>,
    /// Requests to the API: method and path.
    pub(crate) asked: Vec<String>,
    /// Links to recordings that hold.
    pub(crate) links: Vec<String>,
    /// The next so many requests are answered so.
    pub(crate) refusals: Vec<u16>,
}

pub(crate) struct Shared {
    pub(crate) key: String,
    pub(crate) account: Mutex<Account>,
}

impl Shared {
    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running fake. Dropping it closes the port.
pub struct BolnaFake {
    http: reqwest::Client,
    shared: Arc<Shared>,
    dice: Mutex<Dice>,
    address: SocketAddr,
    server: JoinHandle<()>,
}

/// Where webhooks go.
#[derive(Debug, Clone)]
pub struct Target {
    /// The address.
    pub url: String,
    /// A header of the customer's own.
    pub header: Option<(String, String)>,
}

impl BolnaFake {
    /// Starts to listen; `seed` makes the disorder. Fails only if the address cannot be had.
    pub async fn start(listen: SocketAddr, http: reqwest::Client, key: &str, seed: u64) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { key: key.to_owned(), account: Mutex::default() });
        let listener = tokio::net::TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let app = rest::router(shared.clone());
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "The Bolna fake stopped");
            }
        });
        Ok(Self { http, shared, dice: Mutex::new(Dice(seed)), address, server })
    }

    /// What a client takes as its base URL.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The call takes place: the API knows its end, and these are the bodies to be posted.
    pub fn play(&self, scenario: &Scenario) -> Vec<Value> {
        self.play_until(scenario, usize::MAX)
    }

    /// The same, as far as the first `steps` events.
    pub fn play_until(&self, scenario: &Scenario, steps: usize) -> Vec<Value> {
        let bodies: Vec<Value> = scenario.bodies().into_iter().take(steps).collect();
        let record = bodies.last().cloned().unwrap_or(json!({}));
        let execution = Execution { agent: scenario.by().to_owned(), created_at: scenario.made_at(), record };
        self.shared.account().executions.insert(scenario.execution().to_owned(), execution);
        bodies
    }

    /// A day passes: links to recordings hold no longer.
    pub fn links_expire(&self) {
        self.shared.account().links.clear();
    }

    /// Posts one body; the answer's status, 0 without an answer.
    pub async fn post(&self, target: &Target, body: &Value) -> u16 {
        let mut request = self.http.post(&target.url).timeout(Duration::from_secs(5)).json(body);
        if let Some((name, value)) = &target.header {
            request = request.header(name, value);
        }
        request.send().await.map_or(0, |answer| answer.status().as_u16())
    }

    /// Posts bodies one after the other, each again while it is not taken; in order or not, some twice, some never.
    pub async fn deliver(&self, target: &Target, bodies: &[Value], disorder: Disorder) -> Vec<u16> {
        let mut answers = Vec::new();
        for index in self.order(bodies.len(), disorder) {
            let mut status = 0;
            for _ in 0..3 {
                status = self.post(target, &bodies[index]).await;
                if (200..300).contains(&status) {
                    break;
                }
            }
            answers.push(status);
        }
        answers
    }

    /// The next requests to the API are answered with these statuses.
    pub fn refuse(&self, statuses: &[u16]) {
        self.shared.account().refusals.extend_from_slice(statuses);
    }

    /// What the API was asked so far: `GET /executions/…`.
    pub fn asked(&self) -> Vec<String> {
        self.shared.account().asked.clone()
    }

    fn order(&self, count: usize, disorder: Disorder) -> Vec<usize> {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        let mut order = Vec::new();
        for index in 0..count {
            let lost = dice.below(100) < u64::from(disorder.lost_percent);
            let twice = dice.below(100) < u64::from(disorder.duplicates_percent);
            let times = if lost { 0 } else { 1 + usize::from(twice) };
            order.extend(std::iter::repeat_n(index, times));
        }
        if disorder.shuffle {
            for last in (1..order.len()).rev() {
                order.swap(last, usize::try_from(dice.below(last as u64 + 1)).unwrap_or(last));
            }
        }
        order
    }
}

impl Drop for BolnaFake {
    fn drop(&mut self) {
        self.server.abort();
    }
}
