# SPDX-License-Identifier: EUPL-1.2
"""The places at a region's desk: held, listed, and shown to nobody else."""

import psycopg.errors
import pytest

from services.regions import handlers
from services.regions.domain import refusals as no
from shared.contracts import content_hash
from shared.contracts.api import regions as api
from shared.runtime import Cursor, Principal
from tests.integration.regions.asking import (
    AGREEMENT,
    DRECHTSTEDEN,
    NOW,
    PLACEMENT,
    ZWOLLE,
    arrival,
    ask,
    placement,
)
from tests.integration.regions.at_the_desk import (
    HERE,
    LIST,
    SUBJECT,
    decide,
    shown,
)


def test_region_holds_the_same_bytes_as_its_owner(cur: Cursor) -> None:
    told = placement()

    stored = handlers.adopt_placements(cur, [arrival(DRECHTSTEDEN, SUBJECT, told)], NOW)

    assert stored == {(DRECHTSTEDEN, SUBJECT): content_hash(told)}
    body = shown(cur)
    assert (body["hash"], body["state"], body["decision"]) == (content_hash(told), "offered", None)
    assert (body["hoursPerWeek"], body["file"], body["overdue"]) == (25.5, None, False)


def test_region_that_was_offered_nothing_holds_nothing(offered: Cursor) -> None:
    with pytest.raises(no.PlacementNotHeld, match=ZWOLLE):
        handlers.get_desk_placement(offered, ask({**HERE, "code": ZWOLLE}))


def test_only_the_desk_of_the_region_sees_or_decides(offered: Cursor) -> None:
    elsewhere = Principal("local", "wsp-officer", {"region": ZWOLLE})
    coordinator = Principal("local", "slw-coordinator")

    for who, refusal in ((elsewhere, no.NotTheirs), (coordinator, no.NotForThisRole)):
        for asked in (
            lambda who=who: shown(offered, who=who),
            lambda who=who: handlers.list_desk_placements(offered, ask(LIST, who=who)),
            lambda who=who: decide(offered, {"decision": "picked-up"}, who=who),
            lambda who=who: handlers.make_candidate_reference(
                offered, ask({"code": DRECHTSTEDEN}, {}, who=who)
            ),
        ):
            with pytest.raises(refusal):
                asked()


def test_support_at_a_place_is_shown_there(offered: Cursor) -> None:
    told = {
        "id": "3d7a1c52-8b40-4e9a-b6f2-0a9c4e5d6f71",
        "placementId": PLACEMENT,
        "agreementId": AGREEMENT,
        "region": DRECHTSTEDEN,
        "provider": {"id": "b41f0c8a-52d7-4c63-9e0b-7f1d2a3c4e58", "name": "Jobstap"},
        "need": "specialistisch",
        "fundedBy": "region",
        "state": "assigned",
        "acceptBy": "2027-02-04",
        "firstContactBy": None,
        "closing": None,
        "reasonCode": None,
        "reason": None,
        "lastChange": {"kind": "assigned", "at": "2027-02-01T09:00:00Z"},
    }

    stored = handlers.adopt_supports(
        offered, [arrival(DRECHTSTEDEN, f"support/{told['id']}", told)], NOW
    )

    assert list(stored.values()) == [content_hash(told)]
    [support] = shown(offered)["supports"]
    assert (support["provider"], support["state"]) == ("Jobstap", "assigned")


def test_every_copy_can_be_compared_with_its_owners(offered: Cursor) -> None:
    held = offered.execute("SELECT family, recipient, subject FROM holdings").fetchall()

    assert {"family": "placement", "recipient": DRECHTSTEDEN, "subject": SUBJECT} in held


@pytest.mark.parametrize("statement", ["UPDATE {} SET region = ''", "DELETE FROM {}"])
@pytest.mark.parametrize(
    "table", ["placement_decisions", "candidate_references", "sector_leads", "instrument_offers"]
)
def test_what_a_region_did_is_never_rewritten(cur: Cursor, statement: str, table: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        cur.execute(statement.format(table))


def found(cur: Cursor, **filters: str) -> list[str]:
    body = handlers.list_desk_placements(cur, ask({**LIST, **filters})).body
    assert not api.DeskPlacementPage().validate(body)
    assert body["total"] == len(body["items"])
    return [one["function"] for one in body["items"]]


def test_desk_finds_its_places(cur: Cursor) -> None:
    several = [
        ("late", "offered", "2026-11-30", "Zorg"),
        ("taken", "picked_up", "2026-11-29", "zorg"),
        ("open", "offered", "2026-12-01", "Leisure Horeca"),
    ]
    batch = []
    for number, (function, state, day, sector) in enumerate(several):
        identity = f"9b2f4c1e-6a37-4f0d-8f5b-2c6d7e8f9a0{number}"
        told = placement(
            placement_id=identity, function=function, state=state, pickUpBy=day, sector=sector
        )
        batch.append(arrival(DRECHTSTEDEN, f"placement/{identity}", told))
    handlers.adopt_placements(cur, batch, NOW)

    assert found(cur) == ["taken", "late", "open"]
    assert found(cur, state="offered") == ["late", "open"]
    assert found(cur, overdue="true") == ["late"]
    assert found(cur, overdue="false") == ["taken", "open"]
    assert found(cur, sector="ZORG") == ["taken", "late"]
    assert found(cur, sector="leisure horeca") == ["open"]
    assert found(cur, organisation="WSP Parkstad") == []
    assert found(cur, q="9B2F4C1E-6A37-4F0D-8F5B-2C6D7E8F9A01") == ["taken"]
