//! The built program as a child: started, watched until it is ready, killed or stopped.

use anyhow::{Context as _, bail, ensure};
use std::fs::OpenOptions;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest time from start to ready, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks at a program that does not listen yet.
const LOOK: Duration = Duration::from_millis(3);

/// The program and how to start it.
pub struct Program {
    binary: PathBuf,
    env: Vec<(&'static str, String)>,
    folder: PathBuf,
    address: SocketAddr,
    http: reqwest::Client,
    child: Option<Child>,
}

impl Program {
    /// A program that is not started yet. Its output goes to [`Program::log`].
    pub fn new(binary: PathBuf, folder: &Path, address: SocketAddr, http: reqwest::Client) -> Self {
        Self { binary, env: vec![], folder: folder.to_owned(), address, http, child: None }
    }

    /// With this setting.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.env.push((name, value.into()));
    }

    /// Where its output goes.
    pub fn log(&self) -> PathBuf {
        self.folder.join("program.log")
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts it.
    ///
    /// # Errors
    /// The binary is not there.
    pub fn start(&mut self) -> anyhow::Result<()> {
        ensure!(self.child.is_none(), "it runs already");
        let log = OpenOptions::new().create(true).append(true).open(self.log())?;
        let mut command = Command::new(&self.binary);
        command.arg("serve").current_dir(&self.folder).env_clear().stdin(Stdio::null());
        command.stdout(log.try_clone()?).stderr(log).envs(self.env.iter().map(|(name, value)| (name, value)));
        let child = command.spawn().with_context(|| format!("{} cannot be started", self.binary.display()))?;
        self.child = Some(child);
        Ok(())
    }

    /// Waits until it answers that it is ready; how long that took from this call on.
    ///
    /// # Errors
    /// It ended, or takes too long.
    pub async fn ready(&mut self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let url = format!("{}/readyz", self.url());
        while began.elapsed() < PATIENCE {
            if let Some(ended) = self.child.as_mut().context("it is not started")?.try_wait()? {
                bail!("the program ended with {ended}; see {}", self.log().display());
            }
            let answer = self.http.get(&url).timeout(Duration::from_secs(5)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(began.elapsed());
            }
            tokio::time::sleep(LOOK).await;
        }
        bail!("the program was not ready after {} seconds; see {}", PATIENCE.as_secs(), self.log().display())
    }

    /// kill -9, and waits until it is gone.
    ///
    /// # Errors
    /// The system refuses.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Asks it to stop as a service manager does; whether it ended well.
    ///
    /// # Errors
    /// The system refuses.
    pub fn stop(&mut self) -> anyhow::Result<bool> {
        let Some(mut child) = self.child.take() else { return Ok(true) };
        Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
        Ok(child.wait()?.success())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// A free address on loopback that no outgoing connection can take while the program is down: below the range from which
/// the system gives those their ports.
///
/// # Errors
/// None is free.
pub fn free_address(mut nth: u16) -> anyhow::Result<SocketAddr> {
    for _ in 0..1000 {
        nth = nth.wrapping_add(7);
        let address = SocketAddr::from(([127, 0, 0, 1], 20_000 + nth % 10_000));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("no port is free")
}

/// The binary beside this one (or, for tests, one folder above).
///
/// # Errors
/// It was not built.
pub fn beside() -> anyhow::Result<PathBuf> {
    let me = std::env::current_exe()?;
    let found = me.ancestors().skip(1).take(2).map(|folder| folder.join("ringleader")).find(|path| path.is_file());
    found.context(
        "the program is not beside this one: build it with `cargo build --package ringleader`, in the same profile",
    )
}
