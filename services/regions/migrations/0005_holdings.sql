-- What each region really stores of what other services own, for reconciliation.

CREATE OR REPLACE VIEW holdings AS
SELECT 'agreement' AS family, region AS recipient, 'agreement/' || agreement_id AS subject,
    sequence, hash
FROM region_agreements
UNION ALL
SELECT 'participation', region, 'participation/' || agreement_id || '/' || region, sequence, hash
FROM region_participations
UNION ALL
SELECT 'employer', 'regions', 'employer/' || id, sequence, hash
FROM employers;
