-- When a task was asked for (A6): a talk closes only what was asked for before its end, however late it is reported.
ALTER TABLE tasks ADD COLUMN asked_at BIGINT;
