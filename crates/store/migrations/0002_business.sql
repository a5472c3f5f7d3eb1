-- The business: tenants, their accounts and numbers, people, calls, leads, chats and the ledger of decisions.
-- One text for both engines: BIGINT, TEXT, BYTEA; times are UTC microseconds; booleans 0 or 1; JSON is text.
-- Every key leads with the tenant, so that a sharded engine can spread the tables.

CREATE TABLE tenants (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    locale TEXT NOT NULL,
    country TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    place TEXT,
    owner TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE users (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX users_by_email ON users (tenant_id, email);

CREATE TABLE api_keys (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX api_keys_by_hash ON api_keys (key_hash);

-- The secrets of a connection are sealed in `secrets`; `key_hash` finds it by the key in its webhook URL,
-- `account_key` by the provider's own name for the account (phone_number_id).
CREATE TABLE connections (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    config TEXT NOT NULL,
    secrets TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    account_key TEXT,
    health TEXT NOT NULL,
    health_detail TEXT,
    paused_until BIGINT,
    created_at BIGINT NOT NULL,
    deleted_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX connections_by_key ON connections (key_hash);
CREATE INDEX connections_by_account ON connections (kind, account_key);

CREATE TABLE lines (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    uses TEXT NOT NULL,
    connection_id TEXT,
    languages TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_line_per_number ON lines (tenant_id, number) WHERE until IS NULL;

CREATE TABLE contacts (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    phone TEXT,
    name TEXT,
    profile_name TEXT,
    language TEXT,
    opted_out_at BIGINT,
    no_whatsapp_since BIGINT,
    no_sms_since BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- An identity has one owner.
CREATE TABLE identities (
    tenant_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, kind, value)
);
CREATE INDEX identities_of_contact ON identities (tenant_id, contact_id);

CREATE TABLE consents (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    purpose TEXT NOT NULL,
    state TEXT NOT NULL,
    basis TEXT NOT NULL,
    origin TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX consents_of_contact ON consents (tenant_id, contact_id);

CREATE TABLE episodes (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    line TEXT,
    state TEXT NOT NULL,
    reason TEXT,
    due_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    called_at BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_open_episode ON episodes (tenant_id, contact_id, purpose) WHERE closed_at IS NULL;

CREATE TABLE calls (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    provider TEXT NOT NULL,
    provider_call_id TEXT NOT NULL,
    connection_id TEXT,
    direction TEXT NOT NULL,
    from_number TEXT,
    to_number TEXT,
    line TEXT,
    contact_id TEXT,
    lead_id TEXT,
    episode_id TEXT,
    lifecycle TEXT NOT NULL,
    status TEXT NOT NULL,
    outcome TEXT,
    received_at BIGINT NOT NULL,
    started_at BIGINT,
    answered_at BIGINT,
    ended_at BIGINT,
    ring_seconds BIGINT,
    duration_seconds BIGINT,
    answered_by TEXT,
    recording_url TEXT,
    transcript TEXT NOT NULL,
    flags TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_call ON calls (tenant_id, provider, provider_call_id);
CREATE INDEX calls_of_contact ON calls (tenant_id, contact_id, id);
CREATE INDEX calls_of_episode ON calls (tenant_id, episode_id);

CREATE TABLE call_legs (
    tenant_id TEXT NOT NULL,
    call_id TEXT NOT NULL,
    leg_key TEXT NOT NULL,
    provider TEXT NOT NULL,
    own_key TEXT NOT NULL,
    report TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, call_id, leg_key)
);
CREATE INDEX call_legs_by_own_key ON call_legs (tenant_id, provider, own_key);

CREATE TABLE leads (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    status TEXT NOT NULL,
    source TEXT NOT NULL,
    name TEXT,
    need TEXT,
    preference TEXT,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_open_lead ON leads (tenant_id, contact_id) WHERE closed_at IS NULL;
CREATE INDEX leads_by_status ON leads (tenant_id, status, id);

CREATE TABLE facts (
    tenant_id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    name TEXT NOT NULL,
    id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    value TEXT NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    source TEXT NOT NULL,
    origin TEXT,
    provisional BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, lead_id, name)
);

CREATE TABLE fact_history (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    name TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    value TEXT NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    source TEXT NOT NULL,
    origin TEXT,
    provisional BIGINT NOT NULL,
    at BIGINT NOT NULL,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX fact_history_of_lead ON fact_history (tenant_id, lead_id, name);

CREATE TABLE conversations (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    contact_id TEXT NOT NULL,
    lead_id TEXT,
    episode_id TEXT,
    channel TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    state TEXT NOT NULL,
    driver TEXT NOT NULL,
    asked TEXT NOT NULL,
    window_until BIGINT,
    reminders_sent BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    last_inbound_at BIGINT,
    said TEXT NOT NULL,
    closed_reason TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_conversation ON conversations (tenant_id, contact_id, channel, connection_id);

-- A message once: `send_key` for what we send, the provider's id for what comes in.
CREATE TABLE messages (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    conversation_id TEXT,
    contact_id TEXT,
    lead_id TEXT,
    episode_id TEXT,
    audience TEXT NOT NULL,
    inbound BIGINT NOT NULL,
    channel TEXT NOT NULL,
    connection_id TEXT,
    to_phone TEXT,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    purpose TEXT,
    status TEXT NOT NULL,
    error TEXT,
    provider_id TEXT,
    send_key TEXT,
    attempt BIGINT NOT NULL,
    handled_at BIGINT,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_send ON messages (tenant_id, send_key) WHERE send_key IS NOT NULL;
CREATE UNIQUE INDEX one_provider_id ON messages (tenant_id, connection_id, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX messages_of_conversation ON messages (tenant_id, conversation_id, id);
CREATE INDEX messages_unhandled ON messages (tenant_id, conversation_id) WHERE inbound = 1 AND handled_at IS NULL;

-- What the provider reported of our messages, in whatever order it came: the status is folded from these.
CREATE TABLE message_events (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    word TEXT NOT NULL,
    status TEXT,
    at BIGINT NOT NULL,
    failure TEXT,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, provider_id, word)
);

CREATE TABLE message_templates (
    tenant_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    status TEXT NOT NULL,
    category TEXT,
    reason TEXT,
    paused_until BIGINT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, name, language)
);

CREATE TABLE decisions (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    verdict TEXT NOT NULL,
    rule TEXT NOT NULL,
    reason TEXT NOT NULL,
    explanation TEXT NOT NULL,
    evidence TEXT NOT NULL,
    wait_until BIGINT,
    contact_id TEXT,
    episode_id TEXT,
    call_id TEXT,
    message_id TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX decisions_of_contact ON decisions (tenant_id, contact_id, id);
CREATE INDEX decisions_of_episode ON decisions (tenant_id, episode_id, id);

CREATE TABLE tasks (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    task_key TEXT,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    detail TEXT NOT NULL,
    contact_id TEXT,
    lead_id TEXT,
    phone TEXT,
    due_at BIGINT,
    urgency TEXT NOT NULL,
    state TEXT NOT NULL,
    assigned_to TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_task ON tasks (tenant_id, task_key) WHERE task_key IS NOT NULL;
CREATE INDEX tasks_by_state ON tasks (tenant_id, state, id);
CREATE INDEX tasks_of_contact ON tasks (tenant_id, contact_id);

-- What the owner was last told of a lead (A13).
CREATE TABLE owner_notices (
    tenant_id TEXT NOT NULL,
    lead_id TEXT NOT NULL,
    told_at BIGINT,
    snapshot TEXT,
    news TEXT NOT NULL,
    notices BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, lead_id)
);

-- Token buckets (P12, A8).
CREATE TABLE budgets (
    tenant_id TEXT NOT NULL,
    bucket_key TEXT NOT NULL,
    tokens DOUBLE PRECISION NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, bucket_key)
);

CREATE TABLE model_usage (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    brain TEXT NOT NULL,
    model TEXT NOT NULL,
    prompt TEXT NOT NULL,
    tokens_in BIGINT NOT NULL,
    tokens_out BIGINT NOT NULL,
    cost_micros BIGINT,
    latency_ms BIGINT NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX model_usage_by_time ON model_usage (tenant_id, at);

CREATE TABLE audit (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT,
    after TEXT,
    PRIMARY KEY (tenant_id, id)
);

-- Answers to requests that carried an Idempotency-Key.
CREATE TABLE idempotency (
    tenant_id TEXT NOT NULL,
    request_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status BIGINT,
    body TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, request_key)
);
