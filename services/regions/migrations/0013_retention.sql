-- What a region knows of a candidate is kept for as long as the state of the place asks for, and is
-- forgotten on the candidate's word. What the region decided, and when, stays; the service itself
-- may still rewrite none of it: it may only have these functions forget.
--
-- contracts: 0.0.0 and all after it can live with this: nothing was released before.

ALTER TABLE placement_decisions ADD COLUMN forgotten_at timestamptz;

-- What had to be said when it was said may be gone once it is forgotten.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT conname FROM pg_constraint
        WHERE conrelid = 'placement_decisions'::regclass AND contype = 'c'
            AND (pg_get_constraintdef(oid) LIKE '%(candidate IS NOT NULL)%'
                 OR pg_get_constraintdef(oid) LIKE '%(reason IS NOT NULL)%')
    LOOP
        EXECUTE format('ALTER TABLE placement_decisions DROP CONSTRAINT %I', one.conname);
    END LOOP;
END
$$;
ALTER TABLE placement_decisions ADD CONSTRAINT placement_decisions_say_who CHECK (
    forgotten_at IS NOT NULL OR candidate IS NOT NULL OR step NOT IN ('confirmed', 'corrected')
);
ALTER TABLE placement_decisions ADD CONSTRAINT placement_decisions_say_why CHECK (
    forgotten_at IS NOT NULL OR reason IS NOT NULL OR step <> 'corrected'
);
CREATE INDEX placement_decisions_of_candidate ON placement_decisions (candidate)
WHERE candidate IS NOT NULL;

-- Append-only: how much was forgotten, where and why, and never of whom.
CREATE TABLE forgettings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region text NOT NULL REFERENCES regions (code),
    cause text NOT NULL CHECK (cause IN ('period', 'unused', 'erasure')),
    files integer NOT NULL,
    candidates integer NOT NULL,
    forgotten_at timestamptz NOT NULL,
    asked_by text
);
CREATE INDEX forgettings_of_region ON forgettings (region, forgotten_at);
GRANT SELECT, INSERT ON forgettings TO schakel_regions;

-- Forgets what a region wrote of a place, and the references that nothing points to after that.
-- Gives how many references those were; null is a file in which nothing stood any more.
CREATE FUNCTION forget_file(of_region text, of_place uuid, at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    named text[];
    gone integer;
BEGIN
    -- The references first, as whoever decides on a place does.
    SELECT array_agg(r.reference) INTO named FROM (
        SELECT reference FROM candidate_references
        WHERE region = of_region AND reference IN (
            SELECT candidate FROM placement_decisions
            WHERE region = of_region AND placement_id = of_place
        )
        ORDER BY reference FOR UPDATE
    ) AS r;
    UPDATE placement_decisions SET
        candidate = NULL, target_groups = NULL, in_register = NULL, instruments = NULL,
        reason = NULL, correction_reason = NULL, forgotten_at = at
    WHERE region = of_region AND placement_id = of_place
        AND (candidate IS NOT NULL OR reason IS NOT NULL OR correction_reason IS NOT NULL);
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    DELETE FROM candidate_references AS held
    WHERE held.reference = ANY(named) AND NOT EXISTS (
        SELECT 1 FROM placement_decisions AS taken WHERE taken.candidate = held.reference
    );
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

-- Forgets the references that were made before a moment and that no decision names.
CREATE FUNCTION forget_unused(of_region text, made_before timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM candidate_references AS held
    WHERE held.region = of_region AND held.made_at < made_before AND NOT EXISTS (
        SELECT 1 FROM placement_decisions AS taken WHERE taken.candidate = held.reference
    );
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

-- Forgets one candidate: the reference, all that was said under it, every free text of the places
-- where it was named, and the answers that are kept for a request that comes twice. Gives in how
-- many files it stood; null is a reference that this region did not make.
CREATE FUNCTION forget_candidate(of_region text, named text, at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    places uuid[];
BEGIN
    PERFORM 1 FROM candidate_references
    WHERE region = of_region AND reference = named FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(array_agg(DISTINCT placement_id), '{}') INTO places
    FROM placement_decisions WHERE region = of_region AND candidate = named;
    UPDATE placement_decisions SET
        target_groups = CASE WHEN candidate = named THEN NULL ELSE target_groups END,
        in_register = CASE WHEN candidate = named THEN NULL ELSE in_register END,
        instruments = CASE WHEN candidate = named THEN NULL ELSE instruments END,
        candidate = nullif(candidate, named),
        reason = NULL, correction_reason = NULL, forgotten_at = at
    WHERE region = of_region AND placement_id = ANY(places);
    DELETE FROM candidate_references WHERE reference = named;
    DELETE FROM idempotency WHERE strpos(answer::text, named) > 0;
    RETURN cardinality(places);
END
$$;

REVOKE ALL ON FUNCTION forget_file, forget_unused, forget_candidate FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_file, forget_unused, forget_candidate TO schakel_regions;
