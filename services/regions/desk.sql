-- store_placements: write a batch of placements and tell what is stored.
INSERT INTO region_placements
    (region, placement_id, sequence, content, state, agreement_id, sector, pick_up_by,
     decision_sequence, decision_outcome, decision_reason, recorded_sequence, applied_at)
SELECT
    region, id, sequence, convert_to(content, 'UTF8'), state, agreement_id, sector, pick_up_by,
    decision_sequence, decision_outcome, decision_reason, recorded_sequence, %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS told(region text, id uuid, sequence bigint, content text, state text, agreement_id uuid,
            sector text, pick_up_by date, decision_sequence bigint, decision_outcome text,
            decision_reason text, recorded_sequence bigint)
ON CONFLICT (region, placement_id) DO UPDATE SET
    sequence = excluded.sequence,
    content = excluded.content,
    state = excluded.state,
    agreement_id = excluded.agreement_id,
    pick_up_by = excluded.pick_up_by,
    decision_sequence = excluded.decision_sequence,
    decision_outcome = excluded.decision_outcome,
    decision_reason = excluded.decision_reason,
    recorded_sequence = coalesce(excluded.recorded_sequence, region_placements.recorded_sequence),
    applied_at = excluded.applied_at
RETURNING
    region AS recipient, 'placement/' || placement_id AS subject, hash,
    said_sequence IS NOT NULL AS spoken_of

-- store_consultations: write a batch of concepts and tell what is stored.
INSERT INTO region_consultations
    (region, agreement_id, sequence, content, status, respond_by, applied_at)
SELECT region, id, sequence, convert_to(content, 'UTF8'), status, respond_by, %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS told(region text, id uuid, sequence bigint, content text, status text, respond_by date)
ON CONFLICT (region, agreement_id) DO UPDATE SET
    sequence = excluded.sequence,
    content = excluded.content,
    status = excluded.status,
    respond_by = excluded.respond_by,
    applied_at = excluded.applied_at
RETURNING region AS recipient, 'consultation/' || agreement_id AS subject, hash

-- store_supports: write a batch of requests for support and tell what is stored.
INSERT INTO region_supports (region, support_id, sequence, content, placement_id, applied_at)
SELECT region, id, sequence, convert_to(content, 'UTF8'), placement_id, %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS told(region text, id uuid, sequence bigint, content text, placement_id uuid)
ON CONFLICT (region, support_id) DO UPDATE SET
    sequence = excluded.sequence,
    content = excluded.content,
    placement_id = excluded.placement_id,
    applied_at = excluded.applied_at
RETURNING region AS recipient, 'support/' || support_id AS subject, hash

-- list_placements: one page of a desk's places, by the day until which they can be picked up in time.
SELECT
    region, placement_id::text, sequence, content, hash, state, standing, sector, organisation,
    routed_by, applied_at, decision_sequence, step, placement_sequence, reason_code, reason, to_region,
    decided_at, decision_state, refusal_reason
FROM desk_placements
WHERE region = %(region)s
    AND (%(state)s::text IS NULL OR standing = %(state)s)
    AND (%(sector)s::text IS NULL OR sector = %(sector)s)
    AND (%(organisation)s::text IS NULL OR CASE
        WHEN standing <> 'offered' AND routed_by IS NOT NULL THEN organisation = %(organisation)s
        ELSE sector = ANY(%(led)s) OR (%(rest)s AND sector <> ALL(%(known)s)) END)
    AND (%(overdue)s::boolean IS NULL
         OR (standing = 'offered' AND pick_up_by < %(today)s) = %(overdue)s)
    AND (%(q)s::text IS NULL OR starts_with(placement_id::text, lower(%(q)s)))
ORDER BY CASE WHEN %(newest)s::boolean THEN applied_at END DESC NULLS LAST, pick_up_by, placement_id
LIMIT %(limit)s OFFSET %(offset)s

