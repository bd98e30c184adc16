-- The file of a place is what counts at its owner, and what the owner has not answered yet.

ALTER TABLE region_placements ADD COLUMN recorded_sequence bigint;
UPDATE region_placements SET recorded_sequence = decision_sequence
WHERE decision_outcome = 'recorded';

-- What a region has said of each place: the latest whole word that was recorded, or that waits for
-- its answer. A refusal answers everything before it that was not recorded, but for a pick-up, which
-- the owner passes through.
CREATE OR REPLACE VIEW placement_files AS
SELECT DISTINCT ON (taken.region, taken.placement_id)
    taken.region, taken.placement_id, taken.picked_up_at, taken.candidate, taken.target_groups,
    taken.in_register, taken.instruments, taken.corrections, taken.corrected_at,
    taken.correction_reason
FROM placement_decisions AS taken
JOIN region_placements AS held
    ON held.region = taken.region AND held.placement_id = taken.placement_id
WHERE taken.sequence <= coalesce(held.recorded_sequence, 0)
    OR taken.sequence > coalesce(held.decision_sequence, 0)
    OR (taken.step = 'picked_up' AND taken.sequence < held.decision_sequence)
ORDER BY taken.region, taken.placement_id, taken.sequence DESC;
