-- What was thought of a viewing (C6): asked once, answered in the visitor's own words; `liked` is 1 or 0 where it was plain.
ALTER TABLE appointments ADD COLUMN feedback_asked_at BIGINT;
ALTER TABLE appointments ADD COLUMN feedback TEXT;
ALTER TABLE appointments ADD COLUMN liked BIGINT;
ALTER TABLE appointments ADD COLUMN feedback_at BIGINT;
