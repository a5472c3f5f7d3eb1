//! Webhook to durable 200, beside a bare axum handler that parses the same JSON and keeps nothing (DESIGN 12).
//!
//! Measured twice: a node that only takes in, which is what the goal is about, and a node that also processes what comes.

use crate::Pace;
use crate::load::{self, Figures};
use crate::process::{Process, Role};
use crate::report::{line, median, millis, verdict};
use crate::shop::{Installation, missed_call};
use ringleader_store::Engine;
use std::time::Duration;

/// How many connections load at once.
const CONNECTIONS: [usize; 3] = [64, 128, 256];
/// Share of the baseline's throughput that is to be reached on SQLite.
const GOAL_SHARE: f64 = 0.5;
/// In which 99 of 100 answers are to be there.
const GOAL_P99: Duration = Duration::from_millis(20);
/// Businesses, each with its switchboard.
const BUSINESSES: usize = 10;
/// Different callers.
const CALLERS: usize = 500;

/// Jobs that run at once on a node that also processes: the default.
pub const SLOTS: u32 = 64;

/// A run, and the processor time that each of its requests took of the program.
struct Run {
    figures: Figures,
    processor: Duration,
}

/// Measures and prints.
pub async fn measure(pace: Pace, engine: Engine) -> anyhow::Result<()> {
    let reached = compare(pace, engine, "taking in", 0).await?;
    if engine == Engine::Sqlite {
        line(format!("Goal (ratio at least {GOAL_SHARE}, p99 below 20 ms): {}", verdict(reached)));
    }
    compare(pace, engine, "taking in and processing", SLOTS).await.map(drop)
}

/// One table; whether the goal is reached in it.
async fn compare(pace: Pace, engine: Engine, work: &str, slots: u32) -> anyhow::Result<bool> {
    line(format!("\nWebhook to durable 200, {work}, {engine:?} (median of {})", pace.rounds));
    line(
        "connections |  bare axum: req/s   p50 ms   p99 ms  cpu us | Ringleader: req/s   p50 ms   p99 ms  cpu us | ratio",
    );
    let mut reached = true;
    for connections in CONNECTIONS {
        let (mut bare, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..pace.rounds {
            bare.push(run_bare(pace, connections).await?);
            ours.push(run_ringleader(pace, engine, connections, slots).await?);
        }
        let ratio = middle(&ours, |run| run.figures.rate) / middle(&bare, |run| run.figures.rate);
        line(format!("{connections:>11} | {} | {} | {ratio:.2}", columns(&bare, 17), columns(&ours, 17)));
        let p99 = middle(&ours, |run| millis(run.figures.p99));
        reached &= ratio >= GOAL_SHARE && p99 < millis(GOAL_P99);
        let refused: usize = ours.iter().map(|run| run.figures.refused).sum();
        if refused > 0 {
            line(format!("            ! {refused} requests were not answered with 200"));
        }
    }
    Ok(reached)
}

fn middle(runs: &[Run], figure: impl Fn(&Run) -> f64) -> f64 {
    median(runs.iter().map(figure))
}

fn columns(runs: &[Run], width: usize) -> String {
    format!(
        "{:>width$.0} {:>8.2} {:>8.2} {:>7.1}",
        middle(runs, |run| run.figures.rate),
        middle(runs, |run| millis(run.figures.p50)),
        middle(runs, |run| millis(run.figures.p99)),
        middle(runs, |run| run.processor.as_secs_f64() * 1e6),
    )
}

async fn run_bare(pace: Pace, connections: usize) -> anyhow::Result<Run> {
    let process = Process::start(Role::Bare, &std::env::temp_dir(), &[]).await?;
    let path = format!("/webhooks/voicenter/{}", "k".repeat(43));
    run(&process, &[path], pace.time, connections).await
}

async fn run_ringleader(pace: Pace, engine: Engine, connections: usize, slots: u32) -> anyhow::Result<Run> {
    let nowhere = "http://127.0.0.1:9/v26.0"; // nothing becomes due within the grace period
    let installation = Installation::start(engine, nowhere, slots).await?;
    let paths = installation.businesses(BUSINESSES, "2m").await?;
    run(&installation.process, &paths, pace.time, connections).await
}

async fn run(process: &Process, paths: &[String], time: Duration, connections: usize) -> anyhow::Result<Run> {
    let requests = (0..CALLERS).map(|n| missed_call(&paths[n % paths.len()], n)).collect::<anyhow::Result<Vec<_>>>()?;
    let before = process.processor_time();
    let figures = load::run(process.address, &requests, connections, time).await?;
    let used = process.processor_time() - before;
    // The warm-up is in the processor time too.
    let all = figures.answers as f64 * (load::WARM_UP + time).as_secs_f64() / time.as_secs_f64();
    Ok(Run { figures, processor: used.div_f64(all.max(1.0)) })
}
