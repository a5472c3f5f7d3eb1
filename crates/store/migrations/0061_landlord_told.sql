-- Where a repair stood when its landlord heard of it last.
ALTER TABLE tickets ADD COLUMN landlord_told TEXT;
UPDATE tickets SET landlord_told = (
  SELECT CASE
    WHEN COUNT(CASE WHEN m.send_key LIKE '%:dismissed' THEN 1 END) > 0 THEN 'dismissed'
    WHEN COUNT(CASE WHEN m.send_key LIKE '%:done' THEN 1 END) > 0 THEN 'done'
    WHEN COUNT(CASE WHEN m.send_key LIKE '%:in_progress' THEN 1 END) > 0 THEN 'in_progress'
    WHEN COUNT(*) > 0 THEN 'open' END
  FROM messages m
  WHERE m.tenant_id = tickets.tenant_id AND m.send_key IN (
    'letter:tkt_' || tickets.id || ':landlord', 'letter:tkt_' || tickets.id || ':landlord:in_progress',
    'letter:tkt_' || tickets.id || ':landlord:done', 'letter:tkt_' || tickets.id || ':landlord:dismissed'))
WHERE landlord_id IS NOT NULL;
