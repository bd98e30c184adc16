-- Reference data: which regions there are, and which municipality is in which of them on which day.
-- Loaded after every migration from the dated files of the contracts; the service only reads it.

CREATE TABLE regions (
    code text PRIMARY KEY CHECK (code ~ '^AM[0-9]{2}$'),
    name text NOT NULL,
    centre_municipalities text[] NOT NULL,
    tile_column int NOT NULL,
    tile_row int NOT NULL
);

CREATE TABLE region_aliases (
    region text NOT NULL REFERENCES regions (code),
    name text NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (region, name)
);

-- Both directions of a border stand there.
CREATE TABLE region_neighbours (
    region text NOT NULL REFERENCES regions (code),
    neighbour text NOT NULL REFERENCES regions (code),
    PRIMARY KEY (region, neighbour)
);

-- One row for each stay of a municipality in a region, under one name; the last day is not in it.
CREATE TABLE municipalities (
    code text NOT NULL CHECK (code ~ '^GM[0-9]{4}$'),
    name text NOT NULL,
    region text NOT NULL REFERENCES regions (code),
    valid_from date NOT NULL,
    valid_to date CHECK (valid_to > valid_from),
    PRIMARY KEY (code, valid_from)
);
CREATE UNIQUE INDEX municipality_in_one_region ON municipalities (code) WHERE valid_to IS NULL;
CREATE INDEX municipalities_by_region ON municipalities (region);

GRANT SELECT ON regions, region_aliases, region_neighbours, municipalities TO schakel_regions;
