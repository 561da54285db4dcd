-- How many of an event's claims were released untried. `attempts` counts all claims and never goes down, because it
-- identifies the current one.
ALTER TABLE webhook_events ADD COLUMN released BIGINT NOT NULL DEFAULT 0;

-- A search by user id in one account reads no sessions of others. The index for all accounts has an expression, so that
-- such a search cannot choose it.
DROP INDEX sessions_by_user;
CREATE INDEX sessions_of_user ON sessions (account_id, user_id, created_at, id) WHERE user_id IS NOT NULL;
CREATE INDEX sessions_by_user ON sessions (COALESCE(user_id, ''), created_at, id) WHERE user_id IS NOT NULL;
