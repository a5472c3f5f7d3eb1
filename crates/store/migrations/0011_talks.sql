-- The receptionist at work (C1, C8, C12): talks with their turns, tickets, calls for the people on call, agents' hours.

-- A talk on one channel. `desk` is the policy's state, `hold` the slot that is held for it; `version` guards both.
CREATE TABLE talks (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  medium TEXT NOT NULL,
  external_id TEXT NOT NULL,
  contact_id TEXT,
  language TEXT NOT NULL,
  desk TEXT NOT NULL,
  hold TEXT,
  unfinished BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 0,
  turns BIGINT NOT NULL DEFAULT 0,
  taken_up_by TEXT,
  begun_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
-- A call or a chat begins one talk, however often its begin is told.
CREATE UNIQUE INDEX talks_once ON talks (tenant_id, medium, external_id);
CREATE INDEX talks_of_contact ON talks (tenant_id, contact_id, updated_at) WHERE contact_id IS NOT NULL;

-- What was heard and answered. The key makes a repeated turn give the same answer and do nothing twice (P2).
CREATE TABLE talk_turns (
  tenant_id TEXT NOT NULL,
  talk_id TEXT NOT NULL,
  turn_key TEXT NOT NULL,
  nth BIGINT NOT NULL,
  heard TEXT NOT NULL,
  answer TEXT NOT NULL,
  acts TEXT NOT NULL,
  brain TEXT,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, talk_id, turn_key)
);

CREATE TABLE tickets (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  number TEXT NOT NULL,
  contact_id TEXT,
  talk_id TEXT,
  property_id TEXT,
  category TEXT NOT NULL,
  urgency TEXT NOT NULL,
  danger TEXT,
  report TEXT NOT NULL,
  address TEXT,
  state TEXT NOT NULL,
  note TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX tickets_numbered ON tickets (tenant_id, number);
CREATE INDEX tickets_of_contact ON tickets (tenant_id, contact_id) WHERE contact_id IS NOT NULL;

CREATE TABLE alarms (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  danger TEXT NOT NULL,
  contact_id TEXT,
  talk_id TEXT,
  phone TEXT,
  report TEXT NOT NULL,
  address TEXT,
  state TEXT NOT NULL,
  told BIGINT NOT NULL DEFAULT 0,
  taken_by TEXT,
  created_at BIGINT NOT NULL,
  closed_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX alarms_open ON alarms (tenant_id, created_at) WHERE state = 'ringing';
-- One call for help per danger and talk, however often it is told.
CREATE UNIQUE INDEX alarms_once ON alarms (tenant_id, talk_id, danger) WHERE talk_id IS NOT NULL;

-- When an agent takes appointments, each week; without rows the usual week holds (C6).
CREATE TABLE agent_hours (
  tenant_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  week TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, agent_id)
);
