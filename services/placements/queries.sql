-- put_frameworks: own copies of what agreements offer; gives the hash of what is stored.
INSERT INTO frameworks (agreement_id, sequence, status, told, content, applied_at)
SELECT f.agreement_id, f.sequence, f.status, f.told, convert_to(f.content, 'UTF8'), %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS f (agreement_id text, sequence bigint, status text, told jsonb, content text)
ORDER BY f.agreement_id
ON CONFLICT (agreement_id) DO UPDATE
SET
    sequence = excluded.sequence,
    status = excluded.status,
    told = excluded.told,
    content = excluded.content,
    applied_at = excluded.applied_at
RETURNING agreement_id, hash

-- add_terms: what versions say about placements; a version that is known never changes.
INSERT INTO terms (agreement_id, version, target_groups, guidance, sustained_after_weeks)
SELECT t.agreement_id, t.version, t.target_groups, t.guidance, t.sustained_after_weeks
FROM jsonb_to_recordset(%(rows)s::jsonb) AS t (
    agreement_id text, version integer, target_groups text[], guidance text,
    sustained_after_weeks integer
)
ON CONFLICT (agreement_id, version) DO NOTHING

-- hold_frameworks: what agreements offer; none of them changes until this transaction ends.
SELECT agreement_id, status, told FROM frameworks
WHERE agreement_id = ANY(%(ids)s)
ORDER BY agreement_id
FOR SHARE

-- add_call: a call for places.
INSERT INTO calls (
    id, agreement_id, employer_id, employer_name, places, regions, reason, offered_at, offered_by
) VALUES (
    %(id)s, %(agreement_id)s, %(employer_id)s, %(employer_name)s, %(places)s, %(regions)s,
    %(reason)s, %(offered_at)s, %(offered_by)s
)

-- put_placements: placements as they are now, new ones and changed ones.
INSERT INTO placements (
    id, revision, call_id, agreement_id, version, employer_id, employer_name, region, function,
    sector, municipality, site, client, hours_tenths, needed_by, wanted_groups, development_path,
    state, offered_at, offered_on, pick_up_by, picked_up_at, confirmed_at, started_on, guidance,
    start_reported_by, start_confirmed, sustained_on, ended_on, check_ins, link_placement_id,
    link_region, link_direction, target_groups, in_register, corrections, decision_sequence,
    decision_objection, decision_recorded, reason_code, reason, last_change, last_change_at
)
SELECT
    p.id, p.revision, p.call_id, p.agreement_id, p.version, p.employer_id, p.employer_name,
    p.region, p.function, p.sector, p.municipality, p.site, p.client, p.hours_tenths, p.needed_by,
    p.wanted_groups, p.development_path, p.state, p.offered_at, p.offered_on, p.pick_up_by,
    p.picked_up_at, p.confirmed_at, p.started_on, p.guidance, p.start_reported_by,
    p.start_confirmed, p.sustained_on, p.ended_on, p.check_ins, p.link_placement_id, p.link_region,
    p.link_direction, p.target_groups, p.in_register, p.corrections, p.decision_sequence,
    p.decision_objection, p.decision_recorded, p.reason_code, p.reason, p.last_change,
    p.last_change_at
FROM jsonb_to_recordset(%(rows)s::jsonb) AS p (
    id text, revision bigint, call_id text, agreement_id text, version integer, employer_id text,
    employer_name text, region text, function text, sector text, municipality text, site text,
    client text, hours_tenths integer, needed_by date, wanted_groups text[],
    development_path text, state text, offered_at timestamptz, offered_on date, pick_up_by date,
    picked_up_at timestamptz, confirmed_at timestamptz, started_on date, guidance text,
    start_reported_by text, start_confirmed boolean, sustained_on date, ended_on date,
    check_ins jsonb, link_placement_id text, link_region text, link_direction text,
    target_groups text[], in_register boolean, corrections integer, decision_sequence bigint,
    decision_objection text, decision_recorded bigint, reason_code text, reason text,
    last_change text, last_change_at timestamptz
)
ON CONFLICT (id) DO UPDATE
SET
    revision = excluded.revision,
    state = excluded.state,
    picked_up_at = excluded.picked_up_at,
    confirmed_at = excluded.confirmed_at,
    started_on = excluded.started_on,
    guidance = excluded.guidance,
    start_reported_by = excluded.start_reported_by,
    start_confirmed = excluded.start_confirmed,
    sustained_on = excluded.sustained_on,
    ended_on = excluded.ended_on,
    check_ins = excluded.check_ins,
    link_placement_id = excluded.link_placement_id,
    link_region = excluded.link_region,
    link_direction = excluded.link_direction,
    target_groups = excluded.target_groups,
    in_register = excluded.in_register,
    corrections = excluded.corrections,
    decision_sequence = excluded.decision_sequence,
    decision_objection = excluded.decision_objection,
    decision_recorded = excluded.decision_recorded,
    reason_code = excluded.reason_code,
    reason = excluded.reason,
    last_change = excluded.last_change,
    last_change_at = excluded.last_change_at

