//! The whole way: a missed call's record comes in, and its message is accepted by WhatsApp (DESIGN 12).
//!
//! Everything on it is real: record, episode, grace period (of 0 s), decision, lead, conversation, message, telling the
//! owner. WhatsApp is played in this process over HTTP; its status events come back, signed, as they do in life.

use crate::Pace;
use crate::intake::SLOTS;
use crate::load::Client;
use crate::process::Process;
use crate::report::{line, median, millis};
use crate::shop::{APP_SECRET, Installation, OWNER, missed_call};
use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use ringleader_brain::models::http_client;
use ringleader_providers::whatsapp_cloud::fake::{Behaviour, Options, Webhook, WhatsappFake};
use ringleader_store::{Clock, Engine};
use std::sync::Arc;
use std::time::Duration;

/// Businesses, each with its switchboard and its WhatsApp number.
const BUSINESSES: usize = 10;
/// Connections over which the records come.
const CONNECTIONS: usize = 64;
/// Calls that are placed one after the other, to see how long one takes when it is alone.
const ALONE: usize = 100;
/// Nothing new accepted for so long: the rest is lost.
const PATIENCE: Duration = Duration::from_secs(30);

struct Run {
    rate: f64,
    alone: [f64; 2],
    start: f64,
    memory: [u64; 2],
    processor: f64,
}

/// Measures and prints.
pub async fn measure(pace: Pace, engine: Engine) -> anyhow::Result<()> {
    let mut runs = Vec::new();
    for _ in 0..pace.rounds {
        runs.push(run(pace, engine).await?);
    }
    let of = |figure: &dyn Fn(&Run) -> f64| median(runs.iter().map(figure));
    line(format!("\nMissed call to message accepted by WhatsApp, {engine:?} (median of {})", pace.rounds));
    line(format!(
        "{} calls at once: {:.0} calls/s, {:.1} ms processor time each; one alone: p50 {:.1} ms, p99 {:.1} ms",
        pace.calls,
        of(&|run| run.rate),
        of(&|run| run.processor),
        of(&|run| run.alone[0]),
        of(&|run| run.alone[1]),
    ));
    line(format!(
        "Start to ready on an empty database {:.0} ms; resident memory idle {:.0} MiB, at its highest {:.0} MiB",
        of(&|run| run.start),
        of(&|run| run.memory[0] as f64),
        of(&|run| run.memory[1] as f64),
    ));
    Ok(())
}

async fn run(pace: Pace, engine: Engine) -> anyhow::Result<Run> {
    let fake = whatsapp().await?;
    let installation = Installation::start(engine, &fake.base_url(), SLOTS).await?;
    let process = &installation.process;
    let (idle, _) = process.memory();
    let url = format!("http://{}/webhooks/whatsapp", process.address);
    fake.webhook(Webhook { url, app_secret: APP_SECRET.to_owned() });
    let paths = installation.businesses(BUSINESSES, "0s").await?;
    let mut accepted = Accepted::default();
    let alone = one_by_one(process, &fake, &paths, &mut accepted).await?;
    let before = process.processor_time();
    let time = all_at_once(process, &fake, &paths, pace.calls, &mut accepted).await?;
    let processor = (process.processor_time() - before).as_secs_f64() * 1000.0 / pace.calls as f64;
    let rate = pace.calls as f64 / time.as_secs_f64();
    let counts = fake.counts();
    ensure!(counts.duplicate_keys == 0, "{} messages were sent twice", counts.duplicate_keys);
    Ok(Run { rate, alone, start: millis(process.start), memory: [idle, process.memory().1], processor })
}

async fn whatsapp() -> anyhow::Result<WhatsappFake> {
    let clock = Clock::system();
    let mut options = Options::new(Arc::new(move || clock.now()), http_client());
    options.behaviour = Behaviour::fast();
    Ok(WhatsappFake::start(options).await?)
}

/// The messages that WhatsApp has accepted so far.
#[derive(Default)]
struct Accepted {
    seq: u64,
    to_callers: usize,
    last: Timestamp,
}

impl Accepted {
    /// Waits until so many callers have their message; when the last one was accepted.
    async fn wait_for(&mut self, fake: &WhatsappFake, callers: usize) -> anyhow::Result<Timestamp> {
        while self.to_callers < callers {
            let news = tokio::time::timeout(PATIENCE, fake.sent_after(self.seq)).await;
            for sent in news.with_context(|| format!("{} of {callers} messages came", self.to_callers))? {
                self.seq = sent.seq;
                if sent.to != OWNER {
                    self.to_callers += 1;
                    self.last = sent.at;
                }
            }
        }
        Ok(self.last)
    }
}

/// Half and nearly all of the times from a record to its message, in milliseconds, with nothing else to do.
async fn one_by_one(
    process: &Process,
    fake: &WhatsappFake,
    paths: &[String],
    accepted: &mut Accepted,
) -> anyhow::Result<[f64; 2]> {
    let (clock, mut client) = (Clock::system(), Client::connect(process.address).await?);
    let mut times = Vec::new();
    for n in 0..ALONE {
        let began = clock.now();
        place(&mut client, paths, n).await?;
        let message = accepted.wait_for(fake, n + 1).await?;
        times.push(message.duration_since(began).as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok([times[ALONE / 2], times[ALONE * 99 / 100]])
}

/// Places the calls over all connections; the time from the first record to the last message.
async fn all_at_once(
    process: &Process,
    fake: &WhatsappFake,
    paths: &[String],
    calls: usize,
    accepted: &mut Accepted,
) -> anyhow::Result<Duration> {
    let began = Clock::system().now();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..CONNECTIONS {
        let (address, paths) = (process.address, paths.to_vec());
        let mine: Vec<usize> = (ALONE..ALONE + calls).skip(n).step_by(CONNECTIONS).collect();
        tasks.spawn(async move {
            let mut client = Client::connect(address).await?;
            for call in mine {
                place(&mut client, &paths, call).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    let last = accepted.wait_for(fake, ALONE + calls).await?;
    Ok(last.duration_since(began).unsigned_abs())
}

/// Posts the record of the nth call: each by another caller of another business.
async fn place(client: &mut Client, paths: &[String], nth: usize) -> anyhow::Result<()> {
    let mut request = missed_call(&paths[nth % paths.len()], nth / paths.len())?;
    ensure!(client.send(request.number(nth as u64)).await?, "a record was not taken");
    Ok(())
}
