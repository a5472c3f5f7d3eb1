//! What is kept: one SQL text for SQLite and PostgreSQL, migrations, inbox, jobs, secrets at rest.

pub mod changes;
pub mod clock;
pub mod db;
mod dialect;
pub mod error;
pub mod ids;
pub mod inbox;
pub mod jobs;
mod migrate;
pub mod repo;
pub mod secrets;
#[cfg(feature = "testing")]
pub mod testing;
pub mod trace;

pub use clock::Clock;
pub use db::{Conn, Engine, FromRow, Options, Read, Row, Store, Tx};
pub use error::{Result, StoreError};
pub use ids::Ids;
