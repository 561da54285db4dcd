-- When a sweep last went by the time of day, as the instance that swept saw it: one row. Who starts compares.
CREATE TABLE sweeps (
    id             BIGINT NOT NULL PRIMARY KEY,
    swept_at       BIGINT NOT NULL
);
