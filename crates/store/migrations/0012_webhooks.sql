-- Where an account receives its events: at most one endpoint.
CREATE TABLE webhook_endpoints (
    account_id      TEXT   NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    url             TEXT   NOT NULL,
    -- The names of the events, separated by spaces.
    events          TEXT   NOT NULL,
    enabled         BIGINT NOT NULL,
    -- Whether expired sessions have to be recorded, and those that expire from when on.
    records_expiry  BIGINT NOT NULL,
    expiry_since    BIGINT NOT NULL,
    -- Encrypted with the master key, as the secret before it, which signs too until `previous_until`.
    sealed_secret   TEXT   NOT NULL,
    sealed_previous TEXT,
    previous_until  BIGINT,
    created_at      BIGINT NOT NULL
);

-- Events that were not delivered yet. A delivered event is deleted. No personal data: it is read when an event is sent.
CREATE TABLE webhook_events (
    id              TEXT   NOT NULL PRIMARY KEY,
    account_id      TEXT   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    session_id      TEXT   NOT NULL,
    event           TEXT   NOT NULL,
    -- waiting or dead.
    state           TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    -- When the next delivery may begin; during a delivery, when its lease ends.
    due_at          BIGINT NOT NULL,
    give_up_at      BIGINT NOT NULL,
    -- Goes up with every claim, so that a sender that lost its lease cannot finish.
    attempts        BIGINT NOT NULL,
    failure         TEXT,
    failed_at       BIGINT
);
CREATE INDEX webhook_events_due ON webhook_events (account_id, due_at) WHERE state = 'waiting';
CREATE INDEX webhook_events_dead ON webhook_events (account_id, failed_at) WHERE state = 'dead';
