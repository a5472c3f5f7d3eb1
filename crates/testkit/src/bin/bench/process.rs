//! The measured programs as processes: started on a free port, watched from outside, killed when dropped.

use crate::bare;
use anyhow::{Context as _, bail};
use ringleader_brain::models::http_client;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// What a process of this program is when it is not the benchmark itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `ringleader serve`, with its own code and settings from the environment.
    Ringleader,
    /// The baseline.
    Bare,
}

/// Where a baseline listens.
const LISTEN: &str = "RINGLEADER_LISTEN";

impl Role {
    /// The role that a first argument names.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Ringleader, Self::Bare].into_iter().find(|role| role.word() == word)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Ringleader => "as-ringleader",
            Self::Bare => "as-bare",
        }
    }

    /// Is that program until it ends.
    pub fn play(self) -> ExitCode {
        match self {
            Self::Ringleader => ringleader::run(["ringleader".into(), "serve".into()]),
            Self::Bare => play_bare().map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS),
        }
    }
}

fn play_bare() -> anyhow::Result<()> {
    let address = std::env::var(LISTEN)?.parse()?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(bare::serve(address))
}

/// A running program.
pub struct Process {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start until it answered.
    pub start: Duration,
}

impl Process {
    /// Starts a program in this folder, with these settings and no others, and waits until it answers.
    pub async fn start(role: Role, folder: &Path, settings: &[(&str, String)]) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(role.word()).current_dir(folder).env_clear().env(LISTEN, address.to_string());
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let began = Instant::now();
        let child = command.spawn().context("the program cannot be started")?;
        let mut process = Self { child, address, start: Duration::ZERO };
        while tokio::net::TcpStream::connect(address).await.is_err() {
            if let Some(ended) = process.child.try_wait()? {
                bail!("the program ended at its start: {ended}");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        // The port is open early: the first answer is what counts.
        http_client().get(format!("http://{address}/readyz")).send().await?;
        process.start = began.elapsed();
        Ok(process)
    }

    /// Processor time that it has used.
    pub fn processor_time(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        // After the name in brackets: state is field 3, user and system time are 14 and 15, in hundredths of a second.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<u64>().ok()).sum::<u64>();
        Duration::from_millis(ticks * 10)
    }

    /// Resident memory now and at its highest, in mebibytes.
    pub fn memory(&self) -> (u64, u64) {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
        };
        (of("VmRSS:"), of("VmHWM:"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
