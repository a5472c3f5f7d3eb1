-- Events that came in a crowd, as one row: on disk with one short write, sorted into the inbox soon after (P1, D6).
-- They belong to the reserved tenant 000…0, for one batch has the events of many. words: a JSON array of all but the bodies,
-- which stand in bodies one after the other.
CREATE TABLE inbox_batches (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  events BIGINT NOT NULL,
  words TEXT NOT NULL,
  bodies BYTEA NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
