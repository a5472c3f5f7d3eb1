-- The books of voice agents' calls without scans: the balance is kept beside its entries, and who buys is found at once (B3).
CREATE TABLE credit_balances (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    credits BIGINT NOT NULL
);
INSERT INTO credit_balances (tenant_id, credits)
    SELECT tenant_id, CAST(SUM(credits) AS BIGINT) FROM credits_ledger GROUP BY tenant_id;
CREATE INDEX credits_top_ups ON credits_ledger (tenant_id, id) WHERE kind = 'top_up';

-- The terms a call was paid on: what is told of it later is counted on the same.
ALTER TABLE credits_ledger ADD COLUMN terms TEXT;

-- Scores of a span of time (B8).
CREATE INDEX analyses_by_time ON analyses (tenant_id, called_at);
