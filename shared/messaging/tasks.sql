-- open_tasks: put these on the lists; what is open already keeps its place and gets the newest day.
INSERT INTO tasks (assignee, kind, subject, about, due_on, opened_at)
SELECT assignee, kind, subject, about, due_on, %(now)s
FROM jsonb_to_recordset(%(tasks)s::jsonb)
    AS told(assignee text, kind text, subject text, about jsonb, due_on date)
ORDER BY assignee, kind, subject
ON CONFLICT (assignee, kind, subject) WHERE closed_at IS NULL DO UPDATE SET
    about = excluded.about,
    due_on = excluded.due_on
RETURNING assignee, subject, xmax = 0 AS fresh

-- close_tasks: take what was about these subjects off the lists, of any kind and desk or of these.
UPDATE tasks SET closed_at = %(now)s, outcome = %(outcome)s
WHERE subject = ANY(%(subjects)s) AND closed_at IS NULL
    AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s))
    AND (%(assignee)s::text IS NULL OR assignee = %(assignee)s)
RETURNING assignee, subject

-- close_others: take what was about these subjects off the lists, but for what goes on waiting.
UPDATE tasks SET closed_at = %(now)s, outcome = 'done'
WHERE subject = ANY(%(subjects)s) AND closed_at IS NULL
    AND (assignee, kind, subject) NOT IN (
        SELECT told.assignee, told.kind, told.subject
        FROM jsonb_to_recordset(%(tasks)s::jsonb)
            AS told(assignee text, kind text, subject text)
    )
RETURNING assignee, subject

-- list_tasks: one page of the lists, what is due first on top.
SELECT id, assignee, kind, subject, about, due_on, opened_at, closed_at, outcome
FROM tasks
WHERE (%(assignee)s::text IS NULL OR assignee = %(assignee)s)
    AND (%(kind)s::text IS NULL OR kind = %(kind)s)
    AND (%(open)s::boolean IS NULL OR (closed_at IS NULL) = %(open)s)
ORDER BY due_on NULLS LAST, id
LIMIT %(limit)s OFFSET %(offset)s

-- count_tasks: how many tasks there are under these filters.
SELECT count(*) AS total
FROM tasks
WHERE (%(assignee)s::text IS NULL OR assignee = %(assignee)s)
    AND (%(kind)s::text IS NULL OR kind = %(kind)s)
    AND (%(open)s::boolean IS NULL OR (closed_at IS NULL) = %(open)s)
