-- Urgent jobs that wait, whosever they are: taken before everything else, beside every limit.
CREATE INDEX jobs_urgent ON jobs (run_at, tenant_id, id)
  WHERE priority = 0 AND state IN ('available', 'scheduled', 'retryable');
