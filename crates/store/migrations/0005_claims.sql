-- The one claim of a link that the first device may confirm, and how often it was made.
ALTER TABLE hand_offs ADD COLUMN claim TEXT;
ALTER TABLE hand_offs ADD COLUMN claims BIGINT NOT NULL DEFAULT 0;
-- Until now any device that came later took the place of the one before: what is open ends, a new link is safe.
UPDATE hand_offs SET expires_at = created_at WHERE state = 'opened';
