-- What a region says and does itself.

CREATE TABLE desks (
    region text PRIMARY KEY REFERENCES regions (code),
    telephone text,
    mailbox text,
    deputy text,
    revision int NOT NULL,
    changed_at timestamptz,
    changed_by text
);

-- Append-only: the newest revision is the present contact, so there is never a second one.
CREATE TABLE contacts (
    region text NOT NULL REFERENCES regions (code),
    employer_id uuid NOT NULL,
    revision int NOT NULL,
    kind text NOT NULL CHECK (kind IN ('account_manager', 'desk')),
    role text CHECK (role IS NOT NULL OR kind = 'desk'),
    telephone text,
    mailbox text,
    since date NOT NULL,
    reason text,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    PRIMARY KEY (region, employer_id, revision)
);

-- Append-only: every decision as it was submitted; its sequence is that of its message.
CREATE TABLE decisions (
    region text NOT NULL REFERENCES regions (code),
    agreement_id uuid NOT NULL,
    sequence bigint NOT NULL,
    choice text NOT NULL CHECK (choice IN ('accepted', 'declined', 'considering')),
    version int NOT NULL,
    agreement_sequence bigint NOT NULL,
    reason text CHECK (reason IS NOT NULL OR choice <> 'declined'),
    signed_on date CHECK (signed_on IS NOT NULL OR choice <> 'accepted'),
    employer_signed_on date CHECK (employer_signed_on IS NOT NULL OR choice <> 'accepted'),
    expected_on date,
    decided_at timestamptz NOT NULL,
    decided_by text NOT NULL,
    PRIMARY KEY (region, agreement_id, sequence)
);

GRANT SELECT, INSERT, UPDATE ON desks TO schakel_regions;
GRANT SELECT, INSERT ON contacts, decisions TO schakel_regions;

-- The newest contact of each employer in each region.
CREATE VIEW present_contacts AS
SELECT DISTINCT ON (region, employer_id)
    region, employer_id, revision, kind, role, telephone, mailbox, since
FROM contacts
ORDER BY region, employer_id, revision DESC;

-- Each agreement that a region holds, with its place in it and its newest decision. A decision is
-- 'submitted' until the owner's word on it, or on a later one, has come back.
CREATE VIEW held_agreements AS
SELECT
    held.region, held.agreement_id, held.sequence, held.content, held.hash, held.status,
    held.employer_id, held.applied_at,
    told.status AS participation_status, told.content AS participation_content,
    own.sequence AS decision_sequence, own.choice, own.version, own.agreement_sequence, own.reason,
    own.signed_on, own.employer_signed_on, own.expected_on, own.decided_at,
    CASE WHEN told.decision_sequence >= own.sequence THEN told.decision_outcome
         WHEN own.sequence IS NOT NULL THEN 'submitted' END AS decision_state,
    CASE WHEN told.decision_sequence >= own.sequence THEN told.decision_reason END AS refusal_reason
FROM region_agreements AS held
LEFT JOIN region_participations AS told
    ON told.region = held.region AND told.agreement_id = held.agreement_id
LEFT JOIN LATERAL (
    SELECT sequence, choice, version, agreement_sequence, reason, signed_on, employer_signed_on,
           expected_on, decided_at
    FROM decisions
    WHERE decisions.region = held.region AND decisions.agreement_id = held.agreement_id
    ORDER BY decisions.sequence DESC
    LIMIT 1
) AS own ON true;

GRANT SELECT ON present_contacts, held_agreements TO schakel_regions;
