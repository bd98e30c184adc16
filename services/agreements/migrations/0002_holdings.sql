-- What is really stored here of what other services own, for reconciliation.

ALTER TABLE employers ADD COLUMN sequence bigint NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN sequence bigint NOT NULL DEFAULT 0;

-- Copies that came before the column did: the gate applied them together with its own row.
UPDATE employers AS e SET sequence = g.sequence FROM gate AS g
WHERE g.recipient = 'agreements' AND g.subject = 'employer/' || e.id AND g.hash = e.hash;
UPDATE contacts AS c SET sequence = g.sequence FROM gate AS g
WHERE g.recipient = 'agreements' AND g.hash = c.hash
    AND g.subject = 'contact/' || c.region || '/' || c.employer_id;

CREATE OR REPLACE VIEW holdings AS
SELECT 'employer' AS family, 'agreements' AS recipient, 'employer/' || id AS subject, sequence, hash
FROM employers
UNION ALL
SELECT 'contact', 'agreements', 'contact/' || region || '/' || employer_id, sequence, hash
FROM contacts
UNION ALL
(
    SELECT DISTINCT ON (agreement_id, region)
        'decision', 'agreements', 'decision/agreement/' || agreement_id || '/' || region, sequence,
        hash
    FROM decisions ORDER BY agreement_id, region, sequence DESC
);
