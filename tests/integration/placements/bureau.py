# SPDX-License-Identifier: EUPL-1.2
"""The desks around a place: calls as the gateway makes them, arrivals as the consumer does.

Every answer is held against the shape that its operation promises.
"""

import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import jsonschema
import orjson

from services.placements import handlers
from shared.contracts import EVENTS, canonical, content_hash
from shared.contracts.api.placements import OPERATIONS
from shared.messaging import Arrival
from shared.runtime import Answer, Call, Cursor, Json, Principal
from shared.runtime.timers import Due
from tests.confined import confined

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ZWOLLE, DRECHTSTEDEN, GORINCHEM, ZUID_LIMBURG = "AM36", "AM23", "AM35", "AM30"
IN_ZWOLLE, IN_DORDRECHT, IN_MAASTRICHT = "GM0193", "GM0505", "GM0935"
ISS = "7c6a8f0e-2f55-4b7e-9a63-0d3f6f1f5a10"
AGREEMENT = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
NOWHERE = "00000000-0000-4000-8000-000000000000"
PLACE: Json = {
    "function": "Medewerker schoonmaak",
    "sector": "facilitair",
    "workplace": {"municipality": IN_DORDRECHT},
    "hoursPerWeek": 25.5,
    "neededBy": "2027-01-15",
}
SLW = Principal("projectleider SLW", "slw-coordinator")
EMPLOYER = Principal("local", "employer", {"employer": ISS})
WSP = Principal("local", "wsp-officer", {"region": DRECHTSTEDEN})
TERMS: Json = {
    "targetGroups": ["jongeren_tot_27", "statushouders"],
    "guidance": {
        "model": "eigen_buddy",
        "specialistProvider": "Jobstap",
        "specialistNeeds": ["zwaar", "specialistisch"],
    },
    "kinds": ["placement", "project"],
    "instruments": ["loonkostensubsidie"],
    "startsOn": "2026-12-01",
    "endsOn": None,
    "sustainedAfterWeeks": 26,
}


