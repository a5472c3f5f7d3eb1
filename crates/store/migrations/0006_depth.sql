-- Several numbers of one person, and people who turn out to be one.

-- The number a chat is with: a person may have several on one channel. Empty: the channel's own id is all that is known.
ALTER TABLE conversations ADD COLUMN peer TEXT NOT NULL DEFAULT '';
DROP INDEX one_conversation;
CREATE UNIQUE INDEX one_conversation ON conversations (tenant_id, contact_id, channel, connection_id, peer);

-- Set while the row is merged into another; nothing hangs on it then.
ALTER TABLE contacts ADD COLUMN merged_into TEXT;
ALTER TABLE leads ADD COLUMN merged_into TEXT;

-- Who waits for an allowance.
CREATE INDEX episodes_deferred ON episodes (tenant_id, reason, id) WHERE state = 'deferred' AND closed_at IS NULL;

-- A merge and what it moved, so that it can be undone without loss.
CREATE TABLE merges (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    into_contact TEXT NOT NULL,
    from_contact TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    undone_at BIGINT,
    before TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_merge ON merges (tenant_id, from_contact) WHERE undone_at IS NULL;
CREATE INDEX merges_of_contact ON merges (tenant_id, into_contact);

CREATE TABLE merge_moves (
    tenant_id TEXT NOT NULL,
    merge_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    row_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, merge_id, kind, row_id)
);

-- How many parameters a template's body takes, so that a message fits it.
ALTER TABLE message_templates ADD COLUMN params BIGINT;
