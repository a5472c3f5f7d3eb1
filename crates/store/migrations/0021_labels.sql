-- What people say of what was read from messages (D2): right (1) or wrong (0), one word for each message, the last counts.
CREATE TABLE labels (
    tenant_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    good BIGINT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, message_id)
);
CREATE INDEX labels_by_time ON labels (tenant_id, at, good);

-- What was read in a span of time, without looking at what was read before.
CREATE INDEX facts_by_time ON facts (tenant_id, at, source, name, provisional);
CREATE INDEX fact_history_by_time ON fact_history (tenant_id, at);
DROP INDEX model_usage_by_time;
CREATE INDEX model_usage_by_time ON model_usage (tenant_id, at, brain, model, prompt, result, latency_ms, tokens_in, tokens_out, cost_micros);
