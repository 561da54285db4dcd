-- The lowest schema version that a program has to know to use this database. A migration that an older program would not
-- survive raises it.
CREATE TABLE schema_compatibility (
    id              BIGINT NOT NULL PRIMARY KEY,
    compatible_from BIGINT NOT NULL
);
INSERT INTO schema_compatibility (id, compatible_from) VALUES (1, 16);

-- Keys that sign tokens and capture records, and the secret behind the sealing keys. Each rotation adds a generation.
CREATE TABLE signing_keys (
    id              TEXT   NOT NULL PRIMARY KEY,
    purpose         TEXT   NOT NULL,
    generation      BIGINT NOT NULL,
    -- Encrypted with the master key; null once the key has ended.
    sealed          TEXT,
    -- JWK; null if others never verify what the key signs.
    public_key      TEXT,
    created_at      BIGINT NOT NULL,
    active_from     BIGINT NOT NULL,
    -- From when on nothing that it signed is valid any more; null: the current key.
    retires_at      BIGINT,
    UNIQUE (purpose, generation)
);
