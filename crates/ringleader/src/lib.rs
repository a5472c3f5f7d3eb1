//! The program: settings, wiring, command line, demo (DESIGN 9).
//!
//! Always true: exit code 0 is good, 1 failed, 2 wrong use (wrong settings too); everything that is printed goes through
//! `output`; a failure is one clear sentence and what to do about it.

pub mod cli;
mod commands;
mod credentials;
mod demo;
pub mod meters;
pub mod output;
pub mod settings;
pub mod stop;
pub mod telemetry;
pub mod upkeep;
pub mod wiring;

use clap::Parser;
use output::Output;
use std::ffi::OsString;
use std::process::ExitCode;
use stop::Stop;

/// Runs the program with these arguments, the program's name first.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match cli::Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return output::usage(&error),
    };
    let output = Output::new(cli.json);
    match commands::run(cli, output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let stop = Stop::from(error);
            output.failure(&stop);
            ExitCode::from(stop.code)
        }
    }
}
