-- Telling the owner over several channels (A13), and what is known of a switchboard's call log (A6).

ALTER TABLE messages ADD COLUMN to_email TEXT;

-- What each of the business's own people was last told of a lead.
CREATE TABLE owner_told (
    tenant_id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    person TEXT NOT NULL,
    told_at BIGINT NOT NULL,
    snapshot TEXT NOT NULL,
    notices BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, lead_id, person)
);

-- Links under notices: each belongs to one message and takes one answer. The token is sealed, and found by its digest.
CREATE TABLE answer_links (
    tenant_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    token TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    answered_at BIGINT,
    answer TEXT,
    PRIMARY KEY (tenant_id, message_id)
);
CREATE INDEX answer_links_by_token ON answer_links (token_hash);

-- Up to when a call log was read: of everyone (scope `all`), or of one contact just before writing to them.
CREATE TABLE call_log_marks (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    read_until BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, scope)
);
