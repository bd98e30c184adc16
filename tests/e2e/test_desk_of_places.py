# SPDX-License-Identifier: EUPL-1.2
"""F07, F08, F13 to F16, F39, F42: places at the desk of a region, and who has them in hand."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.cli.tokens import COORDINATOR
from shared.contracts.topology import SERVICES
from tests.e2e.books import Books
from tests.e2e.door import Door, Json, done, refused
from tests.e2e.story import DRECHTSTEDEN, SECONDS, ZUID_LIMBURG, ZWOLLE, Agreement, Given, When
from tests.e2e.test_service_away import stopped
from tests.servers import RunningStack
from tests.waiting import wait_until
from tests.whose import OPS, employer, officer

DORDRECHT, HEERLEN = "GM0505", "GM0917"
SIGNED = {"signedOn": "2026-01-05", "employerSignedOn": "2026-01-05"}


class Desk:
    """The desk of one region, and what an employer offers there."""

    def __init__(self, door: Door, region: str) -> None:
        self.door = door
        self.region = region
        self.path = f"/regions/{region}/placements"

    def offered(self, agreement: Agreement, municipality: str, sector: str = "facilitair") -> str:
        """Offer one place, and wait until the desk holds it."""
        body = {
            "agreementId": agreement.id,
            "function": "Medewerker schoonmaak",
            "sector": sector,
            "workplace": {"municipality": municipality},
            "hoursPerWeek": 25.5,
            "neededBy": (datetime.now(UTC) + timedelta(days=60)).date().isoformat(),
        }

        def taken() -> str:
            # The owner of placements hears of the convenant by message.
            answer = self.door.ask("POST", "/placements", body)
            assert answer.status_code == 201, answer.text
            return str(answer.json()["id"])

        identity = wait_until(taken, SECONDS)
        wait_until(lambda: self.holds(identity), SECONDS)
        return identity

    def holds(self, identity: str) -> bool:
        """Tell whether the desk holds a place."""
        return self.door.ask("GET", f"{self.path}/{identity}").status_code == 200

    def shown(self, identity: str) -> Json:
        """Read a place with the region's file."""
        return self.door.get(f"{self.path}/{identity}")

    def decides(self, identity: str, decision: str, **said: object) -> Json:
        """Submit a decision of the region."""
        body = {"decision": decision, **said}
        return done(self.door.ask("POST", f"{self.path}/{identity}/decisions", body), 202)

    def confirms(self, identity: str, **said: object) -> str:
        """Confirm a candidate under a new reference."""
        made = done(self.door.ask("POST", f"/regions/{self.region}/candidate-references", {}), 201)[
            "candidateReference"
        ]
        confirmation = {
            "candidateReference": made,
            "targetGroups": ["statushouders"],
            "inRegister": False,
            "criterionMet": True,
            **said,
        }
        self.decides(identity, "confirmed", **confirmation)
        return str(made)

    def answered(self, identity: str) -> Json:
        """Wait for the owner's word on the latest decision."""

        def known() -> Json:
            shown = self.shown(identity)
            assert shown["decision"]["state"] != "submitted", shown["decision"]
            return shown

        return wait_until(known, SECONDS)


@pytest.fixture
def desk(door: Door) -> Desk:
    """Give the desk of Drechtsteden."""
    return Desk(door, DRECHTSTEDEN)


def convenant(given: Given, when: When, *regions: str) -> Agreement:
    """Have an agreement that these regions signed, in force today."""
    agreement = given.published_agreement(regions, startsOn="2026-01-01")
    for region in regions:
        when.signed(agreement, region, **SIGNED)
    return agreement


@contextmanager
def alone(stack: RunningStack, service: str) -> Iterator[None]:
    """Keep every other service stopped for the block."""
    with ExitStack() as others:
        for other in SERVICES:
            if other != service:
                others.enter_context(stopped(stack, other))
        yield


def test_desk_lists_and_decides_while_every_other_service_is_down(
    stack: RunningStack, given: Given, when: When, desk: Desk
) -> None:
    agreement = convenant(given, when, DRECHTSTEDEN)
    identity = desk.offered(agreement, DORDRECHT)

    with alone(stack, "regions"):
        listed = desk.door.every(desk.path, state="offered")
        desk.decides(identity, "picked-up")
        made = desk.confirms(identity)
        shown = desk.shown(identity)

    assert identity in [one["placementId"] for one in listed]
    assert (shown["state"], shown["toldState"]) == ("confirmed", "offered")
    assert shown["decision"]["state"] == "submitted"
    answered = desk.answered(identity)
    assert (answered["toldState"], answered["decision"]["state"]) == ("confirmed", "recorded")
    assert answered["file"]["candidateReference"] == made
    steps = [one["step"] for one in desk.door.every(f"/placements/{identity}/history")]
    assert sorted(steps) == ["confirmed", "offered", "picked_up"]
    assert made not in desk.door.ask("GET", f"/placements/{identity}").text


