//! The kill -9 harness (P1, P2): the real program against our fakes, killed at random moments under load and started
//! again; afterwards every effect is counted, in the database and in the provider's books.
//!
//! `world` plans from the seed, `switchboard`, `agents` and `customers` play the outside, this file kills, `quiet` waits for the end
//! of all work, `books` reads what is there, `proof` compares.

mod agents;
mod books;
mod customers;
pub mod program;
mod progress;
mod proof;
#[cfg(test)]
mod proof_tests;
mod quiet;
mod report;
pub mod setup;
mod switchboard;
pub mod world;

pub use program::beside;
pub use proof::{Finding, Harm, Tally};
pub use report::Report;

use crate::dice::Dice;
use agents::Agents;
use anyhow::{bail, ensure};
use customers::Customers;
use jiff::Timestamp;
use program::Program;
use progress::Progress;
use ringleader_brain::models::http_client;
use ringleader_providers::whatsapp_cloud::fake::WhatsappFake;
use ringleader_store::testing::TestDb;
use ringleader_store::{Engine, Options as StoreOptions, Store};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use switchboard::Switchboards;
use world::World;

/// Which database the program works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file of its own.
    Sqlite,
    /// A fresh database of the tests' server.
    Postgres,
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Sqlite { "SQLite" } else { "PostgreSQL" })
    }
}

/// What to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// How often the program is killed.
    pub kills: u32,
    /// How many calls are missed.
    pub calls: usize,
    /// How many tenants there are at least.
    pub tenants: usize,
    /// Of chance.
    pub seed: u64,
    /// On what.
    pub database: Database,
    /// The built program.
    pub program: PathBuf,
}

/// Alive for this long before each kill.
const LIFE: (Duration, Duration) = (Duration::from_millis(300), Duration::from_secs(3));

/// One start in so many of a hundred is killed before the program is up.
const EARLY_PERCENT: usize = 5;

/// Longest time into the start at which that happens.
const EARLY: Duration = Duration::from_millis(60);

/// Reported calls may lag behind the kills by so many stages before a kill waits for them.
const STAGES: u32 = 3;

/// Between two looks at how far it is.
const LOOK: Duration = Duration::from_millis(20);

/// Nothing went on for so many looks (three minutes): the run is stuck. Looks, since a machine may sleep in between.
const STUCK: u32 = 9_000;

/// Runs it.
///
/// # Errors
/// The world cannot be set up, or stops in a way that is no finding (the program does not start any more).
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    let place = Place::make(options).await?;
    let report = Run::prepare(options, &place).await?.go().await?;
    place.tidy(report.is_good());
    Ok(report)
}

/// Folder and database of one run.
struct Place {
    folder: PathBuf,
    url: String,
    _server: Option<TestDb>,
}

impl Place {
    async fn make(options: &Options) -> anyhow::Result<Self> {
        let name = format!("ringleader-kill-{}-{}-{}", std::process::id(), options.database, options.seed);
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder)?;
        let server = match options.database {
            Database::Sqlite => None,
            Database::Postgres => Some(TestDb::new(Engine::Postgres).await),
        };
        let file = || format!("sqlite:{}", folder.join("ringleader.db").display());
        let url = server.as_ref().map_or_else(file, |server| server.url.clone());
        Ok(Self { folder, url, _server: server })
    }

    /// The folder stays where something is to be found in it.
    fn tidy(&self, good: bool) {
        if good {
            let _ = std::fs::remove_dir_all(&self.folder);
        } else {
            tracing::warn!("Database and log are kept in {}", self.folder.display());
        }
    }
}

/// Everything that is running.
struct Run<'a> {
    options: &'a Options,
    url: &'a str,
    http: reqwest::Client,
    world: Arc<World>,
    progress: Arc<Progress>,
    program: Program,
    whatsapp: Arc<WhatsappFake>,
    tenants: Vec<setup::Tenant>,
    agents: Arc<Agents>,
    dice: Dice,
    starts: Vec<Duration>,
    early: u32,
}