class Bureau:
    """Asks the service what employers, the coordinator and regions ask, and lets messages arrive.

    `now` is the clock: move it to let time pass.
    """

    def __init__(self, cur: Cursor, now: datetime = NOW) -> None:
        self.cur = cur
        self.now = now
        self.sequences = Counter[str]()

    def ask(
        self,
        operation: str,
        body: Json | None = None,
        *,
        by: Principal = SLW,
        if_match: int | None = None,
        **params: object,
    ) -> Answer:
        """Make a call, and hold its answer against the promised shape."""
        call = Call(
            operation=operation,
            params=params,
            body=body,
            principal=by,
            if_match=if_match,
            idempotency_key=str(uuid.uuid4()),
            deadline=time.time() + 60,
            traceparent=None,
            now=self.now,
        )
        with confined(self.cur, call):
            answer: Answer = getattr(handlers, operation)(self.cur, call)
        shape = OPERATIONS[operation].answer
        assert shape is not None
        faults = shape().validate(orjson.loads(orjson.dumps(answer.body)))
        assert faults == {}, (operation, faults, answer.body)
        return answer

    def page(self, operation: str, *, by: Principal = SLW, **params: object) -> list[Json]:
        """Show the first page of a list."""
        window: Json = {"page": 1, "pageSize": 200}
        items: list[Json] = self.ask(operation, by=by, **{**window, **params}).body["items"]
        return items

    def offer(self, *, by: Principal = EMPLOYER, **more: object) -> Json:
        """Offer a place in Dordrecht, or elsewhere."""
        body = {"agreementId": AGREEMENT, **PLACE, **more}
        return self.ask("offer_place", body, by=by).body

    def call(self, *lines: Json, by: Principal = EMPLOYER) -> Json:
        """Make a call for places."""
        told = [{**PLACE, **line} for line in lines]
        return self.ask("offer_call", {"agreementId": AGREEMENT, "lines": told}, by=by).body

    def show(self, placement_id: str) -> Json:
        """Show a placement."""
        return self.ask("get_placement", id=placement_id).body

    def step(
        self, operation: str, placement_id: str, body: Json | None = None, *, by: Principal
    ) -> Json:
        """Take a step from a placement's newest revision."""
        revision = self.show(placement_id)["revision"]
        return self.ask(operation, body, by=by, if_match=revision, id=placement_id).body

    def started(self, **more: object) -> Json:
        """Offer a place, let the region confirm somebody, and let them start today."""
        place = self.offer(**more)
        self.decide(place["id"], "confirmed")
        return self.step("report_start", place["id"], by=WSP)

    def pass_days(self, days: int) -> date:
        """Let days pass, and give the day that it is then."""
        self.now += timedelta(days)
        return self.now.date()

    def hear_of_agreement(self, **more: object) -> None:
        """Let what the agreement offers arrive: two regions and a neighbour take part."""
        regions = (DRECHTSTEDEN, GORINCHEM, ZWOLLE)
        state = {
            "agreementId": AGREEMENT,
            "employer": {"id": ISS, "name": "ISS Facility Services"},
            "title": "Landelijke samenwerkingsafspraken ISS Facility Services",
            "status": "published",
            "endsOn": None,
            "version": 1,
            "versions": [version(1)],
            "participants": [participant(region) for region in regions],
            **more,
        }
        jsonschema.validate(state, EVENTS["framework-changed.v1"].schema)
        told = self.arrival("framework-changed.v1", f"framework/{AGREEMENT}", state)
        assert handlers.adopt_frameworks(self.cur, [told], self.now) == {told.key: told.hash}

    def decide(self, placement_id: str, decision: str, **says: object) -> None:
        """Let a decision of Drechtsteden arrive."""
        self.decide_all({placement_id: {"decision": decision, **says}})

    def decide_all(self, said: Mapping[str, Json]) -> None:
        """Let decisions arrive in one batch, by placement."""
        arrivals = [self.decided(placement, **says) for placement, says in said.items()]
        hashes = handlers.settle_decisions(self.cur, arrivals, self.now)
        assert hashes == {one.key: one.hash for one in arrivals}

    def decided(self, placement_id: str, *, region: str = DRECHTSTEDEN, **says: object) -> Arrival:
        """Give a region's decision as it comes in, with what it cannot do without."""
        subject = f"placement/{placement_id}"
        needs: Mapping[str, Json] = {
            "picked_up": {},
            "confirmed": {"confirmation": confirmation()},
            "declined": {"reasonCode": "no_candidate"},
            "handed_over": {"toRegion": GORINCHEM},
        }
        data = {
            "subject": subject,
            "region": region,
            "placementSequence": 1,
            "pickedUpAt": "2026-12-01T10:00:00Z",
            "decidedAt": "2026-12-02T10:00:00Z",
            "reasonCode": None,
            "reason": None,
            "toRegion": None,
            "confirmation": None,
            **needs[str(says["decision"])],
            **says,
        }
        jsonschema.validate(data, EVENTS["placement-decision-submitted.v1"].schema)
        return self.arrival("placement-decision-submitted.v1", f"decision/{subject}/{region}", data)

    def arrival(self, type_: str, subject: str, data: Json) -> Arrival:
        """Give the next state of a subject as it comes in."""
        self.sequences[subject] += 1
        return Arrival(
            recipient="placements",
            subject=subject,
            sequence=self.sequences[subject],
            hash=content_hash(data),
            type=type_,
            recorded_at=self.now,
            traceparent=None,
            data=data,
            content=canonical(data),
            event_id=str(uuid.uuid4()),
            message=b"",
        )

    def states(self, subject: str) -> list[Json]:
        """Give the data of every state published of a subject, oldest first, all valid."""
        rows = self.cur.execute(
            "SELECT type, body FROM journal WHERE subject = %s ORDER BY sequence", [subject]
        ).fetchall()
        told = [orjson.loads(row["body"])["data"] for row in rows]
        for row, data in zip(rows, told, strict=True):
            jsonschema.validate(data, EVENTS[row["type"]].schema)
        return told

    def sent(self) -> list[tuple[str, int, list[str]]]:
        """Give what is in the outbox, in order: subject, sequence, audience."""
        rows = self.cur.execute(
            "SELECT subject, sequence, audience FROM outbox"
            " WHERE exchange = 'recipients' ORDER BY id"
        )
        return [(row["subject"], row["sequence"], row["audience"]) for row in rows]

    def timers(self, placement_id: str) -> dict[str, datetime]:
        """Give the timers of a placement: when what happens."""
        rows = self.cur.execute(
            "SELECT kind, subject, due_at FROM timers WHERE subject LIKE %s",
            [f"placement/{placement_id}%"],
        ).fetchall()
        start = len(f"placement/{placement_id}")
        return {row["kind"] + row["subject"][start:]: row["due_at"] for row in rows}

    def act(self, handler: str, *subjects: str) -> None:
        """Let what timers were set for happen now."""
        due = [Due(subject, self.now) for subject in sorted(subjects)]
        getattr(handlers, handler)(self.cur, due, self.now)

    def tally(self, region: str = DRECHTSTEDEN) -> Json:
        """Give what the newest counts tell that is not nothing."""
        newest = self.states(f"tally/{AGREEMENT}/{region}")[-1]
        return {name: count for name, count in newest.items() if isinstance(count, int) and count}


def version(number: int, **more: object) -> Json:
    """Give a version of the agreement, as it travels."""
    return {
        "version": number,
        "change": "material",
        "publishedAt": "2026-11-01T09:00:00Z",
        "validUntil": None,
        "terms": {**TERMS, **more},
    }


def participant(region: str, status: str = "accepted", accepted: int | None = 1) -> Json:
    """Give a region's part, as it travels."""
    return {
        "region": region,
        "status": status,
        "version": accepted,
        "activeFrom": "2026-11-20" if accepted else None,
        "extraInstruments": [],
    }


def confirmation(
    groups: Sequence[str] = ("jongeren_tot_27",), *, in_register: bool = False, **more: object
) -> Json:
    """Give what travels of a confirmation."""
    return {
        "targetGroups": list(groups),
        "inRegister": in_register,
        "criterionMet": True,
        "instruments": ["loonkostensubsidie"],
        "corrections": 0,
        "correctedAt": None,
        "correctionReason": None,
        **more,
    }
