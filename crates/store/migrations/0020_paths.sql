-- Ways to what is asked for often: what was last said of a person, the days of the calendar, tickets by state, open alarms.
CREATE INDEX facts_of_contact ON facts (tenant_id, contact_id, name, at);
CREATE INDEX appointments_by_day ON appointments (tenant_id, starts_at);
CREATE INDEX tickets_by_state ON tickets (tenant_id, state, id);
DROP INDEX alarms_open;
CREATE INDEX alarms_open ON alarms (tenant_id, created_at) WHERE state IN ('ringing', 'unanswered');
