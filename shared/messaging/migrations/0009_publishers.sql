-- Who published what waits for its next attempt, as the broker named them: an attempt looks again whose
-- word it is. What was parked before this names nobody, and was looked at when it came.
ALTER TABLE parked ADD COLUMN publisher text;
