-- Who serves employers in a region. Only what the founding articles name; the rest stays empty.
-- 'sub_regional' is an organisation of a part of the region, whose legal form is not told.

CREATE TABLE region_organisations (
    region text NOT NULL CHECK (region ~ '^AM[0-9]{2}$'),
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('wsp', 'uwv', 'sub_regional', 'sw_bedrijf', 'werkcentrum')),
    status text NOT NULL CHECK (status IN ('actief', 'in_opbouw')),
    audiences text[] NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (region, name)
);

INSERT INTO region_organisations (region, name, kind, status, audiences, source) VALUES
    ('AM15', 'WSP-Noord-Holland-Noord', 'wsp', 'actief', '{werkgevers}', 'Strategische tafels, WSP Noord-Holland-Noord'),
    ('AM30', 'Podium24', 'sub_regional', 'actief', '{werkgevers,werkzoekenden}', 'Samen sterk(er), Zuid-Limburg'),
    ('AM30', 'UWV', 'uwv', 'actief', '{werkgevers,werkzoekenden}', 'Samen sterk(er), Zuid-Limburg'),
    ('AM30', 'WSP Parkstad', 'wsp', 'actief', '{werkgevers,werkzoekenden}', 'Samen sterk(er), Zuid-Limburg'),
    ('AM30', 'Westelijke Mijnstreek', 'sub_regional', 'actief', '{werkgevers,werkzoekenden}', 'Samen sterk(er), Zuid-Limburg'),
    ('AM33', 'Werkcentrum Midden-Limburg', 'werkcentrum', 'in_opbouw', '{werkzoekenden,werkgevers,werkenden}', 'Intentieverklaring Midden-Limburg, 2024'),
    ('AM36', 'WSP Regio Zwolle', 'wsp', 'actief', '{werkgevers}', 'Convenant ISS Facility Services');

GRANT SELECT ON region_organisations TO schakel_regions;
