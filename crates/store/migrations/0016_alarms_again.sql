-- One call for help per danger and talk at a time: told again after somebody took it, or nobody did, it is a new one (C8).
DROP INDEX alarms_once;
CREATE UNIQUE INDEX alarms_once ON alarms (tenant_id, talk_id, danger) WHERE talk_id IS NOT NULL AND state = 'ringing';
