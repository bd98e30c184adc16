-- put_frameworks: own copies of what agreements offer; gives the hash of what is stored.
INSERT INTO frameworks (agreement_id, sequence, status, content, applied_at)
SELECT id, sequence, status, convert_to(content, 'UTF8'), %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS told(id text, sequence bigint, status text, content text)
ON CONFLICT (agreement_id) DO UPDATE SET
    sequence = excluded.sequence,
    status = excluded.status,
    content = excluded.content,
    applied_at = excluded.applied_at
RETURNING agreement_id AS id, hash

-- put_placements: own copies of placements; gives the hash of what is stored.
INSERT INTO placements (
    id, sequence, agreement_id, agreement_version, employer_id, region, state, content, applied_at
)
SELECT
    id, sequence, agreement_id, agreement_version, employer_id, region, state,
    convert_to(content, 'UTF8'), %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS told(
        id text, sequence bigint, agreement_id text, agreement_version integer, employer_id text,
        region text, state text, content text
    )
ON CONFLICT (id) DO UPDATE SET
    sequence = excluded.sequence,
    agreement_id = excluded.agreement_id,
    agreement_version = excluded.agreement_version,
    employer_id = excluded.employer_id,
    region = excluded.region,
    state = excluded.state,
    content = excluded.content,
    applied_at = excluded.applied_at
RETURNING id, hash

-- lock_placement: what support needs to know of a placement, which stays so until the end of this.
SELECT id, agreement_id, agreement_version, employer_id, region, state
FROM placements
WHERE id = %(id)s
FOR SHARE

-- find_framework: what an agreement offers.
SELECT content FROM frameworks WHERE agreement_id = %(id)s

-- share_name: nobody registers or changes a provider of this name until this transaction ends.
SELECT pg_advisory_xact_lock_shared(hashtextextended('provider ' || lower(%(name)s), 0))

-- claim_name: nobody looks for a provider of this name until this transaction ends.
SELECT pg_advisory_xact_lock(hashtextextended('provider ' || lower(%(name)s), 0))

-- add_provider: a new provider; no row means that the name is taken.
INSERT INTO providers (id, name, regions, revision, created_at, changed_at)
VALUES (%(id)s, %(name)s, %(regions)s, %(revision)s, %(created_at)s, %(changed_at)s)
ON CONFLICT (lower(name)) DO NOTHING
RETURNING id

-- save_provider: a provider as it is after a change.
UPDATE providers
SET name = %(name)s, regions = %(regions)s, revision = %(revision)s, changed_at = %(changed_at)s
WHERE id = %(id)s

-- add_provider_change: what a provider is after a change, for the history.
INSERT INTO provider_changes (provider_id, changed_at, changed_by, role, reason, name, regions)
VALUES (
    %(id)s, %(changed_at)s, %(changed_by)s, %(role)s, %(reason)s, %(name)s, %(regions)s
)

-- find_provider: one provider.
SELECT id, name, regions, revision, created_at, changed_at
FROM providers
WHERE id = %(id)s

-- lock_provider: the same provider, held until the transaction ends; who refers to it goes on.
SELECT id, name, regions, revision, created_at, changed_at
FROM providers
WHERE id = %(id)s
FOR NO KEY UPDATE

-- find_provider_named: the provider of a name, whatever its capitals, as it stays until the end.
SELECT id, name, regions, revision, created_at, changed_at
FROM providers
WHERE lower(name) = lower(%(name)s)
FOR SHARE

-- list_providers: one page of the providers, by name.
SELECT id, name, regions, revision, created_at, changed_at
FROM providers
WHERE (%(name)s::text IS NULL OR strpos(lower(name), lower(%(name)s)) > 0)
    AND (%(region)s::text IS NULL OR %(region)s = ANY(regions))
ORDER BY lower(name), id
LIMIT %(limit)s OFFSET %(offset)s

-- count_providers: how many providers there are under these filters.
SELECT count(*) AS total
FROM providers
WHERE (%(name)s::text IS NULL OR strpos(lower(name), lower(%(name)s)) > 0)
    AND (%(region)s::text IS NULL OR %(region)s = ANY(regions))

-- add_support: a new request; no row means that the placement has an open one.
INSERT INTO supports (
    id, placement_id, agreement_id, employer_id, region, agreed_provider, provider_id, need,
    funded_by, state, accept_by, first_contact_by, first_contact_on, closing, reason_code, reason,
    last_step, last_at, revision, created_at
) VALUES (
    %(id)s, %(placement_id)s, %(agreement_id)s, %(employer_id)s, %(region)s, %(agreed_provider)s,
    %(provider_id)s, %(need)s, %(funded_by)s, %(state)s, %(accept_by)s, %(first_contact_by)s,
    %(first_contact_on)s, %(closing)s, %(reason_code)s, %(reason)s, %(last_step)s, %(last_at)s,
    %(revision)s, %(created_at)s
)
ON CONFLICT (placement_id) WHERE is_open DO NOTHING
RETURNING id

