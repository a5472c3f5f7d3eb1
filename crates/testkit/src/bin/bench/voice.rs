//! What we add to a turn of a call (DESIGN 12): from Twilio's request with the caller's words to the document with the answer,
//! with the local brain, 10,000 properties, and calls that go on at the same time. Callers are played over HTTP; their whole
//! talks count: greeting, searches, offers, a slot that is held and booked.

use crate::Pace;
use crate::intake::SLOTS;
use crate::report::{line, median};
use crate::shop::Installation;
use anyhow::ensure;
use async_trait::async_trait;
use ringleader_brain::models::http_client;
use ringleader_providers::twilio::fake::caller::{Dialled, Does, Exchange, Mind, Step, Webhooks};
use ringleader_store::{Clock, Engine};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The account at Twilio.
pub const ACCOUNT: &str = "AC00000000000000000000000000000001";
/// Its auth token.
pub const TOKEN: &str = "the-benchmarks-auth-token";
/// The agency's number.
pub const LINE: &str = "+442079460018";
/// Properties of the agency.
const PROPERTIES: usize = 10_000;
/// Calls before those that are measured: statements are prepared and caches filled then.
const WARM_UP: usize = 10;
/// Searches of each kind that are measured.
const SEARCHES: usize = 300;
/// Calls at the same time.
const AT_ONCE: usize = 4;
/// How long somebody who calls alone listens before they say the next thing. People take seconds.
const LISTENS: Duration = Duration::from_millis(50);

/// What a caller says, one turn after the other.
const SAYS: [&str; 7] = [
    "when are you open?",
    "yes",
    "I'm looking for a two bedroom flat to rent in Maida Vale up to two thousand five hundred a month",
    "the first one please",
    "the second one",
    "my name is Oliver Grant",
    "no, another day please",
];

/// A caller who notes how long the answer to each of [`SAYS`] took, in milliseconds.
struct Caller {
    listens: Duration,
    said: usize,
    asked: Option<Instant>,
    times: Vec<Vec<f64>>,
}

#[async_trait]
impl Mind for Caller {
    async fn next(&mut self, _heard: &[Step]) -> Does {
        if let Some(asked) = self.asked.take() {
            self.times[self.said - 1].push(asked.elapsed().as_secs_f64() * 1000.0);
        }
        let Some(words) = SAYS.get(self.said) else { return Does::HangsUp };
        self.said += 1;
        tokio::time::sleep(self.listens).await;
        self.asked = Some(Instant::now());
        Does::Says((*words).to_owned())
    }
}

/// Measures and prints.
pub async fn measure(pace: Pace, engine: Engine) -> anyhow::Result<()> {
    let mut runs = Vec::new();
    for _ in 0..pace.rounds {
        runs.push(run(pace, engine).await?);
    }
    let of = |at: usize| median(runs.iter().map(|run| run[at]));
    line(format!("\nA turn of a call, {engine:?}, {PROPERTIES} properties, local brain (median of {})", pace.rounds));
    line(format!(
        "{AT_ONCE} calls at once: p50 {:.1} ms, p99 {:.1} ms; one call alone: p50 {:.1} ms, p99 {:.1} ms",
        of(0),
        of(1),
        of(2),
        of(3)
    ));
    Ok(())
}

async fn run(pace: Pace, engine: Engine) -> anyhow::Result<[f64; 4]> {
    let installation = Installation::start(engine, "http://127.0.0.1:9", SLOTS).await?;
    let key = installation.agency(&properties()).await?;
    let root = format!("http://{}", installation.process.address);
    for (what, times) in searches(&root, &key).await? {
        let [half, most] = quantiles(times);
        line(format!("  search {what}: p50 {half:.1} ms, p99 {most:.1} ms"));
    }
    let clock = Clock::system();
    let exchange = Arc::new(Exchange::new(http_client(), ACCOUNT, TOKEN, Arc::new(move || clock.now())));
    let (alone, many) = (pace.calls / 50, pace.calls / 25);
    calls(&exchange, &root, 0..WARM_UP, Duration::ZERO).await?;
    let one = calls(&exchange, &root, 0..alone, LISTENS).await?;
    let mut tasks = tokio::task::JoinSet::new();
    for nth in 0..AT_ONCE {
        let (exchange, root) = (exchange.clone(), root.clone());
        let mine = alone + many * nth / AT_ONCE..alone + many * (nth + 1) / AT_ONCE;
        tasks.spawn(async move { calls(&exchange, &root, mine, Duration::ZERO).await });
    }
    let mut together = Vec::new();
    while let Some(times) = tasks.join_next().await {
        together.extend(times??.concat());
    }
    for (said, times) in SAYS.iter().zip(&one) {
        let [half, most] = quantiles(times.clone());
        line(format!("  {said:.48}: p50 {half:.1} ms, p99 {most:.1} ms"));
    }
    let [half, most] = quantiles(together);
    let [half_alone, most_alone] = quantiles(one.concat());
    Ok([half, most, half_alone, most_alone])
}

