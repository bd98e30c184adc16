-- A region says itself who serves employers there. What the founding articles told of an organisation
-- is its first revision, and is never rewritten.

-- Append-only: the newest revision is how the organisation is now.
CREATE TABLE organisation_changes (
    region text NOT NULL REFERENCES regions (code),
    name text NOT NULL,
    revision int NOT NULL CHECK (revision > 0),
    kind text NOT NULL CHECK (kind IN ('wsp', 'uwv', 'sub_regional', 'sw_bedrijf', 'werkcentrum')),
    status text NOT NULL CHECK (status IN ('actief', 'in_opbouw')),
    audiences text[] NOT NULL,
    sectors text[] NOT NULL,
    source text,
    reason text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    PRIMARY KEY (region, name, revision)
);

GRANT SELECT, INSERT ON organisation_changes TO schakel_regions;

CREATE VIEW organisation_revisions AS
SELECT
    region, name, 1 AS revision, kind, status, audiences, '{}'::text[] AS sectors, source,
    NULL::text AS reason, NULL::timestamptz AS recorded_at
FROM region_organisations
UNION ALL
SELECT
    region, name, revision, kind, status, audiences, sectors, source, reason, recorded_at
FROM organisation_changes;

CREATE VIEW present_organisations AS
SELECT DISTINCT ON (region, name)
    region, name, revision, kind, status, audiences, sectors, source
FROM organisation_revisions
ORDER BY region, name, revision DESC;

GRANT SELECT ON organisation_revisions, present_organisations TO schakel_regions;
