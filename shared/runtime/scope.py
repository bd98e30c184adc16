# SPDX-License-Identifier: EUPL-1.2
"""Whose rows a transaction may see and write: the settings that row-level security looks at.

    Scope(regions=("AM36",))      a person of one region
    Scope(employers=("7c6a…",))   an employer
    NATIONAL                      whoever works for all of them
    EVERYTHING                    no person: the owner of the tables, and a duty of the service
    NOBODY                        what a transaction is that does not say

`shared/runtime/migrations/0003_scope.sql` has the other half.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from shared.contracts.policy import AUDITOR, BOUND_BY, OPS, SERVICE, SLW, Reach
from shared.contracts.reference import region_codes

ID = re.compile(r"\*|[A-Za-z0-9-]{1,64}", re.ASCII)
ALL = ("*",)
NATIONAL_ROLES = frozenset({SLW, OPS, AUDITOR})


@dataclass(frozen=True, slots=True)
class Scope:
    """The regions, employers and support providers whose rows are seen, each by its id.

    `ALL` stands for every one of them. Only `everything` reaches what belongs to one region and
    to nobody else, such as the files of candidates, without naming that region.
    """

    regions: tuple[str, ...] = ()
    employers: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    everything: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no id: it is written into SQL."""
        for one in (*self.regions, *self.employers, *self.providers):
            if not ID.fullmatch(one):
                raise ValueError(f"{one!r} is no id")

    @classmethod
    def of_person(cls, role: str, bound: Mapping[str, str], reach: Reach = "own") -> Self:
        """Give what somebody may see by role, by what the role is bound to, and how far it reaches.

        What an operation grants to `all` of a region's people, such as the matrix, is national.
        """
        if role == SERVICE:
            return cls(everything=True)
        if role in NATIONAL_ROLES or (reach == "all" and role in BOUND_BY):
            return cls(ALL, ALL, ALL)
        if role not in BOUND_BY:
            return cls()
        kind = BOUND_BY[role]
        if kind not in bound:
            return cls()
        own = (bound[kind],)
        if kind == "region":
            return cls(regions=own)
        return cls(employers=own) if kind == "employer" else cls(providers=own)

    @classmethod
    def of_recipients(cls, recipients: Iterable[str]) -> Self:
        """Give what messages may touch: a region only its own, a service all that it keeps."""
        named = frozenset(recipients)
        if named <= frozenset(region_codes()):
            return cls(regions=tuple(sorted(named)))
        return cls(everything=True)

    def settings(self) -> list[str]:
        """Give the statements that let a new transaction see this, until it ends."""
        bounds = [("regions", self.regions), ("employers", self.employers)]
        bounds += [("providers", self.providers), ("everything", ("on",) * self.everything)]
        return [f"SET LOCAL schakel.{name} = '{','.join(own)}'" for name, own in bounds if own]

    def statement(self) -> str:
        """Give what confines a transaction to this, whatever it saw before."""
        return "; ".join([*_NOTHING, *self.settings()])


_NOTHING = tuple(
    f"SET LOCAL schakel.{name} = ''" for name in ("regions", "employers", "providers", "everything")
)
NOBODY = Scope()
NATIONAL = Scope(ALL, ALL, ALL)
EVERYTHING = Scope(everything=True)
