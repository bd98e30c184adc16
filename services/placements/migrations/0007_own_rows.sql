-- A region, an employer and a support provider each have rows of their own: see
-- shared/runtime/migrations/0003_scope.sql for who sees what.
--
-- contracts: 0.0.0 and all after it can live with this: nothing was released before.

-- A request for support is seen by whoever sees its placement; with columns of its own for that, it
-- need not be looked up from both sides.
ALTER TABLE supports ADD COLUMN region text, ADD COLUMN employer_id text;
UPDATE supports AS s SET region = p.region, employer_id = p.employer_id
FROM placements AS p WHERE p.id = s.placement_id;

ALTER TABLE supports ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON supports
USING (
    (SELECT all_regions())
    OR region = ANY ((SELECT own_regions())::text[])
    OR employer_id = ANY ((SELECT own_employers())::text[])
    OR provider_id = ANY ((SELECT own_providers())::text[])
);

ALTER TABLE placements ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON placements
USING (
    (SELECT all_regions())
    OR region = ANY ((SELECT own_regions())::text[])
    OR employer_id = ANY ((SELECT own_employers())::text[])
);
CREATE POLICY of_the_provider ON placements FOR SELECT
USING (
    id IN (
        SELECT s.placement_id FROM supports AS s
        WHERE s.provider_id = ANY ((SELECT own_providers())::text[])
    )
);

-- The history of a place is seen by whoever sees the place; it is written before anybody reads it.
ALTER TABLE placement_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY of_the_placement ON placement_changes FOR SELECT
USING (
    (SELECT all_regions())
    OR EXISTS (SELECT FROM placements AS p WHERE p.id = placement_changes.placement_id)
);
CREATE POLICY written ON placement_changes FOR INSERT
WITH CHECK (
    (SELECT all_regions())
    OR EXISTS (SELECT FROM placements AS p WHERE p.id = placement_changes.placement_id)
);

ALTER TABLE calls ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON calls
USING (
    (SELECT all_employers()) OR employer_id = ANY ((SELECT own_employers())::text[])
);
CREATE POLICY of_the_region ON calls FOR SELECT
USING (regions && (SELECT own_regions())::text[]);

-- Counts of a region are the region's own, and those of an agreement its employer's.
ALTER TABLE tallies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tallies
USING (
    (SELECT all_regions())
    OR region = ANY ((SELECT own_regions())::text[])
    OR EXISTS (
        SELECT FROM placements AS p
        WHERE p.agreement_id = tallies.agreement_id
            AND p.employer_id = ANY ((SELECT own_employers())::text[])
    )
);

ALTER TABLE decisions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON decisions
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));
