-- Questions to brains behind a number (B7, D2), page by page: those of one brain and prompt, and those that are rare.
CREATE INDEX model_usage_of_brain ON model_usage (tenant_id, brain, model, prompt, id);
CREATE INDEX model_usage_paid ON model_usage (tenant_id, id) WHERE cost_micros <> 0;
CREATE INDEX model_usage_fallback ON model_usage (tenant_id, id) WHERE result = 'fallback';
CREATE INDEX model_usage_failed ON model_usage (tenant_id, id) WHERE result NOT IN ('ok', 'good', 'fallback');
