-- The founding article names the sectors of Maastricht-Heuvelland, and not which organisation serves
-- employers there: until the region says so, its desk has those places in hand.

ALTER TABLE sector_divisions ALTER COLUMN organisation DROP NOT NULL;
UPDATE sector_divisions SET organisation = NULL WHERE sub_region = 'Maastricht-Heuvelland';
-- The article tells of three centre municipalities; a second source tells which.
UPDATE sector_divisions SET source = source || '; Sector plans South-Limburg, 2018 (coordinators)';

CREATE OR REPLACE VIEW present_sector_leads AS
SELECT
    coalesce(chosen.region, told.region) AS region,
    coalesce(chosen.sector, told.sector) AS sector,
    coalesce(told.name, chosen.name) AS name,
    coalesce(chosen.organisation, told.organisation) AS organisation,
    CASE WHEN chosen.basis IS NOT NULL THEN chosen.basis
         WHEN told.organisation IS NULL THEN 'desk' ELSE 'eszl' END AS basis,
    told.organisation AS by_division,
    told.sub_region,
    coalesce(chosen.coordinator, told.coordinator) AS coordinator,
    coalesce(chosen.revision, 0) AS revision
FROM sector_divisions AS told
FULL JOIN (
    SELECT DISTINCT ON (region, sector)
        region, sector, revision, name, organisation, coordinator, basis
    FROM sector_leads
    ORDER BY region, sector, revision DESC
) AS chosen ON chosen.region = told.region AND chosen.sector = told.sector;
