-- A count of the reports that was under way when 0040 and 0041 asked for a new one is begun anew too.
DELETE FROM jobs WHERE kind = 'recount_reports' AND state IN ('available', 'scheduled', 'retryable', 'running');
