//! `make kill`: kills the program under load, again and again, and counts what is lost or doubled (P1, P2).
//!
//! Exit codes: 0 zero lost and zero doubled, 1 otherwise, 2 wrong use.

use clap::{Parser, ValueEnum};
use ringleader_testkit::kill::{self, Database, Options};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Kills the program under load, again and again, and counts what is lost or doubled.
#[derive(Debug, Parser)]
struct Arguments {
    /// How often it is killed, on each database
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// How many calls are missed, on each database
    #[arg(long, default_value_t = 20_000)]
    calls: usize,
    /// How many tenants there are at least
    #[arg(long, default_value_t = 20)]
    tenants: usize,
    /// The same seed makes the same plan; without it, the time is taken
    #[arg(long)]
    seed: Option<u64>,
    /// On what
    #[arg(long, value_enum, default_value_t = On::Both)]
    database: On,
    /// The program; without it, the one beside this
    #[arg(long)]
    program: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum On {
    Sqlite,
    Postgres,
    Both,
}

impl On {
    fn databases(self) -> &'static [Database] {
        match self {
            Self::Sqlite => &[Database::Sqlite],
            Self::Postgres => &[Database::Postgres],
            Self::Both => &[Database::Sqlite, Database::Postgres],
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false).with_ansi(false).init();
    match run(arguments).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::from(1)
        }
    }
}

/// Whether nothing was lost or doubled.
async fn run(arguments: Arguments) -> anyhow::Result<bool> {
    let now = ringleader_store::Clock::system().now().as_millisecond();
    let seed = arguments.seed.unwrap_or(now.unsigned_abs());
    let program = arguments.program.map_or_else(kill::beside, Ok)?;
    let mut good = true;
    for database in arguments.database.databases() {
        let options = Options {
            kills: arguments.kills,
            calls: arguments.calls,
            tenants: arguments.tenants,
            seed,
            database: *database,
            program: program.clone(),
        };
        let report = kill::run(&options).await?;
        writeln!(std::io::stdout(), "{report}")?;
        good &= report.is_good();
    }
    Ok(good)
}
