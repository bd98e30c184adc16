# SPDX-License-Identifier: EUPL-1.2
"""Who may do what: nothing that the table does not grant, and never past the own region."""

import pytest

from shared.contracts import codes
from shared.contracts.policy import (
    AUDITOR,
    BOUND_BY,
    EMPLOYER,
    MANAGER,
    OFFICER,
    OPS,
    OWNER_IN_PATH,
    PERSONS,
    POLICY,
    PROVIDER,
    PUBLIC,
    SERVICE,
    SLW,
    OwnerRefused,
    RoleRefused,
    admit,
)

ISS, OTHER = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d", "0b8e7d0c-4a51-4f43-a2b5-5d1b0d0a7c11"
OWN = {"region": "AM36", "employer": ISS, "provider": ISS}
FOREIGN = {"region": "AM23", "employer": OTHER, "provider": OTHER}
CANDIDATE_FILES = {
    *("list_desk_placements", "get_desk_placement"),
    *("decide_on_placement", "make_candidate_reference"),
}


def scope_of(role: str) -> dict[str, str]:
    return {BOUND_BY[role]: OWN[BOUND_BY[role]]} if role in BOUND_BY else {}


def params_of(operation: str, whose: dict[str, str]) -> dict[str, str]:
    return {name: whose[kind] for kind, name in OWNER_IN_PATH.get(operation, {}).items()}


def test_what_is_not_in_the_table_is_refused_to_everybody() -> None:
    for role in (*PERSONS, SERVICE, "system", "director", ""):
        with pytest.raises(RoleRefused):
            admit("do_something_new", role, scope_of(role), {})


@pytest.mark.parametrize("role", [*PERSONS, SERVICE])
@pytest.mark.parametrize("operation", POLICY)
def test_a_role_gets_what_the_table_says_and_its_own_only_where_it_says_so(
    operation: str, role: str
) -> None:
    reach, scope = POLICY[operation].get(role), scope_of(role)
    own, foreign = params_of(operation, OWN), params_of(operation, FOREIGN)
    if reach is None:
        with pytest.raises(RoleRefused):
            admit(operation, role, scope, own)
        return
    assert admit(operation, role, scope, own) == reach
    if reach == "own" and BOUND_BY[role] in OWNER_IN_PATH.get(operation, {}):
        with pytest.raises(OwnerRefused):
            admit(operation, role, scope, foreign)
        with pytest.raises(OwnerRefused):
            admit(operation, role, scope, {})
    else:
        assert admit(operation, role, scope, foreign) == reach


@pytest.mark.parametrize("role", BOUND_BY)
@pytest.mark.parametrize("scope", [{}, {"region": ""}, {"organisation": "WSP Parkstad"}])
def test_a_bound_role_that_does_not_say_to_what_does_nothing(
    role: str, scope: dict[str, str]
) -> None:
    for operation in POLICY:
        with pytest.raises(RoleRefused):
            admit(operation, role, scope, params_of(operation, OWN))


def test_the_roles_are_those_of_the_codes_and_of_services() -> None:
    granted = {role for grants in POLICY.values() for role in grants}
    assert granted == {*PERSONS, SERVICE}
    assert set(PERSONS) == set(codes.ROLES) - {"system"}
    assert not PUBLIC & POLICY.keys()


def test_only_roles_that_are_bound_reach_their_own_and_unbound_ones_reach_all() -> None:
    for grants in POLICY.values():
        for role, reach in grants.items():
            assert role in BOUND_BY or reach == "all"


def test_a_manager_may_do_all_that_an_officer_may_and_alone_decides_on_agreements() -> None:
    for grants in POLICY.values():
        assert OFFICER not in grants or grants[MANAGER] == grants[OFFICER]
    assert POLICY["decide_on_agreement"] == {MANAGER: "own"}


def test_a_candidate_is_the_business_of_its_region_only() -> None:
    for operation in CANDIDATE_FILES:
        assert POLICY[operation] == {OFFICER: "own", MANAGER: "own"}


def test_a_service_in_its_own_name_asks_only_what_no_person_may() -> None:
    for grants in POLICY.values():
        assert SERVICE not in grants or set(grants) == {SERVICE}


def test_what_concerns_places_is_never_open_beyond_the_own_region_employer_or_provider() -> None:
    open_to_all = {SLW, AUDITOR, OPS, SERVICE}
    private = {
        *("list_placements", "get_placement", "list_placement_history", "count_placements"),
        *("list_calls", "get_call", "list_supports", "get_support", "list_support_history"),
        *("list_tasks", "follow_events"),
    }
    for operation in private:
        for role, reach in POLICY[operation].items():
            assert reach == "own" or role in open_to_all, (operation, role)
    assert EMPLOYER in POLICY["list_placements"]
    assert PROVIDER not in POLICY["list_placements"]
