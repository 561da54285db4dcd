-- Whether the account's verdicts are chosen by a test instead of measured. Fixed when the account is created.
ALTER TABLE accounts ADD COLUMN sandbox BIGINT NOT NULL DEFAULT 0;
-- The results that the test chose, as JSON; null for every session outside a sandbox account.
ALTER TABLE sessions ADD COLUMN sandbox TEXT;
