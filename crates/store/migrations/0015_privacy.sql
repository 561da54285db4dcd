-- Sessions whose data must not be erased.
CREATE TABLE legal_holds (
    session_id           TEXT   NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    reason               TEXT   NOT NULL,
    held_by              TEXT   NOT NULL,
    held_at              BIGINT NOT NULL,
    -- When erasure was asked for; it is carried out once the hold is released.
    erasure_requested_at BIGINT
);

-- Up to which time of receipt the files of a kind were erased (accounts with `retentionByKind`).
CREATE TABLE retention_progress (
    account_id           TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind                 TEXT   NOT NULL,
    erased_until         BIGINT NOT NULL,
    PRIMARY KEY (account_id, kind)
);
CREATE INDEX attempts_by_receipt ON attempts (received_at) WHERE state = 'judged';
CREATE INDEX problem_reports_by_time ON problem_reports (created_at);
