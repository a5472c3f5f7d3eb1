-- How promising a lead is, as a number and as a word: what lists show, choose and order by (B10, C10).
ALTER TABLE leads ADD COLUMN score_total BIGINT;
UPDATE leads SET score_total = CAST(TRIM(SUBSTR(score, 10, 3), ',"') AS BIGINT) WHERE score LIKE '{"total":%';
CREATE INDEX leads_by_score ON leads (tenant_id, score_total, id) WHERE score_total IS NOT NULL;
CREATE INDEX leads_by_tag ON leads (tenant_id, tag, id) WHERE tag IS NOT NULL;
CREATE INDEX leads_by_tag_and_status ON leads (tenant_id, tag, status, id) WHERE tag IS NOT NULL;
