# SPDX-License-Identifier: EUPL-1.2
"""A wrong request is refused with every fault at once; a right one is read into plain values."""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from services.gateway import shapes as gateway
from shared.contracts.api import agreements, employers, operations, regions
from shared.contracts.api.shapes import Request
from shared.contracts.reference import region_codes
from tests import iss

Body = dict[str, Any]

EMPLOYER_ID = "7c6a8f0e-2f55-4b7e-9a63-0d3f6f1f5a10"
ISS = {
    "employerId": EMPLOYER_ID,
    "title": iss.TITLE,
    **iss.TERMS,
    "participants": ["AM36", "AM23"],
}
REQUESTS = {
    name: shapes.request
    for module in (employers, agreements, regions, gateway)
    for name, shapes in module.OPERATIONS.items()
    if shapes.request is not None
}


def faults(request: type[Request], body: object) -> Body:
    with pytest.raises(ValidationError) as refused:
        request().load(body)
    messages = refused.value.messages
    assert isinstance(messages, dict)
    return messages


def test_agreement_of_the_seed_is_read() -> None:
    read = agreements.RegisterAgreement().load(ISS)

    assert read == {
        "employer_id": EMPLOYER_ID,
        "title": ISS["title"],
        "target_groups": ISS["targetGroups"],
        "guidance": {
            "model": "eigen_buddy",
            "specialist_provider": "Jobstap",
            "specialist_needs": ["zwaar", "specialistisch"],
        },
        "kinds": ["placement", "project"],
        "instruments": ["loonkostensubsidie", "proefplaats"],
        "starts_on": date(2026, 12, 1),
        "ends_on": None,
        "participants": ["AM36", "AM23"],
        "reason": None,
    }


def test_draft_needs_no_more_than_an_employer_and_a_title() -> None:
    read = agreements.RegisterAgreement().load({"employerId": EMPLOYER_ID, "title": "Afspraken"})

    assert read["target_groups"] == read["instruments"] == read["participants"] == []
    assert read["guidance"] is read["starts_on"] is read["ends_on"] is None
    assert read["kinds"] == ["placement"]


def test_all_means_every_region() -> None:
    read = agreements.RegisterAgreement().load({**ISS, "participants": "all"})

    assert read["participants"] == list(region_codes())


def test_every_fault_of_an_agreement_is_named_at_once() -> None:
    found = faults(
        agreements.RegisterAgreement,
        {
            "employerId": "ISS",
            "targetGroups": ["statushouders", "ggz", "expats", "statushouders", 7],
            "guidance": {"model": "telefonisch", "specialistNeeds": ["licht"], "buddy": True},
            "kinds": "placement",
            "instruments": ["bonus"],
            "startsOn": "1-12-2026",
            "endsOn": "2026-02-30",
            "participants": ["AM36", "AM04", "AM99", "AM36"],
            "priority": 1,
        },
    )

    assert found["title"] == ["Missing data for required field."]
    assert found["employerId"] == ["'ISS' is not a UUID."]
    assert set(found["targetGroups"]) == {1, 2, 3, 4}
    assert found["targetGroups"][1] == [
        "ggz is kept by a region only and is no part of a national agreement."
    ]
    assert found["targetGroups"][2][0].startswith("expats is not one of: p_wet_langdurig, ")
    assert found["targetGroups"][3] == ["statushouders is listed more than once."]
    assert set(found["guidance"]) == {"model", "specialistNeeds", "buddy"}
    assert found["kinds"] == ["Not a valid list."]
    assert found["instruments"][0][0].startswith("bonus is not one of: ")
    assert found["startsOn"] == ["'1-12-2026' is not a date like 2026-12-01."]
    assert found["endsOn"] == ["2026-02-30 is not a day of the calendar."]
    assert found["participants"] == {
        1: ["AM04 is not a labour-market region (retired code)"],
        2: ["AM99 is not a labour-market region (unknown code)"],
        3: ["AM36 is listed more than once."],
    }
    assert found["priority"] == ["Unknown field."]


