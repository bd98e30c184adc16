-- Places offered, calls for many of them, and what became of each. Ids are opaque text.
--
-- contracts: 0.0.0 and all after it can live with this: nothing was released before.

-- The same agreement in the words of this service. Nothing was consumed before this column came.
ALTER TABLE frameworks ADD COLUMN told jsonb NOT NULL;

-- What a version says about placements. Versions never change, and a placement keeps the one that
-- it was offered under, also when a later state of the agreement names it no more.
CREATE TABLE terms (
    agreement_id text NOT NULL,
    version integer NOT NULL,
    target_groups text[] NOT NULL,
    guidance text NOT NULL,
    sustained_after_weeks integer NOT NULL,
    PRIMARY KEY (agreement_id, version)
);

CREATE TABLE calls (
    id text PRIMARY KEY,
    agreement_id text NOT NULL,
    employer_id text NOT NULL,
    employer_name text NOT NULL,
    places integer NOT NULL,
    regions text[] NOT NULL,
    reason text,
    offered_at timestamptz NOT NULL,
    offered_by text NOT NULL
);
CREATE INDEX calls_newest_first ON calls (offered_at DESC, id);

CREATE TABLE placements (
    id text PRIMARY KEY,
    revision bigint NOT NULL,
    call_id text REFERENCES calls (id),
    agreement_id text NOT NULL,
    version integer NOT NULL,
    employer_id text NOT NULL,
    employer_name text NOT NULL,
    region text NOT NULL,
    function text NOT NULL,
    sector text NOT NULL,
    municipality text NOT NULL,
    site text,
    client text,
    hours_tenths integer NOT NULL,
    needed_by date NOT NULL,
    wanted_groups text[] NOT NULL,
    development_path text,
    state text NOT NULL CHECK (state IN (
        'offered', 'picked_up', 'confirmed', 'declined', 'handed_over', 'started', 'sustained',
        'completed', 'ended_early', 'withdrawn', 'lapsed'
    )),
    offered_at timestamptz NOT NULL,
    offered_on date NOT NULL,
    pick_up_by date NOT NULL,
    picked_up_at timestamptz,
    confirmed_at timestamptz,
    started_on date,
    guidance text,
    start_reported_by text,
    start_confirmed boolean,
    sustained_on date,
    ended_on date,
    check_ins jsonb NOT NULL,
    link_placement_id text,
    link_region text,
    link_direction text CHECK (link_direction IN ('to', 'from')),
    target_groups text[],
    in_register boolean,
    corrections integer,
    decision_sequence bigint,
    decision_objection text,
    reason_code text,
    reason text,
    last_change text NOT NULL,
    last_change_at timestamptz NOT NULL,
    FOREIGN KEY (agreement_id, version) REFERENCES terms (agreement_id, version)
);
COMMENT ON COLUMN placements.target_groups IS 'of whoever is confirmed; only ever shown as counts';
CREATE INDEX placements_newest_first ON placements (offered_at DESC, id);
CREATE INDEX placements_of_agreement ON placements (agreement_id, region);
CREATE INDEX placements_of_call ON placements (call_id) WHERE call_id IS NOT NULL;
CREATE INDEX placements_of_region ON placements (region, state);
CREATE INDEX placements_open ON placements (agreement_id)
WHERE state IN ('offered', 'picked_up', 'confirmed');
CREATE INDEX placements_awaited ON placements (pick_up_by) WHERE state = 'offered';

-- Append-only: what happened to each placement, who said so and when.
CREATE TABLE placement_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    placement_id text NOT NULL REFERENCES placements (id),
    step text NOT NULL,
    happened_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    role text NOT NULL,
    reason_code text,
    reason text,
    revision bigint NOT NULL
);
CREATE INDEX placement_changes_newest_first ON placement_changes (placement_id, id DESC);

-- How many places ever got how far; a row is only ever added to, and its lock orders who adds.
CREATE TABLE tallies (
    agreement_id text NOT NULL,
    region text NOT NULL,
    offered integer NOT NULL,
    picked_up integer NOT NULL,
    confirmed integer NOT NULL,
    started integer NOT NULL,
    sustained integer NOT NULL,
    completed integer NOT NULL,
    ended_early integer NOT NULL,
    declined integer NOT NULL,
    handed_over integer NOT NULL,
    withdrawn integer NOT NULL,
    lapsed integer NOT NULL,
    PRIMARY KEY (agreement_id, region)
);

-- Append-only: every decision as the region sent it, recorded or refused.
CREATE TABLE decisions (
    placement_id text NOT NULL,
    region text NOT NULL,
    sequence bigint NOT NULL,
    content bytea NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    arrived_at timestamptz NOT NULL,
    PRIMARY KEY (placement_id, region, sequence)
);

-- Own copies of the requests for support, to show beside the placement.
CREATE TABLE supports (
    id text PRIMARY KEY,
    placement_id text NOT NULL,
    state text NOT NULL,
    need text NOT NULL,
    provider_name text,
    content bytea NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    sequence bigint NOT NULL,
    applied_at timestamptz NOT NULL
);
CREATE INDEX supports_of_placement ON supports (placement_id);

CREATE OR REPLACE VIEW holdings AS
SELECT 'framework' AS family, 'placements' AS recipient, 'framework/' || agreement_id AS subject,
    sequence, hash
FROM frameworks
UNION ALL
SELECT 'support', 'placements', 'support/' || id, sequence, hash
FROM supports
UNION ALL
(
    SELECT DISTINCT ON (placement_id, region)
        'decision', 'placements', 'decision/placement/' || placement_id || '/' || region, sequence,
        hash
    FROM decisions ORDER BY placement_id, region, sequence DESC
);

GRANT SELECT, INSERT, UPDATE ON placements, tallies, supports TO schakel_placements;
GRANT SELECT, INSERT ON terms, calls, placement_changes, decisions TO schakel_placements;
