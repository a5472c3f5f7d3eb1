-- The loss account (P11): the calls of a day that nobody answered, and what stands behind each.

-- The moment that decides the day; the same words stand in repo/loss.rs. A record that comes a week late counts when it comes.
CREATE INDEX calls_not_answered ON calls (tenant_id, (CASE WHEN COALESCE(started_at, ended_at, received_at) BETWEEN received_at - 604800000000 AND received_at THEN COALESCE(started_at, ended_at, received_at) ELSE received_at END))
  WHERE direction = 'inbound' AND (outcome IS NULL OR outcome <> 'answered');
CREATE INDEX decisions_of_call ON decisions (tenant_id, call_id, id) WHERE call_id IS NOT NULL;
CREATE INDEX messages_of_episode ON messages (tenant_id, episode_id) WHERE episode_id IS NOT NULL;
