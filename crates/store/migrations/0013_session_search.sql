-- Whether the statistics count the session: sessions of before this column are not counted at all.
ALTER TABLE sessions ADD COLUMN counted BIGINT NOT NULL DEFAULT 0;
-- When the page was first loaded.
ALTER TABLE sessions ADD COLUMN opened_at BIGINT;
-- When the service noticed that the session's time was over without an end.
ALTER TABLE sessions ADD COLUMN expired_at BIGINT;
-- The decision about the last scored attempt.
ALTER TABLE sessions ADD COLUMN verdict TEXT;
-- The device of the last upload, coarsely: families only.
ALTER TABLE sessions ADD COLUMN os TEXT;
ALTER TABLE sessions ADD COLUMN browser TEXT;
ALTER TABLE sessions ADD COLUMN device_type TEXT;
ALTER TABLE sessions ADD COLUMN camera_type TEXT;
-- Why the attempt did not pass: the first reason.
ALTER TABLE attempts ADD COLUMN reason TEXT;
-- The kind of problem, from a fixed list.
ALTER TABLE problem_reports ADD COLUMN kind TEXT NOT NULL DEFAULT '';

UPDATE sessions SET
    verdict = (SELECT CASE WHEN code = 'SUCCESS' AND score >= 50 THEN 'live' WHEN code = 'SUCCESS' THEN 'attack'
        ELSE 'inconclusive' END FROM attempts
        WHERE attempts.session_id = sessions.id AND attempts.id = sessions.result_attempt AND code IS NOT NULL),
    camera_type = (SELECT attempts.camera_type FROM attempts
        WHERE attempts.session_id = sessions.id AND attempts.id = sessions.result_attempt)
    WHERE result_attempt IS NOT NULL;

DROP INDEX sessions_by_account;
CREATE INDEX sessions_of_account ON sessions (account_id, created_at, id);
CREATE INDEX sessions_by_time ON sessions (created_at, id);
CREATE INDEX sessions_by_user ON sessions (user_id, created_at, id) WHERE user_id IS NOT NULL;
CREATE INDEX sessions_by_verdict ON sessions (account_id, verdict, created_at, id) WHERE verdict IS NOT NULL;
CREATE INDEX sessions_to_expire ON sessions (expires_at) WHERE state = 'open' AND expired_at IS NULL;

-- Counts by day (UTC) of the session's creation. They contain nothing of a person and outlive the sessions.
CREATE TABLE statistics (
    account_id     TEXT   NOT NULL,
    day            TEXT   NOT NULL,
    -- regular, sandbox or study.
    kind           TEXT   NOT NULL,
    metric         TEXT   NOT NULL,
    label          TEXT   NOT NULL,
    -- Several rows per count, so that transactions seldom wait for each other; their sum is the count.
    shard          BIGINT NOT NULL,
    count          BIGINT NOT NULL,
    PRIMARY KEY (account_id, day, kind, metric, label, shard)
);
CREATE INDEX statistics_by_day ON statistics (kind, day);
