# SPDX-License-Identifier: EUPL-1.2
"""Three accounts of how many places got how far: as agreements were told, and two replays.

The owner adds up while it writes. Its history and its journal are only ever added to, and neither
is read by what adds up.
"""

from collections.abc import Mapping

TOLD = """
SELECT 'counted' AS record, 'the tally' AS account, 'tally/' || t.agreement_id || '/' || t.region
    AS subject, c.key AS step, c.value::integer AS times
FROM tallies AS t CROSS JOIN jsonb_each_text(t.counts) AS c
"""
HISTORY = """
SELECT 'counted' AS record, 'the history' AS account,
    'tally/' || p.agreement_id || '/' || p.region AS subject, c.step, count(*)::integer AS times
FROM placement_changes AS c JOIN placements AS p ON p.id = c.placement_id
WHERE c.step NOT IN ('corrected', 'start_confirmed', 'checked_in', 'decision_refused')
GROUP BY p.agreement_id, p.region, c.step
"""
# A state tells of every step on the way to it, but not whether who declined had confirmed before:
# that a region's own word tells.
JOURNAL = """
WITH ways (step, states) AS (VALUES
    ('picked_up', '{picked_up,confirmed,declined,handed_over}'),
    ('picked_up', '{started,sustained,completed,ended_early}'),
    ('confirmed', '{confirmed,started,sustained,completed,ended_early}'),
    ('started', '{started,sustained,completed,ended_early}'),
    ('sustained', '{sustained,completed}'),
    ('completed', '{completed}'), ('ended_early', '{ended_early}'), ('declined', '{declined}'),
    ('handed_over', '{handed_over}'), ('withdrawn', '{withdrawn}'), ('lapsed', '{lapsed}')
), told AS (
    SELECT convert_from(body, 'UTF8')::jsonb->'data' AS data FROM journal
    WHERE subject LIKE 'placement/%%'
), reached AS (
    SELECT data, 'offered' AS step FROM told
    UNION ALL
    SELECT data, step FROM told JOIN ways ON data->>'state' = ANY(states::text[])
    UNION ALL
    SELECT data, 'confirmed' FROM told
    JOIN decisions AS d ON d.placement_id = data->>'id' AND d.region = data->>'region'
    CROSS JOIN convert_from(d.content, 'UTF8') AS word
    WHERE data->>'state' = 'declined' AND word::jsonb->>'decision' = 'declined'
        AND word::jsonb->'confirmation' <> 'null'
)
SELECT 'counted' AS record, 'the journal' AS account,
    'tally/' || (data->>'agreementId') || '/' || (data->>'region') AS subject, step,
    count(DISTINCT data->>'id')::integer AS times
FROM reached GROUP BY data->>'agreementId', data->>'region', step
"""
COUNTED: Mapping[str, tuple[str, ...]] = {"agreements": (TOLD,), "placements": (HISTORY, JOURNAL)}
