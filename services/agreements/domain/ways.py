# SPDX-License-Identifier: EUPL-1.2
"""Life cycles are tables: what is done, in which state, gives the next state or a refusal."""

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from services.agreements.domain.refusals import Refused

Step = TypeVar("Step")
State = TypeVar("State")


class No(NamedTuple):
    """A refusal: its name, and what is said to the one who asked."""

    kind: type[Refused]
    says: str


def way(ways: Mapping[tuple[Step, State], State | No], step: Step, state: State) -> State:
    """Give the state to which a step leads, or refuse it by its name."""
    to = ways[step, state]
    if isinstance(to, No):
        raise to.kind(to.says)
    return to
