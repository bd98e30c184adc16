# SPDX-License-Identifier: EUPL-1.2
"""The kinds of value that travel over HTTP, each stricter than its library's own."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypedDict, Unpack

from marshmallow import ValidationError, fields, validate

from shared.contracts import reference
from shared.contracts.codes import CodeList
from shared.contracts.personal import Finding, findings

_NOT_ON_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_IN_A_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class Options(TypedDict, total=False):
    """What a field may be told beside its meaning."""

    required: bool
    allow_none: bool
    load_default: object
    data_key: str


# Said without what was found: an answer is read by others, and logs are kept.
_NO_PLACE: Mapping[Finding, str] = {
    "bsn": "Holds a number that reads as a BSN; no person's number has a place here.",
    "birth-date": "Holds a date that reads as a date of birth; it has no place here.",
}


class Line(fields.String):
    """Text on one line: not blank, and without what no database, log or reader should see."""

    forbidden = _NOT_ON_A_LINE
    free = True
    form = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    """The same for those who ask, but for what no regular expression says."""

    def _deserialize(self, value: object, attr: str | None, data: object, **more: object) -> str:
        text: str = super()._deserialize(value, attr, data, **more)
        _judge_length(self, text)
        if self.forbidden.search(text):
            raise ValidationError("Contains a control character.")
        if not text.strip():
            raise ValidationError("Must not be blank.")
        if self.free and (found := findings(text)):
            raise ValidationError([_NO_PLACE[one] for one in sorted(found)])
        return text


class Text(Line):
    """Text that may have line ends and tabs."""

    forbidden = _NOT_IN_A_TEXT
    form = (
        r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f]"
        r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
    )


class Formed(Line):
    """Text of a fixed form, such as a telephone number: its figures are what is asked for."""

    free = False


class Whole(fields.Integer):
    """A whole number, never a text or a boolean that looks like one."""

    def _deserialize(self, value: object, attr: str | None, data: object, **more: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid", input=value)
        number: int = super()._deserialize(value, attr, data, **more)
        return number


class Tenths(fields.Field[int]):
    """A number with at most one decimal, kept in tenths: `25.5` is 255."""

    def __init__(
        self, *, least: float, most: int, metadata: Mapping[str, object], **options: Unpack[Options]
    ) -> None:
        """Take from so little to so much."""
        super().__init__(metadata=metadata, **options)
        self._least = least
        self._most = most

    def _deserialize(self, value: object, *_place: object, **_more: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError(f"{value!r} is not a number.")
        if not self._least <= value <= self._most:
            raise ValidationError(f"Must be from {self._least} to {self._most}.")
        tenths = round(value * 10)
        if tenths / 10 != value:
            raise ValidationError(f"{value} has more than one decimal.")
        return tenths

    def _serialize(self, value: object, *_place: object, **_more: object) -> float | None:
        return value / 10 if isinstance(value, int) else None


class Flag(fields.Boolean):
    """Yes or no, never a number or a text that looks like one."""

    def _deserialize(self, value: object, *_place: object, **_more: object) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Day(fields.Date):
    """A date in Europe/Amsterdam, as `2026-12-01`; on the way out a text passes as it is."""

    def _deserialize(self, value: object, *_place: object, **_more: object) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError(f"{value!r} is not a date like 2026-12-01.")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValidationError(f"{value} is not a day of the calendar.") from None
        if not _FIRST_DAY <= day <= _LAST_DAY:
            raise ValidationError(f"{value} is not between {_FIRST_DAY} and {_LAST_DAY}.")
        return day

    def _serialize(self, value: object, *_place: object, **_more: object) -> str | None:
        return value.isoformat() if isinstance(value, date) else _told(value)


class Moment(fields.AwareDateTime):
    """A moment in UTC, as `2026-12-01T09:00:00Z`; on the way out a text passes as it is."""

    def _serialize(self, value: object, *_place: object, **_more: object) -> str | None:
        if not isinstance(value, datetime):
            return _told(value)
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


class Identifier(fields.String):
    """A UUID in lower case."""

    _FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

    def _deserialize(self, value: object, attr: str | None, data: object, **more: object) -> str:
        text: str = super()._deserialize(value, attr, data, **more).lower()
        if not self._FORM.fullmatch(text):
            raise ValidationError(f"{value!r} is not a UUID.")
        return text


class UniqueList(fields.List[str]):
    """A list of texts that names each item that is wrong and each that stands there twice."""

    def _deserialize(
        self, value: object, attr: str | None, data: object, **more: object
    ) -> list[str | None]:
        if isinstance(value, list):
            _judge_length(self, value)
        faults: dict[int, list[str]] = {}
        kept: list[str | None] = []
        try:
            kept = super()._deserialize(value, attr, data, **more)
        except ValidationError as refused:
            if not isinstance(refused.messages, dict):
                raise
            faults |= refused.messages
        for index, item in _repeats(value):
            faults.setdefault(index, []).append(f"{item} is listed more than once.")
        if faults:
            raise ValidationError({index: faults[index] for index in sorted(faults)})
        return kept


class RegionCode(fields.String):
    """The code of a labour-market region; any other code is refused by name."""

    def _deserialize(self, value: object, attr: str | None, data: object, **more: object) -> str:
        code: str = super()._deserialize(value, attr, data, **more)
        objection = reference.objection(code)
        if objection:
            raise ValidationError(objection)
        return code


class MunicipalityCode(fields.String):
    """The code of a municipality of 2026; any other code is refused by name."""

    def _deserialize(self, value: object, attr: str | None, data: object, **more: object) -> str:
        code: str = super()._deserialize(value, attr, data, **more)
        if reference.municipality(code) is None:
            raise ValidationError(f"{code} is not the code of a municipality of 2026.")
        return code


class Regions(fields.Field[list[str | None]]):
    """A list of region codes, each once, or `"all"`, which is read as the 35 codes."""

    def __init__(
        self, *, at_least: int, metadata: Mapping[str, object], **options: Unpack[Options]
    ) -> None:
        """Take at least so many regions."""
        super().__init__(metadata=metadata, **options)
        enough = validate.Length(min=at_least, error="Name at least {min} region.")
        self._listed = UniqueList(RegionCode(), validate=enough)

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, object] | None, **more: object
    ) -> list[str | None]:
        if value == "all":
            return list(reference.region_codes())
        if not isinstance(value, list):
            raise ValidationError('This is neither a list of region codes nor "all".')
        return self._listed.deserialize(value, attr, data, **more)


class KnownCode(validate.OneOf):
    """One of the known codes; names the wrong one and says what is known.

    `refusals` says why a code that is known elsewhere is refused here.
    """

    def __init__(self, of: CodeList, refusals: Mapping[str, str]) -> None:
        """Know the codes of one list."""
        super().__init__(list(of), error="{input} is not one of: {choices}.")
        self.refusals = refusals

    def __call__(self, value: str) -> str:
        """Give the code back, or refuse it."""
        if value in self.refusals:
            raise ValidationError(self.refusals[value])
        known: str = super().__call__(value)
        return known


def _judge_length(field: fields.Field[Any], value: str | list[object]) -> None:
    """Refuse what is too long before any of it is read: a megabyte takes seconds to read."""
    for check in field.validators:
        if isinstance(check, validate.Length):
            check(value)


def _told(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"{value!r} is neither a time nor the text of one")


def _repeats(value: object) -> Iterator[tuple[int, str]]:
    seen = set()
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str) and item in seen:
            yield index, item
        elif isinstance(item, str):
            seen.add(item)
