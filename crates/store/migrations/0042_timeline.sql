-- What was once said of a person, newest first: for the timeline, and for merges.
CREATE INDEX fact_history_of_contact ON fact_history (tenant_id, contact_id, at);
