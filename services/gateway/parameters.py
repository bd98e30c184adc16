# SPDX-License-Identifier: EUPL-1.2
"""What may stand in a path or a query, each with its type, its bounds and its words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from shared.contracts.topology import SERVICES

Value = str | int
LONGEST = 200
UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: how it is read, and how OpenAPI describes it.

    `wants` finishes the sentence "must be …" of a fault.
    """

    name: str
    kind: Literal["string", "integer"]
    wants: str
    description: str
    example: Value
    place: Literal["path", "query"] = "query"
    pattern: str | None = None
    choices: tuple[str, ...] = ()
    format: str | None = None
    smallest: int = 1
    largest: int = 2**31 - 1
    default: Value | None = None

    def read(self, text: str) -> Value:
        """Read the text of a request, or raise ValueError with what is wrong."""
        if self.kind == "integer":
            return self._number(text)
        if self.pattern and not re.fullmatch(self.pattern, text, re.ASCII):
            raise ValueError(f"must be {self.wants}")
        if self.choices and text not in self.choices:
            raise ValueError(f"must be one of: {', '.join(self.choices)}")
        if not text.isprintable() or not 1 <= len(text) <= LONGEST:
            raise ValueError(f"must be {self.wants}")
        if self.format == "date-time" and not _is_moment(text):
            raise ValueError(f"must be {self.wants}")
        return text.lower() if self.format == "uuid" else text

    def _number(self, text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,10}", text, re.ASCII):
            raise ValueError(f"must be {self.wants}")
        if not self.smallest <= int(text) <= self.largest:
            raise ValueError(f"must be from {self.smallest} to {self.largest}")
        return int(text)

    def schema(self) -> Mapping[str, object]:
        """Describe the values in JSON Schema."""
        schema: dict[str, object] = {"type": self.kind}
        if self.kind == "integer":
            schema |= {"minimum": self.smallest, "maximum": self.largest}
        elif self.choices:
            schema["enum"] = list(self.choices)
        elif self.pattern:
            schema["pattern"] = f"^{self.pattern}$"
        else:
            schema |= {"minLength": 1, "maxLength": LONGEST}
        if self.format:
            schema["format"] = self.format
        if self.default is not None:
            schema["default"] = self.default
        return schema


def identifier(name: str, description: str, place: Literal["path", "query"] = "query") -> Parameter:
    """A UUID."""
    example = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
    return Parameter(
        name, "string", "a UUID", description, example, place, pattern=UUID, format="uuid"
    )


def region(
    name: str,
    description: str = "Code of the labour-market region.",
    place: Literal["path", "query"] = "query",
) -> Parameter:
    """A region's code; whether there is such a region is for its service to say."""
    wants = "a region's code: AM and two digits"
    return Parameter(name, "string", wants, description, "AM36", place, pattern=r"AM[0-9]{2}")


def chosen(name: str, choices: Iterable[str], description: str) -> Parameter:
    """One of a few words."""
    words = tuple(choices)
    return Parameter(name, "string", "a known word", description, words[0], choices=words)


def text(name: str, description: str, example: str) -> Parameter:
    """A short text."""
    return Parameter(name, "string", "1 to 200 printable characters", description, example)


def whole(name: str, description: str) -> Parameter:
    """A number from 1."""
    return Parameter(name, "integer", "a whole number", description, 1)


def moment(name: str, description: str) -> Parameter:
    """A moment, with its zone."""
    wants, example = "a moment as 2026-12-01T09:00:00Z", "2026-12-01T09:00:00Z"
    return Parameter(name, "string", wants, description, example, format="date-time")


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


PAGING = (
    Parameter(
        "page", "integer", "a whole number", "Which page, from 1.", 1, largest=100_000, default=1
    ),
    Parameter(
        "pageSize",
        "integer",
        "a whole number",
        "How many items a page holds at most.",
        50,
        largest=200,
        default=50,
    ),
)

_NUMBERED = rf"({'|'.join(SERVICES)})-[0-9]{{1,18}}"

PATH: Mapping[str, Parameter] = MappingProxyType(
    {
        "id": identifier("id", "Identifier, as given at the registration.", "path"),
        "employerId": identifier("employerId", "Identifier of the employer.", "path"),
        "code": region("code", place="path"),
        "region": region("region", place="path"),
        "sector": Parameter(
            "sector",
            "string",
            "a sector",
            "The sector, by its code or by its name.",
            "zorg",
            "path",
            pattern=r"(?=.*[A-Za-z0-9])[\w .,&/()-]{1,80}",
        ),
        "name": Parameter(
            "name",
            "string",
            "a name of an organisation",
            "Name of the organisation.",
            "WSP Parkstad",
            "path",
            pattern=r"(?=.*[A-Za-z])(?!.*[0-9]{4})[\w .,&()'-]{1,80}",
        ),
        "letter": Parameter(
            "letter",
            "string",
            "a dead letter's id: its service and its number",
            "Identifier of the dead letter.",
            "regions-17",
            "path",
            pattern=_NUMBERED,
        ),
        "job": Parameter(
            "job",
            "string",
            "a job's id: its service and its number",
            "Identifier of the job.",
            "regions-3",
            "path",
            pattern=_NUMBERED,
        ),
        "n": Parameter(
            "n", "integer", "a number from 1", "Its number, as lists show it.", 1, "path"
        ),
    }
)
