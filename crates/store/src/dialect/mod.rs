//! The few statements that must differ between the engines, side by side, each with the reason why.

mod claim;
pub mod postgres;
pub mod sqlite;
pub mod words;

use crate::db::Engine;

/// A text in a column of JSON; null where there is none.
pub fn json_text(engine: Engine, column: &str, name: &str) -> String {
    match engine {
        Engine::Sqlite => format!("json_extract({column}, '$.{name}')"),
        Engine::Postgres => format!("(CAST({column} AS json) ->> '{name}')"),
    }
}
