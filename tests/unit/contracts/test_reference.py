# SPDX-License-Identifier: EUPL-1.2
"""The regions and municipalities of 2026."""

import re
from collections import Counter
from collections.abc import Callable

import pytest

from shared.contracts import reference

CODES = reference.region_codes()


def test_there_are_35_regions_and_342_municipalities() -> None:
    assert len(CODES) == len(set(CODES)) == 35
    assert len(reference.municipalities()) == 342
    assert len({one.code for one in reference.municipalities()}) == 342


def test_codes_have_the_official_form_and_three_holes() -> None:
    assert all(re.fullmatch(r"AM[0-9]{2}", code) for code in CODES)
    assert all(re.fullmatch(r"GM[0-9]{4}", one.code) for one in reference.municipalities())
    assert list(CODES) == sorted(CODES)
    missing = {f"AM{number:02}" for number in range(1, 39)} - set(CODES)
    assert missing == set(reference.RETIRED_CODES) == {"AM04", "AM16", "AM31"}


@pytest.mark.parametrize(
    ("code", "objection"),
    [
        ("AM36", None),
        ("AM04", "AM04 is not a labour-market region (retired code)"),
        ("AM16", "AM16 is not a labour-market region (retired code)"),
        ("AM31", "AM31 is not a labour-market region (retired code)"),
        ("AM99", "AM99 is not a labour-market region (unknown code)"),
        ("Zwolle", "Zwolle is not a labour-market region (unknown code)"),
        ("", " is not a labour-market region (unknown code)"),
    ],
)
def test_code_that_is_no_region_is_refused_by_name(code: str, objection: str | None) -> None:
    assert reference.objection(code) == objection


@pytest.mark.parametrize("ask", [reference.region, reference.neighbours])
def test_nothing_is_told_of_a_region_that_does_not_exist(ask: Callable[[str], object]) -> None:
    with pytest.raises(reference.UnknownRegion, match=r"AM04 .* \(retired code\)"):
        ask("AM04")


def test_regions_of_the_seeds_have_their_names() -> None:
    names = {code: reference.region(code).name for code in ("AM15", "AM23", "AM30", "AM33", "AM36")}

    assert names == {
        "AM15": "Noord-Holland Noord",
        "AM23": "Drechtsteden",
        "AM30": "Zuid-Limburg",
        "AM33": "Midden-Limburg",
        "AM36": "Regio Zwolle",
    }


def test_south_limburg_has_three_centre_municipalities() -> None:
    three = ("Maastricht", "Heerlen", "Sittard-Geleen")

    assert reference.region("AM30").centre_municipalities == three


def test_every_municipality_is_in_a_region_and_every_region_has_one() -> None:
    assert {one.region for one in reference.municipalities()} == set(CODES)
    per_region = Counter(one.region for one in reference.municipalities())
    assert (per_region["AM36"], per_region["AM23"]) == (16, 7)


def test_neighbours_are_mutual_and_nobody_is_their_own() -> None:
    borders = {(code, other) for code in CODES for other in reference.neighbours(code)}

    assert len(borders) == 2 * 77
    assert all((other, code) in borders for code, other in borders)
    assert all(code != other for code, other in borders)
    assert {code for code, _ in borders} == set(CODES)


def test_zwolle_borders_on_five_regions() -> None:
    assert reference.neighbours("AM36") == ("AM02", "AM03", "AM05", "AM06", "AM11")


def test_every_region_has_a_tile_of_its_own() -> None:
    tiles = {(region.column, region.row) for region in reference.regions()}

    assert len(tiles) == 35
    assert all(0 <= column < 7 and 0 <= row < 9 for column, row in tiles)


def test_other_names_lead_to_a_code_and_are_no_official_name() -> None:
    official = {region.name for region in reference.regions()}

    known = {(alias.region, alias.name) for alias in reference.aliases()}
    assert {name for region, name in known if region in {"AM36", "AM23"}} == {"Zwolle"}
    assert all(alias.region in CODES for alias in reference.aliases())
    assert not {alias.name for alias in reference.aliases()} & official


def test_moves_are_dated_no_finer_than_known() -> None:
    now_in = {one.code: one.region for one in reference.municipalities()}
    moves = reference.moves()

    assert len(moves) == 6
    assert all(now_in[move.municipality] == move.region for move in moves)
    assert {(move.elsewhere_in, move.here_in) for move in moves} == {(2022, 2026)}
    assert all(move.valid_from is None and move.valid_to is None for move in moves)
