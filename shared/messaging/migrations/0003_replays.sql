-- Replays and discards of dead letters: who did what, when and why, letter by letter.

ALTER TABLE dead_letters ADD COLUMN cause text NOT NULL
    GENERATED ALWAYS AS (
        to_hex(hashtextextended(origin || ' ' || queue || ' ' || error_class, 0))
    ) STORED;

-- Append-only but for the end: a job is its own record of who asked for it.
CREATE TABLE replay_jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    action text NOT NULL CHECK (action IN ('replay', 'discard')),
    requested_by text NOT NULL,
    reason text NOT NULL,
    per_second integer NOT NULL CHECK (per_second > 0),
    requested_at timestamptz NOT NULL,
    finished_at timestamptz
);

-- The letters of a job, chosen once; one without a result is taken up again after a crash.
CREATE TABLE replay_items (
    job_id bigint NOT NULL REFERENCES replay_jobs (id),
    letter_id bigint NOT NULL REFERENCES dead_letters (id),
    result text CHECK (result IN ('resolved', 'superseded', 'failed', 'discarded')),
    error text,
    done_at timestamptz,
    PRIMARY KEY (job_id, letter_id)
);
CREATE INDEX replay_items_waiting ON replay_items (job_id, letter_id) WHERE result IS NULL;

GRANT SELECT, INSERT, UPDATE (finished_at) ON replay_jobs TO schakel_messaging;
GRANT SELECT, INSERT, UPDATE (result, error, done_at) ON replay_items TO schakel_messaging;
