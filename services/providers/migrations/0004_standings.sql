-- Of a placement this service hears how it stands, and nothing else of it. What it heard before
-- is forgotten, whole bytes and all; every placement is told of again with its next step.

DELETE FROM placements;
DELETE FROM gate WHERE subject LIKE 'placement/%';

CREATE OR REPLACE VIEW holdings AS
SELECT 'framework' AS family, 'providers' AS recipient, 'framework/' || agreement_id AS subject,
    sequence, hash
FROM frameworks
UNION ALL
SELECT 'standing', 'providers', 'standing/' || id, sequence, hash
FROM placements;
