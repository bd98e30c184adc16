-- A region's rows are its own: see shared/runtime/migrations/0003_scope.sql for who sees what.
--
-- contracts: 0.0.0 and all after it can live with this: nothing was released before.

-- What a region holds of what others own, and what it offers: its own, and the coordinator's to read.
ALTER TABLE region_agreements ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON region_agreements
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));

ALTER TABLE region_participations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON region_participations
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));

ALTER TABLE region_consultations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON region_consultations
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));

ALTER TABLE region_placements ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON region_placements
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));

ALTER TABLE region_supports ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON region_supports
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));

ALTER TABLE decisions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON decisions
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));

ALTER TABLE instrument_offers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON instrument_offers
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));

ALTER TABLE forgettings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON forgettings
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));

-- An employer reads who answers it in every region.
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON contacts
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));
CREATE POLICY of_the_employer ON contacts FOR SELECT
USING (employer_id = ANY ((SELECT own_employers())::uuid[]));

-- The names of employers are there for every region, since each may deal with any of them.
ALTER TABLE employers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON employers
USING ((SELECT all_employers()) OR id = ANY ((SELECT own_employers())::uuid[]));
CREATE POLICY known_to_regions ON employers FOR SELECT
USING ((SELECT cardinality(own_regions())) > 0);

-- The files of candidates: of the region by its name, and of nobody else whatever else he may see.
ALTER TABLE candidate_references ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON candidate_references
USING ((SELECT sees_everything()) OR region = ANY ((SELECT own_regions())::text[]));

ALTER TABLE placement_decisions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON placement_decisions
USING ((SELECT sees_everything()) OR region = ANY ((SELECT own_regions())::text[]));

-- Whom to turn to in a region is there for everybody to read, and for the region to say.
ALTER TABLE desks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON desks
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));
CREATE POLICY known_to_all ON desks FOR SELECT USING (true);

ALTER TABLE organisation_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON organisation_changes
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));
CREATE POLICY known_to_all ON organisation_changes FOR SELECT USING (true);

ALTER TABLE sector_leads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON sector_leads
USING ((SELECT all_regions()) OR region = ANY ((SELECT own_regions())::text[]));
CREATE POLICY known_to_all ON sector_leads FOR SELECT USING (true);
