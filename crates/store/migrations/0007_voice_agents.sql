-- Calls of voice agents (part B): what their platform reported, what the call is by that, and what it costs.

ALTER TABLE calls ADD COLUMN ringing_at BIGINT;
ALTER TABLE calls ADD COLUMN completed_at BIGINT;
ALTER TABLE calls ADD COLUMN credits BIGINT;
ALTER TABLE calls ADD COLUMN hangup TEXT;
ALTER TABLE calls ADD COLUMN agent_id TEXT;
ALTER TABLE calls ADD COLUMN agent TEXT;
ALTER TABLE calls ADD COLUMN platform_cost_micros BIGINT;
-- When its platform last told of it, and whether the platform itself was asked (1) or a webhook was believed (0).
ALTER TABLE calls ADD COLUMN heard_at BIGINT;
ALTER TABLE calls ADD COLUMN confirmed BIGINT;
-- What the repair asks for: calls that are not known to be over, or whose money nobody confirmed (B9).
CREATE INDEX calls_unconfirmed ON calls (tenant_id, connection_id, heard_at) WHERE confirmed = 0;
-- Figures per agent.
CREATE INDEX calls_of_agents ON calls (tenant_id, received_at) WHERE agent_id IS NOT NULL;

-- Every different event of a call, so that the call can be rebuilt from them in any order (B1).
CREATE TABLE call_events (
    tenant_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    version TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    status TEXT NOT NULL,
    at BIGINT,
    received_at BIGINT NOT NULL,
    progress TEXT NOT NULL,
    PRIMARY KEY (tenant_id, call_id, version)
);

-- Credits come and go by entries; none is ever changed (B3).
CREATE TABLE credits_ledger (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    credits BIGINT NOT NULL,
    call_id TEXT,
    note TEXT,
    PRIMARY KEY (tenant_id, id)
);
-- One debit per call.
CREATE UNIQUE INDEX one_debit ON credits_ledger (tenant_id, call_id) WHERE kind = 'debit';
CREATE INDEX credits_of_call ON credits_ledger (tenant_id, call_id) WHERE call_id IS NOT NULL;

-- What the rollups count of a call now, so that a later event takes back exactly that (B8).
ALTER TABLE calls ADD COLUMN counted TEXT;

-- Sums that are kept up in the transaction of what they sum up: right at every moment, read without reading the rows.
CREATE TABLE rollups (
    tenant_id TEXT NOT NULL,
    report TEXT NOT NULL,
    day TEXT NOT NULL,
    line TEXT NOT NULL,
    agent TEXT NOT NULL,
    measure TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, report, day, line, agent, measure)
);
