-- Scores of calls are in the sums of the business (B8): a call is counted with those of its analyses, found by the call.
CREATE INDEX complete_analyses_of_call ON analyses (tenant_id, call_id) WHERE kind = 'complete';
CREATE INDEX analysis_history_of_call ON analysis_history (tenant_id, call_id);
DELETE FROM jobs WHERE kind = 'recount_reports' AND state IN ('available', 'scheduled', 'retryable', 'running');
