# SPDX-License-Identifier: EUPL-1.2
"""Whatever agreements, employers, regions and the clock do in any order, these hold of places.

No place is offered under a version that its region has not accepted or that is not in force
there; a state goes to its own region alone, and sees of a hand-over only the link; the revision
is the sequence; counts are those of a replay of the journal. Handlers and SQL are the real ones.
"""

from collections import Counter, defaultdict
from contextlib import suppress
from datetime import date, timedelta

import orjson
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from services.placements.domain.counting import COUNTED
from services.placements.domain.life import GONE
from services.placements.domain.refusals import (
    AgreementNotOpen,
    Refused,
    RegionDoesNotTakePart,
)
from shared.runtime import Json, Principal
from shared.runtime.db import Connection, connect
from tests.integration.placements.bureau import (
    DRECHTSTEDEN,
    EMPLOYER,
    GORINCHEM,
    IN_DORDRECHT,
    IN_ZWOLLE,
    ZWOLLE,
    Bureau,
    participant,
    version,
)
from tests.integration.placements.replay import steps_of_the_journal
from tests.property.rhythm import trying
from tests.servers import ServiceDatabases

PLACES = {DRECHTSTEDEN: IN_DORDRECHT, ZWOLLE: IN_ZWOLLE}
OFFERED_IN = st.sampled_from(sorted(PLACES))
REGIONS = (DRECHTSTEDEN, GORINCHEM, ZWOLLE)
STANDINGS = (*("accepted",) * 4, "declined", "withdrawn", "invited")
STATUSES = (*("published",) * 5, "suspended", "ended", "expired")
DECISIONS = st.sampled_from(["picked_up", "confirmed", "declined", "handed_over"])
OUTCOMES = st.sampled_from(["going_well", "concerns", "stopped"])
SOME = st.integers(0, 9)
ENDINGS: dict[str, tuple[str, Json]] = {
    "start": ("report_start", {}),
    "complete": ("end_placement", {"outcome": "completed"}),
    "end early": ("end_placement", {"outcome": "ended_early", "reasonCode": "other_job"}),
    "withdraw": ("withdraw_place", {"reason": "Vervalt"}),
}


