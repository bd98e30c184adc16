-- Own copies of what an agreement offers: newest-wins, as the gate of the messaging decides.
-- `hash` is computed from the stored bytes, never from what a message told.

CREATE TABLE frameworks (
    agreement_id text PRIMARY KEY,
    sequence bigint NOT NULL,
    status text NOT NULL,
    content bytea NOT NULL,
    hash text NOT NULL GENERATED ALWAYS AS (encode(sha256(content), 'hex')) STORED,
    applied_at timestamptz NOT NULL
);

CREATE OR REPLACE VIEW holdings AS
SELECT 'framework' AS family, 'providers' AS recipient, 'framework/' || agreement_id AS subject, sequence,
    hash
FROM frameworks;

GRANT SELECT, INSERT, UPDATE ON frameworks TO schakel_providers;
