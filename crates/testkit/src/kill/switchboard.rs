//! The switchboards: they post every record again until it is acknowledged, as providers do, and some of them once more.

use super::progress::Progress;
use super::setup::Tenant;
use super::world::{Delivery, World};
use crate::dice::Dice;
use anyhow::bail;
use jiff::{SignedDuration, Timestamp};
use ringleader_providers::voicenter::fake::{Encoding, Payload, Scenario, Style, VoicenterFake};
use ringleader_store::Clock;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::task::JoinSet;

/// Posts at the same time.
const SENDERS: u64 = 16;

/// Callers who wait for their first message before more calls are reported.
const BACKLOG: usize = 1500;

/// Between two tries of a record, at most.
const PAUSE: Duration = Duration::from_millis(100);

/// All switchboards of a world.
pub struct Switchboards {
    world: Arc<World>,
    progress: Arc<Progress>,
    fakes: Vec<VoicenterFake>,
    began: Vec<OnceLock<Timestamp>>,
    clock: Clock,
}

impl Switchboards {
    /// One for each tenant.
    pub fn new(world: Arc<World>, progress: Arc<Progress>, tenants: &[Tenant], http: &reqwest::Client) -> Self {
        let fake = |tenant: &Tenant| {
            let mut fake = VoicenterFake::new(http.clone(), &tenant.records, 1);
            fake.attempts = 1; // tries are counted here
            fake
        };
        let began = world.calls.iter().map(|_| OnceLock::new()).collect();
        Self { fakes: tenants.iter().map(fake).collect(), began, world, progress, clock: Clock::system() }
    }

    /// Posts everything that may be posted, until all is acknowledged.
    ///
    /// # Errors
    /// The program refuses a record for good.
    pub async fn run(self, seed: u64) -> anyhow::Result<()> {
        let shared = Arc::new(self);
        let mut senders = JoinSet::new();
        for nth in 0..SENDERS {
            senders.spawn(shared.clone().send(Dice::new(seed, 100 + nth)));
        }
        while let Some(ended) = senders.join_next().await {
            ended??;
        }
        Ok(())
    }

    async fn send(self: Arc<Self>, mut dice: Dice) -> anyhow::Result<()> {
        while let Some(nth) = self.progress.take(self.world.deliveries.len()).await {
            self.wait_for_backlog().await;
            let delivery = self.world.deliveries[nth];
            let shop = self.world.people[self.world.calls[delivery.call].person].shop;
            for payload in self.payloads(delivery) {
                self.post(shop, &payload, &mut dice).await?;
            }
            self.progress.acknowledged.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Reports run ahead of the work by so much and no more: a kill then meets every step of it.
    async fn wait_for_backlog(&self) {
        let (people, deliveries) = (self.world.people.len(), self.world.deliveries.len().max(1));
        let ahead = || self.progress.acknowledged.load(Ordering::Relaxed) * people / deliveries;
        // Some openers never arrive: the share of messages whose fate a person is asked about.
        let waits = || ahead() > self.progress.contacted.load(Ordering::Relaxed) * 101 / 100 + BACKLOG;
        while waits() {
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn post(&self, shop: usize, payload: &Payload, dice: &mut Dice) -> anyhow::Result<()> {
        loop {
            self.progress.posts.fetch_add(1, Ordering::Relaxed);
            let delivered = self.fakes[shop].deliver(payload).await;
            match delivered.status {
                Some(200) => return Ok(()),
                Some(status @ 400..=499) => bail!("a record was refused with {status}: {}", delivered.body),
                _ => {}
            }
            self.progress.unanswered.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(dice.span(PAUSE / 10, PAUSE)).await;
        }
    }

    /// The records of a call; the same call has the same times, however often it is reported.
    fn payloads(&self, delivery: Delivery) -> Vec<Payload> {
        let call = &self.world.calls[delivery.call];
        let person = &self.world.people[call.person];
        let caller = person.phone.replacen("+44", "0", 1);
        let line = &self.world.shops[person.shop].line;
        let began = *self.began[delivery.call].get_or_init(|| self.clock.now() - SignedDuration::from_secs(60));
        let rang = match delivery.call % 10 {
            0 => Scenario::queue_abandoned(&caller, line, 20),
            1 => Scenario::voicemail(&caller, line, "https://recordings.example/1.mp3"),
            _ => Scenario::missed(&caller, line),
        };
        let rang = rang.id(&call.id).at(began);
        let rang = if call.extensions { rang.extensions(&["SIPtest1", "SIPtest2", "SIPtest3"]) } else { rang };
        rang.payloads(style(delivery.style))
    }
}

fn style(nth: usize) -> Style {
    match nth {
        1 => Encoding::Form.into(),
        2 => Encoding::XmlRpc.into(),
        3 => Style { in_array: true, mixed_case: true, ..Style::default() },
        _ => Style::default(),
    }
}
