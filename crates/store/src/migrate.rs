//! Bringing the schema up to date: embedded, forward-only, checksummed, under a lock.
//!
//! Migrations are written once, with BIGINT, TEXT, BYTEA and DOUBLE PRECISION. A statement ends with `;` at the end of a
//! line; one that only one engine needs comes after a line `-- only: postgres` or `-- only: sqlite`. All that is new is
//! applied in one transaction. To add one: a file in `migrations/` and its line below; never change one that was released.

use crate::args;
use crate::db::{Engine, Store, Tx};
use crate::dialect;
use crate::error::{Result, StoreError};

macro_rules! migrations {
    ($($name:literal),+ $(,)?) => { &[$(($name, include_str!(concat!("../migrations/", $name, ".sql")))),+] };
}

/// Name and text, in the order in which they are applied.
const MIGRATIONS: &[(&str, &str)] = migrations![
    "0001_engine",
    "0002_business",
    "0003_loss_account",
    "0004_owner_channels",
    "0005_decision_words",
    "0006_depth",
    "0007_voice_agents",
    "0008_analyses",
    "0009_access",
    "0010_reception",
    "0011_talks",
    "0012_voice",
    "0014_lead_work",
    "0014_dashboard_speed",
    "0015_books",
    "0016_alarms_again",
    "0017_rings",
    "0018_feedback",
    "0019_rollups",
    "0020_paths",
    "0021_labels",
    "0022_information",
    "0023_feeds",
    "0024_satisfaction",
    "0026_stretches",
    "0027_number_limits",
    "0028_months",
    "0029_traces",
    "0030_lead_scores",
    "0031_areas",
    "0032_batches",
    "0033_urgent",
    "0035_ticket_photos",
    "0036_property_media",
    "0038_read_by",
    "0039_readings",
    "0040_handed_over",
    "0041_bookings_of_leads",
    "0042_timeline",
    "0043_paths_of_people",
    "0044_tenancies",
    "0045_viewings",
    "0050_led_by",
    "0051_voice_rows",
    "0052_scores",
    "0053_reminders",
    "0054_rare_uses",
    "0055_promising_words",
    "0056_count_anew",
    "0057_led_by_trail",
    "0060_number_lines",
    "0058_erasures",
    "0061_landlord_told",
    "0062_asked",
];

/// Forms that a migration had for a time: whoever has one has the same tables, and [`MIGRATIONS`] goes on from there.
const FORMER: &[(&str, &str)] = &[("0050_led_by", "30da1bd8606e21aaa47348806560d72503a9a947456b53bd94ccef0c1f50d084")];

/// Applies what is missing.
pub async fn run(store: &Store) -> Result<()> {
    let mut tx = store.begin_system().await?;
    if tx.engine() == Engine::Postgres {
        tx.execute("SELECT pg_advisory_xact_lock(7264331)", args![]).await?;
    }
    let table = "CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";
    apply_statement(&mut tx, table).await?;
    let done: Vec<(String, String)> =
        tx.fetch_all("SELECT name, checksum FROM schema_migrations ORDER BY name", args![]).await?;
    for (name, _) in &done {
        if !MIGRATIONS.iter().any(|(known, _)| known == name) {
            return Err(StoreError::Setup(format!(
                "the database was used by a newer version (it has `{name}`): install that version again"
            )));
        }
    }
    for (name, text) in MIGRATIONS {
        match done.iter().find(|(applied, _)| applied == name) {
            Some((_, sum)) if *sum == checksum(text) || FORMER.contains(&(name, sum)) => {}
            Some(_) => {
                return Err(StoreError::Setup(format!("migration `{name}` is not the one that made this database")));
            }
            None => apply(&mut tx, name, text).await?,
        }
    }
    if tx.engine() == Engine::Postgres {
        guard_tables(&mut tx).await?;
    }
    tx.commit().await
}

async fn apply(tx: &mut Tx, name: &str, text: &str) -> Result<()> {
    for statement in statements(text, tx.engine()) {
        apply_statement(tx, &statement).await.map_err(|error| match error {
            StoreError::Statement(why) => StoreError::Setup(format!("migration `{name}`: {why}")),
            other => other,
        })?;
    }
    let now = tx.now();
    tx.execute(
        "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ($1, $2, $3)",
        args![name, checksum(text), now],
    )
    .await?;
    Ok(())
}

async fn apply_statement(tx: &mut Tx, statement: &str) -> Result<()> {
    let sql = match tx.engine() {
        Engine::Sqlite => dialect::sqlite::ddl(statement),
        Engine::Postgres => statement.to_owned(),
    };
    tx.execute_built(sql, args![]).await.map(drop)
}

/// Row-level security for each table with a tenant, generated so that a new table cannot be forgotten.
async fn guard_tables(tx: &mut Tx) -> Result<()> {
    let tables: Vec<(String,)> = tx.fetch_all(dialect::postgres::UNGUARDED_TABLES, args![]).await?;
    for (table,) in tables {
        for sql in dialect::postgres::guard(&table) {
            tx.execute_built(sql, args![]).await?;
        }
    }
    Ok(())
}

/// The statements of a migration that concern this engine, without comments and final semicolons.
fn statements(text: &str, engine: Engine) -> Vec<String> {
    let other = match engine {
        Engine::Sqlite => "postgres",
        Engine::Postgres => "sqlite",
    };
    let (mut found, mut current, mut skip) = (Vec::new(), String::new(), false);
    for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        if let Some(comment) = line.trim_start().strip_prefix("--") {
            skip |= comment.trim().strip_prefix("only:").is_some_and(|only| only.trim() == other);
            continue;
        }
        match line.strip_suffix(';') {
            Some(last) => {
                current.push_str(last);
                if !std::mem::take(&mut skip) {
                    found.push(std::mem::take(&mut current));
                }
                current.clear();
            }
            None => {
                current.push_str(line);
                current.push('\n');
            }
        }
    }
    found
}

fn checksum(text: &str) -> String {
    hex::encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))
}

/// A fingerprint of all migrations: databases with the same one have the same schema.
#[cfg(feature = "testing")]
pub(crate) fn fingerprint() -> String {
    checksum(&MIGRATIONS.iter().map(|(_, text)| *text).collect::<String>())[..12].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_for_one_engine_is_left_out_for_the_other() {
        let text = "-- Why.\nCREATE TABLE a (\n  x BIGINT -- no\n);\n-- only: postgres\nCREATE EXTENSION b;\n-- only: sqlite\nPRAGMA c;\nDROP TABLE a;\n";
        assert_eq!(statements(text, Engine::Sqlite).len(), 3);
        assert_eq!(statements(text, Engine::Postgres)[1..], ["CREATE EXTENSION b", "DROP TABLE a"]);
    }

    #[test]
    fn a_migration_that_was_released_stays_as_it_is() {
        let listed: Vec<&str> = include_str!("../migrations/released.txt").lines().collect();
        let now: Vec<String> = MIGRATIONS.iter().map(|(name, text)| format!("{name} {}", checksum(text))).collect();
        assert_eq!(now, listed, "a new migration has its line at the end of released.txt; no line ever changes");
    }

    #[test]
    fn tables_are_strict_on_sqlite() {
        assert_eq!(dialect::sqlite::ddl("CREATE TABLE a (b BYTEA)"), "CREATE TABLE a (b BLOB) STRICT");
        assert_eq!(dialect::sqlite::ddl("CREATE INDEX a ON b (c)"), "CREATE INDEX a ON b (c)");
    }
}
