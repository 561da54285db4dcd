-- What reviewers decided about sessions, with their notes. Every decision is kept until the session's data is erased.
CREATE TABLE session_reviews (
    id             TEXT   NOT NULL PRIMARY KEY,
    session_id     TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    decision       TEXT   NOT NULL,
    note           TEXT   NOT NULL,
    -- The name of the operator.
    operator       TEXT   NOT NULL,
    decided_at     BIGINT NOT NULL
);
CREATE INDEX session_reviews_by_session ON session_reviews (session_id, decided_at);