class Places(RuleBasedStateMachine):
    """One agreement of two versions, three regions, and a clock."""

    def __init__(self, connection: Connection[dict[str, object]]) -> None:
        super().__init__()
        self.connection = connection
        self.transaction = connection.transaction(force_rollback=True)
        self.transaction.__enter__()
        self.bureau = Bureau(connection.cursor())
        self.ids: list[str] = []

    def teardown(self) -> None:
        """Forget everything."""
        self.transaction.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        """Have every region accept the first version, which runs out soon."""
        self.status = "published"
        self.until = {1: date(2026, 12, 20), 2: None}
        self.accepted: dict[str, int | None] = dict.fromkeys(REGIONS, 1)
        self.standing = dict.fromkeys(REGIONS, "accepted")
        self._tell()

    def _tell(self) -> None:
        versions = [
            {**version(number), "validUntil": until and until.isoformat()}
            for number, until in self.until.items()
        ]
        parts = [participant(one, self.standing[one], self.accepted[one]) for one in REGIONS]
        self.bureau.hear_of_agreement(
            status=self.status, version=2, versions=versions, participants=parts
        )

    def _may_offer(self, region: str) -> bool:
        number = self.accepted[region]
        if self.status != "published" or number is None or self.standing[region] == "withdrawn":
            return False
        until = self.until[number]
        return until is None or self.bureau.now.date() <= until

    @rule(region=st.sampled_from(REGIONS), standing=st.sampled_from(STANDINGS), newer=st.booleans())
    def region_decides_on_agreement(self, region: str, standing: str, *, newer: bool) -> None:
        """Let a region accept a version, decline, leave or be invited anew."""
        self.standing[region] = standing
        if standing == "accepted":
            self.accepted[region] = 2 if newer else 1
        elif standing != "declined":
            self.accepted[region] = None
        self._tell()

    @rule(status=st.sampled_from(STATUSES))
    def agreement_goes_on(self, status: str) -> None:
        """Let the agreement be suspended, resumed, ended or run out."""
        self.status = status
        self._tell()

    @rule(region=OFFERED_IN, places=st.integers(1, 3))
    def offer(self, region: str, places: int) -> None:
        """Offer places: it succeeds exactly where the region accepted what is in force."""
        allowed = self._may_offer(region)
        line = {"workplace": {"municipality": PLACES[region]}, "places": places}
        day = (self.bureau.now.date() + timedelta(30)).isoformat()
        try:
            with self.connection.transaction():
                call = self.bureau.call({**line, "neededBy": day})
        except (AgreementNotOpen, RegionDoesNotTakePart):
            assert not allowed
        else:
            assert allowed
            self.ids += [one["id"] for one in call["placements"]]
            told = {one["agreementVersion"] for one in call["placements"]}
            assert told == {self.accepted[region]}

    @rule(some=st.lists(st.tuples(SOME, DECISIONS, st.sampled_from(REGIONS)), max_size=4))
    def regions_decide(self, some: list[tuple[int, str, str]]) -> None:
        """Let decisions arrive in one batch, whether or not they can be taken."""
        said: dict[str, Json] = {}
        for which, decision, to in some:
            if self.ids:
                place = self.ids[-1 - which % len(self.ids)]
                region = self.bureau.show(place)["region"]
                more = {"toRegion": to} if decision == "handed_over" else {}
                said[place] = {"decision": decision, "region": region, **more}
        if said:
            self.bureau.decide_all(said)
            linked = [self.bureau.show(one)["link"] for one in said]
            new = {link["placementId"] for link in linked if link} - set(self.ids)
            self.ids += sorted(new)

    @rule(which=SOME, ours=st.booleans())
    def somebody_starts(self, which: int, *, ours: bool) -> None:
        """Let a region confirm somebody, and the region or the employer tell of the start."""
        found = self._in_state("offered", "picked_up", "confirmed")
        if found:
            place = found[which % len(found)]
            region = self.bureau.show(place)["region"]
            self.bureau.decide(place, "confirmed", region=region)
            self._step(place, "report_start", {}, wsp=ours)

    @rule(which=SOME, outcome=OUTCOMES, wsp=st.booleans())
    def somebody_checks_in(self, which: int, outcome: str, *, wsp: bool) -> None:
        """Let somebody tell how it goes."""
        found = self._in_state("started", "sustained")
        if found:
            place = found[which % len(found)]
            self._step(place, "report_check_in", {"outcome": outcome}, wsp=wsp)

    @rule(which=SOME, ending=st.sampled_from([*ENDINGS]), wsp=st.booleans())
    def somebody_tries_a_step(self, which: int, ending: str, *, wsp: bool) -> None:
        """Let somebody try a step on any place, whether or not it can be taken."""
        if self.ids:
            place = self.ids[-1 - which % len(self.ids)]
            operation, body = ENDINGS[ending]
            self._step(place, operation, body, wsp=wsp)

    def _step(self, place: str, operation: str, body: Json, *, wsp: bool) -> None:
        region = self.bureau.show(place)["region"]
        by = Principal("local", "wsp-officer", {"region": region}) if wsp else EMPLOYER
        with suppress(Refused), self.connection.transaction():
            self.bureau.step(operation, place, body, by=by)

    def _in_state(self, *states: str) -> list[str]:
        return sorted(row["id"] for row in self._rows() if row["state"] in states)

    @rule(days=st.sampled_from([1, 7, 31, 200]))
    def time_passes(self, days: int) -> None:
        """Let days pass, and happen what was to happen in them."""
        self.bureau.pass_days(days)
        if self.ids:
            subjects = [f"placement/{one}" for one in self.ids]
            for handler in ("let_lapse", "remind_of_pick_up", "ask_whether_sustained"):
                self.bureau.act(handler, *subjects)

    @invariant()
    def counts_are_those_of_the_journal(self) -> None:
        """Hold the tallies against a replay."""
        rows = self.bureau.cur.execute("SELECT * FROM tallies").fetchall()
        kept = Counter({(row["region"], step): row[step.value] for row in rows for step in COUNTED})
        assert +kept == Counter(steps_of_the_journal(self.bureau.cur))

    @invariant()
    def states_go_to_their_own_region_alone(self) -> None:
        """Hold every state against its audience, its order and what is kept."""
        told: dict[str, list[Json]] = defaultdict(list)
        rows = self.bureau.cur.execute(
            "SELECT body FROM journal WHERE subject LIKE 'placement/%' ORDER BY sequence"
        )
        for row in rows:
            data = orjson.loads(row["body"])["data"]
            told[data["id"]].append(data)
        for row in self._rows():
            states = told[row["id"]]
            assert (row["revision"], row["state"]) == (len(states), states[-1]["state"])
            assert {one["region"] for one in states} == {row["region"]}
            [standing] = self.bureau.states(f"standing/{row['id']}")[-1:]
            assert standing["state"] == row["state"]
            gone = [one["state"] in {*GONE} for one in states]
            assert gone == sorted(gone)
        for subject, _, audience in self.bureau.sent():
            if subject.startswith("placement/"):
                region = told[subject.partition("/")[2]][0]["region"]
                assert audience == [region]

    @invariant()
    def sustained_is_told_by_somebody_and_confirmed_by_the_region(self) -> None:
        """Hold what is sustained against what was said of it."""
        for row in self._rows():
            if row["sustained_on"]:
                days = {one["on"] for one in row["check_ins"] if one["still_working"]}
                assert row["sustained_on"].isoformat() in days
                assert row["sustained_on"] >= row["started_on"] + timedelta(weeks=26)
                assert row["start_confirmed"]

    def _rows(self) -> list[Json]:
        return self.bureau.cur.execute("SELECT * FROM placements").fetchall()


@pytest.fixture(scope="module")
def service_url(databases: ServiceDatabases) -> str:
    """Give the address of a database that holds nothing yet."""
    return databases.fresh("placements").service_url


def test_places_keep_their_rules_whatever_happens(service_url: str) -> None:
    with connect(service_url, application_name="tests") as connection:
        run_state_machine_as_test(
            lambda: Places(connection),
            settings=trying(30, steps=20),
        )
