# SPDX-License-Identifier: EUPL-1.2
"""What the journal alone tells of placements: every step, read out of their states."""

from collections.abc import Iterator

import orjson

from services.placements.domain.life import LIFE, State, Step
from shared.runtime import Cursor


def steps_of_the_journal(cur: Cursor) -> Iterator[tuple[str, Step]]:
    """Give the region and the step of every step that placements took, by what was published."""
    rows = cur.execute(
        "SELECT subject, body FROM journal WHERE subject LIKE 'placement/%'"
        " ORDER BY subject, sequence"
    ).fetchall()
    before: dict[str, State] = {}
    for row in rows:
        told = orjson.loads(row["body"])["data"]
        state = State(told["state"])
        for step in _between(before.get(row["subject"]), state):
            yield told["region"], step
        before[row["subject"]] = state


def _between(before: State | None, after: State) -> list[Step]:
    """Give the shortest way from one state to another, by the table of life."""
    if before is None:
        return [Step.OFFERED, *_between(State.OFFERED, after)]
    ways: list[tuple[State, list[Step]]] = [(before, [])]
    for state, steps in ways:
        if state is after:
            return steps
        ways += [
            (rule.leads[state], [*steps, step])
            for step, rule in LIFE.items()
            if rule.leads.get(state, state) is not state
        ]
    raise AssertionError(f"no way from {before} to {after}")
