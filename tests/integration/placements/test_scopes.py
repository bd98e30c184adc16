# SPDX-License-Identifier: EUPL-1.2
"""Whoever speaks for one provider or one region sees the places that concern it, and no other."""

import jsonschema
import pytest

from services.placements import handlers
from services.placements.domain.refusals import CallUnknown, NotTheirs, PlacementUnknown
from shared.contracts import EVENTS
from shared.runtime import Principal
from tests.integration.placements.bureau import (
    AGREEMENT,
    DRECHTSTEDEN,
    IN_ZWOLLE,
    WSP,
    ZWOLLE,
    Bureau,
)

JOBSTAP = "b41f0c8a-52d7-4c63-9e0b-7f1d2a3c4e58"
AT_JOBSTAP = Principal("local", "support-provider", {"provider": JOBSTAP})
AT_ANOTHER = Principal("local", "support-provider", {"provider": AGREEMENT})
AT_ZWOLLE = Principal("local", "wsp-officer", {"region": ZWOLLE})
REQUEST = "3d7a1c52-8b40-4e9a-b6f2-0a9c4e5d6f71"


def hear_of_support(bureau: Bureau, placement_id: str, *, provider: str | None) -> None:
    """Let word of a request for support arrive."""
    data = {
        "id": REQUEST,
        "placementId": placement_id,
        "agreementId": AGREEMENT,
        "region": DRECHTSTEDEN,
        "provider": provider and {"id": provider, "name": "Jobstap"},
        "need": "specialistisch",
        "fundedBy": "employer",
        "state": "assigned" if provider else "handed_back",
        "acceptBy": None,
        "firstContactBy": None,
        "closing": None,
        "reasonCode": "outgrew_buddy",
        "reason": None,
        "lastChange": {"kind": "requested", "at": "2026-12-01T09:00:00Z"},
    }
    jsonschema.validate(data, EVENTS["support-changed.v1"].schema)
    told = bureau.arrival("support-changed.v1", f"support/{REQUEST}", data)
    assert handlers.adopt_supports(bureau.cur, [told], bureau.now) == {told.key: told.hash}


def test_provider_sees_the_placement_where_it_supports_and_no_other(bureau: Bureau) -> None:
    helped, other = bureau.started()["id"], bureau.started()["id"]
    hear_of_support(bureau, helped, provider=JOBSTAP)

    shown = bureau.ask("get_placement", by=AT_JOBSTAP, id=helped).body

    [support] = shown["support"]
    assert (support["provider"], support["state"]) == ("Jobstap", "assigned")
    assert [one["id"] for one in bureau.page("list_placements", by=AT_JOBSTAP)] == [helped]
    assert bureau.page("list_placement_history", by=AT_JOBSTAP, id=helped)
    for operation in ("get_placement", "list_placement_history"):
        with pytest.raises(PlacementUnknown):
            bureau.page(operation, by=AT_JOBSTAP, id=other)
        with pytest.raises(PlacementUnknown):
            bureau.page(operation, by=AT_ANOTHER, id=helped)


def test_provider_that_hands_back_sees_the_placement_no_more(bureau: Bureau) -> None:
    helped = bureau.started()["id"]
    hear_of_support(bureau, helped, provider=JOBSTAP)
    hear_of_support(bureau, helped, provider=None)

    assert bureau.page("list_placements", by=AT_JOBSTAP) == []
    with pytest.raises(PlacementUnknown):
        bureau.ask("get_placement", by=AT_JOBSTAP, id=helped)


def test_provider_sees_no_calls_and_no_counts(bureau: Bureau) -> None:
    call = bureau.call({"places": 2})["id"]

    for operation in ("list_calls", "count_placements"):
        with pytest.raises(NotTheirs):
            bureau.page(operation, by=AT_JOBSTAP)
    with pytest.raises(CallUnknown):
        bureau.ask("get_call", by=AT_JOBSTAP, id=call)


def test_region_sees_a_call_only_where_it_has_a_place_in_it(bureau: Bureau) -> None:
    here = bureau.call({"places": 1})["id"]
    both = bureau.call({"places": 1}, {"workplace": {"municipality": IN_ZWOLLE}, "places": 2})["id"]

    assert len(bureau.ask("get_call", by=AT_ZWOLLE, id=both).body["placements"]) == 2
    assert len(bureau.ask("get_call", by=WSP, id=both).body["placements"]) == 1
    with pytest.raises(CallUnknown):
        bureau.ask("get_call", by=AT_ZWOLLE, id=here)


def test_region_reads_of_a_call_its_own_places_and_not_how_many_went_elsewhere(
    bureau: Bureau,
) -> None:
    call = bureau.call({"places": 3}, {"workplace": {"municipality": IN_ZWOLLE}, "places": 2})["id"]

    [listed] = bureau.page("list_calls", by=AT_ZWOLLE)
    shown = bureau.ask("get_call", by=AT_ZWOLLE, id=call).body

    assert (listed["places"], listed["regions"]) == (2, [ZWOLLE])
    assert (shown["places"], shown["regions"]) == (2, [ZWOLLE])
    [whole] = bureau.page("list_calls")
    assert (whole["places"], whole["regions"]) == (5, [DRECHTSTEDEN, ZWOLLE])
