//! The benchmarks (DESIGN 12): `make bench`, or `make bench ARGS=--quick`. docs/performance.md tells what they measure.
//!
//! Always true: the measured program runs in a process of its own, started afresh for each run on an empty database, with
//! the same code and allocator as the `ringleader` binary; a baseline runs the same way, in turns with it; figures are
//! medians of the rounds. This program only makes load and plays WhatsApp.

mod bare;
mod intake;
mod load;
mod machine;
mod process;
mod report;
mod shop;
mod voice;
mod whole;

use process::Role;
use ringleader_store::Engine;
use ringleader_store::testing::postgres_is_installed;
use std::process::ExitCode;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "\
make bench                      everything: about five minutes
make bench ARGS=--quick         the same with one short round: about a minute
make bench ARGS=intake          only webhooks to durable 200; `whole`: only missed calls to messages; `voice`: only turns of calls
make bench ARGS=\"--quick sqlite\"  only this engine; or `postgres`";

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

fn measure(words: &[String]) -> ExitCode {
    let known = ["--quick", "intake", "whole", "voice", "sqlite", "postgres"];
    if words.iter().any(|word| !known.contains(&word.as_str())) {
        report::line(USAGE);
        return ExitCode::from(2);
    }
    let said = |word: &str| words.iter().any(|said| said == word);
    // Naming one of two leaves the other out.
    let wanted = |one: &str, other: &str| said(one) || !said(other);
    let pace = if said("--quick") { QUICK } else { FULL };
    let engines = [(Engine::Sqlite, wanted("sqlite", "postgres")), (Engine::Postgres, wanted("postgres", "sqlite"))];
    let engines: Vec<Engine> = engines.into_iter().filter(|(_, wanted)| *wanted).map(|(engine, _)| engine).collect();
    // Naming some parts leaves the others out.
    let all = !["intake", "whole", "voice"].iter().any(|part| said(part));
    let parts = ["intake", "whole", "voice"].map(|part| all || said(part));
    match run(pace, &engines, parts) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::line(format!("The benchmark failed: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(pace: Pace, engines: &[Engine], [intake, whole, voice]: [bool; 3]) -> anyhow::Result<()> {
    // One thread makes the load: the other core is the measured program's.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    report::line(machine::describe());
    for engine in engines {
        if *engine == Engine::Postgres && !postgres_is_installed() {
            report::line("\nPostgreSQL is not installed here (Debian: apt-get install postgresql): left out.");
            continue;
        }
        if intake {
            runtime.block_on(intake::measure(pace, *engine))?;
        }
        if whole {
            runtime.block_on(whole::measure(pace, *engine))?;
        }
        if voice {
            runtime.block_on(voice::measure(pace, *engine))?;
        }
    }
    Ok(())
}
