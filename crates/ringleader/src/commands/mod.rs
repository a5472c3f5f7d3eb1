//! One file per command: each reads what it needs, asks the layers below, and answers through `Output`.

mod admin;
mod config;
mod doctor;
mod erase;
mod eval;
mod inbox;
mod jobs;
mod migrate;
pub(crate) mod serve;

use crate::cli::{Cli, Command};
use crate::output::Output;
use crate::settings::{Loaded, Problems, Settings, Sources};
use crate::stop::Stop;
use std::future::Future;
use std::path::Path;

/// Does what was asked.
pub(crate) fn run(cli: Cli, output: Output) -> anyhow::Result<()> {
    let load = || load(cli.config.as_deref());
    match cli.command.unwrap_or(Command::Serve) {
        Command::Config(options) => config::run(options, load, output),
        Command::Doctor => wait(doctor::run(&load()?.settings, output)),
        Command::Migrate => wait(migrate::run(&load()?.settings, output)),
        Command::Admin(what) => wait(admin::run(&load()?.settings, what, output)),
        Command::Erase(options) => wait(erase::run(&load()?.settings, options, output)),
        Command::Eval(options) => wait(eval::run(&load()?.settings, options, output)),
        Command::Inbox(what) => wait(inbox::run(&load()?.settings, what, output)),
        Command::Jobs(what) => wait(jobs::run(&load()?.settings, what, output)),
        Command::Serve => wait(serve::run(&read(cli.config.as_deref())?.settings)),
        Command::Demo(options) => wait(crate::demo::run(options, output)),
    }
}

/// The settings from file and environment.
fn read(file: Option<&Path>) -> Result<Loaded, Stop> {
    let sources = Sources::gather(file).map_err(|problem| Problems(vec![problem]))?;
    Ok(Settings::load(&sources)?)
}

/// The same, and logs from here on.
fn load(file: Option<&Path>) -> Result<Loaded, Stop> {
    let loaded = read(file)?;
    crate::telemetry::start_logs(&loaded.settings.telemetry);
    Ok(loaded)
}

/// Runs a command that needs a runtime to its end.
fn wait(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    // Nobody else has installed a provider in this process; a second call would only be refused.
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}
