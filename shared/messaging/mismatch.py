# SPDX-License-Identifier: EUPL-1.2
"""How what is owed and what is held can disagree: five classes, of which two mend themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

from shared.contracts import Json

Class = Literal["missing", "stale", "ahead", "differs", "ghost"]
CLASSES: tuple[Class, ...] = ("missing", "stale", "ahead", "differs", "ghost")


class State(NamedTuple):
    """A state by its place and its content."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Held:
    """What the gate of a recipient says of a subject, and what is really stored."""

    gate: State | None = None
    stored: State | None = None

    @classmethod
    def from_json(cls, told: Json) -> Self:
        """Read it as the recipient tells it."""
        return cls(_state(told, "gate"), _state(told, "stored"))

    @property
    def newest(self) -> int:
        """The highest sequence that is told of at all."""
        return max((state.sequence for state in (self.gate, self.stored) if state), default=0)


@dataclass(frozen=True, slots=True)
class Owed:
    """The newest state that the ledger owes; `open` while it is on its way or refused."""

    state: State
    open: bool


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One subject on which owner and recipient disagree, and both of what they say."""

    subject: str
    kind: Class
    owed: State | None
    held: Held

    def to_row(self) -> dict[str, Any]:
        """Write it for the table."""
        row: dict[str, Any] = {"subject": self.subject, "class": self.kind}
        sides = {"owed": self.owed, "gate": self.held.gate, "stored": self.held.stored}
        for side, state in sides.items():
            row[f"{side}_sequence"] = state and state.sequence
            row[f"{side}_hash"] = state and state.hash
        return row


def compare(owed: Mapping[str, Owed], held: Mapping[str, Held]) -> Iterator[Mismatch]:
    """Give every subject on which the two sides disagree.

    What the ledger itself still calls open is not lost: the watchdog is after it, or it was
    refused in sight.
    """
    for subject in sorted(owed.keys() | held.keys()):
        due, has = owed.get(subject), held.get(subject, Held())
        kind = class_of(due.state if due else None, has)
        if kind is None or (due and due.open and kind in {"missing", "stale"}):
            continue
        yield Mismatch(subject, kind, due.state if due else None, has)


def class_of(owed: State | None, held: Held) -> Class | None:
    """Say how the two sides disagree, the most serious first; None where they agree."""
    if owed is None:
        return "ghost" if held.newest else None
    if held.newest > owed.sequence:
        return "ahead"
    if held.stored is None:
        return "missing"
    if held.stored.sequence < owed.sequence:
        return "stale"
    return None if held.gate == held.stored == owed else "differs"


def _state(told: Json, side: str) -> State | None:
    sequence = told[f"{side}_sequence"]
    return None if sequence is None else State(sequence, told[f"{side}_hash"])
