-- What waits for somebody: a desk's list. `assignee` is slw, a region's code, employer:<id> or
-- provider:<id>. `about` holds codes and identities only, never a word of somebody's own.

CREATE TABLE tasks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    assignee text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    about jsonb NOT NULL,
    due_on date,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    outcome text
);
-- A thing waits once for the same desk, however often it is said.
CREATE UNIQUE INDEX tasks_open_once ON tasks (assignee, kind, subject) WHERE closed_at IS NULL;
CREATE INDEX tasks_of_subject ON tasks (subject) WHERE closed_at IS NULL;
CREATE INDEX tasks_by_due ON tasks (assignee, due_on, id);

GRANT SELECT, INSERT, UPDATE (about, due_on, closed_at, outcome) ON tasks TO schakel_messaging;
