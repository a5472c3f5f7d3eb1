-- Who led a chat before it was kept (0050), by the audit trail: they took it over, or wrote in it; one to whom the receptionist
-- gave it has led nothing by that (D2).
UPDATE conversations SET led_by = COALESCE((SELECT '["' || STRING_AGG(led.who, '","') || '"]' FROM (
  SELECT CASE WHEN audit.after LIKE '{"driver":"usr!_%' ESCAPE '!' THEN SUBSTR(audit.after, 12, 36) ELSE audit.actor END AS who
    FROM audit WHERE audit.tenant_id = conversations.tenant_id AND audit.subject = 'cnv_' || conversations.id
    AND audit.action = 'conversation.take_over' AND audit.actor <> 'receptionist' AND audit.at >= conversations.opened_at
  UNION SELECT audit.actor FROM messages JOIN audit ON audit.tenant_id = messages.tenant_id AND audit.subject = 'msg_' || messages.id
    AND audit.action = 'message.send' WHERE messages.tenant_id = conversations.tenant_id
    AND messages.conversation_id = conversations.id AND messages.purpose = 'person' AND messages.at >= conversations.opened_at AND audit.actor LIKE 'usr!_%' ESCAPE '!'
  UNION SELECT conversations.driver WHERE NOT EXISTS (SELECT 1 FROM audit WHERE audit.tenant_id = conversations.tenant_id
    AND audit.subject = 'cnv_' || conversations.id AND audit.action = 'conversation.take_over' AND audit.actor = 'receptionist'
    AND audit.after LIKE '%' || conversations.driver || '%')
) AS led WHERE led.who LIKE 'usr!_%' ESCAPE '!'), '[]') WHERE handed_over_at IS NOT NULL;
-- Leads and chats count for these people now: everything is counted afresh.
DELETE FROM jobs WHERE kind = 'recount_reports' AND state IN ('available', 'scheduled', 'retryable', 'running');