-- lock_placements: placements that nobody else changes until this transaction ends.
SELECT id FROM placements WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE

-- lock_open: those of some agreements on which nobody has started, until this transaction ends.
SELECT id, agreement_id, region, state FROM placements
WHERE agreement_id = ANY(%(ids)s) AND state IN ('offered', 'picked_up', 'confirmed')
ORDER BY id
FOR NO KEY UPDATE

-- find_placements: placements, with the terms that they were offered under.
SELECT
    p.id, p.revision, p.call_id, p.agreement_id, p.version, p.employer_id, p.employer_name,
    p.region, p.function, p.sector, p.municipality, p.site, p.client, p.hours_tenths, p.needed_by,
    p.wanted_groups, p.development_path, p.state, p.offered_at, p.offered_on, p.pick_up_by,
    p.picked_up_at, p.confirmed_at, p.started_on, p.guidance, p.start_reported_by,
    p.start_confirmed, p.sustained_on, p.ended_on, p.check_ins, p.link_placement_id, p.link_region,
    p.link_direction, p.target_groups, p.in_register, p.corrections, p.decision_sequence,
    p.decision_objection, p.decision_recorded, p.reason_code, p.reason, p.last_change,
    p.last_change_at,
    t.target_groups AS terms_groups, t.guidance AS terms_guidance, t.sustained_after_weeks
FROM placements AS p
JOIN terms AS t ON t.agreement_id = p.agreement_id AND t.version = p.version
WHERE p.id = ANY(%(ids)s)

-- list_placements: one page of the placements that match, newest first.
SELECT id FROM placements
WHERE
    (%(region)s::text IS NULL OR region = %(region)s)
    AND (%(employer_id)s::text IS NULL OR employer_id = %(employer_id)s)
    AND (%(agreement_id)s::text IS NULL OR agreement_id = %(agreement_id)s)
    AND (%(call_id)s::text IS NULL OR call_id = %(call_id)s)
    AND (%(state)s::text IS NULL OR state = %(state)s)
    AND (%(overdue)s::boolean IS NULL
        OR (state = 'offered' AND pick_up_by < %(today)s) = %(overdue)s)
    AND (%(provider_id)s::text IS NULL OR id IN (
        SELECT s.placement_id FROM supports AS s WHERE s.provider_id = %(provider_id)s
    ))
    AND (%(q)s::text IS NULL OR starts_with(id, lower(%(q)s)))
ORDER BY offered_at DESC, id
LIMIT %(limit)s OFFSET %(offset)s

-- count_placements: how many placements match.
SELECT count(*) AS total FROM placements
WHERE
    (%(region)s::text IS NULL OR region = %(region)s)
    AND (%(employer_id)s::text IS NULL OR employer_id = %(employer_id)s)
    AND (%(agreement_id)s::text IS NULL OR agreement_id = %(agreement_id)s)
    AND (%(call_id)s::text IS NULL OR call_id = %(call_id)s)
    AND (%(state)s::text IS NULL OR state = %(state)s)
    AND (%(overdue)s::boolean IS NULL
        OR (state = 'offered' AND pick_up_by < %(today)s) = %(overdue)s)
    AND (%(provider_id)s::text IS NULL OR id IN (
        SELECT s.placement_id FROM supports AS s WHERE s.provider_id = %(provider_id)s
    ))
    AND (%(q)s::text IS NULL OR starts_with(id, lower(%(q)s)))

-- add_changes: what happened, for the history.
INSERT INTO placement_changes (
    placement_id, step, happened_at, recorded_at, changed_by, role, reason_code, reason, revision
)
SELECT
    c.placement_id, c.step, c.happened_at, %(now)s, c.changed_by, c.role, c.reason_code, c.reason,
    c.revision
