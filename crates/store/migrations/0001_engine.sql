-- The inbox and the job queue: what makes accepted events and due work survive (P1, P2).

-- Raw events as they came in. Events that no tenant owns yet belong to the reserved tenant 000…0 (A4).
-- state: received, processed, unroutable, unreadable, failed.
CREATE TABLE inbox (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  event_key TEXT NOT NULL,
  dedupe_key TEXT NOT NULL,
  headers TEXT NOT NULL,
  body BYTEA NOT NULL,
  received_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT,
  processed_at BIGINT,
  attempts BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id)
);
-- An event once (P2).
CREATE UNIQUE INDEX inbox_once ON inbox (tenant_id, connection_id, dedupe_key);
-- The next ones of a connection, in the order in which they came.
CREATE INDEX inbox_pending ON inbox (tenant_id, connection_id, id) WHERE state = 'received';
-- The trays that people look at.
CREATE INDEX inbox_trays ON inbox (tenant_id, state, id) WHERE state IN ('unroutable', 'unreadable', 'failed');

-- Work to be done. The states are River's: available, scheduled and retryable wait; running; completed, cancelled and
-- discarded are final. `claims` only grows: a run that finishes must know the number it was claimed with.
CREATE TABLE jobs (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT,
  lane TEXT,
  payload TEXT NOT NULL,
  state TEXT NOT NULL,
  priority BIGINT NOT NULL,
  run_at BIGINT NOT NULL,
  attempt BIGINT NOT NULL DEFAULT 0,
  max_attempts BIGINT NOT NULL,
  claims BIGINT NOT NULL DEFAULT 0,
  worker TEXT,
  lease_until BIGINT,
  again_at BIGINT,
  last_error TEXT,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  finished_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
-- One live job per key.
CREATE UNIQUE INDEX jobs_one_per_key ON jobs (tenant_id, kind, key)
  WHERE key IS NOT NULL AND state IN ('available', 'scheduled', 'retryable', 'running');
-- One running job per lane: a conversation, a contact, a ticket.
CREATE UNIQUE INDEX jobs_one_per_lane ON jobs (tenant_id, lane) WHERE lane IS NOT NULL AND state = 'running';
-- Who is next in a lane.
CREATE INDEX jobs_lane_next ON jobs (tenant_id, lane, run_at, id)
  WHERE lane IS NOT NULL AND state IN ('available', 'scheduled', 'retryable');
-- What a tenant has due, most urgent first; also the list of tenants that have anything waiting.
CREATE INDEX jobs_waiting_of_tenant ON jobs (tenant_id, priority, run_at, id)
  WHERE state IN ('available', 'scheduled', 'retryable');
-- What is due next, whosever it is.
CREATE INDEX jobs_waiting ON jobs (run_at, tenant_id) WHERE state IN ('available', 'scheduled', 'retryable');
-- Leases.
CREATE INDEX jobs_running ON jobs (tenant_id, id, worker, lease_until) WHERE state = 'running';
-- What can be forgotten.
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE state IN ('completed', 'cancelled', 'discarded');
