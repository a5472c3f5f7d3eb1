-- Credits, platform costs, waits and talks of voice agents' calls have their rows now (B8, D2): everything is counted afresh.
DELETE FROM jobs WHERE kind = 'recount_reports' AND state IN ('available', 'scheduled', 'retryable', 'running');
