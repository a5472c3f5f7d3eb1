-- Who signs in: sessions, the second step, links to choose a password with, and the order of the inbox.

ALTER TABLE users ADD COLUMN language TEXT;
ALTER TABLE users ADD COLUMN disabled_at BIGINT;
ALTER TABLE users ADD COLUMN last_sign_in_at BIGINT;
-- The secret of the second step, sealed; in force since; the last step that was used, so that no code works twice.
ALTER TABLE users ADD COLUMN totp_secret TEXT;
ALTER TABLE users ADD COLUMN totp_since BIGINT;
ALTER TABLE users ADD COLUMN totp_step BIGINT;
-- Who signs in names no tenant.
CREATE INDEX users_by_address ON users (email);

-- Codes for who lost the telephone, as digests; each works once.
CREATE TABLE recovery_codes (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (tenant_id, user_id, code_hash)
);

-- Open sessions by the digest of their cookie. `second_step`: the password was right, the code is still to come.
CREATE TABLE sessions (
    tenant_id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    user_id TEXT NOT NULL,
    second_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, token_hash)
);
CREATE INDEX sessions_by_token ON sessions (token_hash);
CREATE INDEX sessions_of_user ON sessions (tenant_id, user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Links to choose a password with: purpose `invite` or `reset`. The token is sealed, and found by its digest.
CREATE TABLE password_links (
    tenant_id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    user_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    token TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (tenant_id, token_hash)
);
CREATE INDEX password_links_by_token ON password_links (token_hash);
CREATE INDEX password_links_by_end ON password_links (expires_at);

-- The inbox of people shows last who spoke last; the same words stand in repo/desk.rs.
CREATE INDEX conversations_by_activity ON conversations (tenant_id, (COALESCE(last_inbound_at, opened_at)), id);
CREATE INDEX calls_of_lead ON calls (tenant_id, lead_id) WHERE lead_id IS NOT NULL;
-- Chats that a person leads.
CREATE INDEX conversations_led ON conversations (tenant_id, id) WHERE driver <> 'bot';
