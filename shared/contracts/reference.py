# SPDX-License-Identifier: EUPL-1.2
"""The 35 labour-market regions and 342 municipalities of 2026, read from the files beside this.

The codes have holes: a list of regions is read, never generated. Match on the code; names differ
per source.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

RETIRED_CODES = ("AM04", "AM16", "AM31")
"""Codes that CBS no longer gives out; old letters still carry them."""


@dataclass(frozen=True, slots=True)
class Region:
    """One labour-market region: its code, official name, centre towns and place on the tile map."""

    code: str
    name: str
    centre_municipalities: tuple[str, ...]
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality (`GMxxxx`) and the region that it is in."""

    code: str
    name: str
    region: str


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name in use for a region, and where it was read."""

    region: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Move:
    """A municipality that came to a region between two states of the reference data.

    The days are empty where no source gives them; the two years always stand.
    """

    municipality: str
    region: str
    valid_from: date | None
    valid_to: date | None
    elsewhere_in: int
    here_in: int


class UnknownRegion(LookupError):
    """A code that is not one of the 35."""

    def __init__(self, code: str) -> None:
        """Say whether the code is retired or was never known."""
        super().__init__(objection(code) or code)
        self.code = code


@cache
def regions() -> tuple[Region, ...]:
    """Every region, in the order of its code."""
    tiles = {row["region_code"]: row for row in _rows("tiles")}
    return tuple(
        Region(
            code=row["code"],
            name=row["name"],
            centre_municipalities=tuple(row["centrumgemeente"].split("|")),
            column=int(tiles[row["code"]]["column"]),
            row=int(tiles[row["code"]]["row"]),
        )
        for row in _rows("regions")
    )


@cache
def region_codes() -> tuple[str, ...]:
    """The 35 codes, in order."""
    return tuple(region.code for region in regions())


def region(code: str) -> Region:
    """Give one region; raises UnknownRegion for any other code."""
    found = _by_code().get(code)
    if found is None:
        raise UnknownRegion(code)
    return found


def objection(code: str) -> str | None:
    """Say why a code is not a region; None when it is one."""
    if code in _by_code():
        return None
    kind = "retired" if code in RETIRED_CODES else "unknown"
    return f"{code} is not a labour-market region ({kind} code)"


@cache
def municipalities() -> tuple[Municipality, ...]:
    """Every municipality of 2026, in the order of its code."""
    return tuple(
        Municipality(row["gm_code"], row["municipality"], row["region_code"])
        for row in _rows("municipalities")
    )


def municipality(code: str) -> Municipality | None:
    """Give one municipality, and with it the region that it is in; None for any other code."""
    return _by_municipality().get(code)


@cache
def neighbours(code: str) -> tuple[str, ...]:
    """The codes of the regions that share a border with this one, in order."""
    wanted = region(code).code
    borders = [(row["region_code"], row["neighbour_code"]) for row in _rows("adjacency")]
    there = {b for a, b in borders if a == wanted}
    here = {a for a, b in borders if b == wanted}
    return tuple(sorted(there | here))


@cache
def aliases() -> tuple[Alias, ...]:
    """Every other name in use for a region."""
    return tuple(Alias(row["region_code"], row["name"], row["source"]) for row in _rows("aliases"))


@cache
def moves() -> tuple[Move, ...]:
    """Every municipality known to have changed region lately."""
    return tuple(
        Move(
            municipality=row["gm_code"],
            region=row["region_code"],
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            elsewhere_in=int(row["elsewhere_in"]),
            here_in=int(row["here_in"]),
        )
        for row in _rows("moves")
    )


@cache
def _by_code() -> Mapping[str, Region]:
    return MappingProxyType({region.code: region for region in regions()})


@cache
def _by_municipality() -> Mapping[str, Municipality]:
    return MappingProxyType({one.code: one for one in municipalities()})


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rows(name: str) -> list[dict[str, str]]:
    text = files("shared.contracts").joinpath("reference", f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