-- count_placements: how many places stand at a desk under these filters.
SELECT count(*) AS total
FROM desk_placements
WHERE region = %(region)s
    AND (%(state)s::text IS NULL OR standing = %(state)s)
    AND (%(sector)s::text IS NULL OR sector = %(sector)s)
    AND (%(organisation)s::text IS NULL OR CASE
        WHEN standing <> 'offered' AND routed_by IS NOT NULL THEN organisation = %(organisation)s
        ELSE sector = ANY(%(led)s) OR (%(rest)s AND sector <> ALL(%(known)s)) END)
    AND (%(overdue)s::boolean IS NULL
         OR (standing = 'offered' AND pick_up_by < %(today)s) = %(overdue)s)
    AND (%(q)s::text IS NULL OR starts_with(placement_id::text, lower(%(q)s)))

-- get_placement: one place of a desk, with the region's own file of it.
SELECT
    desk.region, desk.placement_id::text, desk.sequence, desk.content, desk.hash, desk.state,
    desk.standing, desk.sector, desk.organisation, desk.routed_by, desk.applied_at, desk.decision_sequence,
    desk.step, desk.placement_sequence, desk.reason_code, desk.reason, desk.to_region,
    desk.decided_at, desk.decision_state, desk.refusal_reason,
    file.picked_up_at, file.candidate, file.target_groups, file.in_register, file.instruments,
    file.corrections, file.corrected_at, file.correction_reason
FROM desk_placements AS desk
LEFT JOIN placement_files AS file
    ON file.region = desk.region AND file.placement_id = desk.placement_id
WHERE desk.region = %(region)s AND desk.placement_id = %(placement_id)s

-- list_steps: what a region did with a place, the first step first.
SELECT step, reason_code, reason, to_region, sequence, decided_at
FROM placement_decisions
WHERE region = %(region)s AND placement_id = %(placement_id)s
ORDER BY sequence

-- list_supports: the support that was asked for at a place, the latest told first.
SELECT support_id::text, content
FROM region_supports
WHERE region = %(region)s AND placement_id = %(placement_id)s
ORDER BY applied_at DESC, support_id

-- lock_placement: hold a place, so that decisions of a region on it follow one another.
SELECT sequence FROM region_placements
WHERE region = %(region)s AND placement_id = %(placement_id)s
FOR NO KEY UPDATE

-- weigh_placement: what deciding on a place needs, once it is locked.
SELECT
    desk.sequence, desk.standing, desk.sector, desk.organisation, desk.routed_by, desk.content,
    agreement.content AS agreement,
    file.picked_up_at, file.candidate, file.target_groups, file.in_register, file.instruments,
    file.corrections, file.corrected_at, file.correction_reason
FROM desk_placements AS desk
LEFT JOIN region_agreements AS agreement
    ON agreement.region = desk.region AND agreement.agreement_id = desk.agreement_id
LEFT JOIN placement_files AS file
    ON file.region = desk.region AND file.placement_id = desk.placement_id
WHERE desk.region = %(region)s AND desk.placement_id = %(placement_id)s

-- record_placement_decision: keep a step as it was submitted; its place waits for an answer to it.
WITH waits AS (
    UPDATE region_placements SET said_sequence = %(sequence)s
    WHERE region = %(region)s AND placement_id = %(placement_id)s
)
INSERT INTO placement_decisions
    (region, placement_id, sequence, step, standing, placement_sequence, reason_code, reason,
     to_region, picked_up_at, organisation, routed_by, candidate, target_groups, in_register, instruments, corrections,
     corrected_at, correction_reason, decided_at, decided_by)
VALUES
    (%(region)s, %(placement_id)s, %(sequence)s, %(step)s, %(standing)s, %(placement_sequence)s,
     %(reason_code)s, %(reason)s, %(to_region)s, %(picked_up_at)s, %(organisation)s, %(routed_by)s, %(candidate)s,
     %(target_groups)s, %(in_register)s, %(instruments)s::jsonb, %(corrections)s,
     %(corrected_at)s, %(correction_reason)s, %(decided_at)s, %(decided_by)s)