FROM jsonb_to_recordset(%(rows)s::jsonb) AS c (
    placement_id text, step text, happened_at timestamptz, changed_by text, role text,
    reason_code text, reason text, revision bigint
)

-- list_changes: one page of a placement's history, newest first.
SELECT step, happened_at, recorded_at, changed_by, role, reason_code, reason, revision
FROM placement_changes
WHERE placement_id = %(placement_id)s
ORDER BY id DESC
LIMIT %(limit)s OFFSET %(offset)s

-- count_changes: how long a placement's history is.
SELECT count(*) AS total FROM placement_changes WHERE placement_id = %(placement_id)s

-- grow_tallies: add to how many places ever got how far; gives what it is now.
INSERT INTO tallies AS held (
    agreement_id, region, offered, picked_up, confirmed, started, sustained, completed,
    ended_early, declined, handed_over, withdrawn, lapsed
)
SELECT
    t.agreement_id, t.region, t.offered, t.picked_up, t.confirmed, t.started, t.sustained,
    t.completed, t.ended_early, t.declined, t.handed_over, t.withdrawn, t.lapsed
FROM jsonb_to_recordset(%(rows)s::jsonb) AS t (
    agreement_id text, region text, offered integer, picked_up integer, confirmed integer,
    started integer, sustained integer, completed integer, ended_early integer, declined integer,
    handed_over integer, withdrawn integer, lapsed integer
)
ORDER BY t.agreement_id, t.region
ON CONFLICT (agreement_id, region) DO UPDATE
SET
    offered = held.offered + excluded.offered,
    picked_up = held.picked_up + excluded.picked_up,
    confirmed = held.confirmed + excluded.confirmed,
    started = held.started + excluded.started,
    sustained = held.sustained + excluded.sustained,
    completed = held.completed + excluded.completed,
    ended_early = held.ended_early + excluded.ended_early,
    declined = held.declined + excluded.declined,
    handed_over = held.handed_over + excluded.handed_over,
    withdrawn = held.withdrawn + excluded.withdrawn,
    lapsed = held.lapsed + excluded.lapsed
RETURNING
    agreement_id, region, offered, picked_up, confirmed, started, sustained, completed,
    ended_early, declined, handed_over, withdrawn, lapsed

-- list_calls: one page of the calls that match, newest first.
SELECT id, agreement_id, employer_id, employer_name, places, regions, reason, offered_at
FROM calls
WHERE
    (%(employer_id)s::text IS NULL OR employer_id = %(employer_id)s)
    AND (%(agreement_id)s::text IS NULL OR agreement_id = %(agreement_id)s)
    AND (%(region)s::text IS NULL OR %(region)s = ANY(regions))
ORDER BY offered_at DESC, id
LIMIT %(limit)s OFFSET %(offset)s

-- count_calls: how many calls match.
SELECT count(*) AS total FROM calls
WHERE
    (%(employer_id)s::text IS NULL OR employer_id = %(employer_id)s)
    AND (%(agreement_id)s::text IS NULL OR agreement_id = %(agreement_id)s)
    AND (%(region)s::text IS NULL OR %(region)s = ANY(regions))

-- get_call: one call.
SELECT id, agreement_id, employer_id, employer_name, places, regions, reason, offered_at
FROM calls WHERE id = %(id)s

-- places_of_calls: how many places of some calls are in a region.
SELECT call_id, count(*) AS places FROM placements
WHERE call_id = ANY(%(ids)s) AND region = %(region)s
GROUP BY call_id

-- placements_of_call: every place of a call, those of a region together.
SELECT id FROM placements WHERE call_id = %(call_id)s ORDER BY region, id

-- put_supports: own copies of requests for support; gives the hash of what is stored.
INSERT INTO supports (
    id, placement_id, region, employer_id, state, need, provider_id, provider_name, content,
    sequence, applied_at
)
SELECT
    s.id, s.placement_id, s.region,
    (SELECT p.employer_id FROM placements AS p WHERE p.id = s.placement_id),
    s.state, s.need, s.provider_id, s.provider_name, convert_to(s.content, 'UTF8'), s.sequence,
    %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS s (
    id text, placement_id text, region text, state text, need text, provider_id text,
    provider_name text, content text, sequence bigint
)
ON CONFLICT (id) DO UPDATE
SET
    region = excluded.region,
    employer_id = excluded.employer_id,
    state = excluded.state,
    need = excluded.need,
    provider_id = excluded.provider_id,
    provider_name = excluded.provider_name,
    content = excluded.content,
    sequence = excluded.sequence,
    applied_at = excluded.applied_at
