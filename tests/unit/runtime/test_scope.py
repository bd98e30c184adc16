# SPDX-License-Identifier: EUPL-1.2
"""Whose rows a transaction may see follows from who asks, or from whom a message is for."""

import pytest

from shared.runtime.scope import ALL, EVERYTHING, NATIONAL, NOBODY, Scope

ISS = "7c6a8f0e-2f55-4b7e-9a63-0d3f6f1f5a10"


@pytest.mark.parametrize(
    ("role", "bound", "scope"),
    [
        ("wsp-officer", {"region": "AM36", "organisation": "UWV"}, Scope(regions=("AM36",))),
        ("wsp-manager", {"region": "AM23"}, Scope(regions=("AM23",))),
        ("employer", {"employer": ISS}, Scope(employers=(ISS,))),
        ("support-provider", {"provider": ISS}, Scope(providers=(ISS,))),
        ("slw-coordinator", {}, NATIONAL),
        ("ops", {}, NATIONAL),
        ("auditor", {}, NATIONAL),
        ("service", {}, EVERYTHING),
        ("somebody", {"region": "AM36"}, NOBODY),
        ("wsp-officer", {}, NOBODY),
    ],
)
def test_a_person_sees_by_role_what_the_role_is_bound_to(
    role: str, bound: dict[str, str], scope: Scope
) -> None:
    assert Scope.of_person(role, bound) == scope


def test_what_is_for_every_region_is_national() -> None:
    for role, bound in (("wsp-officer", {"region": "AM36"}), ("employer", {"employer": ISS})):
        assert Scope.of_person(role, bound, "all") == NATIONAL
    assert Scope.of_person("somebody", {}, "all") == NOBODY


def test_a_batch_touches_its_regions_and_the_batch_of_a_service_everything() -> None:
    assert Scope.of_recipients(["AM36", "AM23", "AM36"]) == Scope(regions=("AM23", "AM36"))
    assert Scope.of_recipients(["agreements"]) == EVERYTHING
    assert Scope.of_recipients([]) == NOBODY


@pytest.mark.parametrize("written", ["AM36,AM23", "' OR true", "", "é", "AM36\n"])
def test_a_scope_refuses_what_is_no_id(written: str) -> None:
    with pytest.raises(ValueError, match="no id"):
        Scope(regions=(written,))


def test_a_scope_is_said_for_one_transaction_only() -> None:
    assert Scope(regions=("AM23", "AM36"), employers=ALL).settings() == [
        "SET LOCAL schakel.regions = 'AM23,AM36'",
        "SET LOCAL schakel.employers = '*'",
    ]
    assert EVERYTHING.settings() == ["SET LOCAL schakel.everything = 'on'"]
    assert NOBODY.settings() == []
    assert NOBODY.statement().count("= ''") == 4
