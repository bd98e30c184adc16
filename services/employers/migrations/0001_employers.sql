-- National employers and the history of what was changed about them.

CREATE TABLE employers (
    id text PRIMARY KEY,
    name text NOT NULL,
    kvk_number text,
    sbi_codes jsonb NOT NULL,
    contact jsonb,
    profile text,
    revision bigint NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX employers_one_of_a_name ON employers (lower(name));

-- Append-only: who changed what, when and why.
CREATE TABLE employer_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    employer_id text NOT NULL REFERENCES employers (id),
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    role text NOT NULL,
    reason text,
    differences jsonb NOT NULL
);
CREATE INDEX employer_changes_newest_first ON employer_changes (employer_id, id DESC);

GRANT SELECT, INSERT, UPDATE ON employers TO schakel_employers;
GRANT SELECT, INSERT ON employer_changes TO schakel_employers;
