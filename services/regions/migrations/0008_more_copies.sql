-- Own copies of the concepts that a region may comment on, and of the support at its placements.

CREATE TABLE region_consultations (
    region text NOT NULL,
    agreement_id uuid NOT NULL,
    sequence bigint NOT NULL,
    content bytea NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    status text NOT NULL,
    respond_by date NOT NULL,
    applied_at timestamptz NOT NULL,
    PRIMARY KEY (region, agreement_id)
);

CREATE TABLE region_supports (
    region text NOT NULL,
    support_id uuid NOT NULL,
    sequence bigint NOT NULL,
    content bytea NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    placement_id uuid NOT NULL,
    applied_at timestamptz NOT NULL,
    PRIMARY KEY (region, support_id)
);
CREATE INDEX region_supports_by_placement ON region_supports (region, placement_id);

GRANT SELECT, INSERT, UPDATE ON region_consultations, region_supports TO schakel_regions;

-- What each region really stores of what other services own, for reconciliation.
CREATE OR REPLACE VIEW holdings AS
SELECT 'agreement' AS family, region AS recipient, 'agreement/' || agreement_id AS subject,
    sequence, hash
FROM region_agreements
UNION ALL
SELECT 'participation', region, 'participation/' || agreement_id || '/' || region, sequence, hash
FROM region_participations
UNION ALL
SELECT 'employer', 'regions', 'employer/' || id, sequence, hash
FROM employers
UNION ALL
SELECT 'placement', region, 'placement/' || placement_id, sequence, hash
FROM region_placements
UNION ALL
SELECT 'consultation', region, 'consultation/' || agreement_id, sequence, hash
FROM region_consultations
UNION ALL
SELECT 'support', region, 'support/' || support_id, sequence, hash
FROM region_supports;
