//! Taking one tenant's due jobs, and the urgent ones of all. The picking is the same text for both engines; only the locking differs.
//!
//! $1 tenant, $2 now, $3 how many, $4 worker, $5 end of the lease.

/// Due jobs of one priority whose lane is free: nothing of it runs, and nothing of it is due before this one.
macro_rules! due_of_priority {
    ($priority:literal) => {
        concat!(
            "SELECT * FROM (SELECT j.id, j.priority, j.run_at FROM jobs j \
             WHERE j.tenant_id = $1 AND j.priority = ",
            $priority,
            " AND j.state IN ('available', 'scheduled', 'retryable') AND j.run_at <= $2 \
             AND (j.lane IS NULL OR (NOT EXISTS (SELECT 1 FROM jobs r WHERE r.tenant_id = $1 AND r.lane = j.lane \
               AND r.state = 'running') \
             AND NOT EXISTS (SELECT 1 FROM jobs e WHERE e.tenant_id = $1 AND e.lane = j.lane \
               AND e.state IN ('available', 'scheduled', 'retryable') AND e.run_at <= $2 \
               AND (e.run_at, e.id) < (j.run_at, j.id)))) \
             ORDER BY j.run_at, j.id LIMIT $3) AS p",
            $priority
        )
    };
}

/// The most urgent ones of all priorities. One range of the index per priority, so that what is not due is not read.
macro_rules! pick {
    () => {
        concat!(
            "SELECT id FROM (",
            $crate::dialect::claim::due_of_priority!("1"),
            " UNION ALL ",
            $crate::dialect::claim::due_of_priority!("2"),
            " UNION ALL ",
            $crate::dialect::claim::due_of_priority!("3"),
            " UNION ALL ",
            $crate::dialect::claim::due_of_priority!("4"),
            ") AS due ORDER BY priority, run_at, id LIMIT $3"
        )
    };
}

/// Still to be taken. Told by what it is not: PostgreSQL cannot match that to the indexes of what waits, whose whole length it
/// would read for a handful of ids.
macro_rules! still_waiting {
    () => {
        "state NOT IN ('running', 'completed', 'cancelled', 'discarded')"
    };
}

/// Takes what was picked.
macro_rules! take {
    ($picked:literal) => {
        concat!(
            "UPDATE jobs SET state = 'running', attempt = attempt + 1, claims = claims + 1, worker = $4, \
             lease_until = $5, started_at = $2 FROM ",
            $picked,
            " WHERE jobs.tenant_id = $1 AND jobs.id = ",
            $picked,
            ".id AND jobs.",
            $crate::dialect::claim::still_waiting!(),
            " RETURNING tenant_id, jobs.id, kind, key, lane, payload, priority, run_at, attempt, max_attempts, claims, trace"
        )
    };
}

/// Takes urgent jobs of all tenants; they have no lane. $1 now, $2 how many, $3 worker, $4 end of the lease, $5 how many of one
/// tenant may run at a time, $6 how many that are due are looked at.
macro_rules! urgent {
    ($lock:literal) => {
        concat!(
            "WITH due AS MATERIALIZED (SELECT tenant_id, id, run_at FROM jobs WHERE priority = 0 \
             AND state IN ('available', 'scheduled', 'retryable') AND run_at <= $1 \
             AND tenant_id NOT IN (SELECT tenant_id FROM jobs WHERE state = 'running' AND priority = 0 \
               GROUP BY tenant_id HAVING COUNT(*) >= $5) \
             ORDER BY run_at, tenant_id, id LIMIT $6), \
             turn AS MATERIALIZED (SELECT due.tenant_id, due.id, ROW_NUMBER() OVER (PARTITION BY due.tenant_id ORDER BY due.run_at, due.id) \
             + (SELECT COUNT(*) FROM jobs r WHERE r.tenant_id = due.tenant_id AND r.state = 'running' AND r.priority = 0) AS nth \
             FROM due), \
             picked AS MATERIALIZED (SELECT j.tenant_id, j.id FROM jobs j JOIN turn ON turn.tenant_id = j.tenant_id \
             AND turn.id = j.id WHERE turn.nth <= $5 ORDER BY j.run_at, j.tenant_id, j.id LIMIT $2",
            $lock,
            ") UPDATE jobs SET state = 'running', attempt = attempt + 1, claims = claims + 1, worker = $3, \
             lease_until = $4, started_at = $1 FROM picked \
             WHERE jobs.tenant_id = picked.tenant_id AND jobs.id = picked.id \
             AND jobs.",
            $crate::dialect::claim::still_waiting!(),
            " RETURNING jobs.tenant_id, jobs.id, kind, key, lane, payload, priority, run_at, attempt, max_attempts, claims, trace"
        )
    };
}

pub(super) use {due_of_priority, pick, still_waiting, take, urgent};
