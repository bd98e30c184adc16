-- Own copies of what other services own. They are newest-wins: the gate of the messaging decides
-- what is written here. `hash` is computed from the stored bytes, never from what a message told.
-- convert_to() is not immutable, so the canonical JSON is kept as its UTF-8 bytes.
-- No foreign keys: a copy never waits for other data.

CREATE TABLE region_agreements (
    region text NOT NULL,
    agreement_id uuid NOT NULL,
    sequence bigint NOT NULL,
    content bytea NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    status text NOT NULL,
    employer_id uuid NOT NULL,
    applied_at timestamptz NOT NULL,
    PRIMARY KEY (region, agreement_id)
);

-- The decision_* columns are the owner's word on the region's decision of that sequence.
CREATE TABLE region_participations (
    region text NOT NULL,
    agreement_id uuid NOT NULL,
    sequence bigint NOT NULL,
    content bytea NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    status text NOT NULL,
    decision_sequence bigint,
    decision_outcome text,
    decision_reason text,
    applied_at timestamptz NOT NULL,
    PRIMARY KEY (region, agreement_id)
);

CREATE TABLE employers (
    id uuid PRIMARY KEY,
    sequence bigint NOT NULL,
    content bytea NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    name text NOT NULL,
    applied_at timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON region_agreements, region_participations, employers TO schakel_regions;
