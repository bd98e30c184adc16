-- find_employer: one employer.
SELECT id, name, kvk_number, sbi_codes, contact, profile, adaptations, revision, created_at,
    changed_at
FROM employers
WHERE id = %(id)s

-- lock_employer: the same employer, held until the transaction ends.
SELECT id, name, kvk_number, sbi_codes, contact, profile, adaptations, revision, created_at,
    changed_at
FROM employers
WHERE id = %(id)s
FOR UPDATE

-- list_employers: one page of the employers with a part of a name and an adaptation, by name.
SELECT id, name, kvk_number, sbi_codes, contact, profile, adaptations, revision, created_at,
    changed_at
FROM employers
WHERE (%(name)s::text IS NULL OR strpos(lower(name), lower(%(name)s)) > 0)
    AND (%(adapts)s::text IS NULL OR %(adapts)s = ANY(adaptations))
ORDER BY lower(name), id
LIMIT %(limit)s OFFSET %(offset)s

-- count_employers: how many employers there are under these filters.
SELECT count(*) AS total
FROM employers
WHERE (%(name)s::text IS NULL OR strpos(lower(name), lower(%(name)s)) > 0)
    AND (%(adapts)s::text IS NULL OR %(adapts)s = ANY(adaptations))

-- add_employer: a new employer; no row means that the name is taken.
INSERT INTO employers (
    id, name, kvk_number, sbi_codes, contact, profile, adaptations, revision, created_at, changed_at
) VALUES (
    %(id)s, %(name)s, %(kvk_number)s, %(sbi_codes)s::jsonb, %(contact)s::jsonb, %(profile)s,
    %(adaptations)s, %(revision)s, %(created_at)s, %(changed_at)s
)
ON CONFLICT (lower(name)) DO NOTHING
RETURNING id

-- save_employer: an employer as it is after a change.
UPDATE employers
SET
    name = %(name)s,
    kvk_number = %(kvk_number)s,
    sbi_codes = %(sbi_codes)s::jsonb,
    contact = %(contact)s::jsonb,
    profile = %(profile)s,
    adaptations = %(adaptations)s,
    revision = %(revision)s,
    changed_at = %(changed_at)s
WHERE id = %(id)s

-- add_change: what was changed, for the history.
INSERT INTO employer_changes (
    employer_id, changed_at, changed_by, role, reason, differences
) VALUES (
    %(employer_id)s, %(changed_at)s, %(changed_by)s, %(role)s, %(reason)s,
    %(differences)s::jsonb
)
