-- What an employer adapts, as codes beside its own words.

ALTER TABLE employers ADD COLUMN adaptations text[] NOT NULL DEFAULT '{}';
