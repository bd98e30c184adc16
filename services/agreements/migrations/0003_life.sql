-- The whole life: consultation of a concept, the employer's consent, notice, silence, expiry.
--
-- contracts: 0.0.0 and all after it can live with this: nothing was released before.

ALTER TABLE agreements DROP CONSTRAINT agreements_status_check;
ALTER TABLE agreements ADD CONSTRAINT agreements_status_check CHECK (status IN (
    'draft', 'in_consultation', 'published', 'suspended', 'ended', 'expired', 'withdrawn'
));
ALTER TABLE agreement_versions ADD COLUMN employer_consent_role text;

-- Every round in which regions could comment, with the concept as it was put to them.
CREATE TABLE consultations (
    agreement_id text NOT NULL REFERENCES agreements (id),
    round integer NOT NULL,
    version integer NOT NULL,
    terms jsonb NOT NULL,
    opened_at timestamptz NOT NULL,
    respond_by date NOT NULL,
    reason text,
    closed_at timestamptz,
    closing_reason text,
    PRIMARY KEY (agreement_id, round)
);

-- Append-only: what regions said, with the version that it was about.
CREATE TABLE comments (
    agreement_id text NOT NULL REFERENCES agreements (id),
    number integer NOT NULL,
    region text NOT NULL,
    round integer NOT NULL,
    version integer NOT NULL,
    text text NOT NULL,
    role text NOT NULL,
    said_at timestamptz NOT NULL,
    PRIMARY KEY (agreement_id, number)
);

ALTER TABLE participations
    ADD COLUMN leaves_on date,
    ADD COLUMN silent_since date,
    ADD COLUMN extra_instruments jsonb NOT NULL DEFAULT '[]';

GRANT SELECT, INSERT, UPDATE ON consultations TO schakel_agreements;
GRANT SELECT, INSERT ON comments TO schakel_agreements;

-- Agreements that were published before there was a framework have one said of them now, and those
-- that were ended expire when their last day has passed in the Netherlands.
INSERT INTO timers (kind, subject, due_at, next_at)
SELECT 'tell-framework', 'agreement/' || id, changed_at, changed_at
FROM agreements WHERE sequence IS NOT NULL;
INSERT INTO timers (kind, subject, due_at, next_at)
SELECT 'expire-agreement', 'agreement/' || a.id, passed.at, passed.at
FROM agreements AS a
CROSS JOIN LATERAL (
    SELECT (a.ends_on + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam' AS at
) AS passed
WHERE a.ends_on IS NOT NULL;