def test_candidates_file_is_in_no_other_database(
    given: Given, when: When, desk: Desk, books: Books
) -> None:
    identity = desk.offered(convenant(given, when, DRECHTSTEDEN), DORDRECHT)
    desk.decides(identity, "picked-up")
    instrument = {"code": "loonkostensubsidie", "wageValue": 61}
    made = desk.confirms(identity, targetGroups=["statushouders", "ggz"], instruments=[instrument])
    assert desk.answered(identity)["decision"]["state"] == "recorded"

    for service in set(SERVICES) - {"regions"}:
        held = str(books.everything(service))
        assert [word for word in (made, "wageValue", "wage_value") if word in held] == [], service


def test_f42_place_goes_to_a_neighbour_that_takes_part_and_to_no_other(
    given: Given, when: When, desk: Desk, door: Door
) -> None:
    neighbour = door.get(f"/regions/{DRECHTSTEDEN}")["neighbours"][0]
    agreement = convenant(given, when, DRECHTSTEDEN)
    identity = desk.offered(agreement, DORDRECHT)
    desk.decides(identity, "picked-up")

    desk.decides(identity, "handed-over", toRegion=neighbour)
    refusal = desk.answered(identity)
    far = door.ask(
        "POST",
        f"{desk.path}/{identity}/decisions",
        {"decision": "handed-over", "toRegion": ZUID_LIMBURG},
    )

    assert refusal["decision"]["state"] == "refused"
    assert refusal["decision"]["refusal"]
    assert refusal["state"] == "picked_up"
    refused(far, 422, "not-a-neighbour")

    when.invited(agreement, neighbour)
    wait_until(lambda: door.ask("GET", f"/regions/{neighbour}{agreement.path}").status_code == 200)
    when.signed(agreement, neighbour, **SIGNED)
    there = Desk(door, neighbour)

    def handed_over() -> Json:
        desk.decides(identity, "handed-over", toRegion=neighbour)
        shown = desk.answered(identity)
        assert shown["decision"]["state"] == "recorded", shown["decision"]
        return shown

    link = wait_until(handed_over, SECONDS)["link"]
    assert (link["region"], link["direction"]) == (neighbour, "to")
    wait_until(lambda: there.holds(link["placementId"]), SECONDS)
    back = there.shown(link["placementId"])
    assert (back["state"], back["link"]["placementId"]) == ("offered", identity)
    assert not there.holds(identity)


def test_f16_place_in_care_goes_to_the_lead_of_its_sector(
    given: Given, when: When, door: Door
) -> None:
    desk = Desk(door, ZUID_LIMBURG)
    agreement = convenant(given, when, ZUID_LIMBURG)

    identity = desk.offered(agreement, HEERLEN, "Zorg")

    assert desk.shown(identity)["organisation"] == "WSP Parkstad"
    mine = door.every(desk.path, organisation="WSP Parkstad", sector="zorg")
    assert identity in [one["placementId"] for one in mine]
    colleague = officer(ZUID_LIMBURG, "Podium24")
    where = f"{desk.path}/{identity}"
    assert door.ask("GET", where, as_=colleague).status_code == 200
    said = door.ask("POST", f"{where}/decisions", {"decision": "picked-up"}, as_=colleague)
    refused(said, 403, "not-theirs")


def test_f15_zuid_limburg_has_nine_sectors_three_by_three(door: Door) -> None:
    leads = door.every(f"/regions/{ZUID_LIMBURG}/sector-leads")

    counted = Counter(one["coordinator"] for one in leads)
    assert counted == {"Maastricht": 3, "Heerlen": 3, "Sittard-Geleen": 3}


def test_nobody_else_reads_the_desk(given: Given, when: When, desk: Desk, door: Door) -> None:
    identity = desk.offered(convenant(given, when, DRECHTSTEDEN), DORDRECHT)
    where = f"{desk.path}/{identity}"

    for who in (COORDINATOR, employer(str(uuid4())), officer(ZWOLLE), OPS):
        answer = door.ask("GET", where, as_=who)
        assert answer.status_code == 403, who
    assert door.ask("GET", where, as_=officer(DRECHTSTEDEN)).status_code == 200


def test_f39_gap_between_promise_and_offer_is_shown_before_deciding(
    given: Given, door: Door
) -> None:
    region = "AM24"
    agreement = given.published_agreement({region}, instruments=["proefplaats", "no_risk"])
    path = f"/regions/{region}/instruments"

    done(door.ask("PUT", path, {"offered": ["no_risk"]}, etag=door.etag(path)))

    check = door.get(f"/regions/{region}{agreement.path}")["promiseCheck"]
    assert (check["told"], check["missing"]) == (True, ["proefplaats"])
