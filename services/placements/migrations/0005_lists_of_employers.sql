-- An employer reads its own places and calls.

CREATE INDEX placements_of_employer ON placements (employer_id, offered_at DESC, id);
CREATE INDEX calls_of_employer ON calls (employer_id, offered_at DESC, id);
