-- Own copies of what regions have on offer, and of how many places got how far.

CREATE TABLE instruments (
    region text PRIMARY KEY,
    offered jsonb NOT NULL,
    content bytea NOT NULL,
    sequence bigint NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED
);

CREATE TABLE tallies (
    agreement_id text NOT NULL,
    region text NOT NULL,
    counts jsonb NOT NULL,
    content bytea NOT NULL,
    sequence bigint NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    PRIMARY KEY (agreement_id, region)
);

GRANT SELECT, INSERT, UPDATE ON instruments, tallies TO schakel_agreements;

CREATE OR REPLACE VIEW holdings AS
SELECT 'employer' AS family, 'agreements' AS recipient, 'employer/' || id AS subject, sequence, hash
FROM employers
UNION ALL
SELECT 'contact', 'agreements', 'contact/' || region || '/' || employer_id, sequence, hash
FROM contacts
UNION ALL
SELECT 'instruments', 'agreements', 'instruments/' || region, sequence, hash
FROM instruments
UNION ALL
SELECT 'tally', 'agreements', 'tally/' || agreement_id || '/' || region, sequence, hash
FROM tallies
UNION ALL
(
    SELECT DISTINCT ON (agreement_id, region)
        'decision', 'agreements', 'decision/agreement/' || agreement_id || '/' || region, sequence,
        hash
    FROM decisions ORDER BY agreement_id, region, sequence DESC
);
