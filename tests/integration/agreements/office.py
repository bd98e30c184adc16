# SPDX-License-Identifier: EUPL-1.2
"""The coordinator's office: calls as the gateway makes them, arrivals as the consumer does.

Every answer is held against the shape that its operation promises.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import jsonschema
import orjson

from services.agreements import handlers
from services.agreements.domain.deadlines import Kind
from shared.contracts import EVENTS, canonical, content_hash
from shared.contracts.api.agreements import OPERATIONS
from shared.messaging import Arrival, ledger
from shared.messaging.notices import Receipt
from shared.runtime import Answer, Call, Cursor, Json, Principal
from shared.runtime.timers import Due
from tests import iss
from tests.confined import confined

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ZWOLLE, DRECHTSTEDEN, ZUID_LIMBURG = "AM36", "AM23", "AM30"
ISS = "7c6a8f0e-2f55-4b7e-9a63-0d3f6f1f5a10"
NOWHERE = "00000000-0000-4000-8000-000000000000"
TERMS: Json = {"title": iss.TITLE, **iss.TERMS}
KINDS: Mapping[object, str] = {
    handlers.expire: Kind.EXPIRE,
    handlers.tell_frameworks: Kind.TELL_FRAMEWORK,
    handlers.close_consultations: Kind.CLOSE_CONSULTATION,
    handlers.note_silences: Kind.NOTE_SILENCE,
    handlers.let_leave: Kind.LEAVE,
    handlers.hold_evaluations: Kind.EVALUATE,
}
ACCEPTED = {"decision": "accepted", "signedOn": "2026-11-05", "employerSignedOn": "2026-11-09"}


class Office:
    """Asks the service what a coordinator asks, and lets messages arrive."""

    def __init__(self, cur: Cursor, now: datetime = NOW) -> None:
        self.cur = cur
        self.now = now

    def ask(
        self,
        operation: str,
        body: Json | None = None,
        *,
        if_match: int | None = None,
        by: str = "slw-coordinator",
        **params: object,
    ) -> Answer:
        """Make a call, and hold its answer against the promised shape.

        `by` is written as the header has it: `wsp-officer; region=AM23`.
        """
        role, *bounds = by.split("; ")
        call = Call(
            operation=operation,
            params=params,
            body=body,
            principal=Principal(
                "projectleider SLW", role, dict(bound.split("=") for bound in bounds)
            ),
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

    def register(self, **more: object) -> Json:
        """Register the agreement of seed S3."""
        body = {"employerId": ISS, **TERMS, **iss.CONSENT, **more}
        return self.ask("register_agreement", body).body

    def show(self, agreement_id: str) -> Json:
        """Show an agreement."""
        return self.ask("get_agreement", id=agreement_id).body

    def change(
        self, operation: str, agreement_id: str, body: Json | None = None, **params: object
    ) -> Json:
        """Change an agreement at its newest revision."""
        revision = self.show(agreement_id)["revision"]
        return self.ask(operation, body, if_match=revision, id=agreement_id, **params).body

    def amend(self, agreement_id: str, change: str = "material", **fields: object) -> Json:
        """Publish a next version."""
        fields = fields or {"targetGroups": ["statushouders"]}
        body = {"change": change, **iss.CONSENT, **fields}
        self.change("amend_agreement", agreement_id, body)
        return self.change("publish_agreement", agreement_id)

    def page(self, operation: str, **params: object) -> list[Json]:
        """Show the first page of a list."""
        window: Json = {"page": 1, "pageSize": 50}
        items: list[Json] = self.ask(operation, **{**window, **params}).body["items"]
        return items

    def participants(self, agreement_id: str) -> dict[str, Json]:
        """Show who takes part, by region."""
        return {one["region"]: one for one in self.page("list_participants", id=agreement_id)}

    def hear_of_employer(self, name: str = "ISS Facility Services", employer_id: str = ISS) -> None:
        """Let word of an employer arrive."""
        state = {
            "id": employer_id,
            "name": name,
            "kvkNumber": None,
            "sbiCodes": [],
            "contact": None,
            "profile": None,
            "changedAt": "2026-11-01T09:00:00Z",
        }
        told = arrival("employer-changed.v1", f"employer/{employer_id}", state)
        hashes = handlers.adopt_employers(self.cur, [told], self.now)
        assert hashes == {told.key: told.hash}

    def hear_decisions(self, agreement_id: str, *said: tuple[str, Json]) -> None:
        """Let decisions of regions arrive, in one batch."""
        arrivals = [decided(agreement_id, region, **wish) for region, wish in said]
        hashes = handlers.settle_decisions(self.cur, arrivals, self.now)
        assert hashes == {one.key: one.hash for one in arrivals}

    def happens(self, handler: Callable[..., None], *kind: object) -> list[str]:
        """Let what is due now of one kind happen, as the clock would; give its subjects."""
        name = KINDS[handler] if not kind else str(kind[0])
        rows = self.cur.execute(
            "DELETE FROM timers WHERE kind = %s AND due_at <= %s RETURNING subject, due_at",
            (name, self.now),
        ).fetchall()
        due = sorted((Due(**row) for row in rows), key=lambda one: one.subject)
        if due:
            handler(self.cur, *kind, due, self.now)
        return [one.subject for one in due]

    def tasks(self, *, closed: bool = False) -> set[tuple[str, str]]:
        """Give what waits on the lists, or what was dealt with: assignee and kind."""
        rows = self.cur.execute(
            "SELECT assignee, kind FROM tasks WHERE (closed_at IS NOT NULL) = %s", [closed]
        )
        return {(row["assignee"], row["kind"]) for row in rows}

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
        """Give what is in the outbox for regions, in order: subject, sequence, audience."""
        rows = self.cur.execute(
            "SELECT subject, sequence, audience FROM outbox"
            " WHERE exchange = 'recipients' AND subject NOT LIKE 'framework/%' ORDER BY id"
        )
        return [(row["subject"], row["sequence"], row["audience"]) for row in rows]

    def receive(self, agreement_id: str, region: str) -> None:
        """Let a region's receipt of the newest state arrive."""
        shown = self.show(agreement_id)
        receipt = Receipt(region, f"agreement/{agreement_id}", shown["sequence"], shown["hash"])
        ledger.record_receipts(self.cur, [receipt], service="agreements", now=self.now)


def arrival(type_: str, subject: str, data: Json, sequence: int = 1) -> Arrival:
    """Give a state as it comes in."""
    return Arrival(
        recipient="agreements",
        subject=subject,
        sequence=sequence,
        hash=content_hash(data),
        type=type_,
        recorded_at=NOW,
        traceparent=None,
        data=data,
        content=canonical(data),
        event_id=str(uuid.uuid4()),
        message=b"",
    )


def decided(agreement_id: str, region: str, *, sequence: int = 1, **wish: object) -> Arrival:
    """Give a region's decision as it comes in; on version 1 unless it says."""
    subject = f"agreement/{agreement_id}"
    data = {
        "subject": subject,
        "region": region,
        "decision": "considering",
        "version": 1,
        "agreementSequence": 1,
        "reason": None,
        "signedOn": None,
        "employerSignedOn": None,
        "expectedOn": None,
        "decidedAt": "2026-11-02T08:00:00Z",
    }
    return arrival(
        "decision-submitted.v1", f"decision/{subject}/{region}", {**data, **wish}, sequence
    )
