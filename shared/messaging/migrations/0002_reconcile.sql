-- Reconciliation: what is owed is compared with what is really held, and every round is a row.

-- What recipients of this service really store, whatever the gate says. A service that keeps copies
-- replaces this view by one that reads their tables.
CREATE VIEW holdings AS
SELECT split_part(subject, '/', 1) AS family, recipient, subject, sequence, hash
FROM gate WHERE false;

-- What the gate says beside what is stored; `bucket` is one of 256 shares of all subjects.
CREATE VIEW held AS
SELECT recipient, subject, split_part(subject, '/', 1) AS family,
    get_byte(sha256(convert_to(subject, 'UTF8')), 0) AS bucket,
    said.sequence AS gate_sequence, said.hash AS gate_hash,
    stored.sequence AS stored_sequence, stored.hash AS stored_hash
FROM (SELECT recipient, subject, sequence, hash FROM gate WHERE sequence > 0) AS said
FULL JOIN holdings AS stored USING (recipient, subject);

-- One row for each round that was asked for; one without an end is taken up again after a crash.
-- `recipients` is NULL where everybody is meant.
CREATE TABLE reconcile_rounds (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    requested_by text NOT NULL,
    recipients text[],
    requested_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    checked bigint NOT NULL DEFAULT 0,
    suspected integer NOT NULL DEFAULT 0,
    mismatches jsonb NOT NULL DEFAULT '{}',
    repaired integer NOT NULL DEFAULT 0,
    error text
);
CREATE INDEX reconcile_rounds_open ON reconcile_rounds (id) WHERE finished_at IS NULL;

-- What the last rounds found; `rounds` counts how many found exactly the same after each other.
CREATE TABLE mismatches (
    recipient text NOT NULL,
    subject text NOT NULL,
    class text NOT NULL CHECK (class IN ('missing', 'stale', 'ahead', 'differs', 'ghost')),
    owed_sequence bigint,
    owed_hash text,
    gate_sequence bigint,
    gate_hash text,
    stored_sequence bigint,
    stored_hash text,
    rounds integer NOT NULL DEFAULT 1,
    round_id bigint NOT NULL REFERENCES reconcile_rounds (id),
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    repaired_at timestamptz,
    PRIMARY KEY (recipient, subject)
);
CREATE INDEX mismatches_of_round ON mismatches (round_id);

GRANT SELECT ON holdings, held TO schakel_messaging;
GRANT SELECT, INSERT, UPDATE, DELETE ON reconcile_rounds, mismatches TO schakel_messaging;
