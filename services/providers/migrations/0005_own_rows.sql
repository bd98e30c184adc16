-- A region, an employer and a support provider each have rows of their own: see
-- shared/runtime/migrations/0003_scope.sql for who sees what.
--
-- contracts: 0.0.0 and all after it can live with this: nothing was released before.

-- Regions and employers read which providers there are; of providers each reads itself alone.
ALTER TABLE providers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON providers
USING ((SELECT all_providers()) OR id = ANY ((SELECT own_providers())::text[]))
WITH CHECK ((SELECT all_providers()));
CREATE POLICY known_to_those_who_ask ON providers FOR SELECT
USING ((SELECT cardinality(own_regions()) > 0 OR cardinality(own_employers()) > 0));

ALTER TABLE provider_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON provider_changes
USING ((SELECT all_providers()) OR provider_id = ANY ((SELECT own_providers())::text[]))
WITH CHECK ((SELECT all_providers()));

ALTER TABLE placements ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON placements
USING (
    (SELECT all_regions())
    OR region = ANY ((SELECT own_regions())::text[])
    OR employer_id = ANY ((SELECT own_employers())::text[])
);

ALTER TABLE supports ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON supports
USING (
    (SELECT all_regions())
    OR region = ANY ((SELECT own_regions())::text[])
    OR employer_id = ANY ((SELECT own_employers())::text[])
    OR provider_id = ANY ((SELECT own_providers())::text[])
);

-- The history of a request is seen and written by whoever sees the request, whoever had it before.
ALTER TABLE support_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY of_the_request ON support_changes
USING (
    (SELECT all_regions())
    OR EXISTS (SELECT FROM supports AS s WHERE s.id = support_changes.support_id)
);
