-- Of the heads that others told more than a day ago, forgets all but the last of each hour and those of
-- which a later one does not lie further on, as after a tail was cut off: both of such a pair stay, since
-- either shows by the other what happened. It asks the server's own clock, so that whoever may call
-- it can do nothing else.
CREATE FUNCTION thin_audit_heads() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM audit_heads AS head
    USING (
        SELECT service, seq, hash,
            row_number() OVER (
                PARTITION BY service, date_trunc('hour', told_at) ORDER BY seq DESC, hash
            ) = 1 AS last_of_hour,
            coalesce(min(seq) OVER (
                PARTITION BY service ORDER BY told_at, seq
                ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
            ) <= seq, false) AS gone_back_on,
            coalesce(max(seq) OVER (
                PARTITION BY service ORDER BY told_at, seq
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) >= seq, false) AS goes_back
        FROM audit_heads
    ) AS told
    WHERE (head.service, head.seq, head.hash) = (told.service, told.seq, told.hash)
        AND head.told_at < now() - interval '1 day'
        AND NOT (told.last_of_hour OR told.gone_back_on OR told.goes_back);
$$;

REVOKE ALL ON FUNCTION thin_audit_heads FROM PUBLIC;
GRANT EXECUTE ON FUNCTION thin_audit_heads TO schakel_messaging;
