-- The sums once more by month, so that years are read as quickly as weeks: whole months from here, the days at both ends from
-- the daily and hourly sums. `slot` is the hour of the week, 0 to 167 from Monday's midnight on.
CREATE TABLE rollups_monthly (
    tenant_id TEXT NOT NULL,
    month TEXT NOT NULL,
    line TEXT NOT NULL,
    measure TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, month, line, measure)
);
CREATE TABLE rollups_slots (
    tenant_id TEXT NOT NULL,
    measure TEXT NOT NULL,
    month TEXT NOT NULL,
    slot BIGINT NOT NULL,
    line TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, measure, month, slot, line)
);
-- A measure's days, read from the index alone.
CREATE INDEX rollups_daily_by_measure ON rollups_daily (tenant_id, measure, day, line, value);
INSERT INTO rollups_monthly (tenant_id, month, line, measure, value)
    SELECT tenant_id, SUBSTR(day, 1, 7), line, measure, CAST(SUM(value) AS BIGINT) FROM rollups_daily
    GROUP BY tenant_id, SUBSTR(day, 1, 7), line, measure;
-- The day of the week by Zeller's rule, which both engines can count: March is the first month of a year that begins then.
INSERT INTO rollups_slots (tenant_id, measure, month, slot, line, value)
    SELECT tenant_id, measure, SUBSTR(day, 1, 7),
        ((d + (13 * m - 1) / 5 + y + y / 4 - y / 100 + y / 400 + 6) % 7) * 24 + hour, line, CAST(SUM(value) AS BIGINT)
    FROM (SELECT h.*, CAST(SUBSTR(day, 9, 2) AS BIGINT) AS d,
            CASE WHEN SUBSTR(day, 6, 2) < '03' THEN CAST(SUBSTR(day, 6, 2) AS BIGINT) + 10
                 ELSE CAST(SUBSTR(day, 6, 2) AS BIGINT) - 2 END AS m,
            CAST(SUBSTR(day, 1, 4) AS BIGINT) - CASE WHEN SUBSTR(day, 6, 2) < '03' THEN 1 ELSE 0 END AS y
        FROM rollups_hourly h) AS hours
    GROUP BY tenant_id, measure, SUBSTR(day, 1, 7),
        ((d + (13 * m - 1) / 5 + y + y / 4 - y / 100 + y / 400 + 6) % 7) * 24 + hour, line;

-- The moment that decides on which day of the loss account a call counts (P11), as a column: PostgreSQL takes no sum of two
-- columns into an index condition behind its row security.
ALTER TABLE calls ADD COLUMN counted_at BIGINT;
UPDATE calls SET counted_at = CASE
    WHEN COALESCE(started_at, ended_at, received_at) BETWEEN received_at - 604800000000 AND received_at
    THEN COALESCE(started_at, ended_at, received_at) ELSE received_at END;
DROP INDEX calls_not_answered;
CREATE INDEX calls_not_answered ON calls (tenant_id, counted_at)
    WHERE direction = 'inbound' AND (outcome IS NULL OR outcome <> 'answered');

-- Money for language models by month of the tenant's zone, of months that are over.
CREATE TABLE model_money (
    tenant_id TEXT NOT NULL,
    month TEXT NOT NULL,
    zone TEXT NOT NULL,
    cost_micros BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, month)
);
