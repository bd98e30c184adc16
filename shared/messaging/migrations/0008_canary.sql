-- Nobody looks back for long at the canary, which is amended every minute. Nothing else leaves the
-- journal or the ledger: the service itself may still delete of neither.

-- Forgets what is settled of the canary and was published before a moment. What is owed stays, and so
-- do the newest state, by which the next one is counted, and what still has to go out.
CREATE FUNCTION forget_canary(before timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM deliveries AS d
    WHERE d.subject = 'agreement/00000000-0000-4000-8000-000000000000'
        AND d.created_at < before AND d.state IN ('received', 'superseded')
        AND d.sequence < (SELECT max(n.sequence) FROM journal AS n WHERE n.subject = d.subject);
    DELETE FROM journal AS j
    WHERE j.subject = 'agreement/00000000-0000-4000-8000-000000000000' AND j.recorded_at < before
        AND j.sequence < (SELECT max(n.sequence) FROM journal AS n WHERE n.subject = j.subject)
        AND NOT EXISTS (
            SELECT FROM deliveries AS d WHERE d.subject = j.subject AND d.sequence = j.sequence
        )
        AND j.sequence NOT IN (
            SELECT o.sequence FROM outbox AS o WHERE o.subject = j.subject AND o.sent_at IS NULL
        );
$$;

REVOKE ALL ON FUNCTION forget_canary FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_canary TO schakel_messaging;
