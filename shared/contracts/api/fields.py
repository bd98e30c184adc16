# SPDX-License-Identifier: EUPL-1.2
"""One function per kind of field; each asks for a description and an example.

The OpenAPI document is made from them, so a field cannot be added without saying what it means.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Unpack

from marshmallow import fields, validate

from shared.contracts.api.kinds import (
    Day,
    Flag,
    Formed,
    Identifier,
    KnownCode,
    Line,
    Moment,
    MunicipalityCode,
    Options,
    RegionCode,
    Regions,
    Tenths,
    Text,
    UniqueList,
    Whole,
)
from shared.contracts.codes import CodeList
from shared.contracts.topology import SERVICES

_LARGEST_WHOLE = 2**31 - 1
_NO_REFUSALS: Mapping[str, str] = MappingProxyType({})
_REGION: Mapping[str, str] = {"type": "string", "pattern": r"^AM[0-9]{2}$"}
_HASH = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"


def line(says: str, example: object, *, longest: int = 200, **options: Unpack[Options]) -> Line:
    """Take text on one line."""
    return Line(validate=_at_most(longest), metadata=_told(says, example), **options)


def lines(says: str, example: Sequence[str]) -> UniqueList:
    """Take texts on one line each, none of them twice."""
    return UniqueList(Line(), metadata=_told(says, example, uniqueItems=True))


def few_lines(
    says: str, example: Sequence[str], *, most: int, least: int = 1, **options: Unpack[Options]
) -> UniqueList:
    """Take `least` to `most` texts on one line each, none of them twice."""
    few = validate.Length(min=least, max=most, error="Name {min} to {max}.")
    short = Line(validate=_at_most(300))
    told = _told(says, example, uniqueItems=True)
    return UniqueList(short, validate=few, metadata=told, **options)


def names(
    says: str, example: Sequence[str], known: Sequence[str], **options: Unpack[Options]
) -> UniqueList:
    """Take names out of a few known ones, each once."""
    check = validate.OneOf(known, error="{input} is not known.")
    told = _told(says, example, uniqueItems=True)
    return UniqueList(Formed(validate=check), metadata=told, **options)


def identities(
    says: str, example: Sequence[str], *, most: int, **options: Unpack[Options]
) -> UniqueList:
    """Take at most so many identities that name a service and a number there, each once."""
    regex = re.compile(rf"^({'|'.join(SERVICES)})-[0-9]{{1,18}}$", re.ASCII)
    check = validate.Regexp(regex, error="{input} is not a service and a number.")
    few = validate.Length(max=most, error="Name at most {max}.")
    told = _told(says, example, uniqueItems=True)
    return UniqueList(Formed(validate=check), validate=few, metadata=told, **options)


def text(says: str, example: object, *, longest: int = 4000, **options: Unpack[Options]) -> Text:
    """Take text of some lines."""
    return Text(validate=_at_most(longest), metadata=_told(says, example), **options)


def reason(**options: Unpack[Options]) -> Text:
    """Take why someone does what they do."""
    return text("Why; kept in the history.", "Afgesproken in het overleg", longest=1000, **options)


def optional_reason() -> Text:
    """Take why someone does what they do, where they may leave it out."""
    return reason(allow_none=True, load_default=None)


def formed(says: str, example: object, form: tuple[str, str], **options: Unpack[Options]) -> Line:
    """Take text of a fixed form: a regular expression and the fault to name."""
    regex, fault = form
    check = validate.Regexp(re.compile(regex, re.ASCII), error=fault)
    return Formed(validate=check, metadata=_told(says, example), **options)


def telephone(**options: Unpack[Options]) -> Line:
    """Take a telephone number."""
    form = r"^(?=.{3,30}$)\+?[0-9(][0-9 ()/-]*$", "{input} is not a telephone number."
    return formed("Telephone number.", "038 000 0000", form, **options)


def mailbox(**options: Unpack[Options]) -> Line:
    """Take the address of a mailbox."""
    form = (
        r"^(?=.{6,254}$)[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*\.[^@\s.]{2,}$",
        "{input} is not a mail address.",
    )
    return formed("Address of a shared mailbox.", "loket@regio.example", form, **options)


def role(says: str, example: str, **options: Unpack[Options]) -> Line:
    """Take the name of a role, never of a person."""
    return line(f"{says} A role, never a person's name.", example, longest=100, **options)


def whole(says: str, example: object, *, smallest: int = 1, **options: Unpack[Options]) -> Whole:
    """Take a whole number of at least `smallest`."""
    check = validate.Range(min=smallest, max=_LARGEST_WHOLE)
    return Whole(validate=check, metadata=_told(says, example), **options)


def hours(says: str, example: float, **options: Unpack[Options]) -> Tenths:
    """Take hours a week, with at most one decimal; they are kept in tenths."""
    told = _told(says, example, type="number", minimum=0.1, maximum=60)
    return Tenths(least=0.1, most=60, metadata=told, **options)


def tenths(says: str, example: float, **options: Unpack[Options]) -> Tenths:
    """Give a number with one decimal, which is kept in tenths."""
    told = _told(says, example, type="number", minimum=0)
    return Tenths(least=0, most=_LARGEST_WHOLE, metadata=told, **options)


def flag(says: str, *, example: bool, **options: Unpack[Options]) -> Flag:
    """Take yes or no."""
    return Flag(metadata=_told(says, example), **options)


def day(says: str, example: object, **options: Unpack[Options]) -> Day:
    """Take a date."""
    return Day(metadata=_told(says, example), **options)


def moment(says: str, **options: Unpack[Options]) -> Moment:
    """Take a moment."""
    return Moment(metadata=_told(says, "2026-12-01T09:00:00Z"), **options)


def identifier(says: str, **options: Unpack[Options]) -> Identifier:
    """Take a UUID."""
    told = _told(says, "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d")
    return Identifier(metadata={**told, "format": "uuid"}, **options)


def sha256(says: str, **options: Unpack[Options]) -> Line:
    """Take a SHA-256 in lower-case hexadecimal."""
    return formed(says, _HASH, (r"^[0-9a-f]{64}$", "{input} is not a SHA-256."), **options)


def code(says: str, example: object, of: CodeList, **options: Unpack[Options]) -> fields.String:
    """Take one code of a list."""
    check = KnownCode(of, _NO_REFUSALS)
    return fields.String(validate=check, metadata=_told(says, example), **options)


def codes(
    says: str,
    example: Sequence[str],
    of: CodeList,
    *,
    refusals: Mapping[str, str] = _NO_REFUSALS,
    **options: Unpack[Options],
) -> UniqueList:
    """Take codes of a list, each once."""
    inner = fields.String(validate=KnownCode(of, refusals))
    return UniqueList(inner, metadata=_told(says, example, uniqueItems=True), **options)


def region_code(says: str, **options: Unpack[Options]) -> RegionCode:
    """Take the code of one region."""
    return RegionCode(metadata=_told(says, "AM36", pattern=r"^AM[0-9]{2}$"), **options)


def municipality(says: str, example: str, **options: Unpack[Options]) -> MunicipalityCode:
    """Take the code of one municipality."""
    return MunicipalityCode(metadata=_told(says, example, pattern=r"^GM[0-9]{4}$"), **options)


def region_codes(says: str, example: Sequence[str]) -> UniqueList:
    """Take region codes, each once."""
    inner = RegionCode(metadata={"pattern": r"^AM[0-9]{2}$"})
    return UniqueList(inner, metadata=_told(says, example, uniqueItems=True))


def regions(says: str, *, at_least: int = 0, **options: Unpack[Options]) -> Regions:
    """Take region codes, each once, or the word `all`."""
    listed = {"type": "array", "items": _REGION, "minItems": at_least, "uniqueItems": True}
    either = [listed, {"type": "string", "enum": ["all"]}]
    told = _told(says, ["AM36", "AM23"], oneOf=either)
    return Regions(at_least=at_least, metadata=told, **options)


def _at_most(longest: int) -> validate.Length:
    return validate.Length(max=longest, error="Longer than {max} characters.")


def _told(says: str, example: object, **more: object) -> dict[str, object]:
    given = {} if example is None else {"example": example}
    return {"description": says, **given, **more}
