-- Who takes the lead for a sector, and which instruments a region has on offer.

-- Reference: the division of sectors over the organisations of Zuid-Limburg, by the economic
-- co-operation ESZL. What no source tells is taken out again in 0010.
CREATE TABLE sector_divisions (
    region text NOT NULL CHECK (region ~ '^AM[0-9]{2}$'),
    sector text NOT NULL CHECK (sector ~ '^[a-z0-9]+(_[a-z0-9]+)*$'),
    name text NOT NULL,
    sub_region text NOT NULL,
    coordinator text NOT NULL,
    organisation text NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (region, sector),
    FOREIGN KEY (region, organisation) REFERENCES region_organisations (region, name)
);

INSERT INTO sector_divisions (region, sector, name, sub_region, coordinator, organisation, source)
SELECT 'AM30', sector, name, sub_region, coordinator, organisation, 'Samen sterk(er), Zuid-Limburg'
FROM (VALUES
    ('customer_service', 'Customer Service', 'Maastricht-Heuvelland', 'Maastricht', 'Podium24'),
    ('maakindustrie', 'Maakindustrie', 'Maastricht-Heuvelland', 'Maastricht', 'Podium24'),
    ('leisure_horeca', 'Leisure Horeca', 'Maastricht-Heuvelland', 'Maastricht', 'Podium24'),
    ('zorg', 'Zorg', 'Parkstad', 'Heerlen', 'WSP Parkstad'),
    ('medical_logistics', 'Medical logistics', 'Parkstad', 'Heerlen', 'WSP Parkstad'),
    ('smart_services', 'Smart services', 'Parkstad', 'Heerlen', 'WSP Parkstad'),
    ('automotive', 'Automotive', 'Westelijke Mijnstreek', 'Sittard-Geleen', 'Westelijke Mijnstreek'),
    ('techniek', 'Techniek', 'Westelijke Mijnstreek', 'Sittard-Geleen', 'Westelijke Mijnstreek'),
    ('logistiek', 'Logistiek', 'Westelijke Mijnstreek', 'Sittard-Geleen', 'Westelijke Mijnstreek')
) AS told(sector, name, sub_region, coordinator, organisation);

-- Append-only: the newest revision is the present lead, so a sector never has two.
CREATE TABLE sector_leads (
    region text NOT NULL REFERENCES regions (code),
    sector text NOT NULL CHECK (sector ~ '^[a-z0-9]+(_[a-z0-9]+)*$'),
    revision int NOT NULL,
    name text NOT NULL,
    organisation text NOT NULL,
    coordinator text,
    basis text NOT NULL CHECK (basis IN ('eszl', 'override')),
    reason text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    PRIMARY KEY (region, sector, revision)
);

-- Append-only: the newest revision is what the region has on offer.
CREATE TABLE instrument_offers (
    region text NOT NULL REFERENCES regions (code),
    revision int NOT NULL,
    offered text[] NOT NULL,
    reason text,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    PRIMARY KEY (region, revision)
);

GRANT SELECT ON sector_divisions TO schakel_regions;
GRANT SELECT, INSERT ON sector_leads, instrument_offers TO schakel_regions;

-- Who takes the lead for each sector that a region's division or the region itself names.
CREATE VIEW present_sector_leads AS
SELECT
    coalesce(chosen.region, told.region) AS region,
    coalesce(chosen.sector, told.sector) AS sector,
    coalesce(told.name, chosen.name) AS name,
    coalesce(chosen.organisation, told.organisation) AS organisation,
    coalesce(chosen.basis, 'eszl') AS basis,
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

GRANT SELECT ON present_sector_leads TO schakel_regions;
