-- What people are sent about properties (C11): each property once, in order; searches that go on with their consent, and what was
-- found for them since, told at most once a day.
CREATE TABLE sent_details (
  tenant_id TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  property_id TEXT NOT NULL,
  message_id TEXT,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, property_id)
);
CREATE TABLE saved_searches (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  criteria TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  told_at BIGINT,
  ended_at BIGINT,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX one_search_of_contact ON saved_searches (tenant_id, contact_id) WHERE ended_at IS NULL;
CREATE TABLE search_matches (
  tenant_id TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  property_id TEXT NOT NULL,
  price BIGINT NOT NULL,
  state TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, contact_id, property_id, price)
);
CREATE INDEX search_matches_due ON search_matches (tenant_id, contact_id, at) WHERE state = 'due';
