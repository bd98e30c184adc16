-- add_project: a project as an idea; the agreement is locked, so the next number is free.
INSERT INTO projects (
    agreement_id, number, region, kind, title, target_groups, status, intake, registered_at
)
SELECT
    %(agreement_id)s, coalesce(max(p.number), 0) + 1, %(region)s, %(kind)s, %(title)s,
    %(target_groups)s::jsonb, %(status)s, %(intake)s::jsonb, %(now)s
FROM projects AS p
WHERE p.agreement_id = %(agreement_id)s
RETURNING number, region, kind, title, target_groups, status, intake, registered_at

-- find_project: one project.
SELECT number, region, kind, title, target_groups, status, intake, registered_at
FROM projects
WHERE agreement_id = %(agreement_id)s AND number = %(number)s

-- move_project: how far a project is now.
UPDATE projects SET status = %(status)s
WHERE agreement_id = %(agreement_id)s AND number = %(number)s

-- add_result: what a project reports.
INSERT INTO project_results (
    agreement_id, project, year, quarter, started, note, reported_at, role
) VALUES (
    %(agreement_id)s, %(project)s, %(year)s, %(quarter)s, %(started)s, %(note)s, %(now)s,
    %(role)s
)

-- list_projects: one page of an agreement's projects, newest first.
SELECT number, region, kind, title, target_groups, status, intake, registered_at
FROM projects
WHERE
    agreement_id = %(agreement_id)s
    AND (%(region)s::text IS NULL OR region = %(region)s)
    AND (%(status)s::text IS NULL OR status = %(status)s)
ORDER BY number DESC
LIMIT %(limit)s OFFSET %(offset)s

-- count_projects: how many projects there are.
SELECT count(*) AS total
FROM projects
WHERE
    agreement_id = %(agreement_id)s
    AND (%(region)s::text IS NULL OR region = %(region)s)
    AND (%(status)s::text IS NULL OR status = %(status)s)

-- find_results: what some projects reported, oldest first.
SELECT project, year, quarter, started, note, reported_at, role
FROM project_results
WHERE agreement_id = %(agreement_id)s AND project = ANY(%(numbers)s)
ORDER BY project, id

-- add_bottleneck: what stands in the way; the agreement is locked.
INSERT INTO bottlenecks (agreement_id, number, region, text, role, reported_at)
SELECT
    %(agreement_id)s, coalesce(max(b.number), 0) + 1, %(region)s, %(text)s, %(role)s, %(now)s
FROM bottlenecks AS b
WHERE b.agreement_id = %(agreement_id)s
RETURNING number, region, text, role, reported_at

-- find_bottleneck: one bottleneck.
SELECT number, region, text, role, reported_at
FROM bottlenecks
WHERE agreement_id = %(agreement_id)s AND number = %(number)s

-- add_solution: what helps; the agreement is locked.
INSERT INTO solutions (agreement_id, bottleneck, number, region, text, role, offered_at)
SELECT
    %(agreement_id)s, %(bottleneck)s, coalesce(max(s.number), 0) + 1, %(region)s, %(text)s,
    %(role)s, %(now)s
FROM solutions AS s
WHERE s.agreement_id = %(agreement_id)s AND s.bottleneck = %(bottleneck)s

-- list_bottlenecks: one page of what stands in the way, newest first.
SELECT b.number, b.region, b.text, b.role, b.reported_at
FROM bottlenecks AS b
WHERE
    b.agreement_id = %(agreement_id)s
    AND (%(region)s::text IS NULL OR b.region = %(region)s)
    AND (%(answered)s::boolean IS NULL OR %(answered)s = EXISTS (
        SELECT 1
        FROM solutions AS s
        WHERE s.agreement_id = b.agreement_id AND s.bottleneck = b.number
    ))
ORDER BY b.number DESC
LIMIT %(limit)s OFFSET %(offset)s

-- count_bottlenecks: how many bottlenecks there are.
SELECT count(*) AS total
FROM bottlenecks AS b
WHERE
    b.agreement_id = %(agreement_id)s
    AND (%(region)s::text IS NULL OR b.region = %(region)s)
    AND (%(answered)s::boolean IS NULL OR %(answered)s = EXISTS (
        SELECT 1
        FROM solutions AS s
        WHERE s.agreement_id = b.agreement_id AND s.bottleneck = b.number
    ))

-- find_solutions: what helps against some bottlenecks, oldest first.
SELECT bottleneck, number, region, text, role, offered_at
FROM solutions
WHERE agreement_id = %(agreement_id)s AND bottleneck = ANY(%(numbers)s)
ORDER BY bottleneck, number

-- add_evaluation: an evaluation, planned or held at once; the agreement is locked.
INSERT INTO evaluations (agreement_id, number, due_on, note, planned_at, held_at, figures)
SELECT
    %(agreement_id)s, coalesce(max(e.number), 0) + 1, %(due_on)s, %(note)s, %(now)s,
    %(held_at)s, %(figures)s::jsonb
FROM evaluations AS e
WHERE e.agreement_id = %(agreement_id)s
RETURNING number, due_on, note, planned_at, held_at, figures

-- hold_evaluations: freeze the figures of planned evaluations.
UPDATE evaluations AS e
SET held_at = %(now)s, figures = h.figures
FROM jsonb_to_recordset(%(rows)s::jsonb) AS h (agreement_id text, number integer, figures jsonb)
WHERE e.agreement_id = h.agreement_id AND e.number = h.number AND e.held_at IS NULL

-- find_waiting: proposed annexes, unanswered bottlenecks and held evaluations of some agreements.
SELECT 'annex' AS what, agreement_id, number
FROM annexes
WHERE agreement_id = ANY(%(ids)s) AND status = 'proposed'
UNION ALL
SELECT 'bottleneck', b.agreement_id, b.number
FROM bottlenecks AS b
WHERE b.agreement_id = ANY(%(ids)s) AND NOT EXISTS (
    SELECT 1
    FROM solutions AS s
    WHERE s.agreement_id = b.agreement_id AND s.bottleneck = b.number
)
UNION ALL
SELECT 'evaluation', agreement_id, number
FROM evaluations
WHERE agreement_id = ANY(%(ids)s) AND held_at IS NOT NULL

-- planned_evaluations: evaluations of some agreements that were not held yet.
SELECT agreement_id, number, due_on
FROM evaluations
WHERE agreement_id = ANY(%(ids)s) AND held_at IS NULL
ORDER BY agreement_id, number

-- list_evaluations: one page of an agreement's evaluations, newest first.
SELECT number, due_on, note, planned_at, held_at, figures
FROM evaluations
WHERE agreement_id = %(agreement_id)s
ORDER BY number DESC
LIMIT %(limit)s OFFSET %(offset)s

-- count_evaluations: how many evaluations there are.
SELECT count(*) AS total FROM evaluations WHERE agreement_id = %(agreement_id)s

-- find_tallies: how many places of some agreements got how far, by region.
SELECT agreement_id, region, counts
FROM tallies
WHERE agreement_id = ANY(%(ids)s)
ORDER BY agreement_id, region
