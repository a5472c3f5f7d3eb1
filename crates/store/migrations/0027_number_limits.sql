-- How many people a number may write to first within 24 hours, as the provider last told (A8); NULL: it has not, or any number.
ALTER TABLE connections ADD COLUMN daily_limit BIGINT;

-- Minutes of calls of a day are capped (P12).
CREATE INDEX voice_calls_by_time ON voice_calls (tenant_id, begun_at);
