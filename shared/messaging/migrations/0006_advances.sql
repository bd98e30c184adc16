-- Owners that were moved past their recipients: who did it, when and why, and what was held then.

-- Append-only: it is the record, and the floor. The next state of a subject gets a sequence above
-- both `floor` and the newest of the journal. `own_sequence` 0 is an owner without any state.
CREATE TABLE advances (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject text NOT NULL,
    own_sequence bigint NOT NULL,
    held_sequence bigint NOT NULL,
    floor bigint NOT NULL CHECK (floor >= held_sequence),
    held jsonb NOT NULL,
    requested_by text NOT NULL,
    reason text NOT NULL,
    advanced_at timestamptz NOT NULL
);
CREATE INDEX advances_of_subject ON advances (subject, floor);

-- What somebody has to decide: a recipient holds more than its owner knows of (`ahead`), which
-- freezes the subject, or another content under the owner's newest number (`differs`). What is
-- below that number is overtaken, and was only told late.
CREATE VIEW conflicts AS
SELECT a.kind, a.subject, a.recipient, a.sequence, a.found_hash AS hash, a.first_at
FROM anomalies AS a
CROSS JOIN LATERAL (
    SELECT greatest(
        (SELECT max(j.sequence) FROM journal AS j WHERE j.subject = a.subject),
        (SELECT max(m.floor) FROM advances AS m WHERE m.subject = a.subject),
        0
    ) AS sequence
) AS own
WHERE a.resolved_at IS NULL
    AND CASE a.kind WHEN 'ahead' THEN a.sequence > own.sequence ELSE a.sequence = own.sequence END;

GRANT SELECT, INSERT ON advances TO schakel_messaging;
GRANT SELECT ON conflicts TO schakel_messaging;
