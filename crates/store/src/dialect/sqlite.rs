//! What only SQLite needs.

use super::claim;

/// A portable statement of a migration in SQLite's words: its type names, and STRICT tables, so that a column holds only
/// what it promises.
pub fn ddl(statement: &str) -> String {
    let typed = statement.replace("BYTEA", "BLOB").replace("BIGINT", "INTEGER").replace("DOUBLE PRECISION", "REAL");
    if statement.starts_with("CREATE TABLE") { format!("{typed} STRICT") } else { typed }
}

/// Takes a tenant's due jobs. There is one writer, so nothing needs to be locked.
pub const CLAIM: &str = concat!("WITH picked AS MATERIALIZED (", claim::pick!(), ") ", claim::take!("picked"));

/// Takes the urgent jobs of all tenants.
pub const URGENT: &str = claim::urgent!("");
