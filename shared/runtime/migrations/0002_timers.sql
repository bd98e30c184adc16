-- What is to happen at a moment: one timer for each kind and subject.
-- `next_at` is when it is tried next: `due_at`, or later where its handler failed.

CREATE TABLE timers (
    kind text NOT NULL,
    subject text NOT NULL,
    due_at timestamptz NOT NULL,
    next_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX timers_next ON timers (next_at, kind);
CREATE INDEX timers_of_subject ON timers (subject);

GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO schakel_messaging;
