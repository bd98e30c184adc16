-- Who did what. A line is written in the transaction of what it tells, and never changed after it.

CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    subject text NOT NULL,
    role text NOT NULL,
    scope jsonb NOT NULL,
    operation text NOT NULL,
    aggregate text,
    version bigint,
    origin text,
    status integer NOT NULL,
    problem text,
    trace text
);
CREATE INDEX audit_of_aggregate ON audit (aggregate, id);
CREATE INDEX audit_of_subject ON audit (subject, id);

-- Lines that no link of the chain holds yet: writers put them here side by side, and wait for
-- nobody; the one that seals takes them out.
CREATE TABLE audit_unsealed (audit_id bigint PRIMARY KEY);

-- The chain: every line, in the order in which it was sealed. `digest` is of the line alone; `hash`
-- is of the link, and of the hash before it.
CREATE TABLE audit_chain (
    seq bigint PRIMARY KEY CHECK (seq > 0),
    audit_id bigint NOT NULL UNIQUE,
    digest text NOT NULL,
    hash text NOT NULL,
    sealed_at timestamptz NOT NULL
);

-- What other services told of the heads of their chains: whoever cuts a tail cannot cut it here.
CREATE TABLE audit_heads (
    service text NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (service, seq, hash)
);

-- Append-only for everybody who writes here; only what waits to be sealed is taken away.
GRANT SELECT, INSERT ON audit, audit_chain, audit_heads TO schakel_messaging;
GRANT SELECT, INSERT, DELETE ON audit_unsealed TO schakel_messaging;
