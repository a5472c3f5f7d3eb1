-- When a person first led a chat, or was asked for, since it began: handing it back does not undo that (D2).
ALTER TABLE conversations ADD COLUMN handed_over_at BIGINT;
UPDATE conversations SET handed_over_at = opened_at
WHERE driver <> 'bot' OR closed_reason = 'wants_person' OR EXISTS (
  SELECT 1 FROM audit WHERE audit.tenant_id = conversations.tenant_id AND audit.subject = 'cnv_' || conversations.id
  AND audit.action = 'conversation.take_over' AND audit.at >= conversations.opened_at);
-- Chats are counted otherwise by it, and so are talks over the telephone: everything is counted afresh.
DELETE FROM jobs WHERE kind = 'recount_reports' AND state IN ('available', 'scheduled', 'retryable');
