-- The lead that an appointment is about (A9, D2): by it appointments have a line, and a lead lost after its viewing was shown one.
ALTER TABLE appointments ADD COLUMN lead_id TEXT;
UPDATE appointments SET lead_id = (
  SELECT leads.id FROM leads WHERE leads.tenant_id = appointments.tenant_id AND leads.contact_id = appointments.contact_id
  AND leads.merged_into IS NULL AND leads.opened_at <= appointments.created_at + 60000000
  AND (leads.closed_at IS NULL OR leads.closed_at >= appointments.created_at) ORDER BY leads.id DESC LIMIT 1
) WHERE contact_id IS NOT NULL;
CREATE INDEX appointments_of_lead ON appointments (tenant_id, lead_id) WHERE lead_id IS NOT NULL;
-- Leads of calls by the kind of call, where their first one tells it.
UPDATE leads SET source = 'voice_agent' WHERE source = 'call' AND (
  SELECT calls.agent FROM calls WHERE calls.tenant_id = leads.tenant_id AND calls.lead_id = leads.id ORDER BY calls.id LIMIT 1
) IS NOT NULL;
UPDATE leads SET source = 'receptionist' WHERE source = 'call' AND EXISTS (
  SELECT 1 FROM voice_calls WHERE voice_calls.tenant_id = leads.tenant_id AND voice_calls.call_id = (
    SELECT calls.id FROM calls WHERE calls.tenant_id = leads.tenant_id AND calls.lead_id = leads.id ORDER BY calls.id LIMIT 1
  ));
DELETE FROM jobs WHERE kind = 'recount_reports' AND state IN ('available', 'scheduled', 'retryable');
