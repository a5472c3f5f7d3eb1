-- Photos of what is broken (C8): the messages that brought them, with the ticket of the report.
CREATE TABLE ticket_photos (
  tenant_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, ticket_id, message_id)
);
