-- Claims that were given back because something was unavailable: no fault of the attempt.
ALTER TABLE attempts ADD COLUMN given_back BIGINT NOT NULL DEFAULT 0;
