-- What was understood from calls (B5-B7), and what leads have from it (B10).

-- Of one call, or of all calls of a contact; then `call_id` is the latest. A single one belongs to whoever its call belongs to.
CREATE TABLE analyses (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    call_id TEXT NOT NULL,
    contact_id TEXT,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    called_at BIGINT NOT NULL,
    words TEXT,
    score BIGINT,
    tag TEXT,
    formula BIGINT,
    calls_analysed BIGINT NOT NULL,
    made TEXT,
    result TEXT,
    error TEXT,
    asked_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_analysis_per_call ON analyses (tenant_id, call_id) WHERE kind = 'individual';
CREATE UNIQUE INDEX one_complete_analysis ON analyses (tenant_id, contact_id) WHERE kind = 'complete';
CREATE INDEX analyses_by_state ON analyses (tenant_id, state, id);

-- Complete analyses whose place was taken.
CREATE TABLE analysis_history (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    call_id TEXT NOT NULL,
    contact_id TEXT,
    state TEXT NOT NULL,
    called_at BIGINT NOT NULL,
    words TEXT,
    score BIGINT,
    tag TEXT,
    formula BIGINT,
    calls_analysed BIGINT NOT NULL,
    made TEXT,
    result TEXT,
    error TEXT,
    asked_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id, version)
);
CREATE INDEX analysis_history_of_contact ON analysis_history (tenant_id, contact_id, updated_at);

-- How promising the calls of a lead are: `{total, tag, version, parts}`, and the word that lists look for.
ALTER TABLE leads ADD COLUMN score TEXT;
ALTER TABLE leads ADD COLUMN tag TEXT;