-- make_reference: keep a reference that nobody has yet.
INSERT INTO candidate_references (reference, region, made_at, made_by)
VALUES (%(reference)s, %(region)s, %(now)s, %(by)s)
ON CONFLICT (reference) DO NOTHING
RETURNING reference

-- find_reference: a reference that a region made.
SELECT reference FROM candidate_references
WHERE region = %(region)s AND reference = %(reference)s

-- list_consultations: one page of the concepts that a region may comment on, the first due first.
SELECT region, agreement_id::text, sequence, content, hash, applied_at
FROM region_consultations
WHERE region = %(region)s AND (%(state)s::text IS NULL OR status = %(state)s)
ORDER BY respond_by, agreement_id
LIMIT %(limit)s OFFSET %(offset)s

-- count_consultations: how many concepts a region was asked to comment on.
SELECT count(*) AS total
FROM region_consultations
WHERE region = %(region)s AND (%(state)s::text IS NULL OR status = %(state)s)

-- find_leads: who takes the lead for each sector of a region.
SELECT
    region, sector, name, organisation, basis, by_division, sub_region, coordinator, revision
FROM present_sector_leads
WHERE region = %(region)s
ORDER BY sub_region, name

-- find_organisations: the names of those who serve employers in a region.
SELECT name
FROM present_organisations
WHERE region = %(region)s AND 'werkgevers' = ANY(audiences)
ORDER BY name

-- organisation_history: everything that was said of an organisation, the latest first.
SELECT name, kind, status, audiences, sectors, source, revision, reason, recorded_at
FROM organisation_revisions
WHERE region = %(region)s AND lower(name) = lower(%(name)s)
ORDER BY revision DESC

-- find_organisation: how an organisation is known, however its name is spelt.
SELECT name, revision
FROM present_organisations
WHERE region = %(region)s AND lower(name) = lower(%(name)s)

-- record_organisation: keep what a region says of an organisation.
INSERT INTO organisation_changes
    (region, name, revision, kind, status, audiences, sectors, source, reason, recorded_at,
     recorded_by)
VALUES
    (%(region)s, %(name)s, %(revision)s, %(kind)s, %(status)s, %(audiences)s, %(sectors)s,
     %(source)s, %(reason)s, %(now)s, %(by)s)

-- lead_history: how the lead for a sector was given, the latest first.
SELECT revision, organisation, coordinator, basis, reason, recorded_at
FROM sector_leads
WHERE region = %(region)s AND sector = %(sector)s
ORDER BY revision DESC

-- record_lead: keep a lead as the newest of its sector.
INSERT INTO sector_leads
    (region, sector, revision, name, organisation, coordinator, basis, reason, recorded_at,
     recorded_by)
VALUES
    (%(region)s, %(sector)s, %(revision)s, %(name)s, %(organisation)s, %(coordinator)s,
     %(basis)s, %(reason)s, %(now)s, %(by)s)

-- get_offer: the instruments that a region has on offer; no row where it never said.
SELECT revision, offered, reason, recorded_at
FROM instrument_offers
WHERE region = %(region)s
ORDER BY revision DESC
LIMIT 1

-- record_offer: keep what a region has on offer now.
INSERT INTO instrument_offers (region, revision, offered, reason, recorded_at, recorded_by)
VALUES (%(region)s, %(revision)s, %(offered)s, %(reason)s, %(now)s, %(by)s)

-- pending_figures: how many decisions of each region its owner has not answered; an answer is for
-- every decision before it too.
SELECT region, count(*) AS rows
FROM (
    SELECT taken.region
    FROM decisions AS taken
    LEFT JOIN region_participations AS told
        ON told.region = taken.region AND told.agreement_id = taken.agreement_id
    WHERE taken.sequence > coalesce(told.decision_sequence, 0)
    UNION ALL
    SELECT held.region
    FROM region_placements AS held
    JOIN placement_decisions AS taken
        ON taken.region = held.region AND taken.placement_id = held.placement_id
        AND taken.sequence > coalesce(held.decision_sequence, 0)
    WHERE held.said_sequence > coalesce(held.decision_sequence, 0)
) AS waiting
GROUP BY region
