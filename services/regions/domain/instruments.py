# SPDX-License-Identifier: EUPL-1.2
"""Instruments: what a region has on offer, and with which particulars one is used on a day.

What an instrument takes changes with the law, so its rules are rows with days
(`instrument_rules.py`), and the row of the day on which it starts is the one that counts.
"""

from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

Value = str | int | bool | date

MONTHS_IN_A_YEAR = 12


class Kind(StrEnum):
    """What a particular is made of."""

    WHOLE = "whole"
    TENTHS = "tenths"
    DAY = "day"
    FLAG = "flag"
    LINE = "line"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One particular of an instrument, and the bounds that it keeps.

    `must` is the only answer to a yes or no with which the instrument can be used.
    """

    name: str
    kind: Kind
    says: str
    required: bool = False
    smallest: int = 0
    largest: int = 2**31 - 1
    choices: tuple[str, ...] = ()
    must: bool | None = None

    def objection(self, value: Value) -> str | None:
        """Say what is wrong with a value of the right kind; None when nothing is."""
        if isinstance(value, bool):
            return f"must be {str(self.must).lower()}" if self.must not in {None, value} else None
        if isinstance(value, int) and not self.smallest <= value <= self.largest:
            return f"must be from {self._told(self.smallest)} to {self._told(self.largest)}"
        if self.choices and value not in self.choices:
            return f"must be one of: {', '.join(self.choices)}"
        return None

    def _told(self, bound: int) -> str:
        return f"{bound / 10:g}" if self.kind is Kind.TENTHS else str(bound)


@dataclass(frozen=True, slots=True)
class Span:
    """Two days in order, the second at most so many months after the first."""

    first: str
    last: str
    months: int

    def objection(self, given: Mapping[str, Value]) -> str | None:
        """Say what is wrong with the second day; None when nothing is."""
        first, last = given.get(self.first), given.get(self.last)
        if not isinstance(first, date) or not isinstance(last, date):
            return None
        if last < first:
            return f"must not be before {self.first}"
        if last > months_after(first, self.months):
            return f"must be within {self.months} months of {self.first}"
        return None


@dataclass(frozen=True, slots=True)
class Rules:
    """What an instrument takes from one day to another; `source` says where that was read.

    `starts` names the particular that tells on which day the instrument is used first. Rules
    that are closed let nobody in any more.
    """

    code: str
    valid_from: date
    valid_to: date | None
    source: str
    parameters: tuple[Parameter, ...] = ()
    spans: tuple[Span, ...] = ()
    starts: str | None = None
    closed: bool = False

    def holds_on(self, day: date) -> bool:
        """Tell whether these are the rules of that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument that is used for one candidate, with its particulars."""

    code: str
    particulars: Mapping[str, Value]


class Objection(NamedTuple):
    """What is wrong with one particular of an instrument; without a name, with all of it."""

    parameter: str | None
    says: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The instruments that a region has on offer; revision 0 is a region that never said."""

    region: str
    offered: tuple[str, ...] = ()
    revision: int = 0

    @property
    def told(self) -> bool:
        """Tell whether the region ever said what it offers."""
        return self.revision > 0


@dataclass(frozen=True, slots=True)
class PromiseCheck:
    """What an agreement promises against what a region offers.

    Nothing is missing while the region never said what it offers: `told` tells that.
    """

    told: bool
    promised: tuple[str, ...]
    missing: tuple[str, ...]


def check_promise(promised: Collection[str], offer: Offer) -> PromiseCheck:
    """Hold what is promised against what is on offer."""
    known = sorted(promised)
    missing = [code for code in known if code not in offer.offered] if offer.told else []
    return PromiseCheck(offer.told, tuple(known), tuple(missing))


def rules_of(table: Sequence[Rules], code: str, day: date) -> Rules | None:
    """Find the rules of an instrument on a day."""
    return next((one for one in table if one.code == code and one.holds_on(day)), None)


def kind_of(table: Sequence[Rules], code: str, name: str) -> Kind | None:
    """Tell what a particular of an instrument is made of; None where it never had such a one."""
    known = (one for rules in table if rules.code == code for one in rules.parameters)
    return next((one.kind for one in known if one.name == name), None)


def objections(table: Sequence[Rules], one: Instrument, on: date) -> Iterator[Objection]:
    """Say everything that is wrong with an instrument that is used from its own day, or `on`."""
    starts = next((rules.starts for rules in table if rules.code == one.code), None)
    told = one.particulars.get(starts or "")
    day = told if isinstance(told, date) else on
    rules = rules_of(table, one.code, day)
    if rules is None or rules.closed:
        yield Objection(starts if isinstance(told, date) else None, f"is not given out on {day}")
        return
    known = {parameter.name: parameter for parameter in rules.parameters}
    for name, value in one.particulars.items():
        if name not in known:
            yield Objection(name, f"is no particular of {one.code} on {day}")
        elif fault := known[name].objection(value):
            yield Objection(name, fault)
    for name, parameter in known.items():
        if parameter.required and name not in one.particulars:
            yield Objection(name, "is missing")
    for span in rules.spans:
        if fault := span.objection(one.particulars):
            yield Objection(span.last, fault)


def months_after(day: date, months: int) -> date:
    """Give the same day so many months later, or the last one of that month."""
    years, month = divmod(day.month - 1 + months, MONTHS_IN_A_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