def test_order_of_days_is_checked_beside_other_faults() -> None:
    found = faults(agreements.RegisterAgreement, {**ISS, "endsOn": "2026-11-30", "kinds": ["x"]})

    assert found == {
        "endsOn": ["2026-11-30 is before startsOn 2026-12-01."],
        "kinds": {0: ["x is not one of: placement, project."]},
    }


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "20261201", "2026-W49-2", 20261201])
def test_day_that_nobody_means_is_refused(day: object) -> None:
    assert set(faults(agreements.RegisterAgreement, {**ISS, "startsOn": day})) == {"startsOn"}


def test_agreement_may_last_one_day() -> None:
    assert agreements.RegisterAgreement().load({**ISS, "endsOn": "2026-12-01"})


@pytest.mark.parametrize(
    ("guidance", "fault"),
    [
        ({"specialistProvider": "Jobstap"}, {"specialistNeeds": ["Name what goes to Jobstap."]}),
        (
            {"specialistNeeds": ["zwaar"]},
            {"specialistProvider": ["Name who takes these needs."]},
        ),
        (
            {"specialistProvider": "Jobstap", "specialistNeeds": ["licht"]},
            {"specialistNeeds": {0: ["licht stays with the buddy and never goes to a provider."]}},
        ),
    ],
)
def test_specialist_and_needs_go_together(guidance: Body, fault: Body) -> None:
    body = {**ISS, "guidance": {"model": "eigen_buddy", **guidance}}

    assert faults(agreements.RegisterAgreement, body) == {"guidance": fault}


@pytest.mark.parametrize(
    "title", ["", "  ", "a\nb", "a\x00b", "a\ud800b", "x" * 201, None, 7, ["a"], {}]
)
def test_title_that_is_no_line_of_text_is_refused(title: object) -> None:
    assert set(faults(agreements.RegisterAgreement, {**ISS, "title": title})) == {"title"}


def test_reason_may_have_lines_but_no_null_character() -> None:
    assert agreements.SuspendAgreement().load({"reason": "Eerst dit.\n\tDan dat."})
    assert faults(agreements.SuspendAgreement, {"reason": "a\x00b"})


@pytest.mark.parametrize(
    "request_", [agreements.SuspendAgreement, agreements.ResumeAgreement, agreements.EndAgreement]
)
def test_turn_in_the_life_of_an_agreement_needs_a_reason(request_: type[Request]) -> None:
    assert faults(request_, {}) == {"reason": ["Missing data for required field."]}


@pytest.mark.parametrize(
    "request_", [agreements.EditDraft, agreements.AmendAgreement, employers.ChangeEmployer]
)
def test_change_must_change_something(request_: type[Request]) -> None:
    body = {"change": "editorial"} if request_ is agreements.AmendAgreement else {}

    nothing = {"_schema": ["There is nothing to change: give at least one field."]}
    assert faults(request_, body) == nothing
    assert faults(request_, {**body, "reason": "Zomaar"}) == nothing


def test_change_gives_only_what_was_sent() -> None:
    read = agreements.EditDraft().load({"endsOn": None, "title": "Anders"})

    assert read == {"ends_on": None, "title": "Anders", "reason": None}


def test_amendment_says_whether_it_is_material() -> None:
    assert set(faults(agreements.AmendAgreement, {"title": "Anders"})) == {"change"}
    assert agreements.AmendAgreement().load({"change": "material", "kinds": ["project"]})


def test_invitation_is_for_one_region_at_least() -> None:
    assert faults(agreements.InviteRegions, {"regions": []}) == {
        "regions": ["Name at least 1 region."]
    }
    assert len(agreements.InviteRegions().load({"regions": "all"})["regions"]) == 35


@pytest.mark.parametrize("regions_", ["AM36", None, {"AM36": True}, 36])
def test_regions_are_a_list_or_all(regions_: object) -> None:
    assert set(faults(agreements.InviteRegions, {"regions": regions_})) == {"regions"}


