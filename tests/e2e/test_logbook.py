# SPDX-License-Identifier: EUPL-1.2
"""Every act that touches a candidate leaves a line of the Logboek Dataverwerkingen."""

import json

from tests.e2e.door import Door
from tests.e2e.story import DRECHTSTEDEN, Given, When
from tests.e2e.test_desk_of_places import DORDRECHT, Desk, convenant
from tests.servers import RunningStack


def test_a_candidate_is_followed_through_the_logbook_without_being_named(
    stack: RunningStack, given: Given, when: When, door: Door
) -> None:
    file = stack.home.logs / "processing.jsonl"
    before = len(file.read_bytes()) if file.exists() else 0
    desk = Desk(door, DRECHTSTEDEN)
    place = desk.offered(convenant(given, when, DRECHTSTEDEN), DORDRECHT)
    desk.decides(place, "picked-up")

    reference = desk.confirms(place)
    desk.shown(place)

    written = file.read_bytes()[before:].decode()
    lines = [json.loads(one) for one in written.splitlines()]
    attributes = [one["attributes"] for one in lines]
    whom = {one["dpl.core.data_subject_id"] for one in attributes}
    activities = [one["dpl.core.processing_activity_id"] for one in attributes]
    assert [one.rpartition(":")[2] for one in activities] == [
        "kandidaat-verwijzing-maken",
        "kandidaat-voorstellen",
        "plaatsingsdossier-inzien",
    ]
    assert [one["name"] for one in lines] == [
        "make_candidate_reference",
        "decide_on_placement",
        "get_desk_placement",
    ]
    assert len(whom) == 1
    assert reference not in written