impl<'a> Run<'a> {
    async fn prepare(options: &'a Options, place: &'a Place) -> anyhow::Result<Self> {
        let http = http_client();
        let world = Arc::new(World::new(options.calls, options.tenants, options.seed)?);
        let address = program::free_address(u16::try_from(std::process::id() % 9_973)?)?;
        let mut program = Program::new(options.program.clone(), &place.folder, address, http.clone());
        let whatsapp = Arc::new(setup::whatsapp(&program, &world, options.seed, http.clone()).await?);
        setup::settings(&mut program, &place.url, &whatsapp);
        program.start()?;
        let starts = vec![program.ready().await?];
        // A short run need not wait long for the few messages that a person is asked about.
        let unknown_after = Duration::from_secs(if options.calls > 1000 { 30 } else { 10 });
        let tenants = setup::tenants(&program, &world, unknown_after, &http).await?;
        let url = setup::agents(&program, &http).await?;
        let progress: Arc<Progress> = Arc::default();
        let (missed, deliveries) = (world.calls.len(), world.deliveries.len());
        let agents = Arc::new(Agents::new(missed, deliveries, options.seed, url, progress.clone()));
        setup::trouble(&whatsapp);
        Ok(Self {
            options,
            url: &place.url,
            http,
            world,
            progress,
            program,
            whatsapp,
            tenants,
            agents,
            dice: Dice::new(options.seed, 2),
            starts,
            early: 0,
        })
    }

    async fn go(mut self) -> anyhow::Result<Report> {
        let began = Instant::now();
        let (over, told) = tokio::sync::oneshot::channel();
        let (world, progress, http) = (self.world.clone(), self.progress.clone(), self.http.clone());
        let customers = Customers::new(world.clone(), progress.clone(), self.whatsapp.clone(), http.clone());
        let customers = tokio::spawn(customers.run(told));
        let switchboards = Switchboards::new(world, progress, &self.tenants, &http);
        let mut switchboards = tokio::spawn(switchboards.run(self.options.seed));
        let agents = tokio::spawn(self.agents.clone().run(self.options.seed));
        tokio::select! {
            killed = self.kill_again_and_again() => killed?,
            ended = &mut switchboards => bail!("the switchboards ended before the kills: {ended:?}"),
        }
        let killing = began.elapsed();
        switchboards.await??;
        agents.await??;
        let store = Store::open(self.url, StoreOptions { migrate: false, ..StoreOptions::default() }).await?;
        let quiet = quiet::wait(&store, &self.whatsapp, &self.progress, &self.http).await?;
        let took = began.elapsed();
        let _ = over.send(());
        let written = customers.await??;
        let ended_well = self.program.stop()?;
        let books = books::Books::read(&store, self.whatsapp.sent()).await?;
        let of_agents = self.agents.check(&store).await?;
        store.close().await;
        let (tally, mut findings) = proof::check(&self.world, &self.tenants, &written, &books);
        findings.extend(of_agents);
        findings.extend(self.others(quiet, ended_well)?);
        let kills = (self.options.kills, self.early);
        let provider = self.whatsapp.counts();
        let report = Report::new(self.options, &self.progress);
        let agents = self.agents.count();
        Ok(Report { kills, agents, starts: self.starts, killing, took, provider, tally, findings, ..report })
    }

    /// Kills, starts, kills. Each stage lets some more calls be reported.
    async fn kill_again_and_again(&mut self) -> anyhow::Result<()> {
        let all = self.world.deliveries.len();
        let kills = self.options.kills as usize;
        let stage = |nth: usize| all * (nth + 1) / (kills + 1);
        let mut starting = false;
        for nth in 0..kills {
            self.progress.allow(stage(nth));
            if starting && self.dice.percent(EARLY_PERCENT) {
                self.early += 1;
                let soon = self.dice.span(Duration::ZERO, EARLY);
                tokio::time::sleep(soon).await;
            } else {
                if starting {
                    self.starts.push(self.program.ready().await?);
                }
                let life = self.dice.span(LIFE.0, LIFE.1);
                tokio::time::sleep(life).await;
                self.wait_for_reports(nth.checked_sub(STAGES as usize).map_or(0, stage)).await?;
            }
            self.program.kill()?;
            self.program.start()?;
            starting = true;
            if nth % 10 == 9 {
                self.tell(nth + 1);
            }
        }
        self.starts.push(self.program.ready().await?);
        self.progress.allow(all);
        Ok(())
    }

