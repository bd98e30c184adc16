# SPDX-License-Identifier: EUPL-1.2
"""Instruments keep the rules of their day; promises are held against what is on offer."""

from datetime import date

import pytest

from services.regions.domain import (
    RULES,
    Instrument,
    Kind,
    Offer,
    Value,
    check_promise,
    kind_of,
    objections,
    rules_of,
)
from services.regions.domain.instruments import months_after
from shared.contracts import codes
from shared.contracts.api import kinds
from shared.contracts.api import regions as api

TODAY = date(2026, 12, 2)
FIELDS = {
    Kind.WHOLE: kinds.Whole,
    Kind.TENTHS: kinds.Tenths,
    Kind.DAY: kinds.Day,
    Kind.FLAG: kinds.Flag,
    Kind.LINE: kinds.Line,
    Kind.CHOICE: None,
}


def faults(code: str, on: date = TODAY, **particulars: Value) -> list[tuple[str | None, str]]:
    return [tuple(one) for one in objections(RULES, Instrument(code, particulars), on)]


def test_every_instrument_has_rules_today() -> None:
    assert {one.code for one in RULES} == set(codes.INSTRUMENTS)
    assert all(rules_of(RULES, code, TODAY) for code in codes.INSTRUMENTS)


def test_no_two_rows_of_an_instrument_hold_on_one_day() -> None:
    for one in RULES:
        days = [one.valid_from, *([one.valid_to] if one.valid_to else [])]
        for day in days:
            assert [two for two in RULES if two.code == one.code and two.holds_on(day)] == [one]


def test_every_particular_can_be_said_and_nothing_else() -> None:
    said = api.UseInstrument().fields.keys() - {"code"}
    known = {one.name for rules in RULES for one in rules.parameters}

    assert said == known
    for name in known:
        found = {kind_of(RULES, rules.code, name) for rules in RULES} - {None}
        assert len(found) == 1, name
        [kind] = found
        assert kind is not None
        expected = FIELDS[kind]
        field = api.UseInstrument().fields[name]
        assert expected is None or isinstance(field, expected), name


def test_choices_are_those_of_the_contract() -> None:
    choices = {one.name: one.choices for rules in RULES for one in rules.parameters if one.choices}

    assert choices == {
        "regime": tuple(codes.COACHING_REGIMES),
        "route": tuple(codes.LEARNING_ROUTES),
    }


@pytest.mark.parametrize("value", [30, 100])
def test_bounds_are_within(value: int) -> None:
    assert faults("loonkostensubsidie", wage_value=value) == []


@pytest.mark.parametrize("value", [29, 101])
def test_beyond_the_bounds_is_refused(value: int) -> None:
    assert faults("loonkostensubsidie", wage_value=value) == [
        ("wage_value", "must be from 30 to 100")
    ]


def test_particular_of_another_instrument_is_refused() -> None:
    assert faults("no_risk", wage_value=60) == [
        ("wage_value", "is no particular of no_risk on 2026-12-02")
    ]


def test_trial_placement_has_both_days_within_half_a_year() -> None:
    first = date(2027, 1, 4)

    assert faults("proefplaats", starts_on=first, ends_on=date(2027, 7, 4)) == []
    assert faults("proefplaats") == [("starts_on", "is missing"), ("ends_on", "is missing")]
    assert faults("proefplaats", starts_on=first, ends_on=date(2027, 7, 5)) == [
        ("ends_on", "must be within 6 months of starts_on")
    ]
    assert faults("proefplaats", starts_on=first, ends_on=date(2027, 1, 3)) == [
        ("ends_on", "must not be before starts_on")
    ]


def test_rules_are_those_of_the_day_on_which_it_starts() -> None:
    before, since = date(2025, 12, 31), date(2026, 1, 1)

    assert faults("lkv_banenafspraak", starts_on=before, declaration_on=date(2026, 2, 1)) == []
    assert faults("lkv_banenafspraak", starts_on=since, declaration_on=date(2026, 2, 1)) == [
        ("declaration_on", "is no particular of lkv_banenafspraak on 2026-01-01")
    ]
    assert faults("lkv_banenafspraak", starts_on=before, declaration_on=date(2026, 4, 1)) == [
        ("declaration_on", "must be within 3 months of starts_on")
    ]


def test_instrument_that_nobody_enters_any_more_is_refused() -> None:
    assert faults("lkv_oudere") == [(None, "is not given out on 2026-12-02")]


def test_day_before_all_rules_is_refused() -> None:
    assert faults("no_risk", starts_on=date(2023, 12, 31)) == [
        ("starts_on", "is not given out on 2023-12-31")
    ]


def test_sheltered_work_needs_the_advice() -> None:
    assert faults("beschut_werk", uwv_advice=True) == []
    assert faults("beschut_werk", uwv_advice=False) == [("uwv_advice", "must be true")]
    assert faults("beschut_werk") == [("uwv_advice", "is missing")]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 31), 60, date(2031, 1, 31)),
    ],
)
def test_months_are_counted_by_the_calendar(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


def test_promise_is_held_against_what_is_on_offer() -> None:
    promised = ("proefplaats", "loonkostensubsidie")

    check = check_promise(promised, Offer("AM36", ("loonkostensubsidie",), revision=1))

    assert (check.told, check.missing) == (True, ("proefplaats",))
    assert check.promised == ("loonkostensubsidie", "proefplaats")


def test_region_that_never_said_misses_nothing_and_that_is_told() -> None:
    check = check_promise(("proefplaats",), Offer("AM36"))

    assert (check.told, check.missing) == (False, ())


def test_region_that_offers_nothing_misses_all_that_is_promised() -> None:
    assert check_promise(("proefplaats",), Offer("AM36", (), revision=1)).missing == (
        "proefplaats",
    )
