-- People on call who are rung for an emergency (C8): one row for each place in the chain. `state` says how far the provider has
-- come with it, `result` how it ended.
CREATE TABLE on_call_rings (
  tenant_id TEXT NOT NULL,
  alarm_id TEXT NOT NULL,
  nth BIGINT NOT NULL,
  name TEXT NOT NULL,
  phone TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  state TEXT NOT NULL,
  provider_call_id TEXT,
  result TEXT,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, alarm_id, nth)
);