-- save_supports: requests as they are after a step.
UPDATE supports AS s SET
    provider_id = told.provider_id,
    need = told.need,
    state = told.state,
    accept_by = told.accept_by,
    first_contact_by = told.first_contact_by,
    first_contact_on = told.first_contact_on,
    closing = told.closing,
    reason_code = told.reason_code,
    reason = told.reason,
    last_step = told.last_step,
    last_at = told.last_at,
    revision = told.revision
FROM jsonb_to_recordset(%(rows)s::jsonb) AS told(
    id text, provider_id text, need text, state text, accept_by date, first_contact_by date,
    first_contact_on date, closing text, reason_code text, reason text, last_step text,
    last_at timestamptz, revision bigint
)
WHERE s.id = told.id

-- add_support_changes: the steps that were taken, for the history.
INSERT INTO support_changes (
    support_id, changed_at, changed_by, role, step, state, need, provider_id, closing, reason_code,
    reason
)
SELECT
    id, last_at, %(changed_by)s, %(role)s, last_step, state, need, provider_id, closing,
    reason_code, reason
FROM jsonb_to_recordset(%(rows)s::jsonb) AS told(
    id text, last_at timestamptz, last_step text, state text, need text, provider_id text,
    closing text, reason_code text, reason text
)

-- find_supports: some requests, each with its provider, by id.
SELECT
    s.id, s.placement_id, s.agreement_id, s.employer_id, s.region, s.agreed_provider, s.need,
    s.funded_by, s.state, s.accept_by, s.first_contact_by, s.first_contact_on, s.closing,
    s.reason_code, s.reason, s.last_step, s.last_at, s.revision, s.created_at,
    p.id AS provider_id, p.name AS provider_name, p.regions AS provider_regions,
    p.revision AS provider_revision, p.created_at AS provider_created_at,
    p.changed_at AS provider_changed_at
FROM supports AS s
LEFT JOIN providers AS p ON p.id = s.provider_id
WHERE s.id = ANY(%(ids)s)
ORDER BY s.id

-- lock_supports: these requests, held until the transaction ends, in one order everywhere.
SELECT id FROM supports WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE

-- lock_open_of_placements: the open requests of these placements, held until the end.
SELECT id FROM supports WHERE placement_id = ANY(%(ids)s) AND is_open ORDER BY id FOR UPDATE

-- lock_waiting_for: requests that wait for this provider where it works, held until the end.
SELECT id
FROM supports
WHERE state = 'approved' AND lower(agreed_provider) = lower(%(name)s)
    AND region = ANY(%(regions)s)
ORDER BY id
FOR UPDATE

-- list_supports: one page of the requests that match, newest first.
SELECT
    s.id, s.placement_id, s.agreement_id, s.employer_id, s.region, s.agreed_provider, s.need,
    s.funded_by, s.state, s.accept_by, s.first_contact_by, s.first_contact_on, s.closing,
    s.reason_code, s.reason, s.last_step, s.last_at, s.revision, s.created_at,
    p.id AS provider_id, p.name AS provider_name, p.regions AS provider_regions,
    p.revision AS provider_revision, p.created_at AS provider_created_at,
    p.changed_at AS provider_changed_at
FROM supports AS s
LEFT JOIN providers AS p ON p.id = s.provider_id
WHERE (%(region)s::text IS NULL OR s.region = %(region)s)
    AND (%(employer_id)s::text IS NULL OR s.employer_id = %(employer_id)s)
    AND (%(provider_id)s::text IS NULL OR s.provider_id = %(provider_id)s)
    AND (%(placement_id)s::text IS NULL OR s.placement_id = %(placement_id)s)
    AND (%(agreement_id)s::text IS NULL OR s.agreement_id = %(agreement_id)s)
    AND (%(state)s::text IS NULL OR s.state = %(state)s)
    AND (%(q)s::text IS NULL OR starts_with(s.id, lower(%(q)s)))
ORDER BY s.created_at DESC, s.id
LIMIT %(limit)s OFFSET %(offset)s

-- count_supports: how many requests there are under these filters.
SELECT count(*) AS total
FROM supports AS s
WHERE (%(region)s::text IS NULL OR s.region = %(region)s)
    AND (%(employer_id)s::text IS NULL OR s.employer_id = %(employer_id)s)
    AND (%(provider_id)s::text IS NULL OR s.provider_id = %(provider_id)s)
    AND (%(placement_id)s::text IS NULL OR s.placement_id = %(placement_id)s)
    AND (%(agreement_id)s::text IS NULL OR s.agreement_id = %(agreement_id)s)
    AND (%(state)s::text IS NULL OR s.state = %(state)s)
    AND (%(q)s::text IS NULL OR starts_with(s.id, lower(%(q)s)))

-- list_support_changes: one page of a request's history, newest first.
SELECT
    c.changed_at, c.changed_by, c.role, c.step, c.state, c.need, c.provider_id,
    p.name AS provider_name, c.closing, c.reason_code, c.reason
FROM support_changes AS c
LEFT JOIN providers AS p ON p.id = c.provider_id
WHERE c.support_id = %(id)s
ORDER BY c.id DESC
LIMIT %(limit)s OFFSET %(offset)s

-- count_support_changes: how many steps were taken.
SELECT count(*) AS total FROM support_changes WHERE support_id = %(id)s
