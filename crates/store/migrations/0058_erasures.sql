-- Erasure of a person (P10): the receipt, and what holds on: that who had opted out is not written to.

-- `counts`: by table, how many rows were deleted and how many tell nothing of the person any more.
CREATE TABLE erasures (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    counts TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- What an erased person who had opted out was known by, as a keyed digest that nobody can read.
CREATE TABLE kept_opt_outs (
    tenant_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, digest)
);

-- The key of these digests, sealed; made with the first of them.
ALTER TABLE tenants ADD COLUMN digest_key TEXT;

-- The erasure that a contact went with; nothing is told of one that has one.
ALTER TABLE contacts ADD COLUMN erasure_id TEXT;
