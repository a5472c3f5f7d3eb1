-- How many people a number may write to first within 24 hours, as the provider last told (A8); NULL: it has not, or any number.
ALTER TABLE connections ADD COLUMN daily_limit BIGINT;
