-- Texts of consent, each as people have read it: what was agreed to does not change with the operator's file.
CREATE TABLE study_texts (
    version         TEXT   NOT NULL PRIMARY KEY,
    body            TEXT   NOT NULL,
    created_at      BIGINT NOT NULL
);

-- Who is shown by captures of a study, by their pseudonyms, and in which half of the export they are.
CREATE TABLE study_people (
    person          TEXT   NOT NULL PRIMARY KEY,
    half            TEXT   NOT NULL,
    created_at      BIGINT NOT NULL
);

CREATE TABLE study_sessions (
    session_id      TEXT   NOT NULL PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    person          TEXT   NOT NULL REFERENCES study_people (person),
    -- Who holds the attack before the camera and is asked for consent; null: the person who is shown.
    presenter       TEXT,
    -- JSON.
    labels          TEXT   NOT NULL,
    consent_version TEXT   NOT NULL REFERENCES study_texts (version),
    agreed_at       BIGINT,
    declined_at     BIGINT,
    created_at      BIGINT NOT NULL
);
CREATE INDEX study_sessions_by_person ON study_sessions (person);

-- What was erased for a person: counts, and nothing of the person.
CREATE TABLE study_erasures (
    id              TEXT   NOT NULL PRIMARY KEY,
    erased_at       BIGINT NOT NULL,
    sessions        BIGINT NOT NULL,
    captures        BIGINT NOT NULL,
    files           BIGINT NOT NULL
);
