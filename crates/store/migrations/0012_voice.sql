-- A call that the receptionist holds (C1): the telephone side of a talk. The talk has the provider's id of the call as its own.
CREATE TABLE voice_calls (
  tenant_id TEXT NOT NULL,
  provider_call_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  contact_id TEXT,
  line TEXT NOT NULL,
  caller TEXT,
  mode TEXT NOT NULL,
  language TEXT NOT NULL,
  begun_at BIGINT NOT NULL,
  ended_at BIGINT,
  taken_by TEXT,
  cuts TEXT NOT NULL DEFAULT '{}',
  summary TEXT,
  PRIMARY KEY (tenant_id, provider_call_id)
);
CREATE UNIQUE INDEX voice_calls_of_call ON voice_calls (tenant_id, call_id);
CREATE INDEX voice_calls_of_contact ON voice_calls (tenant_id, contact_id) WHERE contact_id IS NOT NULL;
