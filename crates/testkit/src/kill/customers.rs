//! The customers: each answers what reached them, by their script. What they wrote is remembered for the proof.

use super::progress::Progress;
use super::world::World;
use anyhow::Context as _;
use ringleader_core::texts::Key;
use ringleader_providers::whatsapp_cloud::fake::{Says, WhatsappFake};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long one look at the provider's books waits for something new.
const WAIT_MS: u64 = 1000;

/// A message that someone wrote.
#[derive(Debug, Clone)]
pub struct Written {
    /// Who, by index.
    pub person: usize,
    /// The provider's id of it.
    pub id: String,
}

/// Everyone who may answer.
pub struct Customers {
    world: Arc<World>,
    progress: Arc<Progress>,
    fake: Arc<WhatsappFake>,
    http: reqwest::Client,
    /// Messages that reached each person so far.
    reached: HashMap<usize, usize>,
    written: Vec<Written>,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Reached>,
}

#[derive(Deserialize)]
struct Reached {
    seq: u64,
    number: String,
    to: String,
    template: Option<(String, String)>,
}

impl Customers {
    /// The callers of a world.
    pub fn new(world: Arc<World>, progress: Arc<Progress>, fake: Arc<WhatsappFake>, http: reqwest::Client) -> Self {
        Self { world, progress, fake, http, reached: HashMap::new(), written: vec![] }
    }

    /// Answers until it is told that the run is over; what was written.
    ///
    /// # Errors
    /// The provider's books cannot be read.
    pub async fn run(mut self, mut over: tokio::sync::oneshot::Receiver<()>) -> anyhow::Result<Vec<Written>> {
        let mut after = 0;
        loop {
            let page = tokio::select! {
                page = self.look(after) => page?,
                _ = &mut over => return Ok(self.written),
            };
            for message in page {
                after = message.seq;
                self.answer(&message);
                self.progress.seen.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    async fn look(&self, after: u64) -> anyhow::Result<Vec<Reached>> {
        let url = format!("{}/sent?after={after}&limit=200&wait_ms={WAIT_MS}", self.fake.control_url());
        let answer = self.http.get(url).timeout(Duration::from_secs(30)).send().await;
        let page: Page = answer.context("the fake does not answer")?.json().await?;
        Ok(page.data)
    }

    fn answer(&mut self, message: &Reached) {
        let Some(person) = self.world.person(&message.number, &message.to) else { return }; // an owner
        let nth = self.reached.entry(person).or_default();
        let turn = self.world.people[person].script.turn(*nth);
        *nth += 1;
        if message.template.as_ref().is_some_and(|(name, _)| name == Key::FirstMessage.as_str()) {
            self.progress.contacted.fetch_add(1, Ordering::Relaxed);
        }
        for words in turn {
            let id = self.fake.customer_says_to(&message.number, &message.to, Says::text(words));
            self.written.push(Written { person, id });
            self.progress.written.fetch_add(1, Ordering::Relaxed);
        }
    }
}
