-- Figures of the business (D2): what each thing adds to the sums of its hour, and the sums, by hour and by day.

-- What the sums count of a thing now, so that a later event takes back exactly that. `subject` is its id.
CREATE TABLE tallies (
    tenant_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    day TEXT NOT NULL,
    hour BIGINT NOT NULL,
    line TEXT NOT NULL,
    sums TEXT NOT NULL,
    PRIMARY KEY (tenant_id, subject)
);
-- The rows behind a number.
CREATE INDEX tallies_by_day ON tallies (tenant_id, day, subject);

CREATE TABLE rollups_hourly (
    tenant_id TEXT NOT NULL,
    measure TEXT NOT NULL,
    day TEXT NOT NULL,
    hour BIGINT NOT NULL,
    line TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, measure, day, hour, line)
);

CREATE TABLE rollups_daily (
    tenant_id TEXT NOT NULL,
    day TEXT NOT NULL,
    line TEXT NOT NULL,
    measure TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, day, line, measure)
);

-- What commits added to the sums since they were folded into them (see `repo/hours.rs`): the sums are those of both.
CREATE TABLE rollup_deltas (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    changes TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
