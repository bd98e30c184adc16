-- A region and an employer each have rows of their own: see shared/runtime/migrations/0003_scope.sql
-- for who sees what.
--
-- contracts: 0.0.0 and all after it can live with this: nothing was released before.

-- A part is seen by the employer of its agreement, and an agreement by the regions that have a part in
-- it; with a column of its own for that, neither has to be looked up from the other.
ALTER TABLE participations ADD COLUMN employer_id text;
UPDATE participations AS p SET employer_id = a.employer_id FROM agreements AS a WHERE a.id = p.agreement_id;
ALTER TABLE participations ALTER COLUMN employer_id SET NOT NULL;

-- Which region takes part where is there for every region: a place may be handed to a neighbour.
ALTER TABLE participations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON participations
USING (
    (SELECT all_regions())
    OR region = ANY ((SELECT own_regions())::text[])
    OR employer_id = ANY ((SELECT own_employers())::text[])
);
CREATE POLICY known_to_regions ON participations FOR SELECT
USING ((SELECT cardinality(own_regions())) > 0);

ALTER TABLE agreements ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON agreements
USING (
    (SELECT all_employers())
    OR employer_id = ANY ((SELECT own_employers())::text[])
    OR EXISTS (
        SELECT FROM participations AS p
        WHERE p.agreement_id = agreements.id AND p.region = ANY ((SELECT own_regions())::text[])
    )
);

ALTER TABLE employers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON employers
USING ((SELECT all_employers()) OR id = ANY ((SELECT own_employers())::text[]));
CREATE POLICY known_to_regions ON employers FOR SELECT
USING ((SELECT cardinality(own_regions())) > 0);

ALTER TABLE contacts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON contacts
USING (
    (SELECT all_regions())
    OR region = ANY ((SELECT own_regions())::text[])
    OR employer_id = ANY ((SELECT own_employers())::text[])
);
CREATE POLICY known_to_regions ON contacts FOR SELECT
USING ((SELECT cardinality(own_regions())) > 0);

-- What one region says, adds or decides, and what became of its places, is its own and its employer's.
ALTER TABLE decisions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON decisions
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));

ALTER TABLE comments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON comments
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));

ALTER TABLE instruments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON instruments
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));

ALTER TABLE annexes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON annexes
USING (
    (SELECT all_regions())
    OR region = ANY ((SELECT own_regions())::text[])
    OR agreement_id IN (
        SELECT a.id FROM agreements AS a WHERE a.employer_id = ANY ((SELECT own_employers())::text[])
    )
);

ALTER TABLE arrangements ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON arrangements
USING (
    (SELECT all_regions())
    OR region = ANY ((SELECT own_regions())::text[])
    OR agreement_id IN (
        SELECT a.id FROM agreements AS a WHERE a.employer_id = ANY ((SELECT own_employers())::text[])
    )
);

ALTER TABLE tallies ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tallies
USING (
    (SELECT all_regions())
    OR region = ANY ((SELECT own_regions())::text[])
    OR agreement_id IN (
        SELECT a.id FROM agreements AS a WHERE a.employer_id = ANY ((SELECT own_employers())::text[])
    )
);

-- A project without a region is of the whole agreement.
ALTER TABLE projects ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON projects
USING (
    (SELECT all_regions())
    OR region = ANY ((SELECT own_regions())::text[])
    OR agreement_id IN (
        SELECT a.id FROM agreements AS a WHERE a.employer_id = ANY ((SELECT own_employers())::text[])
    )
);
CREATE POLICY of_the_agreement ON projects FOR SELECT
USING (region IS NULL AND EXISTS (SELECT FROM agreements AS a WHERE a.id = projects.agreement_id));

-- Everybody in an agreement learns from what stood in the way of one, and from what helped.
ALTER TABLE bottlenecks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY of_the_agreement ON bottlenecks
USING (
    (SELECT all_regions())
    OR EXISTS (SELECT FROM agreements AS a WHERE a.id = bottlenecks.agreement_id)
);

ALTER TABLE solutions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY of_the_agreement ON solutions
USING (
    (SELECT all_regions())
    OR EXISTS (SELECT FROM agreements AS a WHERE a.id = solutions.agreement_id)
);
