-- One row per change that somebody asked for: the same key gets the same answer again.
CREATE TABLE idempotency (
    principal text NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    answer json,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (principal, operation, key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency TO schakel_messaging;
