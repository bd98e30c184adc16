-- Every region holds the canary as it holds any agreement, and nobody there is shown it. What looks
-- at agreements for somebody looks through this view; only reconciliation reads the table itself.
CREATE OR REPLACE VIEW held_agreements AS
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
) AS own ON true
WHERE held.agreement_id <> '00000000-0000-4000-8000-000000000000';
