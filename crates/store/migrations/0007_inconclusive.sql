-- How many of the judged attempts were inconclusive. Those judged before this column cost a try each, as they did then.
ALTER TABLE sessions ADD COLUMN inconclusive BIGINT NOT NULL DEFAULT 0;
