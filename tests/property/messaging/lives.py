# SPDX-License-Identifier: EUPL-1.2
"""The lives of what messaging keeps: which steps a row may take; the page of them is the docs'."""

from collections.abc import Mapping

from tests.property.messaging.world import World

Steps = Mapping[str, frozenset[str]]

# docs/lifecycles.md draws this one; a row may take several steps at once.
DELIVERY: Steps = {
    "": frozenset({"pending", "received", "superseded", "refused"}),
    "pending": frozenset({"received", "superseded", "refused"}),
    "refused": frozenset({"received", "superseded"}),
    "received": frozenset({"pending"}),
    "superseded": frozenset({"pending"}),
}
# A letter that comes again is open again, whatever became of it before, unless a job has it.
LETTER: Steps = {
    "": frozenset({"open"}),
    "open": frozenset({"replaying", "discarded"}),
    "replaying": frozenset({"open", "resolved", "superseded"}),
    "resolved": frozenset({"open"}),
    "superseded": frozenset({"open"}),
    "discarded": frozenset({"open"}),
}
# What came of a letter in a job is said once.
ITEM: Steps = {
    "": frozenset({"waiting", "resolved", "superseded", "failed", "discarded"}),
    "waiting": frozenset({"resolved", "superseded", "failed", "discarded"}),
}

ROWS = """
SELECT 'delivery' AS kind, concat_ws(' ', subject, sequence, recipient) AS name, state
FROM deliveries
UNION ALL SELECT 'letter', id::text, state FROM dead_letters
UNION ALL SELECT 'item', concat_ws(' ', job_id, letter_id), coalesce(result, 'waiting')
FROM replay_items
"""
LIVES: Mapping[str, Steps] = {"delivery": DELIVERY, "letter": LETTER, "item": ITEM}


class Lives:
    """Remembers every row's state, and refuses a step that its life does not have."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._before: dict[tuple[str, str], str] = {}

    def follow(self) -> None:
        """Hold every step since the last time against the lives; no row may be gone."""
        rows = self._world.rows(ROWS)
        now = {(row["kind"], row["name"]): row["state"] for row in rows}
        assert self._before.keys() <= now.keys()
        for key, state in now.items():
            before = self._before.get(key, "")
            assert state == before or state in LIVES[key[0]].get(before, ()), (key, before, state)
        self._before = now
