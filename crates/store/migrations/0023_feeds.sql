-- Secret addresses under which agents have their appointments in a calendar of their own (C7): one at a time, told apart by the
-- digest of its token.
CREATE TABLE calendar_feeds (
  tenant_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, agent_id)
);
CREATE INDEX calendar_feeds_by_token ON calendar_feeds (token_hash);
