-- How many of an event's claims were released untried. `attempts` counts all claims and never goes down, because it
-- identifies the current one.
ALTER TABLE webhook_events ADD COLUMN released BIGINT NOT NULL DEFAULT 0;
