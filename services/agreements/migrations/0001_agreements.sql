-- Agreements, their versions and history, each region's part in them, and own copies of what
-- other services say. Ids are opaque text: they travel as text and are never computed with.
-- `content` is the canonical JSON that arrived; its hash is computed from what is stored.

CREATE TABLE employers (
    id text PRIMARY KEY,
    name text NOT NULL,
    content bytea NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED
);

CREATE TABLE contacts (
    region text NOT NULL,
    employer_id text NOT NULL,
    kind text NOT NULL,
    role text,
    telephone text,
    mailbox text,
    content bytea NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    PRIMARY KEY (employer_id, region)
);

CREATE TABLE agreements (
    id text PRIMARY KEY,
    employer_id text NOT NULL REFERENCES employers (id),
    status text NOT NULL
        CHECK (status IN ('draft', 'published', 'suspended', 'ended', 'withdrawn')),
    revision bigint NOT NULL,
    title text NOT NULL,
    draft jsonb,
    material_sequence bigint NOT NULL,
    last_change jsonb,
    ends_on date,
    sequence bigint,
    hash text,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);
COMMENT ON COLUMN agreements.sequence IS 'of the newest state that went to the regions';
CREATE INDEX agreements_by_employer ON agreements (employer_id);
CREATE INDEX agreements_by_age ON agreements (created_at DESC, id);

-- Append-only: what a region accepted can be read for ever as it was.
CREATE TABLE agreement_versions (
    agreement_id text NOT NULL REFERENCES agreements (id),
    number integer NOT NULL,
    change text NOT NULL CHECK (change IN ('material', 'editorial')),
    terms jsonb NOT NULL,
    hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    published_at timestamptz NOT NULL,
    previous_valid_until date,
    employer_consent_on date,
    reason text,
    PRIMARY KEY (agreement_id, number)
);

CREATE TABLE participations (
    agreement_id text NOT NULL REFERENCES agreements (id),
    region text NOT NULL,
    standing text NOT NULL CHECK (standing IN (
        'invited', 'considering', 'accepted', 'declined', 'to_be_confirmed', 'withdrawn'
    )),
    version integer,
    respond_by date,
    active_from date,
    signed_on date,
    employer_signed_on date,
    expected_on date,
    reason text,
    decision_sequence bigint,
    decision_outcome text CHECK (decision_outcome IN ('recorded', 'refused')),
    decision_reason text,
    invited_at timestamptz,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, region)
);
CREATE INDEX participations_by_region ON participations (region, agreement_id);

-- Append-only: every decision as the region sent it, recorded or refused.
CREATE TABLE decisions (
    agreement_id text NOT NULL,
    region text NOT NULL,
    sequence bigint NOT NULL,
    content bytea NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    arrived_at timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, region, sequence)
);

-- Append-only: who changed what, when and why.
CREATE TABLE agreement_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agreement_id text NOT NULL REFERENCES agreements (id),
    step text NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    role text NOT NULL,
    reason text,
    revision bigint NOT NULL,
    version integer,
    differences jsonb NOT NULL,
    regions jsonb NOT NULL
);
CREATE INDEX agreement_changes_newest_first ON agreement_changes (agreement_id, id DESC);

GRANT SELECT, INSERT, UPDATE ON employers, contacts, agreements, participations
    TO schakel_agreements;
GRANT SELECT, INSERT ON agreement_versions, decisions, agreement_changes TO schakel_agreements;
