//! What only PostgreSQL needs.

use super::claim;
use ringleader_core::id::{Id, TenantId};

/// The tenant that sees all: system transactions.
pub const ALL_TENANTS: &str = "*";

/// Begins a transaction and says whose it is, in one round trip. Readers see one moment throughout, as on SQLite.
/// The tenant is a UUID, so the text cannot carry anything else.
pub fn begin(tenant: Option<TenantId>, writes: bool) -> String {
    let mode = if writes { "" } else { " ISOLATION LEVEL REPEATABLE READ READ ONLY" };
    match tenant {
        Some(tenant) => format!("BEGIN{mode}; SET LOCAL ringleader.tenant = '{}'", tenant.uuid().simple()),
        None => format!("BEGIN{mode}; SET LOCAL ringleader.tenant = '{ALL_TENANTS}'"),
    }
}

/// Tables with a tenant that the second wall does not guard yet, or guards with words that it no longer has.
pub const UNGUARDED_TABLES: &str = "\
    SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND (NOT c.relforcerowsecurity \
    OR NOT EXISTS (SELECT 1 FROM pg_policies p WHERE p.schemaname = n.nspname AND p.tablename = c.relname \
        AND p.policyname = 'ringleader_tenant_2')) \
    AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) \
    ORDER BY c.relname";

/// The second wall behind the tenant-bound repositories: a transaction sees and writes rows of its tenant only, and
/// none without one. FORCE, since the program owns its tables and owners are exempt otherwise. The setting stands in a
/// sub-query, which is asked once for a statement: by itself it is asked twice for each row that is looked at.
///
/// The policy's name carries a number: with other words it has another, and tables that have the old one get it.
pub fn guard(table: &str) -> [String; 5] {
    let whose = "(SELECT current_setting('ringleader.tenant', true))";
    let mine = format!("tenant_id = {whose} OR {whose} = '{ALL_TENANTS}'");
    [
        format!("DROP POLICY IF EXISTS ringleader_tenant ON \"{table}\""),
        format!("DROP POLICY IF EXISTS ringleader_tenant_2 ON \"{table}\""),
        format!("CREATE POLICY ringleader_tenant_2 ON \"{table}\" USING ({mine}) WITH CHECK ({mine})"),
        format!("ALTER TABLE \"{table}\" ENABLE ROW LEVEL SECURITY"),
        format!("ALTER TABLE \"{table}\" FORCE ROW LEVEL SECURITY"),
    ]
}

/// Serialises claims of all nodes until the end of the transaction.
pub const LOCK_CLAIMS: &str = "SELECT CAST(pg_advisory_xact_lock(7264332) AS TEXT)";

/// Takes a tenant's due jobs. A row that another transaction is just moving or cancelling is left for the next claim.
pub const CLAIM: &str = concat!(
    "WITH picked AS MATERIALIZED (",
    claim::pick!(),
    "), locked AS MATERIALIZED (SELECT j.id FROM jobs j JOIN picked ON picked.id = j.id WHERE j.tenant_id = $1 \
     AND j.",
    claim::still_waiting!(),
    " FOR UPDATE OF j SKIP LOCKED) ",
    claim::take!("locked")
);

/// Takes the urgent jobs of all tenants, but for those that another node is just taking.
pub const URGENT: &str = claim::urgent!(" FOR UPDATE OF j SKIP LOCKED");

/// Tells other nodes; `$1` is the channel, `$2` what is said.
pub const NOTIFY: &str = "SELECT CAST(pg_notify($1, $2) AS TEXT)";

/// Where they hear that something is to be done: the node that says so.
pub const JOBS: &str = "ringleader_jobs";

/// Where they hear what changed: the node that says so, then a line for each thing.
pub const CHANGES: &str = "ringleader_changes";

/// The longest text that a notification carries is 8,000 bytes.
pub const LONGEST_NOTICE: usize = 7_900;
