-- A chat about a lead may begin anew, with the next missed call: each stretch counts by itself, named by when it began.
UPDATE tallies SET subject = subject || '/' || COALESCE(
    (SELECT CAST(c.opened_at AS TEXT) FROM conversations c WHERE c.tenant_id = tallies.tenant_id
        AND c.id = SUBSTR(tallies.subject, 5, 32) AND tallies.subject = 'cnv_' || c.id || '/lead_' || c.lead_id), '0')
    WHERE subject LIKE 'cnv!_%/%' ESCAPE '!';
-- When a caller was answered is asked of their outreaches.
CREATE INDEX episodes_of_contact ON episodes (tenant_id, contact_id, called_at);
-- First answers, callers' opinions and the way from a missed call are counted otherwise now: everything is counted afresh.
DELETE FROM jobs WHERE kind = 'recount_reports' AND state IN ('available', 'scheduled', 'retryable');
