-- Delivery state is rows: what was said, to whom it is owed, what is on its way, what was applied.

-- Every state ever published, with the very bytes that went out; the source of each re-send.
CREATE TABLE journal (
    subject text NOT NULL,
    sequence bigint NOT NULL CHECK (sequence > 0),
    type text NOT NULL,
    hash text NOT NULL,
    body bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    sent_at timestamptz,
    PRIMARY KEY (subject, sequence)
);

-- The only way onto the wire. States point into the journal; notices bring their own body.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exchange text NOT NULL CHECK (exchange IN ('recipients', 'notices', 'live')),
    routing_key text NOT NULL DEFAULT '',
    audience text[] NOT NULL DEFAULT '{}',
    subject text,
    sequence bigint,
    body bytea,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    blocked_reason text,
    CHECK ((body IS NULL) = (sequence IS NOT NULL))
);
CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL AND blocked_reason IS NULL;
CREATE INDEX outbox_unsent_subject ON outbox (subject, sequence)
WHERE sent_at IS NULL AND blocked_reason IS NULL;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;

CREATE FUNCTION outbox_hint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('outbox', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER outbox_hint AFTER INSERT ON outbox
FOR EACH STATEMENT EXECUTE FUNCTION outbox_hint();

-- The ledger: one row for each state and each recipient that it is owed to.
CREATE TABLE deliveries (
    subject text NOT NULL,
    sequence bigint NOT NULL,
    recipient text NOT NULL,
    state text NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'received', 'superseded', 'refused')),
    created_at timestamptz NOT NULL,
    received_at timestamptz,
    received_hash text,
    sends integer NOT NULL DEFAULT 1,
    next_check_at timestamptz NOT NULL,
    reason text,
    PRIMARY KEY (subject, recipient, sequence)
);
CREATE INDEX deliveries_due ON deliveries (next_check_at) WHERE state = 'pending';
CREATE INDEX deliveries_open ON deliveries (recipient, state) WHERE state IN ('pending', 'refused');

-- The gate: what each recipient here applied last; nothing older ever passes.
CREATE TABLE gate (
    recipient text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    hash text NOT NULL,
    applied_at timestamptz NOT NULL,
    PRIMARY KEY (recipient, subject)
);

-- What could not be applied yet, with its reason; it blocks nobody and is never dropped.
CREATE TABLE parked (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue text NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    reason text NOT NULL CHECK (reason IN ('retry', 'awaiting', 'schema')),
    body bytea NOT NULL,
    attempts integer NOT NULL DEFAULT 1,
    next_attempt_at timestamptz NOT NULL,
    first_parked_at timestamptz NOT NULL,
    last_error text NOT NULL,
    UNIQUE (recipient, subject, sequence)
);
CREATE INDEX parked_due ON parked (next_attempt_at);

-- What was given up, with its raw bytes; one row for each cause and message.
CREATE TABLE dead_letters (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    origin text NOT NULL CHECK (origin IN ('undecodable', 'unknown', 'invalid', 'too-large',
        'exhausted', 'broker')),
    queue text NOT NULL,
    recipient text,
    subject text,
    sequence bigint,
    headers jsonb NOT NULL DEFAULT '{}',
    body bytea NOT NULL,
    error_class text NOT NULL,
    error text NOT NULL,
    fingerprint text NOT NULL UNIQUE,
    times integer NOT NULL DEFAULT 1,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'replaying', 'resolved', 'superseded', 'discarded')),
    resolved_by text,
    reason text
);
CREATE INDEX dead_letters_open ON dead_letters (origin) WHERE state = 'open';

-- What must never be: a recipient ahead of its owner, or another content under one sequence.
CREATE TABLE anomalies (
    kind text NOT NULL CHECK (kind IN ('ahead', 'differs')),
    subject text NOT NULL,
    recipient text NOT NULL,
    sequence bigint NOT NULL,
    expected_hash text,
    found_hash text NOT NULL,
    first_at timestamptz NOT NULL,
    resolved_at timestamptz,
    PRIMARY KEY (kind, subject, recipient, sequence)
);
CREATE INDEX anomalies_open ON anomalies (subject) WHERE resolved_at IS NULL;

-- Append-only where it is history; the rest lives and is settled.
GRANT SELECT, INSERT, UPDATE (sent_at) ON journal TO schakel_messaging;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, parked TO schakel_messaging;
GRANT SELECT, INSERT, UPDATE ON deliveries, gate, dead_letters, anomalies TO schakel_messaging;
