# SPDX-License-Identifier: EUPL-1.2
"""The terms of an agreement, and how two sets of them differ."""

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from services.agreements.domain.refusals import EndBeforeStart

# What a field of the terms may hold.
Value = str | int | date | tuple[str, ...] | None

# After how many weeks a placement counts as sustained, unless the agreement says.
SUSTAINED_AFTER_WEEKS = 26


class Change(StrEnum):
    """How much a version differs: a material one has to be accepted anew by every region."""

    MATERIAL = "material"
    EDITORIAL = "editorial"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of the terms that is not what it was."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Terms:
    """What the parties agree on, and the title it goes by. A draft may still lack some of it."""

    title: str
    target_groups: tuple[str, ...] = ()
    guidance_model: str | None = None
    specialist_provider: str | None = None
    specialist_needs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    sustained_after_weeks: int = SUSTAINED_AFTER_WEEKS

    def __post_init__(self) -> None:
        """Refuse terms that end before they start."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise EndBeforeStart(self.starts_on, self.ends_on)

    def missing(self) -> tuple[str, ...]:
        """Name everything that a publication still needs."""
        needed = {
            "a target group": self.target_groups,
            "a guidance model": self.guidance_model,
            "a start date": self.starts_on,
        }
        return tuple(words for words, value in needed.items() if not value)

    def differences_from(self, older: "Terms") -> tuple[Difference, ...]:
        """List every field that differs; the order within a list says nothing."""
        pairs = ((f.name, getattr(older, f.name), getattr(self, f.name)) for f in fields(self))
        return tuple(
            Difference(name, before, after)
            for name, before, after in pairs
            if _unordered(before) != _unordered(after)
        )


# Groups, guidance and duration: who accepted others has not accepted these.
MATERIAL_FIELDS = frozenset(
    {
        "target_groups",
        "guidance_model",
        "specialist_provider",
        "specialist_needs",
        "starts_on",
        "ends_on",
        "sustained_after_weeks",
    }
)


def _unordered(value: Value) -> Value | list[str]:
    return sorted(value) if isinstance(value, tuple) else value
