//! A fresh database for each test, on both engines (feature `testing`).
//!
//! SQLite: a file in a temporary folder. PostgreSQL: a database of its own on one private server that all test processes
//! share, used through a role that is no superuser, so that row-level security is really tried.

mod postgres;

use crate::clock::Clock;
use crate::db::{Engine, Options, Store};
use crate::error::Result;
use ringleader_core::model_use::ModelUse;
use std::path::PathBuf;
use std::time::Duration;

/// Declares tests that run on both engines: `both_engines! { async fn name(db: TestDb) { … } }` makes `name::sqlite` and
/// `name::postgres`.
#[macro_export]
macro_rules! both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: $type:ty) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a test need not use all that its file imports")]
            use super::*;

            $(#[$meta])*
            async fn story($db: $type) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story($crate::testing::TestDb::new($crate::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                story($crate::testing::TestDb::new($crate::Engine::Postgres).await).await;
            }
        }
    )+};
}

/// Whether the PostgreSQL server that [`TestDb::new`] starts is there.
pub fn postgres_is_installed() -> bool {
    postgres::installed().is_some()
}

/// A database that exists for one test.
pub struct TestDb {
    /// The open store, with a manual clock.
    pub store: Store,
    /// Its clock.
    pub clock: Clock,
    /// Its URL, for the built program or a second store.
    pub url: String,
    home: Home,
}

enum Home {
    Folder(PathBuf),
    Server(postgres::Database),
}

impl TestDb {
    /// A fresh database with the schema, and a manual clock at 2026-11-23 10:00 UTC (a Monday).
    ///
    /// # Panics
    /// If the database cannot be made; the message says what to install.
    pub async fn new(engine: Engine) -> Self {
        let clock = Clock::manual("2026-11-23T10:00:00Z".parse().expect("a time"));
        let (url, home) = match engine {
            Engine::Sqlite => {
                let folder = std::env::temp_dir().join(format!("ringleader-test-{}", uuid::Uuid::from_bytes(chance())));
                std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
                (format!("sqlite:{}", folder.join("test.db").display()), Home::Folder(folder))
            }
            Engine::Postgres => {
                let database = postgres::Database::new().await;
                (database.url.clone(), Home::Server(database))
            }
        };
        let store = open(&url, &clock).await.unwrap_or_else(|error| panic!("the test database opens: {error}"));
        Self { store, clock, url, home }
    }

    /// With a single connection of each kind: whoever holds one and asks for a second fails, for as many of them at once would
    /// wait for each other for good.
    ///
    /// # Panics
    /// If the database cannot be opened.
    pub async fn narrow(mut self) -> Self {
        let options = Options {
            clock: self.clock.clone(),
            connections: 1,
            readers: 1,
            patience: IMPATIENT,
            ..Options::default()
        };
        let store = Store::open(&self.url, options).await;
        self.store.close().await;
        self.store = store.unwrap_or_else(|error| panic!("the test database opens narrowly: {error}"));
        self
    }

    /// Another process on the same database, as far as that can be had in a test.
    ///
    /// # Panics
    /// If the database cannot be opened.
    pub async fn second_store(&self) -> Store {
        open(&self.url, &self.clock).await.unwrap_or_else(|error| panic!("the test database opens again: {error}"))
    }
}

async fn open(url: &str, clock: &Clock) -> Result<Store> {
    let options = Options { clock: clock.clone(), connections: 8, readers: 2, ..Options::default() };
    Store::open(url, options).await
}

/// How long one waits for the only connection.
const IMPATIENT: Duration = Duration::from_secs(2);

impl Drop for TestDb {
    fn drop(&mut self) {
        match &self.home {
            Home::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Home::Server(database) => database.forget(),
        }
    }
}

fn chance() -> [u8; 16] {
    use ring::rand::{SecureRandom, SystemRandom};
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// One use of a model.
pub fn used(
    brain: &str,
    model: &str,
    prompt: &str,
    (tokens_in, tokens_out): (i64, i64),
    cost_micros: Option<i64>,
    latency_ms: i64,
    result: &str,
) -> ModelUse {
    let [brain, model, prompt, result] = [brain, model, prompt, result].map(str::to_owned);
    ModelUse { brain, model, prompt, tokens_in, tokens_out, cost_micros, latency_ms, result }
}