def test_employer_needs_no_more_than_a_name() -> None:
    assert employers.RegisterEmployer().load({"name": "ISS Facility Services"}) == {
        "name": "ISS Facility Services",
        "kvk_number": None,
        "sbi_codes": [],
        "adaptations": [],
        "contact": None,
        "profile": None,
        "reason": None,
    }


def test_every_fault_of_an_employer_is_named_at_once() -> None:
    found = faults(
        employers.RegisterEmployer,
        {
            "kvkNumber": "1234",
            "sbiCodes": ["81.21", "schoonmaak", "81.21"],
            "contact": {"telephone": "bel maar", "mailbox": "loket", "name": "x"},
            "profile": 1,
        },
    )

    assert found == {
        "name": ["Missing data for required field."],
        "kvkNumber": ["1234 is not a KvK number: 8 digits."],
        "sbiCodes": {1: ["schoonmaak is not an SBI code."], 2: ["81.21 is listed more than once."]},
        "contact": {
            "role": ["Missing data for required field."],
            "telephone": ["bel maar is not a telephone number."],
            "mailbox": ["loket is not a mail address."],
            "name": ["Unknown field."],
        },
        "profile": ["Not a valid string."],
    }


@pytest.mark.parametrize("version", ["1", 1.0, True, 0, -1, 2**31])
def test_version_is_a_whole_number_from_1(version: object) -> None:
    body = {"decision": "considering", "version": version}

    assert set(faults(regions.DecideOnAgreement, body)) == {"version"}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"decision": "declined", "version": 1}, {"reason"}),
        ({"decision": "declined", "version": 1, "reason": " "}, {"reason"}),
        ({"decision": "considering", "version": 1, "signedOn": "2026-12-01"}, {"signedOn"}),
        (
            {
                "decision": "accepted",
                "version": 1,
                "signedOn": "2026-12-01",
                "employerSignedOn": "2026-12-01",
                "expectedOn": "2026-12-01",
            },
            {"expectedOn"},
        ),
        ({"decision": "akkoord", "version": 1, "signedOn": "x"}, {"decision", "signedOn"}),
        ({}, {"decision"}),
    ],
)
def test_decision_must_say_enough_and_no_more(body: Body, wrong: set[str]) -> None:
    assert set(faults(regions.DecideOnAgreement, body)) == wrong


def test_account_manager_has_a_role_and_the_desk_has_its_own_details() -> None:
    assert set(faults(regions.SetContact, {"telephone": "038 000 0000"})) == {"role"}
    assert set(faults(regions.SetContact, {"kind": "desk", "role": "x"})) == {"role"}
    assert set(faults(regions.SetContact, {"role": "x", "replaces": 1})) == {"replaces"}
    assert regions.SetContact().load({"role": "accountmanager WSP Regio Zwolle"})


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.data(), st.sampled_from(sorted(REQUESTS)))
def test_whatever_is_sent_is_read_or_refused(data: st.DataObject, operation: str) -> None:
    request = REQUESTS[operation]()
    names = [str(field.data_key) for field in request.fields.values()] or ["nothing"]
    body = data.draw(anything | st.dictionaries(st.sampled_from(names), anything, max_size=6))

    with suppress(ValidationError):
        request.load(body)


@pytest.mark.parametrize("letter", ["region-17", "gateway-1", "regions-", "regions-x"])
def test_letter_of_nobody_is_refused(letter: str) -> None:
    said = {"letters": ["regions-17", letter], "reason": "Hersteld"}

    refused = faults(operations.StartReplay, said)

    assert refused == {"letters": {1: [f"{letter} is not a service and a number."]}}


def test_letters_are_named_up_to_a_thousand() -> None:
    letters = [f"regions-{number}" for number in range(1001)]
    said = {"letters": letters[1:], "reason": "Hersteld"}

    assert operations.StartReplay().load(said)["letters"] == letters[1:]
    refused = faults(operations.StartReplay, said | {"letters": letters})
    assert refused == {"letters": ["Name at most 1000."]}