/// These callers call one after the other; the times of their turns by what was said, in milliseconds.
async fn calls(
    exchange: &Exchange,
    root: &str,
    which: std::ops::Range<usize>,
    listens: Duration,
) -> anyhow::Result<Vec<Vec<f64>>> {
    let mut times = vec![Vec::new(); SAYS.len()];
    for nth in which {
        let from = format!("+447700{:06}", 900_000 + nth % 1000);
        let webhooks = Webhooks::usual(root, root);
        let call = Dialled { from, to: LINE.to_owned(), webhooks, twice: false };
        let mut caller = Caller { listens, said: 0, asked: None, times };
        let played = exchange.call(&call, &mut caller).await;
        ensure!(played.failures().is_empty(), "a call failed: {:?}", played.failures());
        ensure!(played.words().contains("Elgin Avenue"), "nothing was found: {}", played.words());
        times = caller.times;
    }
    Ok(times)
}

/// Searches over all properties, in words, one after the other: what for, and the whole time of each request in milliseconds.
/// The last one finds nothing as it was wished, and eases.
async fn searches(root: &str, key: &str) -> anyhow::Result<Vec<(&'static str, Vec<f64>)>> {
    const WORDS: [(&str, &str); 3] = [
        ("by area and price", "two bed flat to rent in Maida Vale up to 2500 a month"),
        ("everywhere", "flat to rent up to 2500 a month"),
        ("that finds nothing", "six bed house to buy in Ealing up to 100 thousand"),
    ];
    let client = http_client();
    let mut all = Vec::new();
    for (what, words) in WORDS {
        let url = format!("{root}/api/v1/properties/search?q={}", words.replace(' ', "%20"));
        let mut times = Vec::new();
        for nth in 0..WARM_UP + SEARCHES {
            let began = Instant::now();
            let answer = client.get(&url).bearer_auth(key).send().await?;
            ensure!(answer.status().is_success(), "a search failed: {}", answer.status());
            answer.bytes().await?;
            if nth >= WARM_UP {
                times.push(began.elapsed().as_secs_f64() * 1000.0);
            }
        }
        all.push((what, times));
    }
    Ok(all)
}

fn quantiles(mut times: Vec<f64>) -> [f64; 2] {
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    [at(50), at(99)]
}

/// A file of so many properties in ten districts.
fn properties() -> Vec<String> {
    const AREAS: [(&str, &str); 10] = [
        ("Maida Vale", "W9 2AB"),
        ("Hackney", "E8 1EA"),
        ("Bow", "E3 2AA"),
        ("Ealing", "W5 1AA"),
        ("Camden", "NW1 8AA"),
        ("Clapham", "SW4 7AA"),
        ("Peckham", "SE15 4AA"),
        ("Chiswick", "W4 2AA"),
        ("Islington", "N1 2AA"),
        ("Queen's Park", "NW6 6AA"),
    ];
    let mut files = Vec::new();
    for file in 0..4 {
        let mut text = "reference,deal,kind,street,area,postcode,bedrooms,price,period,features\n".to_owned();
        for nth in (0..PROPERTIES).filter(|nth| nth % 4 == file) {
            let (area, postcode) = AREAS[nth % AREAS.len()];
            let (deal, price, period) = match nth % 3 {
                0 => ("sale", 300_000 + nth * 37, "total"),
                _ => ("rent", 1_000 + nth % 2_900, "month"),
            };
            let _ = writeln!(
                text,
                "P-{nth},{deal},flat,Elgin Avenue,{area},{postcode},{},{price},{period},garden",
                1 + nth % 4
            );
        }
        files.push(text);
    }
    files
}
