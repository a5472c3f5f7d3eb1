//! One private PostgreSQL server for all tests of this machine's user, started when the first test needs it.
//!
//! It lives in `ringleader-postgres` in the temporary folder, listens on loopback only, keeps fsync on and goes on
//! running, so that the next test process finds it. To stop it: `pg_ctl -D <that folder>/data stop`. PostgreSQL refuses
//! to run as root: then it runs as `postgres`.

use crate::clock::Clock;
use crate::db::{Options, Store};
use crate::migrate;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, raw_sql};
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::sync::OnceCell;

/// The role of the program: owns its databases, is no superuser.
const ROLE: &str = "ringleader";

/// Databases of tests that did not clean up are dropped after so many seconds.
const STALE_SECONDS: i64 = 1800;

/// A database made for one test.
pub(super) struct Database {
    pub(super) url: String,
    name: String,
    server: Server,
}

#[derive(Clone, Debug)]
struct Server {
    binaries: PathBuf,
    port: u16,
    template: String,
}

static SERVER: OnceCell<Server> = OnceCell::const_new();

impl Database {
    pub(super) async fn new() -> Self {
        let server = SERVER.get_or_init(start).await.clone();
        let name = format!("t_{}_{}", now_seconds(), uuid::Uuid::from_bytes(super::chance()).simple());
        let mut admin = server.admin().await;
        sql(&mut admin, format!("CREATE DATABASE {name} TEMPLATE {} OWNER {ROLE}", server.template)).await;
        Self { url: server.url(&name), name, server }
    }

    /// Drops the database; nobody waits for it.
    pub(super) fn forget(&self) {
        let mut drop = Command::new(self.server.binaries.join("dropdb"));
        drop.args(["--force", "--if-exists", "--host=127.0.0.1", "--username=postgres"])
            .arg(format!("--port={}", self.server.port))
            .arg(&self.name);
        let silent = drop.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let _ = silent.spawn();
    }
}

/// Finds or starts the server, and makes the template with the schema of this build. One process at a time.
async fn start() -> Server {
    let home = std::env::temp_dir().join("ringleader-postgres");
    fs::create_dir_all(&home).expect("the temporary folder can be written");
    let lock = File::create(home.join("lock")).expect("the temporary folder can be written");
    let (lock, binaries, port) = tokio::task::spawn_blocking(move || {
        lock.lock().expect("files can be locked");
        let binaries = binaries();
        let port = running_port(&home).unwrap_or_else(|| launch(&binaries, &home));
        (lock, binaries, port)
    })
    .await
    .expect("PostgreSQL starts");
    let server = Server { binaries, port, template: format!("template_{}", migrate::fingerprint()) };
    server.prepare().await;
    drop(lock);
    server
}

impl Server {
    async fn admin(&self) -> PgConnection {
        let options = PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username("postgres")
            .database("postgres")
            .ssl_mode(PgSslMode::Disable);
        options.connect().await.expect("the test server answers")
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://{ROLE}@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// The role, the template, and no leftovers.
    async fn prepare(&self) {
        let mut admin = self.admin().await;
        let role = format!(
            "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}') \
             THEN CREATE ROLE {ROLE} LOGIN NOSUPERUSER; END IF; END $$"
        );
        sql(&mut admin, role).await;
        for name in databases(&mut admin).await {
            let made: Option<i64> = name.strip_prefix("t_").and_then(|rest| rest.split('_').next()?.parse().ok());
            if made.is_some_and(|made| made < now_seconds() - STALE_SECONDS) {
                sql(&mut admin, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
            }
        }
        if databases(&mut admin).await.contains(&self.template) {
            return;
        }
        let draft = format!("{}_draft", self.template);
        sql(&mut admin, format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)")).await;
        sql(&mut admin, format!("CREATE DATABASE {draft} OWNER {ROLE}")).await;
        let options = Options { clock: Clock::system(), connections: 1, ..Options::default() };
        let store = Store::open(&self.url(&draft), options).await.unwrap_or_else(|error| panic!("migrations: {error}"));
        store.close().await;
        sql(&mut admin, format!("ALTER DATABASE {draft} RENAME TO {}", self.template)).await;
    }
}

async fn databases(admin: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar("SELECT datname::text FROM pg_database").fetch_all(admin).await.expect("databases can be listed")
}

async fn sql(admin: &mut PgConnection, text: String) {
    raw_sql(AssertSqlSafe(text)).execute(admin).await.expect("the test server obeys");
}

/// The newest server that Debian's packages installed.
pub(super) fn installed() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("postgres").exists()).max()
}

fn binaries() -> PathBuf {
    installed().expect("these tests need PostgreSQL: `make test` installs it (Debian: apt-get install postgresql)")
}

/// The port of the server that a former process started, if it still answers.
fn running_port(home: &Path) -> Option<u16> {
    let port = fs::read_to_string(home.join("port")).ok()?.trim().parse().ok()?;
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    TcpStream::connect_timeout(&address, Duration::from_secs(2)).is_ok().then_some(port)
}

/// Makes the data folder if there is none, and starts the server on a free port.
fn launch(binaries: &Path, home: &Path) -> u16 {
    let data = home.join("data");
    if is_root() {
        run(Command::new("chown").arg("-R").arg("postgres").arg(home));
    }
    if !data.join("PG_VERSION").exists() {
        let _ = fs::remove_dir_all(&data);
        run(server_command(&binaries.join("initdb"))
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"])
            .arg(&data));
    }
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("loopback has ports");
    let options = format!(
        "-p {} -k {} -c listen_addresses=127.0.0.1 -c max_connections=400 -c max_wal_size=2GB",
        free.port(),
        home.display()
    );
    let log = home.join("log");
    run(server_command(&binaries.join("pg_ctl"))
        .arg("-D")
        .arg(&data)
        .arg("-l")
        .arg(log)
        .args(["-w", "-o", &options, "start"]));
    fs::write(home.join("port"), free.port().to_string()).expect("the temporary folder can be written");
    free.port()
}

/// A command of the server, as a user whom PostgreSQL accepts.
fn server_command(program: &Path) -> Command {
    if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(status.as_ref().is_ok_and(std::process::ExitStatus::success), "{command:?}: {status:?}");
}

fn now_seconds() -> i64 {
    Clock::system().wall().as_second()
}
