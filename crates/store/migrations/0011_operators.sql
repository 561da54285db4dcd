-- The audit log: appended to, never changed. Each entry contains the hash of the one before (docs/CONSOLE.md).
CREATE TABLE audit_entries (
    sequence       BIGINT NOT NULL PRIMARY KEY,
    recorded_at    BIGINT NOT NULL,
    actor_kind     TEXT   NOT NULL,
    actor_name     TEXT   NOT NULL,
    action         TEXT   NOT NULL,
    account_id     TEXT,
    subject        TEXT,
    -- JSON in canonical form.
    details        TEXT   NOT NULL,
    previous_hash  TEXT   NOT NULL,
    hash           TEXT   NOT NULL
);

-- One row: the last entry. Appending locks it, so that the sequence has no gaps.
CREATE TABLE audit_head (
    id             BIGINT NOT NULL PRIMARY KEY,
    sequence       BIGINT NOT NULL,
    hash           TEXT   NOT NULL
);
INSERT INTO audit_head VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- People who use the console.
CREATE TABLE operators (
    id               TEXT   NOT NULL PRIMARY KEY,
    name             TEXT   NOT NULL UNIQUE,
    role             TEXT   NOT NULL,
    enabled          BIGINT NOT NULL,
    -- Argon2id as a PHC string; null until the operator is set up.
    password_hash    TEXT,
    -- The TOTP secret, encrypted with the master key.
    sealed_totp      TEXT,
    -- The last TOTP time step that was accepted: a code counts once.
    totp_step        BIGINT NOT NULL,
    -- SHA-256 of the one-time set-up code.
    setup_sha256     TEXT UNIQUE,
    setup_expires_at BIGINT,
    created_at       BIGINT NOT NULL,
    signed_in_at     BIGINT
);

-- SHA-256 of unused recovery codes.
CREATE TABLE operator_recovery_codes (
    operator_id      TEXT   NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    code_sha256      TEXT   NOT NULL,
    PRIMARY KEY (operator_id, code_sha256)
);

-- Signed-in browsers, by the SHA-256 of the cookie.
CREATE TABLE console_sessions (
    token_sha256     TEXT   NOT NULL PRIMARY KEY,
    operator_id      TEXT   NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    created_at       BIGINT NOT NULL,
    used_at          BIGINT NOT NULL
);
CREATE INDEX console_sessions_by_operator ON console_sessions (operator_id);

-- Browsers in which an operator has signed in before, by the SHA-256 of the cookie.
CREATE TABLE operator_devices (
    token_sha256     TEXT   NOT NULL PRIMARY KEY,
    operator_id      TEXT   NOT NULL REFERENCES operators (id) ON DELETE CASCADE,
    created_at       BIGINT NOT NULL
);

-- Failed sign-ins in a row, by name, address or known browser.
CREATE TABLE sign_in_failures (
    counter          TEXT   NOT NULL PRIMARY KEY,
    failures         BIGINT NOT NULL,
    last_at          BIGINT NOT NULL
);
