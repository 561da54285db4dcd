-- One script for SQLite and PostgreSQL: TEXT and BIGINT only (times are Unix milliseconds, truth is 0 or 1).

CREATE TABLE accounts (
    id             TEXT   NOT NULL PRIMARY KEY,
    access_key     TEXT   NOT NULL UNIQUE,
    name           TEXT   NOT NULL,
    -- The secret key, encrypted with the master key: signatures need it in clear.
    sealed_secret  TEXT   NOT NULL,
    enabled        BIGINT NOT NULL,
    expires_at     BIGINT,
    settings       TEXT   NOT NULL,
    -- Goes up when the secret is rotated or the account disabled, so that tokens issued before can be refused.
    token_epoch    BIGINT NOT NULL,
    created_at     BIGINT NOT NULL
);

CREATE TABLE server_secrets (
    name           TEXT   NOT NULL PRIMARY KEY,
    sealed         TEXT   NOT NULL
);

CREATE TABLE ui_configurations (
    account_id     TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    locale         TEXT   NOT NULL,
    body           TEXT   NOT NULL,
    updated_at     BIGINT NOT NULL,
    PRIMARY KEY (account_id, locale)
);

CREATE TABLE sessions (
    id                TEXT   NOT NULL PRIMARY KEY,
    account_id        TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Goes up with every change.
    version           BIGINT NOT NULL,
    state             TEXT   NOT NULL,
    failure           TEXT,
    region            TEXT,
    user_id           TEXT,
    return_url        TEXT,
    failed_return_url TEXT,
    try_count         BIGINT,
    product_level     TEXT,
    iframe            BIGINT NOT NULL,
    multi_device      BIGINT NOT NULL,
    use_slave_url     BIGINT NOT NULL,
    starts            BIGINT NOT NULL,
    judged            BIGINT NOT NULL,
    result_attempt    TEXT,
    created_at        BIGINT NOT NULL,
    expires_at        BIGINT NOT NULL,
    purge_at          BIGINT NOT NULL,
    finished_at       BIGINT,
    cleared_at        BIGINT
);
CREATE INDEX sessions_by_account ON sessions (account_id, created_at);
CREATE INDEX sessions_to_purge ON sessions (purge_at) WHERE cleared_at IS NULL;
CREATE INDEX sessions_cleared ON sessions (cleared_at) WHERE cleared_at IS NOT NULL;

CREATE TABLE attempts (
    session_id       TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    id               TEXT   NOT NULL,
    device           TEXT   NOT NULL,
    state            TEXT   NOT NULL,
    nonce            TEXT   NOT NULL UNIQUE,
    issued_at        BIGINT NOT NULL,
    nonce_expires_at BIGINT NOT NULL,
    received_at      BIGINT,
    manifest_sha256  TEXT,
    far_image_time   BIGINT,
    near_image_time  BIGINT,
    camera_type      TEXT,
    lease_until      BIGINT NOT NULL,
    -- Goes up with every claim, so that a scorer that lost its lease cannot finish.
    fence            BIGINT NOT NULL,
    code             TEXT,
    score            BIGINT,
    attack_type      BIGINT,
    checks           TEXT,
    judged_at        BIGINT,
    PRIMARY KEY (session_id, id)
);
CREATE INDEX attempts_to_score ON attempts (received_at) WHERE state = 'received';

CREATE TABLE files (
    session_id     TEXT   NOT NULL,
    attempt_id     TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    path           TEXT   NOT NULL,
    bytes          BIGINT NOT NULL,
    sha256         TEXT   NOT NULL,
    -- Which key encrypts it; null: not encrypted.
    key_id         TEXT,
    PRIMARY KEY (session_id, attempt_id, name),
    FOREIGN KEY (session_id, attempt_id) REFERENCES attempts (session_id, id) ON DELETE CASCADE
);

-- What lies in the object store and is to go: uploads until they are acknowledged, and all of a cleared session.
CREATE TABLE doomed_blobs (
    prefix         TEXT   NOT NULL PRIMARY KEY,
    due_at         BIGINT NOT NULL,
    -- A sweeper is deleting: an upload can no longer be acknowledged.
    sweeping       BIGINT NOT NULL
);
CREATE INDEX doomed_blobs_by_time ON doomed_blobs (due_at);

CREATE TABLE hand_offs (
    id             TEXT   NOT NULL PRIMARY KEY,
    session_id     TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    secret_sha256  TEXT   NOT NULL,
    state          TEXT   NOT NULL,
    device         TEXT,
    code           TEXT,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    opened_at      BIGINT,
    confirmed_at   BIGINT
);
CREATE INDEX hand_offs_by_session ON hand_offs (session_id, created_at);

CREATE TABLE problem_reports (
    session_id     TEXT   NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    id             TEXT   NOT NULL,
    body           TEXT   NOT NULL,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (session_id, id)
);
