//! How long each page takes at a business with a crowd of leads (D1, D6): asked again and again, deep in its lists too.

use crate::office::{self, Office};
use crate::report::{line, millis, verdict};
use crate::shop::Installation;
use anyhow::{Context as _, ensure};
use ringleader_core::id::LineId;
use ringleader_store::Engine;
use ringleader_testkit::crowd::Sizes;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Each page has to be there within this time, 99 times of 100.
const GOAL: Duration = Duration::from_millis(100);
/// How often each page is asked.
const TIMES: usize = 300;

/// Pages by their path.
const PAGES: [&str; 57] = [
    "/today",
    "/inbox",
    "/inbox?show=waiting",
    "/inbox?show=led",
    "/leads",
    "/leads?show=ready",
    "/leads?show=closed",
    "/leads?who=mine",
    "/leads?who=nobody&show=ready",
    "/leads?label=VIP",
    "/leads?q=Customer+98",
    "/leads?q=nobody+has+this+name",
    "/leads?q=%2B999100000042",
    "/leads?view=board",
    "/leads?view=board&who=mine",
    "/leads?view=board&q=nobody",
    "/leads?score=Hot",
    "/leads?score=Cold&show=ready",
    "/leads?score=90",
    "/leads?score=50&q=nobody",
    "/leads?score=75&who=mine",
    "/leads?view=board&score=Hot",
    "/leads?view=board&score=90",
    "/calls",
    "/calls?show=missed",
    "/calls?show=answered",
    "/calls?q=%2B999100000042",
    "/tasks",
    "/tasks?show=done",
    "/losses",
    "/usage",
    "/reports",
    "/reports?from=2024-01-01&to=2026-12-31",
    "/reports/rows?measure=missed",
    "/reports/rows?measure=converted",
    "/reports/figures.csv",
    "/reports/rows?measure=calls%3Ainbound&weekday=1&hour=10",
    "/reports/brain",
    "/reports/voice-agents",
    "/reports/voice-agents?from=2024-01-01&to=2026-12-31",
    "/reports/rows?measure=voice_agent_calls&agent=agent-1",
    "/reports/rows?measure=stands%3Aneed&from=2024-01-01&to=2026-12-31&cursor=2025-03-01T00%3A00%3A00Z~",
    "/reports/uses",
    "/reports/uses?only=failed",
    "/reports/uses?from=2024-01-01&to=2026-12-31&cursor=01954f00b000",
    "/calendar",
    "/tickets",
    "/properties",
    "/settings/hours",
    "/reports/labels",
    "/account",
    "/start",
    "/settings",
    "/settings/connections",
    "/settings/texts",
    "/settings/people",
    "/settings/trail",
];

/// Lists that are followed to their third page, and whose first thing is opened.
const LISTS: [&str; 4] = ["/leads", "/calls", "/inbox", "/tasks?show=done"];

/// Measures and prints.
pub async fn measure(engine: Engine, sizes: Sizes) -> anyhow::Result<()> {
    line(format!("\nPages, {engine:?}"));
    let installation = Installation::start(engine, "http://127.0.0.1:9", 4).await?;
    let office = office::open(&installation, sizes).await?;
    let reader = Reader { address: installation.process.address, office };
    let mut paths: Vec<String> = PAGES.iter().map(|path| (*path).to_owned()).collect();
    let reports = reader.page("/reports").await?;
    let offered = |rest: &&str| rest.split('"').next().is_some_and(|id| id.parse::<LineId>().is_ok());
    let line_id = reports.split("value=\"").find(offered).context("the line is offered")?;
    let line_id = line_id.split('"').next().unwrap_or_default();
    paths.push(format!("/reports?line={line_id}"));
    for list in LISTS {
        let mut path = list.to_owned();
        for _ in 0..2 {
            let page = reader.page(&path).await?;
            paths.extend(reader.first(&page, list));
            path = next(&page).with_context(|| format!("{path} has no next page"))?;
        }
        paths.push(path);
    }
    paths.sort();
    paths.dedup();
    let mut slow = 0;
    for path in &paths {
        slow += usize::from(!reader.time(path).await?);
    }
    let (now, most) = installation.process.memory();
    line(format!(
        "{} of {} pages within {GOAL:?}; memory {now} MiB, at its highest {most} MiB",
        paths.len() - slow,
        paths.len()
    ));
    Ok(())
}

/// Someone who is signed in.
struct Reader {
    address: SocketAddr,
    office: Office,
}

impl Reader {
    async fn page(&self, path: &str) -> anyhow::Result<String> {
        let head = format!("cookie: {}\r\nconnection: close\r\n", self.office.cookie);
        let page = office::ask(self.address, "GET", path, &head, "").await?;
        ensure!(page.starts_with("HTTP/1.1 200"), "{path}: {}", page.lines().next().unwrap_or_default());
        Ok(page)
    }

    /// Asks a page again and again; whether it is fast enough.
    async fn time(&self, path: &str) -> anyhow::Result<bool> {
        self.page(path).await?;
        let mut times = Vec::with_capacity(TIMES);
        let mut size = 0;
        for _ in 0..TIMES {
            let began = Instant::now();
            size = self.page(path).await?.len();
            times.push(began.elapsed());
        }
        times.sort_unstable();
        let (p50, p99) = (times[TIMES / 2], times[TIMES * 99 / 100 - 1]);
        let shown = path.split("cursor=").next().unwrap_or(path);
        let reached = p99 <= GOAL;
        line(format!(
            "{:<60} p50 {:>7.1} ms  p99 {:>7.1} ms  {:>4} KiB  {}",
            shorter(shown),
            millis(p50),
            millis(p99),
            size / 1024,
            verdict(reached)
        ));
        Ok(reached)
    }

    /// The address of the first thing of a list.
    fn first(&self, page: &str, list: &str) -> Option<String> {
        let folder = if list.starts_with("/tasks") { "/contacts" } else { list };
        let (_, rest) = page.split_once("class=\"rows\"")?;
        let (_, rest) = rest.split_once(&format!("href=\"{folder}/"))?;
        Some(format!("{folder}/{}", rest.split('"').next()?))
    }
}

/// Where the next page of a list is.
fn next(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("rel=\"next\" href=\"")?;
    Some(rest.split('"').next()?.replace("&amp;", "&"))
}

fn shorter(path: &str) -> String {
    path.chars().take(60).collect()
}
