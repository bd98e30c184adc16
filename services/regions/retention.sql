-- find_files: how places stand of which a region wrote something, and when their last step was.
SELECT
    desk.region, desk.placement_id::text, desk.standing,
    greatest(
        (convert_from(desk.content, 'UTF8')::jsonb #>> '{lastChange,at}')::timestamptz,
        desk.decided_at
    ) AS since
FROM unnest(%(subjects)s::text[]) AS told (subject)
JOIN desk_placements AS desk
    ON desk.region = split_part(told.subject, '/', 1)
    AND desk.placement_id = split_part(told.subject, '/', 2)::uuid

-- forget_file: let what a region wrote of a place be forgotten.
SELECT forget_file(%(region)s, %(placement_id)s::uuid, %(now)s) AS candidates

-- forget_unused: let references be forgotten that were made so long ago and never used.
SELECT forget_unused(%(region)s, %(made_before)s) AS candidates

-- forget_candidate: let a candidate be forgotten wherever the reference stands.
SELECT forget_candidate(%(region)s, %(reference)s, %(now)s) AS files

-- record_forgetting: keep how much was forgotten, where and why.
INSERT INTO forgettings (region, cause, files, candidates, forgotten_at, asked_by)
VALUES (%(region)s, %(cause)s, %(files)s, %(candidates)s, %(now)s, %(by)s)

-- files_held: how many files and unused references each region keeps, by state, and since when.
SELECT desk.region, desk.standing AS state, count(*) AS files, min(greatest(
    (convert_from(desk.content, 'UTF8')::jsonb #>> '{lastChange,at}')::timestamptz, desk.decided_at
)) AS oldest
FROM desk_placements AS desk
WHERE (%(region)s::text IS NULL OR desk.region = %(region)s) AND EXISTS (
    SELECT 1 FROM placement_decisions AS taken
    WHERE taken.region = desk.region AND taken.placement_id = desk.placement_id AND (
        taken.candidate IS NOT NULL OR taken.reason IS NOT NULL
        OR taken.correction_reason IS NOT NULL
    )
)
GROUP BY desk.region, desk.standing
UNION ALL
SELECT made.region, 'unused', count(*), min(made.made_at)
FROM candidate_references AS made
WHERE (%(region)s::text IS NULL OR made.region = %(region)s) AND NOT EXISTS (
    SELECT 1 FROM placement_decisions AS taken WHERE taken.candidate = made.reference
)
GROUP BY made.region
ORDER BY region, state

-- list_forgettings: how much each region has forgotten, by cause.
SELECT
    region, cause, sum(files)::integer AS files, sum(candidates)::integer AS candidates,
    max(forgotten_at) AS last_at
FROM forgettings
WHERE %(region)s::text IS NULL OR region = %(region)s
GROUP BY region, cause
ORDER BY region, cause
