-- Which decision of the region counts: the latest that was recorded, whatever was refused after it.

ALTER TABLE placements ADD COLUMN decision_recorded bigint;

-- Of a place whose latest decision was refused, the next decision of its region tells.
UPDATE placements SET decision_recorded = decision_sequence WHERE decision_objection IS NULL;
