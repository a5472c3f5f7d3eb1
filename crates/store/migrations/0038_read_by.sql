-- Who read a fact (D2): the brain, its prompt or rules with their version, and the language of the words. Nothing for what
-- people said, and for what was read before this was kept.
ALTER TABLE facts ADD COLUMN brain TEXT;
ALTER TABLE facts ADD COLUMN prompt TEXT;
ALTER TABLE facts ADD COLUMN lang TEXT;
ALTER TABLE fact_history ADD COLUMN brain TEXT;
ALTER TABLE fact_history ADD COLUMN prompt TEXT;
ALTER TABLE fact_history ADD COLUMN lang TEXT;
DROP INDEX facts_by_time;
CREATE INDEX facts_by_time ON facts (tenant_id, at, source, name, provisional, brain, prompt, lang);