    /// Calls are reported all along the kills, not after them.
    async fn wait_for_reports(&self, wanted: usize) -> anyhow::Result<()> {
        let (mut last, mut same) = (self.progress.pulse(), 0);
        // Those that are being posted right now may take until after the kill.
        while self.progress.pulse().0 + 32 < wanted {
            tokio::time::sleep(LOOK).await;
            let pulse = self.progress.pulse();
            same = if pulse == last { same + 1 } else { 0 };
            last = pulse;
            ensure!(same < STUCK, "nothing went on for {STUCK} looks");
        }
        Ok(())
    }

    fn tell(&self, kills: usize) {
        let (acknowledged, written, seen) = self.progress.pulse();
        let contacted = self.progress.contacted.load(std::sync::atomic::Ordering::Relaxed);
        tracing::info!(
            kills,
            acknowledged,
            contacted,
            written,
            sends = seen,
            "{kills} kills on {}",
            self.options.database
        );
    }

    /// Findings beside the books.
    fn others(&self, quiet: bool, ended_well: bool) -> anyhow::Result<Vec<Finding>> {
        let mut findings = log_findings(&self.program.log())?;
        let mut find = |harm, what: &str| findings.push(Finding { harm, what: what.to_owned() });
        if !quiet {
            find(Harm::Lost, "work is left and does not go on");
        }
        if !ended_well {
            find(Harm::Wrong, "the program did not end well when it was asked to stop");
        }
        if self.whatsapp.counts().duplicate_keys > 0 {
            find(Harm::Doubled, "the provider got a send key twice");
        }
        Ok(findings)
    }
}

/// Whether a line tells a number or words of somebody; its time and ids, which may have any figures in them, tell nothing.
fn is_private(line: &str) -> bool {
    let line = match line.split_once(' ') {
        Some((time, rest)) if time.parse::<Timestamp>().is_ok() => rest,
        _ => line,
    };
    let is_id = |word: &&str| word.len() >= 16 && word.bytes().all(|it| it.is_ascii_hexdigit());
    let mut figures = line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !is_id(word));
    let number = figures.any(|word| ["7700900", "79460", "1614960"].iter().any(|number| word.contains(number)));
    number || ["Sarah", "new boiler"].iter().any(|words| line.contains(words))
}

/// Panics, and what must never be in a log (P10).
fn log_findings(log: &Path) -> anyhow::Result<Vec<Finding>> {
    let text = String::from_utf8_lossy(&std::fs::read(log)?).into_owned();
    let mut findings = vec![];
    for (nth, line) in text.lines().enumerate() {
        if is_private(line) {
            findings.push(Finding { harm: Harm::Wrong, what: format!("log line {} holds a number or words", nth + 1) });
        }
        if line.contains("panicked") {
            findings.push(Finding { harm: Harm::Wrong, what: format!("log line {}: {line}", nth + 1) });
        }
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_a_log_is_found_and_the_figures_of_an_id_are_none() {
        assert!(is_private("sent to +447700900123"));
        assert!(is_private("to=447946000123"));
        assert!(is_private("need: a new boiler"));
        assert!(!is_private("2026-11-23T06:00:55.794602Z  WARN it did not go"));
        assert!(is_private("2026-11-23T06:00:55.794601Z  WARN 447946000123 did not go"));
        assert!(!is_private("message.id=msg_01a20624b6867c39b09380579460b18c code=unknown_outcome"));
    }
}
