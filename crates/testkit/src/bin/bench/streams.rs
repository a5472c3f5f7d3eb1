//! A thousand open pages and two hundred changes a second: how soon each page hears, and what that costs (D1).
//!
//! Each change is one request to the API; the pages are raw connections that read their stream. A page hears of what happened
//! within a tenth of a second at once, so the delay is that from the answer to a change to the next event on each stream.

use crate::office;
use crate::report::{line, millis, verdict};
use crate::shop::Installation;
use anyhow::{Context as _, ensure};
use ringleader_brain::models::http_client;
use ringleader_store::Engine;
use ringleader_testkit::crowd::Sizes;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Open pages.
const STREAMS: usize = 1000;
/// Changes a second.
const RATE: u32 = 200;
/// How long changes are made.
const TIME: Duration = Duration::from_secs(10);
/// Each page has to hear within this time.
const GOAL: Duration = Duration::from_secs(1);
/// The memory that the program may have.
const MEMORY: u64 = 250;
/// A business with something to change.
const SIZES: Sizes = Sizes { leads: 1000, calls: 1000, messages: 1000 };

/// When events came, one list for each stream.
type Heard = Arc<Mutex<Vec<Vec<Instant>>>>;

/// Measures and prints.
pub async fn measure(engine: Engine) -> anyhow::Result<()> {
    line(format!("\nLive streams, {engine:?}: {STREAMS} open pages, {RATE} changes a second for {} s", TIME.as_secs()));
    let installation = Installation::start(engine, "http://127.0.0.1:9", 4).await?;
    let office = office::open(&installation, SIZES).await?;
    let address = installation.process.address;
    let heard: Heard = Arc::new(Mutex::new(vec![Vec::new(); STREAMS]));
    let mut streams = JoinSet::new();
    for nth in 0..STREAMS {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("GET /live HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\n\r\n", office.cookie);
        stream.write_all(request.as_bytes()).await?;
        let mut head = [0; 4096];
        let read = stream.read(&mut head).await?;
        ensure!(head[..read].starts_with(b"HTTP/1.1 200"), "a stream was refused");
        streams.spawn(listen(stream, nth, heard.clone()));
    }
    let before = installation.process.processor_time();
    let changes = change(&installation, &office.key).await?;
    tokio::time::sleep(GOAL).await;
    let processor = (installation.process.processor_time() - before).as_secs_f64() / (TIME + GOAL).as_secs_f64();
    streams.abort_all();
    let heard = heard.lock().map_err(|_| anyhow::anyhow!("a stream failed"))?.clone();
    let mut delays = Vec::new();
    let mut deaf = 0;
    for events in &heard {
        for made in &changes {
            match events.get(events.partition_point(|at| at < made)) {
                Some(at) => delays.push(*at - *made),
                None => deaf += 1,
            }
        }
    }
    delays.sort_unstable();
    let of =
        |share: f64| delays.get(((delays.len() as f64 * share) as usize).min(delays.len().saturating_sub(1))).copied();
    let (p50, p99, most) = (of(0.5).unwrap_or_default(), of(0.99).unwrap_or_default(), of(1.0).unwrap_or_default());
    let memory = installation.process.memory().1;
    line(format!(
        "{} changes; heard after p50 {:.0} ms, p99 {:.0} ms, at most {:.0} ms; {deaf} not heard: {}",
        changes.len(),
        millis(p50),
        millis(p99),
        millis(most),
        verdict(deaf == 0 && most <= GOAL)
    ));
    line(format!(
        "Memory at its highest {memory} MiB: {}; processor {:.0} % of one core",
        verdict(memory < MEMORY),
        processor * 100.0
    ));
    Ok(())
}

/// Notes when something came.
async fn listen(mut stream: TcpStream, nth: usize, heard: Heard) {
    let mut buffer = [0; 4096];
    while let Ok(read) = stream.read(&mut buffer).await {
        if read == 0 {
            return;
        }
        if buffer[..read].windows(13).any(|bytes| bytes == b"event: change")
            && let Ok(mut heard) = heard.lock()
        {
            heard[nth].push(Instant::now());
        }
    }
}

/// Changes tasks at the wanted rate; when each change was known to be made.
async fn change(installation: &Installation, key: &str) -> anyhow::Result<Vec<Instant>> {
    let root = format!("http://{}/api/v1", installation.process.address);
    let http = http_client();
    let tasks: serde_json::Value = http.get(format!("{root}/tasks")).bearer_auth(key).send().await?.json().await?;
    let ids: Vec<String> = tasks["data"]
        .as_array()
        .context("tasks")?
        .iter()
        .filter_map(|task| task["id"].as_str().map(str::to_owned))
        .collect();
    ensure!(!ids.is_empty(), "there are no tasks");
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / RATE);
    let mut sent = JoinSet::new();
    let end = Instant::now() + TIME;
    let mut nth = 0;
    while Instant::now() < end {
        ticks.tick().await;
        let state = if (nth / ids.len()).is_multiple_of(2) { "done" } else { "open" };
        let url = format!("{root}/tasks/{}", ids[nth % ids.len()]);
        let request = http.patch(url).bearer_auth(key).json(&json!({ "state": state }));
        sent.spawn(async move {
            let began = Instant::now();
            let good = request.send().await.is_ok_and(|answer| answer.status().is_success());
            good.then_some(began)
        });
        nth += 1;
    }
    let mut made = Vec::new();
    while let Some(one) = sent.join_next().await {
        made.push(one?.context("a change was refused")?);
    }
    Ok(made)
}
