-- The latest word of a region on each place, so that those which wait for their owner's answer are
-- found by an index, however many were answered.

ALTER TABLE region_placements ADD COLUMN said_sequence bigint;

UPDATE region_placements AS held SET said_sequence = taken.sequence
FROM (
    SELECT region, placement_id, max(sequence) AS sequence
    FROM placement_decisions GROUP BY region, placement_id
) AS taken
WHERE taken.region = held.region AND taken.placement_id = held.placement_id;

CREATE INDEX region_placements_waiting ON region_placements (region)
WHERE said_sequence > coalesce(decision_sequence, 0);
