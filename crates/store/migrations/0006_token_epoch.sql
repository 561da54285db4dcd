-- The account's epoch when the session was made: what it has given out ends when the account's goes up.
ALTER TABLE sessions ADD COLUMN token_epoch BIGINT NOT NULL DEFAULT 0;
UPDATE sessions SET token_epoch =
    (SELECT accounts.token_epoch FROM accounts WHERE accounts.id = sessions.account_id);
