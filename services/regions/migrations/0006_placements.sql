-- The places offered to each region, and what it decides on them. A candidate is a reference that
-- the region made; it, and the particulars of instruments, stand in this database only.

-- `sector` is the code made of the sector's name: until somebody picks a place up, whoever takes the
-- lead for its sector has it in hand.
CREATE TABLE region_placements (
    region text NOT NULL,
    placement_id uuid NOT NULL,
    sequence bigint NOT NULL,
    content bytea NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    state text NOT NULL,
    agreement_id uuid NOT NULL,
    sector text NOT NULL,
    pick_up_by date NOT NULL,
    decision_sequence bigint,
    decision_outcome text,
    decision_reason text,
    applied_at timestamptz NOT NULL,
    PRIMARY KEY (region, placement_id)
);
CREATE INDEX region_placements_by_pick_up ON region_placements (region, pick_up_by, placement_id);

CREATE TABLE candidate_references (
    reference text PRIMARY KEY CHECK (reference ~ '^AM[0-9]{2}-[A-Z2-9]{4}-[A-Z2-9]{4}$'),
    region text NOT NULL REFERENCES regions (code),
    made_at timestamptz NOT NULL,
    made_by text NOT NULL
);

-- Append-only: every step as it was submitted, with the whole word of the region after it; its
-- sequence is that of its message. `organisation` has the place in hand, null being the region's desk.
CREATE TABLE placement_decisions (
    region text NOT NULL REFERENCES regions (code),
    placement_id uuid NOT NULL,
    sequence bigint NOT NULL,
    step text NOT NULL
        CHECK (step IN ('picked_up', 'confirmed', 'corrected', 'declined', 'handed_over')),
    standing text NOT NULL,
    placement_sequence bigint NOT NULL,
    reason_code text CHECK (reason_code IS NOT NULL OR step <> 'declined'),
    reason text CHECK (reason IS NOT NULL OR step <> 'corrected'),
    to_region text CHECK (to_region IS NOT NULL OR step <> 'handed_over'),
    picked_up_at timestamptz NOT NULL,
    organisation text,
    routed_by text NOT NULL,
    candidate text REFERENCES candidate_references (reference)
        CHECK (candidate IS NOT NULL OR step NOT IN ('confirmed', 'corrected')),
    target_groups text[],
    in_register boolean,
    instruments jsonb,
    corrections int NOT NULL,
    corrected_at timestamptz,
    correction_reason text,
    decided_at timestamptz NOT NULL,
    decided_by text NOT NULL,
    PRIMARY KEY (region, placement_id, sequence)
);

GRANT SELECT, INSERT, UPDATE ON region_placements TO schakel_regions;
GRANT SELECT, INSERT ON candidate_references, placement_decisions TO schakel_regions;

-- Each place that a region holds, and its own latest step. While the owner's word on that step is
-- on its way, the place stands as the region said; a place that went on without it does not.
CREATE VIEW desk_placements AS
SELECT
    held.region, held.placement_id, held.sequence, held.content, held.hash, held.state,
    held.agreement_id, held.sector, held.pick_up_by, held.applied_at,
    CASE WHEN held.state IN ('offered', 'picked_up', 'confirmed')
              AND own.sequence > coalesce(held.decision_sequence, 0)
         THEN own.standing ELSE held.state END AS standing,
    own.sequence AS decision_sequence, own.step, own.placement_sequence, own.reason_code,
    own.reason, own.to_region, own.decided_at, own.organisation, own.routed_by,
    CASE WHEN held.decision_sequence >= own.sequence THEN held.decision_outcome
         WHEN own.sequence IS NOT NULL THEN 'submitted' END AS decision_state,
    CASE WHEN held.decision_sequence >= own.sequence THEN held.decision_reason END AS refusal_reason
FROM region_placements AS held
LEFT JOIN LATERAL (
    SELECT
        sequence, step, standing, placement_sequence, reason_code, reason, to_region, decided_at,
        organisation, routed_by
    FROM placement_decisions AS taken
    WHERE taken.region = held.region AND taken.placement_id = held.placement_id
    ORDER BY taken.sequence DESC
    LIMIT 1
) AS own ON true;

-- What a region has said of each place: its latest whole word that its owner did not refuse.
CREATE VIEW placement_files AS
SELECT DISTINCT ON (taken.region, taken.placement_id)
    taken.region, taken.placement_id, taken.picked_up_at, taken.candidate, taken.target_groups,
    taken.in_register, taken.instruments, taken.corrections, taken.corrected_at,
    taken.correction_reason
FROM placement_decisions AS taken
JOIN region_placements AS held
    ON held.region = taken.region AND held.placement_id = taken.placement_id
WHERE held.decision_outcome IS DISTINCT FROM 'refused'
    OR held.decision_sequence <> taken.sequence
ORDER BY taken.region, taken.placement_id, taken.sequence DESC;

GRANT SELECT ON desk_placements, placement_files TO schakel_regions;
