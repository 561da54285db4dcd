-- The motion challenge that was asked for with the nonce, as JSON; null: none.
ALTER TABLE attempts ADD COLUMN motion TEXT;
