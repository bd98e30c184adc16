-- An employer's rows are its own: see shared/runtime/migrations/0003_scope.sql for who sees what.
--
-- contracts: 0.0.0 and all after it can live with this: nothing was released before.

-- Every region reads which employers there are; of employers each reads itself alone.
ALTER TABLE employers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON employers
USING ((SELECT all_employers()) OR id = ANY ((SELECT own_employers())::text[]))
WITH CHECK ((SELECT all_employers()));
CREATE POLICY known_to_regions ON employers FOR SELECT
USING ((SELECT cardinality(own_regions())) > 0);

ALTER TABLE employer_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON employer_changes
USING ((SELECT all_employers()) OR employer_id = ANY ((SELECT own_employers())::text[]))
WITH CHECK ((SELECT all_employers()));
