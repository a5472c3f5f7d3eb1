-- What the pages ask for, so that each answer reads as many rows as it shows, however much there is.

-- Sums of a month: read from the index alone.
DROP INDEX model_usage_by_time;
CREATE INDEX model_usage_by_time ON model_usage (tenant_id, at, brain, model, tokens_in, tokens_out, cost_micros);
CREATE INDEX messages_by_kind ON messages (tenant_id, audience, channel, inbound, at);
CREATE INDEX credits_by_time ON credits_ledger (tenant_id, at, kind, credits);

-- Everything that was written to and by a person.
CREATE INDEX messages_of_contact ON messages (tenant_id, contact_id, id) WHERE contact_id IS NOT NULL;

CREATE INDEX leads_of_contact ON leads (tenant_id, contact_id, id);

-- What a lead is looked for by: its name and need in small letters, made by the program, which knows all alphabets.
ALTER TABLE leads ADD COLUMN words TEXT;
UPDATE leads SET words = LOWER(COALESCE(name, '') || ' ' || COALESCE(need, ''));
CREATE INDEX leads_by_words ON leads (tenant_id, id, words);
