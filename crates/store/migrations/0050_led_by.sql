-- Which users led a chat since it began, as a list of their ids: what each of them did is told by it (D2).
ALTER TABLE conversations ADD COLUMN led_by TEXT NOT NULL DEFAULT '[]';
UPDATE conversations SET led_by = '["' || driver || '"]' WHERE driver LIKE 'usr!_%' ESCAPE '!';
-- only: sqlite
UPDATE conversations SET led_by = COALESCE((
  SELECT '["' || REPLACE(GROUP_CONCAT(DISTINCT audit.actor), ',', '","') || '"]' FROM audit WHERE audit.tenant_id = conversations.tenant_id
  AND audit.subject = 'cnv_' || conversations.id AND audit.action = 'conversation.take_over' AND audit.actor LIKE 'usr!_%' ESCAPE '!'
  AND audit.at >= conversations.opened_at), led_by);
-- only: postgres
UPDATE conversations SET led_by = COALESCE((
  SELECT '["' || STRING_AGG(DISTINCT audit.actor, '","') || '"]' FROM audit WHERE audit.tenant_id = conversations.tenant_id
  AND audit.subject = 'cnv_' || conversations.id AND audit.action = 'conversation.take_over' AND audit.actor LIKE 'usr!_%' ESCAPE '!'
  AND audit.at >= conversations.opened_at), led_by);
-- Leads and chats count for these people now: everything is counted afresh.
DELETE FROM jobs WHERE kind = 'recount_reports' AND state IN ('available', 'scheduled', 'retryable', 'running');