RETURNING id, hash

-- supports_of: the requests for support on a placement, by id.
SELECT id, state, need, provider_id, provider_name FROM supports WHERE placement_id = %(placement_id)s
ORDER BY id

-- add_decisions: decisions as the regions sent them; gives the hash of what is stored.
INSERT INTO decisions (placement_id, region, sequence, content, arrived_at)
SELECT d.placement_id, d.region, d.sequence, convert_to(d.content, 'UTF8'), %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS d (
    placement_id text, region text, sequence bigint, content text
)
RETURNING placement_id, region, hash

-- tally_cells: one page of the tallies that match, by agreement and region.
SELECT
    agreement_id, region, offered, picked_up, confirmed, started, sustained, completed,
    ended_early, declined, handed_over, withdrawn, lapsed
FROM tallies
WHERE
    (%(agreement_id)s::text IS NULL OR agreement_id = %(agreement_id)s)
    AND (%(region)s::text IS NULL OR region = %(region)s)
    AND (%(employer_id)s::text IS NULL OR agreement_id IN (
        SELECT p.agreement_id FROM placements AS p WHERE p.employer_id = %(employer_id)s
    ))
ORDER BY agreement_id, region
LIMIT %(limit)s OFFSET %(offset)s

-- count_tallies: how many tallies match.
SELECT count(*) AS total FROM tallies
WHERE
    (%(agreement_id)s::text IS NULL OR agreement_id = %(agreement_id)s)
    AND (%(region)s::text IS NULL OR region = %(region)s)
    AND (%(employer_id)s::text IS NULL OR agreement_id IN (
        SELECT p.agreement_id FROM placements AS p WHERE p.employer_id = %(employer_id)s
    ))

-- tally_total: all tallies that match as one.
SELECT
    coalesce(sum(offered), 0)::integer AS offered,
    coalesce(sum(picked_up), 0)::integer AS picked_up,
    coalesce(sum(confirmed), 0)::integer AS confirmed,
    coalesce(sum(started), 0)::integer AS started,
    coalesce(sum(sustained), 0)::integer AS sustained,
    coalesce(sum(completed), 0)::integer AS completed,
    coalesce(sum(ended_early), 0)::integer AS ended_early,
    coalesce(sum(declined), 0)::integer AS declined,
    coalesce(sum(handed_over), 0)::integer AS handed_over,
    coalesce(sum(withdrawn), 0)::integer AS withdrawn,
    coalesce(sum(lapsed), 0)::integer AS lapsed
FROM tallies
WHERE
    (%(agreement_id)s::text IS NULL OR agreement_id = %(agreement_id)s)
    AND (%(region)s::text IS NULL OR region = %(region)s)
    AND (%(employer_id)s::text IS NULL OR agreement_id IN (
        SELECT p.agreement_id FROM placements AS p WHERE p.employer_id = %(employer_id)s
    ))

-- timed_figures: how long it took in some agreements and regions, and who is at work by the register.
-- A confirmation that was declined later filled nothing: its groups are gone from the row.
SELECT
    agreement_id, region,
    percentile_disc(0.5) WITHIN GROUP (
        ORDER BY ceil(extract(epoch FROM picked_up_at - offered_at) / 3600)
    )::integer AS hours_to_pick_up,
    percentile_disc(0.5) WITHIN GROUP (
        ORDER BY ceil(extract(epoch FROM confirmed_at - offered_at) / 3600)
    ) FILTER (WHERE target_groups IS NOT NULL)::integer AS hours_to_fill,
    count(*) FILTER (WHERE in_register AND state IN ('started', 'sustained')) AS in_register,
    coalesce(
        sum(hours_tenths) FILTER (WHERE in_register AND state IN ('started', 'sustained')), 0
    ) AS register_tenths
FROM placements
WHERE (agreement_id, region) IN (
    SELECT c.agreement_id, c.region
    FROM unnest(%(agreements)s::text[], %(regions)s::text[]) AS c (agreement_id, region)
)
GROUP BY agreement_id, region

-- group_figures: how many of each group got how far, in some agreements and regions.
SELECT
    p.agreement_id, p.region, g.group_code,
    count(*) AS confirmed,
    count(p.started_on) AS started,
    count(p.sustained_on) AS sustained
