-- The timeline of a person reads each kind of thing by person and in order: without an index that has both, SQLite goes through
-- everything of the business in order instead.
CREATE INDEX facts_said_of ON facts (tenant_id, contact_id, at);
DROP INDEX tickets_of_contact;
CREATE INDEX tickets_of_contact ON tickets (tenant_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX appointments_in_order ON appointments (tenant_id, contact_id, id) WHERE contact_id IS NOT NULL;
