-- Support providers, requests for support with their history, and own copies of placements.

CREATE TABLE providers (
    id text PRIMARY KEY,
    name text NOT NULL,
    regions text[] NOT NULL,
    revision bigint NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX providers_one_of_a_name ON providers (lower(name));

-- Append-only: who changed what, when and why.
CREATE TABLE provider_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider_id text NOT NULL REFERENCES providers (id),
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    role text NOT NULL,
    reason text,
    name text NOT NULL,
    regions text[] NOT NULL
);

CREATE TABLE placements (
    id text PRIMARY KEY,
    sequence bigint NOT NULL,
    agreement_id text NOT NULL,
    agreement_version integer NOT NULL,
    employer_id text NOT NULL,
    region text NOT NULL,
    state text NOT NULL,
    content bytea NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    applied_at timestamptz NOT NULL
);

CREATE TABLE supports (
    id text PRIMARY KEY,
    placement_id text NOT NULL,
    agreement_id text NOT NULL,
    employer_id text NOT NULL,
    region text NOT NULL,
    agreed_provider text,
    provider_id text REFERENCES providers (id),
    need text NOT NULL,
    funded_by text NOT NULL,
    state text NOT NULL CHECK (state IN (
        'requested', 'approved', 'assigned', 'active', 'escalated', 'closed', 'declined',
        'withdrawn', 'handed_back'
    )),
    accept_by date,
    first_contact_by date,
    first_contact_on date,
    closing text,
    reason_code text,
    reason text,
    last_step text NOT NULL,
    last_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    created_at timestamptz NOT NULL,
    is_open boolean NOT NULL
        GENERATED ALWAYS AS (state NOT IN ('closed', 'declined', 'withdrawn')) STORED
);
CREATE UNIQUE INDEX supports_one_open ON supports (placement_id) WHERE is_open;
CREATE INDEX supports_newest_first ON supports (created_at DESC, id);
CREATE INDEX supports_waiting ON supports (lower(agreed_provider)) WHERE state = 'approved';

-- Append-only: every step that was taken, by whom, when and why.
CREATE TABLE support_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    support_id text NOT NULL REFERENCES supports (id),
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    role text NOT NULL,
    step text NOT NULL,
    state text NOT NULL,
    need text NOT NULL,
    provider_id text,
    closing text,
    reason_code text,
    reason text
);
CREATE INDEX support_changes_newest_first ON support_changes (support_id, id DESC);

CREATE OR REPLACE VIEW holdings AS
SELECT 'framework' AS family, 'providers' AS recipient, 'framework/' || agreement_id AS subject,
    sequence, hash
FROM frameworks
UNION ALL
SELECT 'placement', 'providers', 'placement/' || id, sequence, hash
FROM placements;

GRANT SELECT, INSERT, UPDATE ON providers, placements, supports TO schakel_providers;
GRANT SELECT, INSERT ON provider_changes, support_changes TO schakel_providers;