FROM placements AS p
CROSS JOIN unnest(p.target_groups) AS g (group_code)
WHERE (p.agreement_id, p.region) IN (
        SELECT c.agreement_id, c.region
        FROM unnest(%(agreements)s::text[], %(regions)s::text[]) AS c (agreement_id, region)
    )
    AND (%(group_code)s::text IS NULL OR g.group_code = %(group_code)s)
GROUP BY p.agreement_id, p.region, g.group_code
ORDER BY p.agreement_id, p.region, g.group_code

-- group_totals: how many of each group got how far under each agreement: in the regions that can be
-- told one by one, in the others, and how many these could be at the most.
WITH places AS (
    SELECT agreement_id, region, target_groups, started_on, sustained_on
    FROM placements
    WHERE target_groups IS NOT NULL
        AND (%(agreement_id)s::text IS NULL OR agreement_id = %(agreement_id)s)
        AND (%(region)s::text IS NULL OR region = %(region)s)
        AND (%(employer_id)s::text IS NULL OR employer_id = %(employer_id)s)
), cells AS (
    SELECT
        agreement_id, region, count(*) AS confirmed, count(started_on) AS started,
        count(sustained_on) AS sustained
    FROM places
    GROUP BY agreement_id, region
), figures AS (
    SELECT
        p.agreement_id, p.region, g.group_code, count(*) AS confirmed,
        count(p.started_on) AS started, count(p.sustained_on) AS sustained
    FROM places AS p
    CROSS JOIN unnest(p.target_groups) AS g (group_code)
    WHERE %(group_code)s::text IS NULL OR g.group_code = %(group_code)s
    GROUP BY p.agreement_id, p.region, g.group_code
), groups AS (
    SELECT DISTINCT agreement_id, group_code FROM figures
)
SELECT
    groups.agreement_id, groups.group_code, w.word,
    coalesce(sum(w.people) FILTER (WHERE w.people >= %(fewest)s), 0)::integer AS told,
    coalesce(sum(w.people) FILTER (WHERE w.people < %(fewest)s), 0)::integer AS hidden,
    coalesce(
        sum(least(w.places, %(most_hidden)s)) FILTER (WHERE w.people < %(fewest)s), 0
    )::integer AS room
FROM groups
JOIN cells ON cells.agreement_id = groups.agreement_id
LEFT JOIN figures
    ON figures.agreement_id = cells.agreement_id AND figures.region = cells.region
    AND figures.group_code = groups.group_code
CROSS JOIN LATERAL (VALUES
    ('confirmed', coalesce(figures.confirmed, 0), cells.confirmed),
    ('started', coalesce(figures.started, 0), cells.started),
    ('sustained', coalesce(figures.sustained, 0), cells.sustained)
) AS w (word, people, places)
GROUP BY groups.agreement_id, groups.group_code, w.word

-- register_totals: the same of who is at work by the register, and their hours.
SELECT
    agreement_id,
    coalesce(sum(people) FILTER (WHERE people >= %(fewest)s), 0)::integer AS told,
    coalesce(sum(people) FILTER (WHERE people < %(fewest)s), 0)::integer AS hidden,
    coalesce(
        sum(least(places, %(most_hidden)s)) FILTER (WHERE people < %(fewest)s), 0
    )::integer AS room,
    coalesce(sum(tenths) FILTER (WHERE people >= %(fewest)s), 0)::integer AS told_tenths,
    coalesce(sum(tenths) FILTER (WHERE people < %(fewest)s), 0)::integer AS hidden_tenths
FROM (
    SELECT
        agreement_id, region, count(*) AS places,
        count(*) FILTER (WHERE in_register) AS people,
        sum(hours_tenths) FILTER (WHERE in_register) AS tenths
    FROM placements
    WHERE state IN ('started', 'sustained')
        AND (%(agreement_id)s::text IS NULL OR agreement_id = %(agreement_id)s)
        AND (%(region)s::text IS NULL OR region = %(region)s)
        AND (%(employer_id)s::text IS NULL OR employer_id = %(employer_id)s)
    GROUP BY agreement_id, region
) AS cells
GROUP BY agreement_id

-- overdue_figures: how many places each region is late in picking up.
SELECT region, count(*) AS rows FROM placements
WHERE state = 'offered' AND pick_up_by < %(on)s
GROUP BY region
