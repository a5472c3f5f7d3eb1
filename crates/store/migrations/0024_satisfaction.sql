-- How satisfied callers were (C14): asked after a call, at most monthly. `answer` is 1 good, 2 so-so, 3 bad.
CREATE TABLE satisfaction (
  tenant_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  answer BIGINT,
  answered_at BIGINT,
  PRIMARY KEY (tenant_id, call_id)
);
CREATE INDEX satisfaction_of_contact ON satisfaction (tenant_id, contact_id, asked_at);
CREATE INDEX satisfaction_by_time ON satisfaction (tenant_id, asked_at);
