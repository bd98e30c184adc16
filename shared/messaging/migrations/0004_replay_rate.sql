-- The rate of a job holds over all processes that try its letters: each waits for the same moment.
--
-- contracts: 0.0.0 and all after it can live with this: nothing was released before.

ALTER TABLE replay_jobs ADD COLUMN next_at timestamptz;
UPDATE replay_jobs SET next_at = requested_at;
ALTER TABLE replay_jobs ALTER COLUMN next_at SET NOT NULL;

GRANT UPDATE (next_at) ON replay_jobs TO schakel_messaging;
