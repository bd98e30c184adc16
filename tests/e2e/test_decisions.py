# SPDX-License-Identifier: EUPL-1.2
"""F04: a region decides on its own copy; the owner records that, or refuses it with a reason."""

import pytest

from tests.e2e.books import Books
from tests.e2e.door import Door, faults, refused
from tests.e2e.story import DRECHTSTEDEN, SIGNATURES, ZWOLLE, Given, Then, When


def test_f04_zwolle_signs_and_is_active_while_drechtsteden_stays_invited(
    given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE, DRECHTSTEDEN})

    submitted = when.signed(agreement, ZWOLLE)
    answered = then.decision_answered(agreement, ZWOLLE)

    assert (submitted["state"], submitted["version"], submitted["sequence"]) == ("submitted", 1, 1)
    assert (answered["state"], answered["refusal"]) == ("recorded", None)
    part = then.participants(agreement)[ZWOLLE]
    assert (part["status"], part["version"]) == ("accepted", 1)
    # Active from the later of both signatures.
    assert part["activeFrom"] == SIGNATURES["employerSignedOn"]
    assert {name: part[name] for name in SIGNATURES} == dict(SIGNATURES)
    assert part["decision"] == {"sequence": 1, "outcome": "recorded", "reason": None}
    assert then.told(agreement, ZWOLLE, "accepted")["activeFrom"] == part["activeFrom"]
    assert then.standings(agreement)[DRECHTSTEDEN] == ("invited", None)
    assert then.copy(agreement, DRECHTSTEDEN)["decision"] is None


def test_f04_region_declines_and_says_why(given: Given, when: When, then: Then) -> None:
    agreement = given.published_agreement({ZWOLLE})

    when.decided(agreement, ZWOLLE, "declined", reason="geen kandidaten in deze sector")
    then.decision_answered(agreement, ZWOLLE)

    part = then.participants(agreement)[ZWOLLE]
    assert (part["status"], part["reason"]) == ("declined", "geen kandidaten in deze sector")


def test_f04_region_considers_until_a_day_and_then_accepts(
    given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})

    when.decided(agreement, ZWOLLE, "considering", expectedOn="2027-01-15")
    then.decision_answered(agreement, ZWOLLE)
    part = then.participants(agreement)[ZWOLLE]
    assert (part["status"], part["expectedOn"]) == ("considering", "2027-01-15")

    given.acceptance(agreement, ZWOLLE)
    part = then.participants(agreement)[ZWOLLE]
    assert (part["status"], part["version"], part["expectedOn"]) == ("accepted", 1, None)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"decision": "declined"}, ["/reason"]),
        ({"decision": "accepted"}, ["/signedOn", "/employerSignedOn"]),
        ({"decision": "accepted", "signedOn": "2026-12-10"}, ["/employerSignedOn"]),
        ({"decision": "considering", "signedOn": "2026-12-10"}, ["/signedOn"]),
        ({"decision": "maybe"}, ["/decision"]),
        ({}, ["/decision"]),
        ({"decision": "declined", "reason": " ", "version": 0}, ["/reason", "/version"]),
    ],
    ids=str,
)
def test_f04_decision_that_says_too_little_is_refused(
    door: Door, given: Given, said: dict[str, object], wrong: list[str]
) -> None:
    agreement = given.draft()

    answer = door.ask("POST", f"/regions/{ZWOLLE}{agreement.path}/decisions", said)

    assert faults(refused(answer, 400, "invalid-request")).keys() == set(wrong)


def test_decision_of_a_region_that_takes_no_part_is_refused(
    door: Door, given: Given, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE})
    said = {"decision": "accepted", **SIGNATURES}

    answer = door.ask("POST", f"/regions/{DRECHTSTEDEN}{agreement.path}/decisions", said)

    assert DRECHTSTEDEN in refused(answer, 404, "agreement-not-held")["detail"]
    asked = door.ask("GET", f"/regions/{DRECHTSTEDEN}{agreement.path}")
    assert DRECHTSTEDEN in refused(asked, 404, "agreement-not-held")["detail"]
    assert list(then.participants(agreement)) == [ZWOLLE]


def test_decision_of_a_region_that_has_left_is_refused_by_the_region(
    door: Door, given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE, DRECHTSTEDEN})
    when.left(agreement, DRECHTSTEDEN)
    then.told(agreement, DRECHTSTEDEN, "withdrawn")

    said = {"decision": "accepted", **SIGNATURES}
    answer = door.ask("POST", f"/regions/{DRECHTSTEDEN}{agreement.path}/decisions", said)

    refused(answer, 409, "participation-withdrawn")


def test_decision_of_a_region_that_left_while_it_travelled_is_refused_by_the_owner(
    given: Given, when: When, then: Then, books: Books
) -> None:
    agreement = given.published_agreement({ZWOLLE, DRECHTSTEDEN})
    then.told(agreement, DRECHTSTEDEN, "invited")

    # Word of its leaving does not get through to the region before it decides.
    with books.held_up(DRECHTSTEDEN, f"participation/{agreement.id}/{DRECHTSTEDEN}"):
        when.left(agreement, DRECHTSTEDEN)
        submitted = when.signed(agreement, DRECHTSTEDEN)
    answered = then.decision_answered(agreement, DRECHTSTEDEN)

    assert submitted["state"] == "submitted"
    assert answered["state"] == "refused"
    assert answered["refusal"] == f"{DRECHTSTEDEN} takes no part in this agreement"
    assert then.standings(agreement)[DRECHTSTEDEN] == ("withdrawn", None)
    last = then.history(agreement)[-1]
    assert (last["action"], last["actor"]) == ("decision_refused", DRECHTSTEDEN)
    assert last["reason"] == answered["refusal"]


def test_decision_on_a_version_that_is_not_there_is_refused(door: Door, given: Given) -> None:
    agreement = given.published_agreement({ZWOLLE})
    said = {"decision": "accepted", "version": 2, **SIGNATURES}

    answer = door.ask("POST", f"/regions/{ZWOLLE}{agreement.path}/decisions", said)

    refused(answer, 409, "version-not-in-force")
