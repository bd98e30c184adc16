# SPDX-License-Identifier: EUPL-1.2
"""Finds what has no place in a free text: a citizen service number (BSN), or a date of birth.

It reads forms, not meanings: nine digits that pass the 11-test, whatever spaces, dots or dashes
stand between them, and a whole date of 14 to 110 years ago. What is found is never repeated.
"""

import re
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import Literal

from stdnum.nl import bsn

Finding = Literal["bsn", "birth-date"]

TODAY: ContextVar[date | None] = ContextVar("today", default=None)
"""The day that ages are counted from, where somebody sets another one than the machine's."""

FORBIDDEN_FIELDS = frozenset(
    {
        *("bsn", "burgerservicenummer", "citizenservicenumber", "sofinummer"),
        *("birthdate", "dateofbirth", "birthday", "geboortedatum", "geborenop"),
        *("voornaam", "achternaam", "voorletters", "firstname", "lastname", "surname"),
        *("kandidaatnaam", "candidatename", "nationality", "nationaliteit", "gender", "geslacht"),
        *("diagnose", "diagnosis", "handicap", "disability", "ziekte", "illness", "beperking"),
        *("huisadres", "homeaddress", "woonplaats", "postcode", "huisnummer", "iban"),
    }
)
"""Names under which somebody's particulars would stand; nothing here has a place for them."""

YOUNGEST, OLDEST = 14, 110
_MONTHS = (
    *("jan", "feb", "m(?:aa)?rt|mar(?:ch)?|mrch", "apr", "mei|may", "jun", "jul"),
    *("aug", "sep", "o[kc]t", "nov", "dec"),
)
_SPLIT = r"[ ./-]{1,3}"
_DAY, _YEAR, _LAST = r"(?<![0-9])([0-9]{1,2})", "([0-9]{2,4})(?![0-9])", "([0-9]{1,2})(?![0-9])"
_IN_FIGURES = re.compile(rf"{_DAY}{_SPLIT}([0-9]{{1,2}}){_SPLIT}{_YEAR}")
_YEAR_FIRST = re.compile(rf"(?<![0-9])([0-9]{{4}}){_SPLIT}([0-9]{{1,2}}){_SPLIT}{_LAST}")
_IN_WORDS = tuple(
    re.compile(rf"{_DAY}{_SPLIT}(?:{name})[a-z]*\.?{_SPLIT}'?{_YEAR}", re.IGNORECASE)
    for name in _MONTHS
)
# Machines' own names hold many digits, and nobody's number.
_NO_TEXT = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\b[0-9a-f]{16,}\b"
    r"|(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])",
    re.IGNORECASE,
)
_NINE = re.compile(r"(?<![0-9])(?<![0-9][.,])[0-9](?:[ .-]{0,2}[0-9]){8}(?![0-9])")
_DIGIT = re.compile(r"[0-9]")


def findings(text: str, today: date | None = None) -> set[Finding]:
    """Name what a text holds that has no place in it."""
    if not _DIGIT.search(text):
        return set()
    found: set[Finding] = set()
    if any(_is_bsn(nine) for nine in _nines(_NO_TEXT.sub("~", text))):
        found.add("bsn")
    counted_from = today or TODAY.get() or datetime.now(UTC).date()
    if any(_is_birth(day, counted_from) for day in _days(text, counted_from)):
        found.add("birth-date")
    return found


def forbids(field: str) -> bool:
    """Tell whether a field or a column of this name has no place anywhere in the product."""
    return re.sub("[^a-z]", "", field.lower()) in FORBIDDEN_FIELDS


def _nines(text: str) -> Iterator[str]:
    """Give every nine digits that stand together, also where one run begins inside another."""
    start = 0
    while match := _NINE.search(text, start):
        yield re.sub("[^0-9]", "", match[0])
        start = match.start() + 1


def _is_bsn(nine: str) -> bool:
    return bool(bsn.is_valid(nine))


def _days(text: str, today: date) -> Iterator[date]:
    for found in _IN_FIGURES.finditer(text):
        yield from _day(found[3], found[2], found[1], today)
    for found in _YEAR_FIRST.finditer(text):
        yield from _day(found[1], found[2], found[3], today)
    for month, pattern in enumerate(_IN_WORDS, 1):
        for found in pattern.finditer(text):
            yield from _day(found[2], str(month), found[1], today)


def _day(year: str, month: str, day: str, today: date) -> Iterator[date]:
    for whole in _years(year, today):
        try:
            yield date(whole, int(month), int(day))
        except ValueError:
            continue


def _years(said: str, today: date) -> Iterator[int]:
    """Read a year; of two figures only what cannot be a year of the last and next ones."""
    if len(said) == len("1990"):
        yield int(said)
    elif len(said) == len("90"):
        this = today.year % 100
        if int(said) > this + YOUNGEST:
            yield today.year - this - 100 + int(said)
        elif int(said) <= this - YOUNGEST:
            yield today.year - this + int(said)


def _is_birth(day: date, today: date) -> bool:
    age = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    return YOUNGEST <= age <= OLDEST
