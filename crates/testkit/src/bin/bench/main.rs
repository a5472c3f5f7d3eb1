//! The benchmarks (DESIGN 12): `make bench`, or `make bench ARGS=--quick`. docs/performance.md tells what they measure.
//!
//! Always true: the measured program runs in a process of its own, started afresh for each run on an empty database, with
//! the same code and allocator as the `ringleader` binary; a baseline runs the same way, in turns with it; figures are
//! medians of the rounds. This program only makes load and plays WhatsApp.

mod bare;
mod intake;
mod load;
mod machine;
mod office;
mod pages;
mod process;
mod report;
mod shop;
mod streams;
mod voice;
mod whole;

use process::Role;
use ringleader_store::Engine;
use ringleader_store::testing::postgres_is_installed;
use ringleader_testkit::crowd::{self, Sizes};
use std::process::ExitCode;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "\
make bench                      everything: about five minutes
make bench ARGS=--quick         the same with one short round: about a minute
make bench ARGS=intake          only webhooks to durable 200; `whole`: only missed calls to messages; `voice`: only turns of calls
make bench ARGS=\"--quick sqlite\"  only this engine; or `postgres`
make bench ARGS=pages           every page at 100,000 leads, 1,000,000 calls, 5,000,000 messages: ten minutes
make bench ARGS=\"pages leads=10000 calls=100000 messages=500000\"   the same with fewer
make bench ARGS=streams         a thousand open pages and two hundred changes a second";

/// How long and how often is measured.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Runs of each kind; the median counts.
    pub rounds: usize,
    /// Of one run of the intake.
    pub time: Duration,
    /// Missed calls of one run of the whole way.
    pub calls: usize,
}

const FULL: Pace = Pace { rounds: 3, time: Duration::from_secs(5), calls: 5_000 };
const QUICK: Pace = Pace { rounds: 1, time: Duration::from_secs(2), calls: 1_000 };

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.first().and_then(|word| Role::of(word)) {
        Some(role) => role.play(),
        None => measure(&words),
    }
}

/// What is measured.
#[derive(Debug, Clone, Copy, Default)]
struct Wanted {
    intake: bool,
    whole: bool,
    voice: bool,
    pages: Option<Sizes>,
    streams: bool,
}

fn measure(words: &[String]) -> ExitCode {
    let (sizes, words): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| word.contains('='));
    let known = ["--quick", "intake", "whole", "voice", "sqlite", "postgres", "pages", "streams"];
    let sizes = sizes.into_iter().try_fold(crowd::FULL, |sizes, word| sized(sizes, word));
    let (Some(sizes), true) = (sizes, words.iter().all(|word| known.contains(&word.as_str()))) else {
        report::line(USAGE);
        return ExitCode::from(2);
    };
    let said = |word: &str| words.iter().any(|said| *said == word);
    // Naming one of two leaves the other out.
    let wanted = |one: &str, other: &str| said(one) || !said(other);
    let pace = if said("--quick") { QUICK } else { FULL };
    let engines = [(Engine::Sqlite, wanted("sqlite", "postgres")), (Engine::Postgres, wanted("postgres", "sqlite"))];
    let engines: Vec<Engine> = engines.into_iter().filter(|(_, wanted)| *wanted).map(|(engine, _)| engine).collect();
    // Naming some parts leaves the others out; pages and streams take long, so they are measured when asked for.
    let all = !["intake", "whole", "voice", "pages", "streams"].iter().any(|part| said(part));
    let wanted = Wanted {
        intake: all || said("intake"),
        whole: all || said("whole"),
        voice: all || said("voice"),
        pages: said("pages").then_some(sizes),
        streams: said("streams"),
    };
    match run(pace, &engines, wanted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::line(format!("The benchmark failed: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// The sizes with one of them set: `leads=10000`.
fn sized(sizes: Sizes, word: &str) -> Option<Sizes> {
    let (what, number) = word.split_once('=')?;
    let number: i64 = number.parse().ok().filter(|number| *number >= 1000)?;
    match what {
        "leads" => Some(Sizes { leads: number, ..sizes }),
        "calls" => Some(Sizes { calls: number, ..sizes }),
        "messages" => Some(Sizes { messages: number, ..sizes }),
        _ => None,
    }
}

fn run(pace: Pace, engines: &[Engine], wanted: Wanted) -> anyhow::Result<()> {
    // One thread makes the load: the other core is the measured program's.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    report::line(machine::describe());
    for engine in engines {
        if *engine == Engine::Postgres && !postgres_is_installed() {
            report::line("\nPostgreSQL is not installed here (Debian: apt-get install postgresql): left out.");
            continue;
        }
        if wanted.intake {
            runtime.block_on(intake::measure(pace, *engine))?;
        }
        if wanted.whole {
            runtime.block_on(whole::measure(pace, *engine))?;
        }
        if wanted.voice {
            runtime.block_on(voice::measure(pace, *engine))?;
        }
        if let Some(sizes) = wanted.pages {
            runtime.block_on(pages::measure(*engine, sizes))?;
        }
        if wanted.streams {
            runtime.block_on(streams::measure(*engine))?;
        }
    }
    Ok(())
}
